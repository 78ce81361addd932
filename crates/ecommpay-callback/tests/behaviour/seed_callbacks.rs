//! Every callback sample of the seeds, signed with a test key, from bytes to state.

use ecommpay_callback::{
    ExpectedOrder, Extent, NextAction, PaidSum, PaymentState, Standing, Transition, Verdict,
};
use ecommpay_model::PaymentStatus;

use crate::support::{callback, money, payment, project, seed};

/// What the text around a sample says.
struct Expected {
    project_id: Option<u32>,
    payment_id: &'static str,
    /// The sum of the order, in minor units.
    order: i64,
    currency: &'static str,
    status: PaymentStatus,
    next: Next,
    standing: Standing,
}

enum Next {
    Paid,
    Declined(&'static str),
    Refunded {
        extent: Extent,
        sum: i64,
        remaining: i64,
    },
    RefundDeclined(&'static str),
}

fn check(id: &str, expected: &Expected) {
    let callback = callback(&seed(id));
    assert_eq!(
        callback.project_id().map(|it| it.value()),
        expected.project_id,
        "{id}"
    );
    assert_eq!(
        callback.payment_id(),
        Some(&payment(expected.payment_id)),
        "{id}"
    );
    assert_eq!(callback.status(), Some(&expected.status), "{id}");

    let amount = |minor| money(minor, expected.currency);
    match (callback.next(), &expected.next) {
        (NextAction::Paid { sum }, Next::Paid) => assert_eq!(sum, Some(amount(expected.order))),
        (NextAction::Declined(reason), Next::Declined(code))
        | (NextAction::RefundDeclined(reason), Next::RefundDeclined(code)) => {
            assert_eq!(reason.code().map(|it| it.as_str()), Some(*code), "{id}");
            let registered = reason.code().and_then(|it| it.known()).map(|it| it.message);
            assert_eq!(reason.message(), registered, "{id}");
        }
        (
            NextAction::Refunded(returned),
            Next::Refunded {
                extent,
                sum,
                remaining,
            },
        ) => {
            assert_eq!(returned.extent(), *extent, "{id}");
            assert_eq!(returned.sum(), Some(amount(*sum)), "{id}");
            assert_eq!(returned.remaining(), Some(amount(*remaining)), "{id}");
        }
        (next, _) => panic!("{id}: {next:?}"),
    }

    let project_id = project(expected.project_id.unwrap_or(201));
    let order = ExpectedOrder::new(
        project_id,
        payment(expected.payment_id),
        amount(expected.order),
    );
    let mut state = PaymentState::new(project_id, order.payment_id().clone());
    assert_eq!(state.transition(&callback), Transition::First, "{id}");
    assert_eq!(
        order.check_against(&state, &callback),
        Ok(Verdict::Matches),
        "{id}"
    );
    state.apply_callback(&callback).unwrap();
    assert_eq!(state.standing(), expected.standing, "{id}");
    assert_eq!(state.status(), Some(&expected.status), "{id}");
    assert_eq!(order.check_state(&state), Ok(Verdict::Matches), "{id}");
    assert_eq!(state.transition(&callback), Transition::Repeated, "{id}");
    assert_eq!(state.conflicts(), [], "{id}");
    assert_eq!(state.operations().len(), 1, "{id}");
}

#[test]
fn alipay_sale() {
    check(
        "alipay-callback-sale-success",
        &Expected {
            project_id: Some(201),
            payment_id: "ECT_TEST_155125514200636",
            order: 1000,
            currency: "CNY",
            status: PaymentStatus::Success,
            next: Next::Paid,
            standing: Standing::Paid,
        },
    );
}

/// The printed text has lost its head, and with it the project.
#[test]
fn alipay_sale_declined() {
    check(
        "alipay-callback-sale-decline",
        &Expected {
            project_id: None,
            payment_id: "ECT_TEST_1551103453746538344",
            order: 10_000,
            currency: "CNY",
            status: PaymentStatus::Decline,
            next: Next::Declined("20105"),
            standing: Standing::Declined,
        },
    );
}

#[test]
fn alfa_click_sale() {
    check(
        "alfa-click-callback-sale-success",
        &Expected {
            project_id: Some(386),
            payment_id: "EP1bb6-c379",
            order: 10_000,
            currency: "RUB",
            status: PaymentStatus::Success,
            next: Next::Paid,
            standing: Standing::Paid,
        },
    );
}

#[test]
fn alfa_click_sale_declined() {
    check(
        "alfa-click-callback-sale-decline",
        &Expected {
            project_id: Some(386),
            payment_id: "EP1bb6-c379",
            order: 10_000,
            currency: "RUB",
            status: PaymentStatus::Decline,
            next: Next::Declined("20105"),
            standing: Standing::Declined,
        },
    );
}

/// The printed sum is what is left, so the purchase was one of 600.00.
#[test]
fn alfa_click_partial_refund() {
    check(
        "alfa-click-callback-refund-success",
        &Expected {
            project_id: Some(386),
            payment_id: "EP1bb6-c379",
            order: 60_000,
            currency: "RUB",
            status: PaymentStatus::PartiallyRefunded,
            next: Next::Refunded {
                extent: Extent::Partial,
                sum: 10_000,
                remaining: 50_000,
            },
            standing: Standing::PartiallyRefunded,
        },
    );
}

#[test]
fn alfa_click_refund_declined() {
    check(
        "alfa-click-callback-refund-decline",
        &Expected {
            project_id: Some(386),
            payment_id: "EP1bb6-c379",
            order: 50_000,
            currency: "RUB",
            status: PaymentStatus::Success,
            next: Next::RefundDeclined("3283"),
            standing: Standing::Paid,
        },
    );
}

#[test]
fn wallet_partner_sale() {
    check(
        "wallet-partner-callback-sale-success",
        &Expected {
            project_id: Some(197),
            payment_id: "TEST_wallet-partner_333",
            order: 15_000,
            currency: "INR",
            status: PaymentStatus::Success,
            next: Next::Paid,
            standing: Standing::Paid,
        },
    );
}

#[test]
fn wallet_partner_sale_declined() {
    check(
        "wallet-partner-callback-sale-decline",
        &Expected {
            project_id: Some(197),
            payment_id: "TEST_130670",
            order: 100,
            currency: "INR",
            status: PaymentStatus::Decline,
            next: Next::Declined("20000"),
            standing: Standing::Declined,
        },
    );
}

#[test]
fn wallet_partner_full_refund() {
    check(
        "wallet-partner-callback-refund-success",
        &Expected {
            project_id: Some(197),
            payment_id: "TEST_554862",
            order: 35_000,
            currency: "INR",
            status: PaymentStatus::Refunded,
            next: Next::Refunded {
                extent: Extent::Full,
                sum: 35_000,
                remaining: 0,
            },
            standing: Standing::Refunded,
        },
    );
}

#[test]
fn wallet_partner_refund_declined() {
    check(
        "wallet-partner-callback-refund-decline",
        &Expected {
            project_id: Some(197),
            payment_id: "TEST_554863",
            order: 35_000,
            currency: "INR",
            status: PaymentStatus::Success,
            next: Next::RefundDeclined("3283"),
            standing: Standing::Paid,
        },
    );
}

#[test]
fn a_refund_heard_of_alone_tells_the_least_that_was_paid() {
    let cases = [
        (
            "alfa-click-callback-refund-success",
            60_000,
            10_000,
            50_000,
            "RUB",
        ),
        (
            "wallet-partner-callback-refund-success",
            35_000,
            35_000,
            0,
            "INR",
        ),
    ];
    for (id, paid, returned, remaining, currency) in cases {
        let amounts = crate::support::folded([&callback(&seed(id))]).amounts();
        assert_eq!(
            amounts.paid(),
            Some(PaidSum::AtLeast(money(paid, currency)))
        );
        assert_eq!(amounts.returned(), Some(money(returned, currency)));
        assert_eq!(amounts.remaining(), Some(money(remaining, currency)));
    }
}

#[test]
fn the_merchants_refund_id_is_found_at_its_refund() {
    let state =
        crate::support::folded([&callback(&seed("wallet-partner-callback-refund-success"))]);
    let refunds = state.refunds();
    assert_eq!(refunds[0].merchant_refund_id(), Some("TEST_554862"));
    assert_eq!(refunds[0].sum(), Some(money(35_000, "INR")));
    assert_eq!(refunds[0].id().value(), 90_266_010_010_271);
}
