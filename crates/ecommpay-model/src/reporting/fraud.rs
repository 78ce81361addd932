//! Answer to `/fraud/list`.

use crate::body::body;
use crate::currency::Currency;
use crate::identifier::{CustomerId, OperationId, PaymentId, ProjectId};
use crate::local_date_time::LocalDateTime;
use crate::locale::Country;
use crate::money::Money;
use crate::text::PrivateText;

body! {
    /// Operations that payment systems reported as fraud; those the platform itself flagged are not
    /// among them.
    FraudReport {
        /// The operations.
        operations: Vec<FraudOperation> = "operations",
        /// Signature of the answer. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

body! {
    /// One operation reported as fraud.
    ///
    /// No date of this list names its time zone, and the documentation does not either.
    FraudOperation {
        /// The merchant's identifier of the payment.
        payment_id: Option<PaymentId> = "payment_id",
        /// The platform's identifier of the operation, a number here.
        operation_id: Option<OperationId> = "operation_id",
        /// The sum in major units with decimals, such as `180.00`; see [`FraudOperation::money`].
        amount: Option<String> = "tr_amount",
        /// Currency of the amount.
        currency: Option<Currency> = "tr_ccy",
        /// Masked card, wallet and the like.
        account_number: Option<PrivateText> = "account_number",
        /// Kind of the payment method.
        payment_method_type: Option<String> = "payment_method_type",
        /// When the row changed last.
        row_updated_at: Option<LocalDateTime> = "row_updated_at",
        /// The merchant's identifier of the customer.
        customer_id: Option<CustomerId> = "customer_id",
        /// Name of the merchant's project.
        project_name: Option<String> = "project_name",
        /// The merchant's project.
        project_id: Option<ProjectId> = "project_id",
        /// Acquirer reference number of a card payment.
        arn: Option<String> = "arn",
        /// Kind of fraud.
        fraud_type: Option<String> = "fraud_type",
        /// Day of the report, `YYYY-MM-DD`.
        fraud_report_date: Option<String> = "fraud_report_date",
        /// Country of the card's issuer, two letters.
        issuer_country: Option<Country> = "issuer_country",
        /// When the report came in; its form is not documented.
        received_on: Option<String> = "received_on",
        /// When the purchase was made; its form is not documented.
        purchase_date: Option<String> = "purchase_date",
        /// The sum in US dollars, major units with decimals; see [`FraudOperation::usd`].
        amount_in_usd: Option<String> = "channel_amount_in_usd",
        /// Name of the card's issuer.
        issuer_bank_name: Option<String> = "issuer_bank_name",
        /// First digits of the card's number.
        bin: Option<PrivateText> = "bin",
        /// Country of the customer's IP address.
        country_by_ip: Option<String> = "country_by_ip",
        /// E-mail address of the customer.
        customer_email: Option<PrivateText> = "customer_email",
        /// Days from the purchase to the report.
        days_to_report: Option<i64> = "report_and_purchase_date_difference",
    }
}

impl FraudOperation {
    /// The sum; nothing if a part is missing or the amount is no exact number of minor units.
    ///
    /// ```
    /// use ecommpay_model::reporting::FraudOperation;
    /// use ecommpay_model::{Currency, Money};
    ///
    /// let text = r#"{"tr_amount": "180.00", "tr_ccy": "EUR"}"#;
    /// let operation: FraudOperation = serde_json::from_str(text)?;
    /// assert_eq!(operation.money(), Money::new(18_000, Currency::EUR).ok());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        exact_money(self.amount.as_deref()?, self.currency?)
    }

    /// The sum in US dollars; nothing if it is missing or no exact number of cents.
    #[must_use]
    pub fn usd(&self) -> Option<Money> {
        exact_money(self.amount_in_usd.as_deref()?, Currency::USD)
    }
}

/// Reads an amount in major units whose decimals may go beyond the currency's, if they are zeros
/// there (`200.00` JPY).
fn exact_money(text: &str, currency: Currency) -> Option<Money> {
    let digits = usize::from(currency.exponent());
    let exact = match text.split_once('.') {
        Some((whole, fraction)) if fraction.len() > digits => {
            let (kept, beyond) = fraction.split_at_checked(digits)?;
            if beyond.bytes().any(|byte| byte != b'0') {
                return None;
            }
            &text[..whole.len() + if kept.is_empty() { 0 } else { 1 + kept.len() }]
        }
        _ => text,
    };
    Money::from_decimal(exact, currency).ok()
}
