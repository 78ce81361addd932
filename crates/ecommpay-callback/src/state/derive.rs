//! Where the payment stands, what comes next, and whether a callback may change that.

use core::fmt;

use ecommpay_model::{Currency, OperationStatus, OperationType, PaymentStatus};

use super::fact::{Amount, Snapshot};
use super::{Change, PaymentState};
use crate::Callback;
use crate::next::{self, Extent, NextAction, Openings, Reason, Returned, Unclear};
use crate::phase::Phase;

/// Where a payment stands by everything known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing was heard of it yet. That says nothing about the payment: ask for the status.
    Unknown,
    /// The request was refused and nothing was started; the same payment id may be used again.
    Error,
    /// Open, in this status.
    Open(PaymentStatus),
    /// In a status that this crate cannot place in the life of a payment.
    Unrecognised(PaymentStatus),
    /// Rejected.
    Declined,
    /// A hold was released.
    Cancelled,
    /// A split amount was paid in part.
    PartiallyPaid,
    /// Paid, nothing given back.
    Paid,
    /// Paid, a part given back by refunds or reversals.
    PartiallyRefunded,
    /// Paid, everything given back.
    Refunded,
}

impl Standing {
    /// Whether there is a result. Refunds may follow one, and `error` leaves the payment id free.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Open(_) | Self::Unrecognised(_))
    }

    /// Whether money was taken, given back since or not.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        matches!(
            self,
            Self::PartiallyPaid | Self::Paid | Self::PartiallyRefunded | Self::Refunded
        )
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "nothing known",
            Self::Error => "request refused",
            Self::Open(status) | Self::Unrecognised(status) => status.as_str(),
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::PartiallyPaid => "partially paid",
            Self::Paid => "paid",
            Self::PartiallyRefunded => "partially refunded",
            Self::Refunded => "refunded",
        })
    }
}

/// What a callback would do to the status that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transition {
    /// It is the first to tell a status.
    First,
    /// Everything in it is known already.
    Repeated,
    /// The payment can have gone from the known status to this one.
    Allowed,
    /// The payment can have gone from this status to the known one: the callback is late, or is
    /// about a request that was refused.
    Late,
    /// The callback tells no status.
    Untold,
    /// Neither can follow the other.
    Forbidden {
        /// The status that is known.
        from: PaymentStatus,
        /// The status that is told.
        to: PaymentStatus,
    },
}

impl PaymentState {
    /// Where the payment stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let Some((current, _)) = self.current() else {
            return if self.refusals.is_empty() {
                Standing::Unknown
            } else {
                Standing::Error
            };
        };
        let status = &current.status;
        match current.phase() {
            Phase::Refused => Standing::Error,
            Phase::Working | Phase::Awaiting => Standing::Open(status.clone()),
            Phase::Unplaced => Standing::Unrecognised(status.clone()),
            Phase::Declined => Standing::Declined,
            Phase::Cancelled => Standing::Cancelled,
            phase => self.paid_standing(phase),
        }
    }

    /// A refund whose callback came without a new status of the payment still counts.
    fn paid_standing(&self, phase: Phase) -> Standing {
        let amounts = self.amounts();
        let something_returned = amounts.returned().is_some_and(|sum| !sum.is_zero());
        let nothing_left = amounts.remaining().is_some_and(|sum| sum.is_zero());
        match phase {
            Phase::Returned => Standing::Refunded,
            _ if something_returned && nothing_left => Standing::Refunded,
            Phase::PartlyReturned => Standing::PartiallyRefunded,
            _ if something_returned => Standing::PartiallyRefunded,
            Phase::PartlyPaid => Standing::PartiallyPaid,
            _ => Standing::Paid,
        }
    }

    /// The payment's status in the platform's words (`payment.status`): that of the current
    /// snapshot; `error` if only refused requests are known.
    #[must_use]
    pub fn status(&self) -> Option<&PaymentStatus> {
        match self.current() {
            Some((current, _)) => Some(&current.status),
            None if self.refusals.is_empty() => None,
            None => Some(&PaymentStatus::Error),
        }
    }

    /// Statuses that this crate cannot place in the life of a payment, in a fixed order.
    #[must_use]
    pub fn unrecognised(&self) -> Vec<&PaymentStatus> {
        let snapshots = self.snapshots.iter().map(|(snapshot, _)| snapshot);
        let mut found: Vec<_> = snapshots.filter(is_unplaced).map(|it| &it.status).collect();
        found.dedup();
        found
    }

    /// What the merchant does next, by everything known of the payment.
    #[must_use]
    pub fn next(&self) -> NextAction {
        if !self.conflicts().is_empty() {
            return NextAction::Look(Unclear::Conflict);
        }
        if let Some(status) = self.unplaced_since_result() {
            return NextAction::Look(Unclear::Status(status.clone()));
        }
        let amounts = self.amounts();
        let returned = |extent| {
            let (sum, remaining) = (amounts.returned(), amounts.remaining());
            NextAction::Refunded(Returned {
                extent,
                sum,
                remaining,
            })
        };
        match self.standing() {
            Standing::Unknown => NextAction::Wait,
            Standing::Error => NextAction::Error(self.latest_errors().to_vec()),
            Standing::Open(status) => self.next_of_open(&status),
            Standing::Unrecognised(status) => NextAction::Look(Unclear::Status(status)),
            Standing::PartiallyPaid => {
                NextAction::Look(Unclear::Status(PaymentStatus::PartiallyPaid))
            }
            Standing::Declined => NextAction::Declined(self.reason_of_decline()),
            Standing::Cancelled => NextAction::Cancelled,
            Standing::Paid => NextAction::Paid {
                sum: amounts.paid().map(|paid| paid.money()),
            },
            Standing::PartiallyRefunded => returned(Extent::Partial),
            Standing::Refunded => returned(Extent::Full),
        }
    }

    /// How the callback stands to what is known; the state is not changed.
    #[must_use]
    pub fn transition(&self, callback: &Callback) -> Transition {
        let Some(to) = callback.status() else {
            return Transition::Untold;
        };
        let Some((current, _)) = self.current() else {
            return Transition::First;
        };
        if self.clone().apply_callback(callback) == Ok(Change::Nothing) {
            return Transition::Repeated;
        }
        let from = &current.status;
        if *to == PaymentStatus::Error {
            Transition::Late
        } else if from.may_become(to) || takes_refund_back(callback, current) {
            Transition::Allowed
        } else if to.may_become(from) {
            Transition::Late
        } else {
            Transition::Forbidden {
                from: from.clone(),
                to: to.clone(),
            }
        }
    }

    /// The currency of the payment's sum.
    pub(crate) fn currency(&self) -> Option<Currency> {
        let paid = self.amounts().paid().map(|paid| paid.money().currency());
        paid.or_else(|| {
            self.current()?
                .0
                .sum
                .map(|sum| Amount::money(sum).currency())
        })
    }

    fn next_of_open(&self, status: &PaymentStatus) -> NextAction {
        let by_hand_off = self
            .hand_off
            .as_ref()
            .and_then(|hand_off| hand_off.next(status));
        by_hand_off.unwrap_or_else(|| next::of_open(status, &Openings::default()))
    }

    fn reason_of_decline(&self) -> Reason {
        let declined = |status: &OperationStatus| {
            matches!(status, OperationStatus::Decline | OperationStatus::Error)
        };
        self.operations()
            .into_iter()
            .filter(|it| !it.gives_money_back() && it.status().is_some_and(declined))
            .max_by_key(|it| (it.date(), it.id()))
            .map(|it| it.reason().clone())
            .unwrap_or_default()
    }

    /// A status that cannot be placed, unless it is known to be older than the result.
    fn unplaced_since_result(&self) -> Option<&PaymentStatus> {
        let (_, result) = self.current().filter(|(it, _)| it.phase().is_settled())?;
        self.snapshots
            .iter()
            .filter(|(snapshot, _)| is_unplaced(snapshot))
            .filter(|(_, seen)| seen.latest.is_none() || seen.latest > result.latest)
            .max_by_key(|(_, seen)| seen.latest)
            .map(|(snapshot, _)| &snapshot.status)
    }
}

fn is_unplaced(snapshot: &&Snapshot) -> bool {
    snapshot.phase() == Phase::Unplaced
}

/// A refund that is itself taken back is the one way from a returned payment to a paid one.
fn takes_refund_back(callback: &Callback, current: &Snapshot) -> bool {
    let kind = callback
        .body()
        .operation
        .as_ref()
        .and_then(|operation| operation.kind.as_ref());
    kind == Some(&OperationType::RefundReverse) && current.phase().is_returned()
}
