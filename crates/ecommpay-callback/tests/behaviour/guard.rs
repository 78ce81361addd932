//! The order guard: field by field, amount by amount, transition by transition.

use ecommpay_callback::{ExpectedOrder, Mismatch, PaymentState, Transition, Verdict};
use ecommpay_model::{Currency, PaymentStatus};
use serde_json::{Value, json};

use crate::support::{callback, folded, money, payment, project, seed, with};

fn order() -> ExpectedOrder {
    ExpectedOrder::new(
        project(201),
        payment("ECT_TEST_155125514200636"),
        money(1000, "CNY"),
    )
}

fn paid() -> Value {
    seed("alipay-callback-sale-success")
}

fn check(body: &Value) -> Result<Verdict, Mismatch> {
    let callback = callback(body);
    let verdict = order().check(&callback);
    // A state that knows only this callback stands to the order alike.
    if let Ok(verdict) = verdict {
        let mut state = PaymentState::new(project(201), order().payment_id().clone());
        state.apply_callback(&callback).unwrap();
        assert_eq!(order().check_state(&state), Ok(verdict), "{body}");
    }
    verdict
}

#[test]
fn every_field_is_compared() {
    assert_eq!(check(&paid()), Ok(Verdict::Matches));
    let cases = [
        (
            with(&paid(), [("/project_id", json!(202))]),
            Mismatch::Project {
                expected: project(201),
                seen: project(202),
            },
            "project_id must be 201 as in the order, but is 202",
        ),
        (
            with(
                &paid(),
                [("/payment/id", json!("ECT_TEST_155125514200637"))],
            ),
            Mismatch::Payment,
            "payment.id names another payment than the order",
        ),
        (
            with(&paid(), [("/payment/sum/currency", json!("USD"))]),
            Mismatch::Currency {
                expected: Currency::CNY,
                seen: Currency::USD,
            },
            "payment.sum.currency must be CNY as in the order, but is USD",
        ),
        (
            with(&paid(), [("/payment/id", json!(null))]),
            Mismatch::Missing {
                field: "payment.id",
            },
            "payment.id is needed to compare with the order, but missing",
        ),
        (
            with(&paid(), [("/payment/sum", json!({}))]),
            Mismatch::Missing {
                field: "payment.sum",
            },
            "payment.sum is needed to compare with the order, but missing",
        ),
        (
            with(&paid(), [("/payment/sum/amount", json!(-1000))]),
            Mismatch::Missing {
                field: "payment.sum",
            },
            "payment.sum is needed to compare with the order, but missing",
        ),
    ];
    for (body, mismatch, text) in cases {
        assert_eq!(mismatch.to_string(), text);
        assert!(text.starts_with(mismatch.field()));
        assert_eq!(check(&body), Err(mismatch), "{body}");
    }
}

#[test]
fn a_payment_id_is_compared_as_the_platform_does() {
    let body = with(
        &paid(),
        [("/payment/id", json!("ect_test_155125514200636"))],
    );
    assert_eq!(check(&body), Ok(Verdict::Matches));
}

#[test]
fn a_callback_without_a_project_is_of_the_keys_own() {
    let mut body = paid();
    body.as_object_mut().unwrap().remove("project_id");
    assert_eq!(check(&body), Ok(Verdict::Matches));
}

#[test]
fn another_amount_is_an_event_of_its_own() {
    for amount in [900, 1100, 0] {
        let body = with(&paid(), [("/payment/sum/amount", json!(amount))]);
        let differs = Verdict::AmountDiffers {
            expected: money(1000, "CNY"),
            paid: money(amount, "CNY"),
        };
        assert_eq!(check(&body), Ok(differs));
    }
}

#[test]
fn the_amount_counts_once_money_was_taken() {
    for status in [
        "processing",
        "awaiting redirect result",
        "decline",
        "awaiting moon",
    ] {
        let body = with(
            &paid(),
            [
                ("/payment/status", json!(status)),
                ("/operation/status", json!(status)),
                ("/payment/sum/amount", json!(1)),
            ],
        );
        assert_eq!(check(&body), Ok(Verdict::Matches), "{status}");
    }
}

#[test]
fn a_refund_is_compared_with_what_it_leaves() {
    let refund = |left: i64, returned: i64| {
        with(
            &paid(),
            [
                (
                    "/payment/status",
                    json!(if left == 0 {
                        "refunded"
                    } else {
                        "partially refunded"
                    }),
                ),
                ("/payment/sum/amount", json!(left)),
                ("/operation/type", json!("refund")),
                ("/operation/sum_initial/amount", json!(returned)),
            ],
        )
    };
    assert_eq!(check(&refund(400, 600)), Ok(Verdict::Matches));
    // An earlier refund of 300 may still be out.
    assert_eq!(check(&refund(400, 300)), Ok(Verdict::Matches));
    let too_much = Verdict::AmountDiffers {
        expected: money(1000, "CNY"),
        paid: money(1001, "CNY"),
    };
    assert_eq!(check(&refund(401, 600)), Ok(too_much));
    let far_too_much = check(&refund(9_999_999_999_999, 9_999_999_999_999));
    assert!(
        matches!(far_too_much, Ok(Verdict::AmountDiffers { .. })),
        "{far_too_much:?}"
    );
}

#[test]
fn a_state_of_another_payment_is_refused() {
    let state = folded([&callback(&seed("alfa-click-callback-sale-success"))]);
    assert!(matches!(
        order().check_state(&state),
        Err(Mismatch::Project { .. })
    ));
    let state = PaymentState::new(project(201), payment("another"));
    assert_eq!(order().check_state(&state), Err(Mismatch::Payment));
    let state = PaymentState::new(project(201), payment("ECT_TEST_155125514200636"));
    assert_eq!(order().check_state(&state), Ok(Verdict::Matches));
}

/// The payment in one status after another; what the second would do to the first.
fn transition(from: &str, to: &str) -> Transition {
    let told = |status: &str, second: u8| {
        let mut body = with(
            &paid(),
            [
                ("/payment/status", json!(status)),
                (
                    "/payment/date",
                    json!(format!("2019-02-27T16:01:{second:02}+0000")),
                ),
            ],
        );
        body.as_object_mut().unwrap().remove("operation");
        callback(&body)
    };
    let state = folded([&told(from, 10)]);
    let callback = told(to, 20);
    let transition = state.transition(&callback);
    let checked = order().check_against(&state, &callback);
    assert_eq!(
        matches!(transition, Transition::Forbidden { .. }),
        matches!(checked, Err(Mismatch::Transition { .. })),
        "{from} {to}",
    );
    transition
}

#[test]
fn a_state_does_not_hide_another_amount() {
    let less = callback(&with(&paid(), [("/payment/sum/amount", json!(900))]));
    let differs = Verdict::AmountDiffers {
        expected: money(1000, "CNY"),
        paid: money(900, "CNY"),
    };
    let state = PaymentState::new(project(201), order().payment_id().clone());
    assert_eq!(order().check_against(&state, &less), Ok(differs));
    assert_eq!(order().check_state(&folded([&less])), Ok(differs));
    // A wrong field comes before the transition.
    let foreign = callback(&with(&paid(), [("/project_id", json!(202))]));
    assert!(matches!(
        order().check_against(&state, &foreign),
        Err(Mismatch::Project { .. })
    ));
}

#[test]
fn transitions_follow_the_life_of_a_payment() {
    let allowed = [
        ("processing", "awaiting redirect result"),
        ("awaiting redirect result", "processing"),
        ("awaiting redirect result", "success"),
        ("awaiting customer action", "decline"),
        ("success", "partially refunded"),
        ("success", "reversed"),
        ("partially refunded", "refunded"),
        ("success", "awaiting moon"),
        ("awaiting moon", "success"),
    ];
    for (from, to) in allowed {
        assert_eq!(transition(from, to), Transition::Allowed, "{from} {to}");
    }
    let late = [
        ("success", "awaiting redirect result"),
        ("decline", "processing"),
        ("refunded", "success"),
        ("refunded", "partially refunded"),
        ("success", "error"),
        ("processing", "error"),
    ];
    for (from, to) in late {
        assert_eq!(transition(from, to), Transition::Late, "{from} {to}");
    }
    let forbidden = [
        ("decline", "success"),
        ("success", "decline"),
        ("decline", "refunded"),
        ("refunded", "decline"),
        ("canceled", "success"),
    ];
    for (from, to) in forbidden {
        let expected = Transition::Forbidden {
            from: PaymentStatus::from(from),
            to: PaymentStatus::from(to),
        };
        assert_eq!(transition(from, to), expected, "{from} {to}");
    }
}

#[test]
fn a_refund_taken_back_may_lead_from_refunded_to_paid() {
    let refund = callback(&with(
        &paid(),
        [
            ("/payment/status", json!("refunded")),
            ("/payment/sum/amount", json!(0)),
            ("/operation/type", json!("refund")),
            ("/operation/id", json!(2)),
        ],
    ));
    let taken_back = callback(&with(
        &paid(),
        [
            ("/payment/date", json!("2019-02-28T16:01:25+0000")),
            ("/operation/type", json!("refund reverse")),
            ("/operation/id", json!(3)),
        ],
    ));
    assert_eq!(
        folded([&refund]).transition(&taken_back),
        Transition::Allowed
    );
}

#[test]
fn a_new_sale_after_an_error_is_the_first_status() {
    let refused = callback(&json!({
        "project_id": 201, "payment": {"id": "ECT_TEST_155125514200636", "status": "error"},
        "errors": [{"code": "2305"}],
    }));
    assert_eq!(
        folded([&refused]).transition(&callback(&paid())),
        Transition::First
    );
}

#[test]
fn a_callback_without_status_leads_nowhere() {
    let untold = callback(&json!({"payment": {"id": "ECT_TEST_155125514200636"}}));
    assert_eq!(
        folded([&callback(&paid())]).transition(&untold),
        Transition::Untold
    );
    assert_eq!(order().check(&untold), Ok(Verdict::Matches));
}
