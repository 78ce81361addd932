//! The `general` object of a request: project, payment, addresses for callbacks.

use ecommpay_model::PaymentId;

use crate::Merchant;
use crate::members::Members;

pub(crate) const GENERAL: &[&str] = &[
    "project_id",
    "payment_id",
    "merchant_callback_url",
    "merchant_success_callback_url",
    "merchant_decline_callback_url",
    "terminal_callback_url",
    "referrer_url",
];

/// The root member with the number of an integration.
pub(crate) const INTERFACE_TYPE: &str = "interface_type";

/// The members of `general` for this payment, with the addresses set in `urls`.
pub(crate) fn general(merchant: &Merchant, payment_id: &PaymentId, urls: &Members) -> Members {
    let mut general = urls.clone();
    general.integer("project_id", merchant.project_id().value());
    general.text("payment_id", payment_id.as_str());
    general
}
