//! How long things are kept.

use std::time::Duration;

use crate::Moment;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long finished entries and payments are kept.
///
/// What still has to be done is never purged: entries that wait, are leased or parked, and payments
/// that are open and still asked about.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_inbox::Retention;
///
/// let days = |n: u64| Duration::from_secs(n * 24 * 60 * 60);
/// assert!(Retention::new(days(30), days(400)).is_ok());
/// assert!(Retention::new(days(3), days(400)).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    entries: Duration,
    payments: Duration,
}

/// A time to keep that would let a repetition in as new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be kept for at least {days} days: {reason}")]
pub struct RetentionTooShort {
    what: &'static str,
    days: u64,
    reason: &'static str,
}

impl Retention {
    /// The platform repeats a callback for about 11 days. Forgotten before, it would come as new.
    pub const LEAST: Duration = DAY.saturating_mul(12);

    /// Entries are kept for this long after they came, payments for this long after they were last
    /// heard of.
    ///
    /// # Errors
    ///
    /// [`RetentionTooShort`] below 12 days.
    pub fn new(entries: Duration, payments: Duration) -> Result<Self, RetentionTooShort> {
        for (what, time) in [("entries", entries), ("payments", payments)] {
            if time < Self::LEAST {
                return Err(RetentionTooShort {
                    what,
                    days: 12,
                    reason: "the platform repeats callbacks for 11 days",
                });
            }
        }
        Ok(Self { entries, payments })
    }

    /// Finished entries that came before this moment go.
    #[must_use]
    pub fn entries_before(&self, now: Moment) -> Moment {
        now.minus(self.entries)
    }

    /// Payments last heard of before this moment go.
    #[must_use]
    pub fn payments_before(&self, now: Moment) -> Moment {
        now.minus(self.payments)
    }
}

/// How much went in one step of purging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores build it member by member"
)]
pub struct Purged {
    /// Entries that went.
    pub entries: u64,
    /// Payments that went.
    pub payments: u64,
}

impl Purged {
    /// Whether nothing was left to purge.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries == 0 && self.payments == 0
    }
}
