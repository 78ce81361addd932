//! A call under way, and what it means when it ends without an answer.

use ecommpay_gate::{DecodeError, Merchant, Operation, OperationKind, Prepared, Refusal, Repeat};
use ecommpay_model::PaymentId;
use ecommpay_transport::FailureStage;

use crate::error::{NotSent, Unanswered};
use crate::sending::{Exhausted, Failure};
use crate::{ExecuteError, NoAnswer, OutcomeUnknown};

/// An operation that is built, signed and may be sent.
pub(crate) struct Call<'a> {
    kind: OperationKind,
    /// The payment to ask about when the answer stays out; `None` if the call itself only asks.
    changes: Option<&'a PaymentId>,
    prepared: Prepared,
}

impl<'a> Call<'a> {
    /// Builds and signs the operation.
    pub(crate) fn prepare<O: Operation>(
        operation: &'a O,
        merchant: &Merchant,
    ) -> Result<Self, ExecuteError> {
        let kind = operation.kind();
        let changes = match (kind.repeat(), operation.payment_id()) {
            (Repeat::Harmless, _) => None,
            (_, Some(payment_id)) => Some(payment_id),
            (_, None) => return Err(ExecuteError::NoPaymentId(kind)),
        };
        let prepared = operation.prepare(merchant).map_err(ExecuteError::Build)?;
        Ok(Call {
            kind,
            changes,
            prepared,
        })
    }

    /// What goes on the wire.
    pub(crate) fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// What a repeat of the call may do.
    pub(crate) fn repeat(&self) -> Repeat {
        self.kind.repeat()
    }

    /// The error that the last attempt's failure leaves.
    ///
    /// All attempts before it failed before sending, or the call only asks: so the last one alone
    /// decides.
    pub(crate) fn give_up(&self, exhausted: Exhausted<DecodeError>) -> ExecuteError {
        let Exhausted {
            failure,
            attempts,
            requested_at,
        } = exhausted;
        let cause = match failure {
            Failure::Transport(failure) if failure.stage() == FailureStage::BeforeSend => {
                return ExecuteError::NotSent(NotSent::new(self.kind, attempts, failure));
            }
            Failure::Transport(failure) => NoAnswer::Transport(failure),
            Failure::Reply {
                error: DecodeError::Refused(refusal),
                ..
            } if is_a_plain_no(&refusal) => {
                return ExecuteError::Refused(Box::new(refusal));
            }
            Failure::Reply { error, .. } => NoAnswer::Reply(Box::new(error)),
        };
        let Some(payment_id) = self.changes else {
            return ExecuteError::Unanswered(Unanswered::new(attempts, cause));
        };
        let body = self.prepared.body();
        ExecuteError::OutcomeUnknown(OutcomeUnknown::new(
            self.kind,
            payment_id.clone(),
            body,
            requested_at,
            attempts,
            cause,
        ))
    }
}

/// Whether this request itself certainly did nothing; one that ran into an earlier one did nothing
/// either.
fn is_a_plain_no(refusal: &Refusal) -> bool {
    refusal.says_it_exists() || !refusal.may_have_been_accepted()
}
