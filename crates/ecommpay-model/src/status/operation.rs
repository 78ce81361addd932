//! The status of one operation of a payment.

use crate::open::open_enum;

open_enum! {
    /// Status of an operation (`operation.status`), an open enum: unknown texts are kept.
    ///
    /// Refunds and reversals only ever show `processing`, `awaiting clarification`, `success` and
    /// `decline`. A declined refund leaves the payment's own status as it was.
    ///
    /// The values after [`OperationStatus::Error`] are known only as constants of a shop plugin:
    /// never final, never in the way of a transition.
    ///
    /// ```
    /// use ecommpay_model::OperationStatus;
    ///
    /// assert!(OperationStatus::from("decline").is_final());
    /// assert!(!OperationStatus::from("awaiting redirect result").is_final());
    /// ```
    OperationStatus {
        /// `processing`: being carried out.
        Processing = "processing",
        /// `awaiting 3ds result`: the result of 3-D Secure is awaited.
        Awaiting3dsResult = "awaiting 3ds result",
        /// `awaiting redirect result`: the customer was or must be sent to the payment system.
        AwaitingRedirectResult = "awaiting redirect result",
        /// `awaiting customer action`: the customer must act at the payment system.
        AwaitingCustomerAction = "awaiting customer action",
        /// `awaiting clarification`: the platform wants more data.
        AwaitingClarification = "awaiting clarification",
        /// `awaiting merchant auth`: authentication started by the merchant is awaited.
        AwaitingMerchantAuth = "awaiting merchant auth",
        /// `success`: carried out.
        Success = "success",
        /// `decline`: rejected.
        Decline = "decline",
        /// `error`: not started, because the request failed checks.
        Error = "error",
        /// `external processing`.
        ExternalProcessing = "external processing",
        /// `external error`.
        ExternalError = "external error",
        /// `internal error`.
        InternalError = "internal error",
        /// `expired`.
        Expired = "expired",
    }
}

impl OperationStatus {
    /// Whether the platform documents this status as the end of the operation.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Decline | Self::Error)
    }

    /// Whether an operation in this status may be seen in the status `next` later.
    ///
    /// | from | may become |
    /// |---|---|
    /// | any status | itself (a repetition), any undocumented or unknown status |
    /// | not final, undocumented or unknown | anything |
    /// | `success`, `decline`, `error` | nothing else: a new attempt is a new operation |
    #[must_use]
    pub fn may_become(&self, next: &Self) -> bool {
        self == next || !self.is_final() || next.is_undocumented()
    }

    fn is_undocumented(&self) -> bool {
        matches!(
            self,
            Self::ExternalProcessing
                | Self::ExternalError
                | Self::InternalError
                | Self::Expired
                | Self::Other(_)
        )
    }
}
