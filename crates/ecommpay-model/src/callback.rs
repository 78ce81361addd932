//! The body of a payment callback, and what it shares with status answers.

use crate::acknowledgement::ErrorItem;
use crate::authentication::{Acs, RecurringInfo, Resend, ThreeDs2};
use crate::body::body;
use crate::clarification::ClarificationFields;
use crate::hand_off::{DisplayItem, RedirectData};
use crate::identifier::{CustomerId, MerchantRefundId, PaymentId, ProjectId};
use crate::json::{Json, JsonObject};
use crate::kind::{MethodCode, PaymentType};
use crate::operation_info::OperationInfo;
use crate::status::PaymentStatus;
use crate::sum::{Fee, Sum};
use crate::text::PrivateText;
use crate::timestamp::ReceivedDate;

body! {
    /// A payment callback in the platform's default format.
    ///
    /// Any JSON object can be read; a known member whose value makes no sense stays in `other`, and
    /// [`CallbackBody::unread`] names it. Look at [`PaymentInfo::id`] first: a callback without it
    /// is about no payment.
    ///
    /// Reading evens out how numbers and texts are written where the platform writes now one, now
    /// the other (identifiers, codes, amounts). The bytes of the callback remain the record.
    ///
    /// ```
    /// use ecommpay_model::callback::CallbackBody;
    /// use ecommpay_model::PaymentStatus;
    ///
    /// let body: CallbackBody = serde_json::from_str(
    ///     r#"{"project_id": 386, "payment": {"id": "EP1bb6-c379", "status": "success"},
    ///         "brand_new": 1, "signature": "…"}"#,
    /// )?;
    /// assert_eq!(body.payment.status, Some(PaymentStatus::Success));
    /// assert!(body.other.get("brand_new").is_some());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    CallbackBody {
        /// The merchant's project.
        project_id: Option<ProjectId> = "project_id",
        /// The payment.
        payment: PaymentInfo = "payment",
        /// The account or card paid with.
        account: Option<AccountInfo> = "account",
        /// The customer.
        customer: Option<CustomerInfo> = "customer",
        /// The operation that caused the callback; absent when the payment's status is `error`.
        operation: Option<OperationInfo> = "operation",
        /// What was wrong with the request.
        errors: Vec<ErrorItem> = "errors",
        /// Where the customer has to be sent. An old format spells it `redirectData`.
        redirect_data: Option<RedirectData> = "redirect_data" | "redirectData",
        /// What the customer has to be shown.
        display_data: Vec<DisplayItem> = "display_data",
        /// Which data the platform still wants.
        clarification_fields: Option<ClarificationFields> = "clarification_fields",
        /// What is left for one-time codes.
        resend: Option<Resend> = "resend",
        /// 3-D Secure 1.
        acs: Option<Acs> = "acs",
        /// 3-D Secure 2.
        threeds2: Option<ThreeDs2> = "threeds2",
        /// A recurring agreement.
        recurring: Option<RecurringInfo> = "recurring",
        /// What else the provider said; `new_attempt_time` for one-time codes.
        provider_extra_fields: JsonObject = "provider_extra_fields",
        /// Result of an address check.
        avs_result: Option<Json> = "avs_result",
        /// Retrieval reference number of a card payment.
        rrn: Option<String> = "rrn",
        /// Decision of a risk check.
        decision: Option<Json> = "decision",
        /// Description of the operation, for refunds, where support has switched it on.
        operation_description: Option<String> = "operation_description",
        /// Signature of the callback. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

body! {
    /// The payment of a callback or status answer (`payment`).
    PaymentInfo {
        /// The merchant's identifier of the payment.
        id: Option<PaymentId> = "id",
        /// Kind of the payment; `purchase` also in refund callbacks.
        kind: Option<PaymentType> = "type",
        /// How far the payment is.
        status: Option<PaymentStatus> = "status",
        /// When the status changed last.
        date: Option<ReceivedDate> = "date",
        /// Method paid with.
        method: Option<MethodCode> = "method",
        /// What was paid; in refund callbacks what can still be refunded.
        sum: Option<Sum> = "sum",
        /// Description of the purchase, also in refund callbacks.
        description: Option<String> = "description",
        /// The merchant's identifier of the refund.
        merchant_refund_id: Option<MerchantRefundId> = "merchant_refund_id",
        /// Region of the payment.
        region: Option<String> = "region",
        /// Fee of the payment.
        operation_fee: Option<Fee> = "operation_fee",
        /// What can still be refunded of a purchase with several operations.
        remaining_refund: Option<Json> = "remaining_refund",
        /// Whether the customer may try again (project option).
        is_new_attempts_available: Option<bool> = "is_new_attempts_available",
        /// Seconds left for another attempt (project option).
        attempts_timeout: Option<i64> = "attempts_timeout",
        /// Whether another provider is tried with another redirect (project option).
        cascading_with_redirect: Option<bool> = "cascading_with_redirect",
    }
}

body! {
    /// The account or card paid with (`account`).
    AccountInfo {
        /// Number of the account, masked for cards.
        number: Option<PrivateText> = "number",
        /// Token of the account.
        token: Option<PrivateText> = "token",
        /// When the token was made.
        token_created_at: Option<ReceivedDate> = "token_created_at",
        /// Brand of a card.
        kind: Option<String> = "type",
        /// Name on a card.
        card_holder: Option<PrivateText> = "card_holder",
        /// Month of expiry, two digits.
        expiry_month: Option<String> = "expiry_month",
        /// Year of expiry, four digits.
        expiry_year: Option<String> = "expiry_year",
        /// The platform's identifier of the account.
        id: Option<String> = "id",
    }
}

body! {
    /// The customer of a callback or status answer (`customer`).
    CustomerInfo {
        /// The merchant's identifier of the customer.
        id: Option<CustomerId> = "id",
        /// Phone number.
        phone: Option<PrivateText> = "phone",
        /// E-mail address.
        email: Option<PrivateText> = "email",
        /// First name.
        first_name: Option<PrivateText> = "first_name",
        /// Last name.
        last_name: Option<PrivateText> = "last_name",
    }
}
