//! What Alfa-Click can do, as its page states it.

use std::time::Duration;

use ecommpay_gate::{
    AmountLimit, Capabilities, Conversion, Handoff, Interface, TestOutcome, TestRules, Time,
};
use ecommpay_model::{Country, Currency};

/// What Alfa-Click can do (seed 001: characteristics, main operations, testing).
pub const CAPABILITIES: Capabilities = Capabilities::new(
    "alfa-click",
    "Alfa-Click",
    "online banking",
)
.countries(&[Country::RU, Country::KZ])
.currencies(&[Currency::EUR, Currency::KZT, Currency::RUB, Currency::USD])
.conversion(Conversion::NotStated)
.limits(&[AmountLimit::at_least(Currency::RUB, 100)])
.purchases(&[Interface::PaymentPage, Interface::Gate])
.full_refunds(&[Interface::Gate])
.partial_refunds(&[Interface::Gate])
.times(Time::NotStated, Time::NotStated)
.special_lifetime(Duration::from_secs(7 * 24 * 60 * 60))
.handoffs(&[Handoff::Redirect, Handoff::Instruction])
.test(
    TestRules::new(
        TestOutcome::DeclinedAmounts(&[40_000, 40_400]),
        TestOutcome::NotDocumented,
    )
    .only_in(&[Currency::RUB])
    .emulator_timeout(Duration::from_secs(30 * 60)),
)
.sources(
    &["seed 001 (ru)"],
    &[
        "redirect or instruction is agreed with the account manager",
        "with an instruction, the bank's invoice is valid for 7 days",
        "a newer page allows test refunds within one day after the purchase; its amounts are lost",
    ],
);
