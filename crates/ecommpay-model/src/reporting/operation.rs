//! Answer to `/operations/get`.

use crate::body::body;
use crate::currency::Currency;
use crate::identifier::{CustomerId, OperationId, PaymentId, ProjectId};
use crate::kind::OperationType;
use crate::open::open_enum;
use crate::status::{OperationStatus, PaymentStatus};
use crate::sum::Sum;
use crate::text::PrivateText;
use crate::timestamp::ReceivedDate;

body! {
    /// A page of the operations of a period.
    ///
    /// ```
    /// use ecommpay_model::reporting::OperationsReport;
    /// use ecommpay_model::{Currency, Money, OperationStatus};
    ///
    /// let report: OperationsReport = serde_json::from_str(
    ///     r#"{"operations": [{"operation_id": "20891000000045", "operation_status": "success",
    ///         "sum_initial": {"amount": 1000, "currency": "CNY"}}], "signature": "…"}"#,
    /// )?;
    /// let operation = &report.operations[0];
    /// assert_eq!(operation.status, Some(OperationStatus::Success));
    /// let sum = operation.sum_initial.as_ref().and_then(|sum| sum.money());
    /// assert_eq!(sum, Money::new(1000, Currency::CNY).ok());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    OperationsReport {
        /// The operations.
        operations: Vec<ReportedOperation> = "operations",
        /// Signature of the answer. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

body! {
    /// One operation of a period, with the members that were asked for.
    ReportedOperation {
        /// The merchant's project.
        project_id: Option<ProjectId> = "project_id",
        /// The platform's identifier of the operation, a text here; see
        /// [`ReportedOperation::callback_id`].
        operation_id: Option<String> = "operation_id",
        /// The merchant's identifier of the payment.
        payment_id: Option<PaymentId> = "payment_id",
        /// What was done: sale, refund and so on.
        kind: Option<OperationType> = "operation_type",
        /// How far the operation is.
        status: Option<OperationStatus> = "operation_status",
        /// Masked card, wallet and the like.
        account_number: Option<PrivateText> = "account_number",
        /// IP address of the customer.
        customer_ip: Option<PrivateText> = "customer_ip",
        /// Name of the payment method.
        payment_method_name: Option<String> = "payment_method_name",
        /// Kind of the payment method.
        payment_method_type: Option<String> = "payment_method_type",
        /// Description of the payment.
        payment_description: Option<String> = "payment_description",
        /// When the operation began.
        created_at: Option<ReceivedDate> = "operation_created_at",
        /// When it ended; before that an empty text, of which there is no timestamp.
        completed_at: Option<ReceivedDate> = "operation_completed_at",
        /// The provider's date, possibly of another time zone.
        provider_date: Option<ReceivedDate> = "provider_date",
        /// When it was sent to clearing; often empty.
        shipment_date: Option<ReceivedDate> = "shipment_date",
        /// The sum asked for.
        sum_initial: Option<Sum> = "sum_initial",
        /// The same in the currency of the provider.
        sum_converted: Option<Sum> = "sum_converted",
        /// Acquirer reference number of a card payment.
        arn: Option<String> = "arn",
        /// Retrieval reference number of a card payment.
        rrn: Option<String> = "rrn",
        /// The provider's own result code.
        provider_code: Option<String> = "payment_provider_code",
        /// The provider's own text to it.
        provider_message: Option<String> = "payment_provider_message",

        // from here on only if asked for by name
        /// Name of the acquiring bank.
        acquirer_bank_name: Option<String> = "acquirer_bank_name",
        /// Authorisation code.
        auth_code: Option<PrivateText> = "auth_code",
        /// Postal code of an address check.
        avs_post_code: Option<PrivateText> = "avs_post_code",
        /// Result of an address check.
        avs_result: Option<String> = "avs_result",
        /// Street of an address check.
        avs_street_address: Option<PrivateText> = "avs_street_address",
        /// The platform's identifier of the balance.
        balance_id: Option<String> = "balance_id",
        /// Name of the card's issuer.
        bank_name: Option<String> = "bank_name",
        /// First digits of the card's number.
        bin: Option<PrivateText> = "bin",
        /// Whether the card takes part in 3-D Secure: `E`, `N` or `U`.
        card_enroll_check: Option<String> = "card_enroll_check",
        /// Name on the card.
        card_holder: Option<PrivateText> = "card_holder",
        /// Name of the card's product.
        card_product_name: Option<String> = "card_product_name",
        /// Token of the card.
        card_token: Option<PrivateText> = "card_token",
        /// What has been refunded, in minor units.
        completed_refund: Option<i64> = "completed_refund",
        /// Country of the customer's IP address.
        country_by_ip: Option<String> = "country_by_ip",
        /// Country of the card's issuer.
        country_by_bin: Option<String> = "country_by_bin",
        /// Rate from the initial to the converted sum.
        currency_rate: Option<String> = "currency_rate",
        /// E-mail address of the customer.
        customer_email: Option<PrivateText> = "customer_email",
        /// The merchant's identifier of the customer.
        customer_id: Option<CustomerId> = "customer_id",
        /// Electronic commerce indicator of a card payment.
        eci: Option<String> = "eci",
        /// When the card expires.
        expiration_date: Option<PrivateText> = "expiration_date",
        /// Name of the merchant's legal entity.
        legal_entity_name: Option<String> = "legal_entity_name",
        /// The platform's identifier of the merchant.
        merchant_id: Option<String> = "merchant_id",
        /// Currency of the payment.
        payment_currency: Option<Currency> = "payment_currency",
        /// Kind of the payment.
        payment_type: Option<ReportedPaymentType> = "payment_type",
        /// Name of the merchant's project.
        project_name: Option<String> = "project_name",
        /// Address of the merchant's project.
        project_url: Option<String> = "project_url",
        /// The provider's identifier of the payment.
        provider_payment_id: Option<String> = "provider_payment_id",
        /// The platform's identifier of the recurring agreement.
        recurring_id: Option<String> = "recurring_id",
        /// Whether a recurring agreement was registered.
        recurring_register: Option<ReportedFlag> = "recurring_register",
        /// Until when the recurring agreement holds.
        recurring_valid_thru: Option<String> = "recurring_valid_thru",
        /// What can still be refunded; the unit is not documented, that of its sibling
        /// `completed_refund` is the minor one.
        remaining_refund: Option<i64> = "remaining_refund",
        /// Whether 3-D Secure was used.
        secure_3ds_check: Option<ReportedFlag> = "secure_3ds_check",
        /// When the payment ended.
        payment_completed_at: Option<ReceivedDate> = "transaction_completed_at",
        /// When the payment began.
        payment_created_at: Option<ReceivedDate> = "transaction_created_at",
        /// How far the payment is.
        payment_status: Option<PaymentStatus> = "transaction_status",
    }
}

impl ReportedOperation {
    /// The identifier as callbacks write it, a number.
    #[must_use]
    pub fn callback_id(&self) -> Option<OperationId> {
        self.operation_id.as_deref()?.parse().ok()
    }
}

open_enum! {
    /// Kind of a payment by its number (`payment_type` of the Data API), an open enum: unknown
    /// numbers are kept.
    ReportedPaymentType {
        /// `3`: a purchase in one step.
        Sale = "3",
        /// `31`: a purchase in two steps.
        TwoStep = "31",
        /// `6`: a payment repeated by agreement.
        Recurring = "6",
        /// `24`: a transfer.
        Transfer = "24",
        /// `11`: a payout.
        Payout = "11",
    }
}

open_enum! {
    /// Yes or no as the Data API writes it, an open enum: unknown texts are kept.
    ReportedFlag {
        /// `0`.
        No = "0",
        /// `1`.
        Yes = "1",
    }
}
