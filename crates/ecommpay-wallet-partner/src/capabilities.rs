//! What wallet-partner can do, as its page states it.

use ecommpay_gate::{AmountLimit, Capabilities, Conversion, Handoff, Interface, Time};
use ecommpay_model::{Country, Currency};

/// What wallet-partner can do (seed 003: characteristics, main operations).
pub const CAPABILITIES: Capabilities = Capabilities::new(
    "wallet-partner",
    "Wallets through a partner (India)",
    "digital wallets through a partner",
)
.countries(&[Country::IN])
.currencies(&[Currency::INR])
.conversion(Conversion::ByThePlatform)
.limits(&[AmountLimit::between(Currency::INR, 100, 40_000_000)])
.purchases(&[Interface::PaymentPage, Interface::Gate])
.full_refunds(&[Interface::Gate])
.times(Time::NotStated, Time::NotStated)
.handoffs(&[Handoff::Redirect])
.sources(&["seed 003 (ru)"], &["the page has no section about tests"]);
