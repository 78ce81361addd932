//! What Alipay can do, as its page states it.

use std::time::Duration;

use ecommpay_gate::{
    AmountLimit, Capabilities, Conversion, Handoff, Interface, TestOutcome, TestRules, Time,
};
use ecommpay_model::{Country, Currency};

/// What Alipay can do (seeds 000 and 002: overview, operations support, testing).
pub const CAPABILITIES: Capabilities = Capabilities::new("alipay", "Alipay", "digital wallet")
    .countries(&[Country::CN])
    .currencies(&[
        Currency::AUD,
        Currency::CAD,
        Currency::CNY,
        Currency::EUR,
        Currency::GBP,
        Currency::HKD,
        Currency::JPY,
        Currency::SGD,
        Currency::USD,
    ])
    .conversion(Conversion::None)
    .limits(&[
        AmountLimit::between(Currency::CNY, 1_000, 500_000),
        AmountLimit::at_least(Currency::USD, 100),
    ])
    .purchases(&[
        Interface::PaymentPage,
        Interface::Gate,
        Interface::Dashboard,
    ])
    .full_refunds(&[Interface::Gate, Interface::Dashboard])
    .partial_refunds(&[Interface::Gate, Interface::Dashboard])
    .times(
        Time::UpTo(Duration::from_secs(60 * 60)),
        Time::AskTheManager,
    )
    .special_lifetime(Duration::from_secs(30 * 60))
    .handoffs(&[Handoff::Redirect, Handoff::QrCode])
    .test(TestRules::new(
        TestOutcome::DeclinedAmounts(&[40_000, 40_400]),
        TestOutcome::DeclinedAmounts(&[50_000, 50_500]),
    ))
    .sources(
        &["seed 000 (ru)", "seed 002 (en)"],
        &[
            "currencies and refunds of a project are confirmed by the account manager",
            "in some cases a payment lives 30 minutes",
            "the provider decides between redirect and QR code",
        ],
    );
