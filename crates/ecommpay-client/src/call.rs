//! A call under way, and what it means when it ends without an answer.

use std::borrow::Cow;

use ecommpay_gate::{DecodeError, Merchant, Operation, OperationKind, Refusal, Repeat};
use ecommpay_model::PaymentId;
use ecommpay_transport::{Bytes, FailureStage};

use crate::error::{NotSent, Unanswered};
use crate::sending::{Exhausted, Failure};
use crate::{ExecuteError, NoAnswer, OutcomeUnknown};

/// An operation that is built, signed and may be sent.
pub(crate) struct Call<'a> {
    kind: OperationKind,
    /// The payment to ask about when the answer stays out; `None` if the call itself only asks.
    changes: Option<&'a PaymentId>,
    path: Cow<'static, str>,
    body: Bytes,
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
        let (path, body) = prepared.into_parts();
        Ok(Call {
            kind,
            changes,
            path,
            body: body.into(),
        })
    }

    /// Where it goes, below the base URL.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// What goes on the wire.
    pub(crate) fn body(&self) -> &Bytes {
        &self.body
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
        ExecuteError::OutcomeUnknown(OutcomeUnknown::new(
            self.kind,
            payment_id.clone(),
            &self.body,
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
