//! Where a payment stands by the word of its status: the one place that sorts statuses.

use ecommpay_model::PaymentStatus;

/// What a payment's status means for its merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// The request failed its checks; nothing was started.
    Refused,
    /// The platform or a provider works on it, or the payment form has the customer try again.
    Working,
    /// Somebody has to act: the customer, the bank, or the merchant.
    Awaiting,
    /// A status this crate cannot place in the life of a payment.
    Unplaced,
    /// Ended without money.
    Declined,
    /// A hold was released.
    Cancelled,
    /// A split amount was taken in part.
    PartlyPaid,
    /// Paid, nothing given back.
    Paid,
    /// A part was given back.
    PartlyReturned,
    /// Everything was given back.
    Returned,
}

impl Phase {
    pub(crate) fn of(status: &PaymentStatus) -> Self {
        match status {
            PaymentStatus::Error => Self::Refused,
            PaymentStatus::Processing | PaymentStatus::AwaitingCustomer => Self::Working,
            PaymentStatus::Awaiting3dsResult
            | PaymentStatus::AwaitingMerchantAuth
            | PaymentStatus::AwaitingRedirectResult
            | PaymentStatus::AwaitingCustomerAction
            | PaymentStatus::AwaitingClarification
            | PaymentStatus::AwaitingCapture => Self::Awaiting,
            PaymentStatus::Decline => Self::Declined,
            PaymentStatus::Cancelled(_) => Self::Cancelled,
            PaymentStatus::PartiallyPaid => Self::PartlyPaid,
            PaymentStatus::Success => Self::Paid,
            PaymentStatus::PartiallyRefunded | PaymentStatus::PartiallyReversed => {
                Self::PartlyReturned
            }
            PaymentStatus::Refunded | PaymentStatus::Reversed => Self::Returned,
            _ => Self::Unplaced,
        }
    }

    /// Whether the payment has a result.
    pub(crate) fn is_settled(self) -> bool {
        self >= Self::Declined
    }

    /// Whether money was taken, given back since or not.
    pub(crate) fn is_paid(self) -> bool {
        self >= Self::PartlyPaid
    }

    /// Whether money was given back.
    pub(crate) fn is_returned(self) -> bool {
        self >= Self::PartlyReturned
    }
}
