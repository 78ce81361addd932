//! Statuses of payments and operations and the transitions between them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `payment.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum PaymentStatus {
    #[serde(rename = "error")]
    Error,
    #[serde(rename = "processing")]
    Processing,
    #[serde(rename = "awaiting redirect result")]
    AwaitingRedirectResult,
    #[serde(rename = "awaiting customer action")]
    AwaitingCustomerAction,
    #[serde(rename = "awaiting clarification")]
    AwaitingClarification,
    #[serde(rename = "success")]
    Success,
    #[serde(rename = "decline")]
    Decline,
    #[serde(rename = "partially refunded")]
    PartiallyRefunded,
    #[serde(rename = "refunded")]
    Refunded,
    #[serde(rename = "reversed")]
    Reversed,
}

impl PaymentStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Processing => "processing",
            Self::AwaitingRedirectResult => "awaiting redirect result",
            Self::AwaitingCustomerAction => "awaiting customer action",
            Self::AwaitingClarification => "awaiting clarification",
            Self::Success => "success",
            Self::Decline => "decline",
            Self::PartiallyRefunded => "partially refunded",
            Self::Refunded => "refunded",
            Self::Reversed => "reversed",
        }
    }

    /// Whether the sale has no result yet.
    pub(crate) fn is_open(self) -> bool {
        matches!(
            self,
            Self::Processing
                | Self::AwaitingRedirectResult
                | Self::AwaitingCustomerAction
                | Self::AwaitingClarification
        )
    }

    /// Whether a refund may be asked for.
    pub(crate) fn is_refundable(self) -> bool {
        matches!(self, Self::Success | Self::PartiallyRefunded)
    }

    /// Whether a payment may go from this status to `next` (staying is always allowed).
    pub(crate) fn may_become(self, next: Self) -> bool {
        if self == next {
            return true;
        }
        match self {
            Self::Error => next == Self::Processing,
            Self::Processing => !matches!(
                next,
                Self::PartiallyRefunded | Self::Refunded | Self::Reversed
            ),
            Self::AwaitingClarification => {
                matches!(next, Self::Processing | Self::Decline)
            }
            Self::AwaitingRedirectResult | Self::AwaitingCustomerAction => {
                matches!(next, Self::Success | Self::Decline)
            }
            Self::Success => matches!(
                next,
                Self::PartiallyRefunded | Self::Refunded | Self::Reversed
            ),
            Self::PartiallyRefunded => next == Self::Refunded,
            Self::Decline | Self::Refunded | Self::Reversed => false,
        }
    }
}

/// `operation.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum OperationStatus {
    #[serde(rename = "processing")]
    Processing,
    #[serde(rename = "awaiting redirect result")]
    AwaitingRedirectResult,
    #[serde(rename = "awaiting customer action")]
    AwaitingCustomerAction,
    #[serde(rename = "awaiting clarification")]
    AwaitingClarification,
    #[serde(rename = "success")]
    Success,
    #[serde(rename = "decline")]
    Decline,
}

impl OperationStatus {
    /// Whether the operation has its result.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Decline)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::AwaitingRedirectResult => "awaiting redirect result",
            Self::AwaitingCustomerAction => "awaiting customer action",
            Self::AwaitingClarification => "awaiting clarification",
            Self::Success => "success",
            Self::Decline => "decline",
        }
    }
}

/// `operation.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OperationType {
    Sale,
    Refund,
    /// A payment returned whole before the operation day ended.
    Reversal,
}

impl OperationType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_never_taken_back() {
        for status in [
            PaymentStatus::Decline,
            PaymentStatus::Refunded,
            PaymentStatus::Reversed,
        ] {
            for next in [
                PaymentStatus::Error,
                PaymentStatus::Processing,
                PaymentStatus::AwaitingRedirectResult,
                PaymentStatus::AwaitingClarification,
                PaymentStatus::Success,
                PaymentStatus::PartiallyRefunded,
            ] {
                assert!(
                    !status.may_become(next),
                    "{} -> {}",
                    status.name(),
                    next.name()
                );
            }
        }
        assert!(!PaymentStatus::Success.may_become(PaymentStatus::Decline));
    }

    #[test]
    fn an_error_frees_the_payment_id() {
        assert!(PaymentStatus::Error.may_become(PaymentStatus::Processing));
        assert!(!PaymentStatus::Error.is_open());
    }
}
