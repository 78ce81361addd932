//! The status of a payment, which statuses are final, and which may follow which.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use crate::open::{UnknownText, open_enum_texts};

/// Status of a payment (`payment.status`), an open enum: unknown texts are kept.
///
/// The documented values stand first. Those after [`PaymentStatus::Reversed`] are known only as
/// constants of a shop plugin; nothing says when they occur, so they are never final and never
/// forbid a transition.
///
/// ```
/// use ecommpay_model::PaymentStatus;
///
/// assert_eq!(PaymentStatus::from("partially refunded"), PaymentStatus::PartiallyRefunded);
/// assert_eq!(PaymentStatus::from("brand new").as_str(), "brand new");
/// assert_eq!(PaymentStatus::from("canceled"), PaymentStatus::from("cancelled"));
/// assert_eq!(PaymentStatus::from("canceled").as_str(), "canceled");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PaymentStatus {
    /// `error`: the accepted request failed checks and no payment was started; a new request with
    /// the same payment id is allowed. In a status answer it can also mean "not known (yet)".
    Error,
    /// `processing`: being carried out.
    Processing,
    /// `awaiting 3ds result`: the result of 3-D Secure is awaited.
    Awaiting3dsResult,
    /// `awaiting merchant auth`: authentication started by the merchant is awaited.
    AwaitingMerchantAuth,
    /// `awaiting redirect result`: the customer was or must be sent to the payment system.
    AwaitingRedirectResult,
    /// `awaiting customer action`: the customer must act at the payment system (QR code, invoice).
    AwaitingCustomerAction,
    /// `awaiting clarification`: the platform wants more data; declines after 30 minutes.
    AwaitingClarification,
    /// `awaiting customer`: another attempt of the customer on the payment form is awaited.
    AwaitingCustomer,
    /// `awaiting capture`: the funds are held.
    AwaitingCapture,
    /// `success`: paid.
    Success,
    /// `decline`: rejected.
    Decline,
    /// `cancelled` or `canceled`: a hold was released. Both spellings occur and mean the same.
    Cancelled(CancelledSpelling),
    /// `partially paid`: a split amount was carried out in part.
    PartiallyPaid,
    /// `partially refunded`: a part was given back.
    PartiallyRefunded,
    /// `refunded`: everything was given back.
    Refunded,
    /// `partially reversed`: a part was given back before the operation day closed.
    PartiallyReversed,
    /// `reversed`: everything was given back before the operation day closed.
    Reversed,
    /// `initial`.
    Initial,
    /// `awaiting approval`.
    AwaitingApproval,
    /// `awaiting clarify data`.
    AwaitingClarifyData,
    /// `external processing`.
    ExternalProcessing,
    /// `scheduled recurring processing`.
    ScheduledRecurringProcessing,
    /// `partially paid out`.
    PartiallyPaidOut,
    /// `internal error`.
    InternalError,
    /// `external error`.
    ExternalError,
    /// `invoice sent`.
    InvoiceSent,
    /// `invoice cancelled`.
    InvoiceCancelled,
    /// `awaiting payment`.
    AwaitingPayment,
    /// `expired`.
    Expired,
    /// `awaiting retry`.
    AwaitingRetry,
    /// `awaiting clearing`.
    AwaitingClearing,
    /// `awaiting partially clearing`.
    AwaitingPartiallyClearing,
    /// `clearing processing`.
    ClearingProcessing,
    /// `awaiting confirmation`.
    AwaitingConfirmation,
    /// `decline renewal`.
    DeclineRenewal,
    /// `awaiting finalization`.
    AwaitingFinalization,
    /// A value this crate does not know, kept as received.
    Other(UnknownText),
}

/// How a cancelled status was spelled; any two are equal, as spelling is no part of the meaning.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub enum CancelledSpelling {
    /// `cancelled`, as most pages of the documentation write it.
    #[default]
    Cancelled,
    /// `canceled`, as some clients of the platform write it.
    Canceled,
}

impl PartialEq for CancelledSpelling {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for CancelledSpelling {}

impl Ord for CancelledSpelling {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl PartialOrd for CancelledSpelling {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for CancelledSpelling {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

open_enum_texts!(PaymentStatus {
    Error = "error",
    Processing = "processing",
    Awaiting3dsResult = "awaiting 3ds result",
    AwaitingMerchantAuth = "awaiting merchant auth",
    AwaitingRedirectResult = "awaiting redirect result",
    AwaitingCustomerAction = "awaiting customer action",
    AwaitingClarification = "awaiting clarification",
    AwaitingCustomer = "awaiting customer",
    AwaitingCapture = "awaiting capture",
    Success = "success",
    Decline = "decline",
    Cancelled(CancelledSpelling::Cancelled) = "cancelled",
    Cancelled(CancelledSpelling::Canceled) = "canceled",
    PartiallyPaid = "partially paid",
    PartiallyRefunded = "partially refunded",
    Refunded = "refunded",
    PartiallyReversed = "partially reversed",
    Reversed = "reversed",
    Initial = "initial",
    AwaitingApproval = "awaiting approval",
    AwaitingClarifyData = "awaiting clarify data",
    ExternalProcessing = "external processing",
    ScheduledRecurringProcessing = "scheduled recurring processing",
    PartiallyPaidOut = "partially paid out",
    InternalError = "internal error",
    ExternalError = "external error",
    InvoiceSent = "invoice sent",
    InvoiceCancelled = "invoice cancelled",
    AwaitingPayment = "awaiting payment",
    Expired = "expired",
    AwaitingRetry = "awaiting retry",
    AwaitingClearing = "awaiting clearing",
    AwaitingPartiallyClearing = "awaiting partially clearing",
    ClearingProcessing = "clearing processing",
    AwaitingConfirmation = "awaiting confirmation",
    DeclineRenewal = "decline renewal",
    AwaitingFinalization = "awaiting finalization",
});

/// What is known about where a status stands in the life of a payment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was started; the same payment id may be used again.
    NotStarted,
    /// Under way.
    Pending,
    /// Ended without money moved.
    Ended,
    /// Money was taken, nothing given back.
    Paid,
    /// A part was given back.
    PartlyReturned,
    /// Everything was given back.
    Returned,
    /// Not documented.
    Undocumented,
}

impl PaymentStatus {
    fn stage(&self) -> Stage {
        match self {
            Self::Error => Stage::NotStarted,
            Self::Processing
            | Self::Awaiting3dsResult
            | Self::AwaitingMerchantAuth
            | Self::AwaitingRedirectResult
            | Self::AwaitingCustomerAction
            | Self::AwaitingClarification
            | Self::AwaitingCustomer
            | Self::AwaitingCapture => Stage::Pending,
            Self::Decline | Self::Cancelled(_) => Stage::Ended,
            Self::Success | Self::PartiallyPaid => Stage::Paid,
            Self::PartiallyRefunded | Self::PartiallyReversed => Stage::PartlyReturned,
            Self::Refunded | Self::Reversed => Stage::Returned,
            _ => Stage::Undocumented,
        }
    }

    /// Whether the platform documents this status as an end of the payment.
    ///
    /// `success` is final although refunds may follow, and `error` although the payment id may be
    /// used again. Undocumented and unknown statuses are not final: calling an open payment final
    /// would stop the asking for its result.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self.stage(), Stage::Pending | Stage::Undocumented)
    }

    /// Whether a payment in this status may be seen in the status `next` later.
    ///
    /// Callbacks can be lost or overtake each other, so every pending status may be followed by
    /// any other.
    ///
    /// | from | may become |
    /// |---|---|
    /// | any status | itself (a repetition), any undocumented or unknown status |
    /// | undocumented or unknown | anything |
    /// | `error` | anything: the same payment id may be used for a new request |
    /// | `processing`, `awaiting …` | anything |
    /// | `decline`, `cancelled` | nothing else |
    /// | `success`, `partially paid` | `partially refunded`, `refunded`, `partially reversed`, `reversed` |
    /// | `partially refunded`, `partially reversed` | the other of the two, `refunded`, `reversed` |
    /// | `refunded`, `reversed` | nothing else |
    ///
    /// ```
    /// use ecommpay_model::PaymentStatus;
    ///
    /// assert!(PaymentStatus::Success.may_become(&PaymentStatus::PartiallyRefunded));
    /// assert!(!PaymentStatus::Decline.may_become(&PaymentStatus::Success));
    /// assert!(PaymentStatus::Decline.may_become(&PaymentStatus::from("brand new")));
    /// ```
    #[must_use]
    pub fn may_become(&self, next: &Self) -> bool {
        let next_stage = next.stage();
        match self.stage() {
            Stage::Pending | Stage::NotStarted | Stage::Undocumented => true,
            Stage::Ended | Stage::Returned => self == next || next_stage == Stage::Undocumented,
            Stage::Paid | Stage::PartlyReturned => {
                let returned = matches!(
                    next_stage,
                    Stage::PartlyReturned | Stage::Returned | Stage::Undocumented
                );
                self == next || returned
            }
        }
    }
}
