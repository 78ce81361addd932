//! Entries in the hands of a worker, and those laid aside.

use std::time::Duration;

use ecommpay_model::{PaymentId, ProjectId};

use crate::{Entry, EntryId, Learned, Moment, PaymentRecord};

/// The right to handle one entry until a moment, proved by a fencing token.
///
/// Every lease of an entry has a greater token than the one before. A worker that was paused longer
/// than its lease cannot finish the entry: the inbox compares the token, and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    entry_id: EntryId,
    token: i64,
    until: Moment,
}

impl Lease {
    /// A lease; inboxes make them.
    #[must_use]
    pub fn new(entry_id: EntryId, token: i64, until: Moment) -> Self {
        Self {
            entry_id,
            token,
            until,
        }
    }

    /// The entry.
    #[must_use]
    pub fn entry_id(&self) -> EntryId {
        self.entry_id
    }

    /// The fencing token: greater than that of every earlier lease of the entry.
    #[must_use]
    pub fn token(&self) -> i64 {
        self.token
    }

    /// The first moment at which the lease is over.
    #[must_use]
    pub fn until(&self) -> Moment {
        self.until
    }
}

/// What a worker asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRequest {
    worker: String,
    limit: usize,
    duration: Duration,
}

impl LeaseRequest {
    /// At most `limit` entries for this long. The name is shown to people, nothing else.
    #[must_use]
    pub fn new(worker: impl Into<String>, limit: usize, duration: Duration) -> Self {
        Self {
            worker: worker.into(),
            limit,
            duration,
        }
    }

    /// Who asks.
    #[must_use]
    pub fn worker(&self) -> &str {
        &self.worker
    }

    /// How many entries at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// For how long.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }
}

/// An entry in the hands of a worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Leased {
    lease: Lease,
    entry: Entry,
    attempt: u32,
    payment: Option<PaymentRecord>,
}

impl Leased {
    /// A leased entry with what is known of its payment; inboxes make them.
    #[must_use]
    pub fn new(lease: Lease, entry: Entry, attempt: u32, payment: Option<PaymentRecord>) -> Self {
        Self {
            lease,
            entry,
            attempt,
            payment,
        }
    }

    /// The lease, for finishing.
    #[must_use]
    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    /// What is to be handled.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Which attempt this is since the entry came or was replayed, counted from 1. Attempts whose
    /// worker died count as well.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What is known of the payment so far.
    #[must_use]
    pub fn payment(&self) -> Option<&PaymentRecord> {
        self.payment.as_ref()
    }
}

/// Why an entry is laid aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ParkReason {
    /// The shop does not know the order yet. Released by
    /// [`expect_payment`](crate::Inbox::expect_payment), or looked at again after a time.
    OrderUnknown,
    /// It is not for the order it names, or cannot follow what is known of it.
    Mismatch,
    /// Handling failed too often, or the handler gave it up.
    Poison,
    /// It is genuine but cannot be read.
    Unreadable,
    /// It is about no payment.
    NoPayment,
}

impl ParkReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::OrderUnknown,
        Self::Mismatch,
        Self::Poison,
        Self::Unreadable,
        Self::NoPayment,
    ];

    /// The reason in one or two words, for stores, metrics and people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderUnknown => "order unknown",
            Self::Mismatch => "mismatch",
            Self::Poison => "poison",
            Self::Unreadable => "unreadable",
            Self::NoPayment => "no payment",
        }
    }

    /// The reason with this text.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// How an entry is laid aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Parking {
    reason: ParkReason,
    detail: String,
    again_at: Option<Moment>,
    learned: Option<Box<Learned>>,
}

/// Longest text kept with a parked or failed entry, in bytes.
pub const MOST_DETAIL: usize = 1000;

impl Parking {
    /// For a reason, with words for the person who looks: what was expected and what was seen.
    ///
    /// Longer texts are cut to [`MOST_DETAIL`] bytes.
    #[must_use]
    pub fn new(reason: ParkReason, detail: &str) -> Self {
        Self {
            reason,
            detail: shortened(detail).to_owned(),
            again_at: None,
            learned: None,
        }
    }

    /// To be handed out again by itself at this moment; otherwise only replaying brings it back.
    #[must_use]
    pub fn until(mut self, again_at: Moment) -> Self {
        self.again_at = Some(again_at);
        self
    }

    /// With knowledge that is folded into the payment although the entry is laid aside.
    #[must_use]
    pub fn with_learned(mut self, learned: Learned) -> Self {
        self.learned = Some(Box::new(learned));
        self
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> ParkReason {
        self.reason
    }

    /// In words.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// When it comes again by itself.
    #[must_use]
    pub fn again_at(&self) -> Option<Moment> {
        self.again_at
    }

    /// What is folded into the payment.
    #[must_use]
    pub fn learned(&self) -> Option<&Learned> {
        self.learned.as_deref()
    }
}

/// The beginning of a text, at most [`MOST_DETAIL`] bytes of it.
#[must_use]
pub fn shortened(text: &str) -> &str {
    if text.len() <= MOST_DETAIL {
        return text;
    }
    let mut end = MOST_DETAIL;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// An entry that was laid aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores build it member by member"
)]
pub struct Parked {
    /// The entry; [`entry`](crate::Inbox::entry) gives its bytes.
    pub entry_id: EntryId,
    /// Its project.
    pub project_id: ProjectId,
    /// Its payment.
    pub payment_id: Option<PaymentId>,
    /// Why it was laid aside.
    pub reason: ParkReason,
    /// The same in words, with the error text of the handler.
    pub detail: String,
    /// How often handling was tried since it came or was replayed.
    pub attempts: u32,
    /// When it was laid aside.
    pub parked_at: Moment,
    /// When it comes again by itself.
    pub again_at: Option<Moment>,
}

/// How much is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores build it member by member"
)]
pub struct Backlog {
    /// Entries that wait for a worker, for a retry, or behind another of their payment.
    pub waiting: u64,
    /// Entries in the hands of workers, also of workers that died.
    pub leased: u64,
    /// Entries laid aside.
    pub parked: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_cut_between_characters() {
        let text = "ж".repeat(MOST_DETAIL);
        assert_eq!(
            Parking::new(ParkReason::Poison, &text).detail(),
            "ж".repeat(MOST_DETAIL / 2)
        );
        let odd = format!("x{text}");
        assert_eq!(shortened(&odd).len(), MOST_DETAIL - 1);
        assert_eq!(shortened("short"), "short");
    }

    #[test]
    fn reasons_are_found_by_their_text() {
        for reason in ParkReason::ALL {
            assert_eq!(ParkReason::from_text(reason.as_str()), Some(reason));
        }
        assert_eq!(ParkReason::from_text("else"), None);
    }
}
