//! Why a call gave no reply, and whether money may have moved.

use ecommpay_gate::{BuildError, DecodeError, OperationKind, Refusal};
use ecommpay_transport::TransportError;

use crate::OutcomeUnknown;

/// Why [`Client::execute`](crate::Client::execute) gives no reply.
///
/// Ask [`money_may_have_moved`](ExecuteError::money_may_have_moved) before anything else.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError {
    /// The operation breaks a rule and was not sent.
    #[error("the request was not built")]
    Build(#[source] BuildError),
    /// An operation that changes something names no payment, so nobody could ask what became of it;
    /// it was not sent.
    #[error("a {0} without a payment identifier is not sent, its outcome could not be asked for")]
    NoPaymentId(OperationKind),
    /// No attempt could send the request.
    #[error(transparent)]
    NotSent(NotSent),
    /// The platform refused the request: HTTP status, code and message are in it.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// A sale, refund, clarification or code resend may have been carried out: ask
    /// [`Client::resolve`](crate::Client::resolve) before repeating anything.
    #[error(transparent)]
    OutcomeUnknown(OutcomeUnknown),
    /// A status query brought no usable answer.
    #[error(transparent)]
    Unanswered(Unanswered),
}

impl ExecuteError {
    /// Whether money may have moved by this call, or by an earlier one it ran into.
    ///
    /// A refusal with code 3041, 3230 or 3613 says that this payment, refund or operation exists
    /// already: this call did nothing, an earlier one did. The client itself repeats only what was
    /// never sent, so the earlier one is not its own attempt but an earlier call. Ask
    /// [`Client::resolve_payment`](crate::Client::resolve_payment).
    #[must_use]
    pub fn money_may_have_moved(&self) -> MoneyMoved {
        match self {
            ExecuteError::Build(_)
            | ExecuteError::NoPaymentId(_)
            | ExecuteError::NotSent(_)
            | ExecuteError::Unanswered(_) => MoneyMoved::Never,
            ExecuteError::Refused(refusal) if refusal.says_it_exists() => MoneyMoved::Maybe,
            ExecuteError::Refused(_) => MoneyMoved::No,
            ExecuteError::OutcomeUnknown(unknown) => unknown.money_may_have_moved(),
        }
    }

    /// The refusal with its HTTP status, code and message, if the platform refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            ExecuteError::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// Whether money may have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MoneyMoved {
    /// Impossible: nothing was sent, or the call only asks.
    Never,
    /// The platform took note of the request and refused it.
    No,
    /// Possible: find out before repeating.
    Maybe,
}

/// No attempt could send the request; it can be executed again.
#[derive(Debug, thiserror::Error)]
#[error("the {kind} was not sent in {attempts} attempt(s)")]
pub struct NotSent {
    kind: OperationKind,
    attempts: u32,
    source: TransportError,
}

impl NotSent {
    pub(crate) fn new(kind: OperationKind, attempts: u32, source: TransportError) -> Self {
        NotSent {
            kind,
            attempts,
            source,
        }
    }

    /// How often it was tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The failure of the last attempt.
    #[must_use]
    pub fn failure(&self) -> &TransportError {
        &self.source
    }
}

/// A status query brought no usable answer; what was known before stays true.
#[derive(Debug, thiserror::Error)]
#[error("the status query brought no answer in {attempts} attempt(s)")]
pub struct Unanswered {
    attempts: u32,
    source: NoAnswer,
}

impl Unanswered {
    pub(crate) fn new(attempts: u32, source: NoAnswer) -> Self {
        Unanswered { attempts, source }
    }

    /// How often it was asked.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What came instead of an answer in the last attempt.
    #[must_use]
    pub fn cause(&self) -> &NoAnswer {
        &self.source
    }
}

/// What came instead of an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// No whole reply came.
    #[error(transparent)]
    Transport(TransportError),
    /// A reply came that settles nothing: HTTP 500, a page of a proxy, a wrong signature.
    #[error(transparent)]
    Reply(Box<DecodeError>),
}
