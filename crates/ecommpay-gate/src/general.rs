//! The `general` object of a request: project, payment, addresses for callbacks.

use ecommpay_model::PaymentId;

use crate::build_error::BuildRule;
use crate::members::Members;
use crate::{BuildError, Merchant};

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

/// Characters an address in `general` may have.
const URL_LIMIT: usize = 255;

/// The members of `general` for this payment, with the addresses set in `urls`.
pub(crate) fn general(
    merchant: &Merchant,
    payment_id: &PaymentId,
    urls: &Members,
) -> Result<Members, BuildError> {
    for (name, url) in urls.iter() {
        let seen = url.as_str().map_or(0, |url| url.chars().count());
        if seen > URL_LIMIT {
            let rule = BuildRule::TooLong {
                limit: URL_LIMIT,
                seen,
            };
            return Err(BuildError::rule(format!("general.{name}"), rule));
        }
    }
    let mut general = urls.clone();
    general.integer("project_id", merchant.project_id().value());
    general.text("payment_id", payment_id.as_str());
    Ok(general)
}
