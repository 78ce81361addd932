//! The `general` object of a request: project, payment, addresses for callbacks.

use ecommpay_model::PaymentId;

use crate::Merchant;
use crate::members::Members;
use crate::ordered::Scalar;
use crate::section::{Section, section};

pub(crate) const GENERAL: &Section = &section!("general", depth 1, "general", "general:", [
    "project_id",
    "payment_id",
    "merchant_callback_url",
    "merchant_success_callback_url",
    "merchant_decline_callback_url",
    "terminal_callback_url",
    "referrer_url",
]);

/// The root member with the number of an integration.
pub(crate) const INTERFACE_TYPE: &str = "interface_type";

/// The members of `general` for this payment, with the addresses set in `urls`.
pub(crate) fn general(merchant: &Merchant, payment_id: &PaymentId, urls: &Members) -> Members {
    let mut general = urls.clone();
    general.integer("project_id", merchant.project_id().value());
    general.text("payment_id", payment_id.as_str());
    general
}

/// The members of `general` that every request about a payment has, in the order of the section.
pub(crate) fn own_members<'r>(
    merchant: &Merchant,
    payment_id: &'r PaymentId,
) -> [(&'static str, Scalar<'r>); 2] {
    let project = i64::from(merchant.project_id().value());
    [
        ("project_id", Scalar::Integer(project)),
        ("payment_id", Scalar::Text(payment_id.as_str())),
    ]
}
