//! Payments that waiting and asking did not help: for people.

use std::fmt;

use async_trait::async_trait;
use ecommpay_callback::Standing;
use ecommpay_gate::NotKnown;
use ecommpay_inbox::{HandlerError, PaymentRecord};
use ecommpay_model::{PaymentId, ProjectId};

/// A payment whose threshold time is over, and the platform's answer since then brought no result.
#[derive(Debug, Clone, PartialEq)]
pub struct Unresolved {
    record: PaymentRecord,
    why: Why,
}

/// What the platform said last of a payment without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It knows the payment, and it stands so.
    StillOpen(Standing),
    /// It does not know the payment. The request may never have reached it.
    NotKnown(NotKnown),
    /// It told a result before, the answer is in the inbox, and the payment is open there all the
    /// same: no worker runs, or the answer was laid aside as not fitting the order.
    NotTakenIn(Standing),
}

impl Unresolved {
    pub(super) fn new(record: PaymentRecord, why: Why) -> Self {
        Self { record, why }
    }

    /// The project.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.record.project_id()
    }

    /// The payment.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        self.record.payment_id()
    }

    /// What the inbox knew of it before the last question.
    #[must_use]
    pub fn record(&self) -> &PaymentRecord {
        &self.record
    }

    /// What the platform said last.
    #[must_use]
    pub fn why(&self) -> &Why {
        &self.why
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, since) = (self.payment_id(), self.record.since());
        write!(f, "payment {id}, begun at {since}, has no result: ")?;
        match &self.why {
            Why::StillOpen(standing) => write!(
                f,
                "the platform says `{standing}` after the threshold time; ask its support"
            ),
            Why::NotKnown(NotKnown::NeverRegistered) => f.write_str(
                "the platform has never registered it (code 3061); its request seems to be lost",
            ),
            Why::NotKnown(_) => {
                f.write_str("the platform has no details of it (code 3062); ask its support")
            }
            Why::NotTakenIn(standing) => write!(
                f,
                "the platform says `{standing}`, which is in the inbox but not taken in; see whether \
                 a worker runs, and what is parked"
            ),
        }
    }
}

/// Where people are told of payments they have to look at: a mail, a ticket, a list in the shop.
#[async_trait]
pub trait Attention: Send + Sync + 'static {
    /// A payment has no result, and the reconciler asks no more about it. Should a callback come
    /// all the same, it is handled like any other.
    ///
    /// Answer soon: meanwhile one of the reconciler's questions is under way. Each payment is told
    /// once; twice only if the process ends between telling and noting it.
    ///
    /// # Errors
    ///
    /// Any error: the payment is asked about and told again after the longest pause.
    async fn unresolved(&self, payment: &Unresolved) -> Result<(), HandlerError>;
}

/// Tells nobody beyond the warning that is traced in any case.
#[derive(Debug, Clone, Copy)]
pub(super) struct TracesAlone;

#[async_trait]
impl Attention for TracesAlone {
    async fn unresolved(&self, _payment: &Unresolved) -> Result<(), HandlerError> {
        Ok(())
    }
}
