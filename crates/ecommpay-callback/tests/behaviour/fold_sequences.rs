//! Real sequences of callbacks: every order, repetition and way of merging gives one state.

use ecommpay_callback::{
    Callback, Change, HandOver, NextAction, PaidSum, PaymentState, Standing, Unclear,
};
use ecommpay_model::PaymentStatus;
use serde_json::{Value, json};

use crate::folding::{Read, alfa_sale, asked, at, awaiting, new_state, same_in_every_order, told};
use crate::support::{
    self, callback, folded, money, payment, project, seed, seed_member, status_answer, with,
};

#[test]
fn a_sale_by_redirect() {
    let sale = alfa_sale(10_000);
    let redirect = with(
        &awaiting(&sale, "awaiting redirect result", "07:10"),
        [(
            "/redirect_data",
            seed_member("alfa-click-redirect-data", "redirect_data"),
        )],
    );
    let processing = awaiting(&sale, "processing", "07:09");
    let open = same_in_every_order(&new_state(&sale), &[told(&processing), told(&redirect)]);
    match open.next() {
        NextAction::HandOver(HandOver::Redirect(data)) => {
            assert_eq!(
                data.body.get("redirectType").and_then(|it| it.as_str()),
                Some("redirect")
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        open.standing(),
        Standing::Open(PaymentStatus::AwaitingRedirectResult)
    );

    let paid = same_in_every_order(
        &new_state(&sale),
        &[
            told(&processing),
            told(&redirect),
            told(&sale),
            told(&awaiting(&sale, "processing", "07:20")),
        ],
    );
    assert_eq!(paid.standing(), Standing::Paid);
    assert_eq!(
        paid.next(),
        NextAction::Paid {
            sum: Some(money(10_000, "RUB"))
        }
    );
}

#[test]
fn a_sale_by_qr_code_that_is_declined() {
    let decline = seed("alipay-callback-sale-decline");
    let display = with(
        &decline,
        [
            ("/payment/status", json!("awaiting customer action")),
            ("/payment/date", json!("2019-02-26T13:39:46+0000")),
            ("/operation/status", json!("awaiting customer action")),
            ("/operation/date", json!("2019-02-26T13:39:46+0000")),
            ("/operation/code", json!("9999")),
            (
                "/display_data",
                seed_member("alipay-display-data", "display_data"),
            ),
        ],
    );
    let open = same_in_every_order(&new_state(&decline), &[told(&display)]);
    assert!(
        matches!(open.next(), NextAction::HandOver(HandOver::Display(items)) if items.len() == 2)
    );
    let state = same_in_every_order(&new_state(&decline), &[told(&display), told(&decline)]);
    assert_eq!(state.standing(), Standing::Declined);
    match state.next() {
        NextAction::Declined(reason) => {
            assert_eq!(reason.code().map(|code| code.as_str()), Some("20105"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_clarification_on_the_way() {
    let sale = alfa_sale(10_000);
    let first = with(
        &awaiting(&sale, "awaiting clarification", "07:10"),
        [(
            "/clarification_fields",
            json!({"customer": ["last_name", "phone"]}),
        )],
    );
    let second = with(
        &awaiting(&sale, "awaiting clarification", "07:14"),
        [("/clarification_fields", json!({"customer": ["phone"]}))],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&first), told(&second)]);
    let NextAction::SupplyData(request) = state.next() else {
        panic!("{state:?}")
    };
    assert_eq!(request.fields().wanted().len(), 1);
    let state = same_in_every_order(
        &new_state(&sale),
        &[told(&first), told(&second), told(&sale)],
    );
    assert_eq!(state.standing(), Standing::Paid);
}

#[test]
fn of_several_providers_the_latest_redirect_counts() {
    let sale = alfa_sale(10_000);
    let redirect = |number: i32, second: &str| {
        with(
            &awaiting(&sale, "awaiting redirect result", second),
            [(
                "/redirect_data",
                json!({"method": "GET", "url": format!("https://provider-{number}.example.com/"), "body": []}),
            )],
        )
    };
    let documents = [
        told(&redirect(1, "07:10")),
        told(&redirect(2, "08:10")),
        told(&redirect(3, "09:10")),
    ];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let NextAction::HandOver(HandOver::Redirect(data)) = state.next() else {
        panic!("{state:?}")
    };
    assert_eq!(
        data.url.unwrap().as_str(),
        "https://provider-3.example.com/"
    );
}

#[test]
fn hand_off_data_of_an_earlier_status_is_not_used() {
    let sale = alfa_sale(10_000);
    let redirect = with(
        &awaiting(&sale, "awaiting redirect result", "07:10"),
        [(
            "/redirect_data",
            seed_member("alfa-click-redirect-data", "redirect_data"),
        )],
    );
    let action = awaiting(&sale, "awaiting customer action", "08:10");
    let state = same_in_every_order(&new_state(&sale), &[told(&redirect), told(&action)]);
    assert_eq!(state.next(), NextAction::Wait);
}

#[test]
fn an_error_and_then_a_new_sale_with_the_same_payment_id() {
    let sale = alfa_sale(10_000);
    let refused = |second: &str, message: &str| {
        json!({
            "project_id": 386, "payment": {"id": "EP1bb6-c379", "status": "error", "date": at(second)},
            "errors": [{"code": "2305", "message": message, "field": "currency"}],
        })
    };
    let (first, second) = (refused("01:00", "first"), refused("02:00", "second"));
    let state = same_in_every_order(&new_state(&sale), &[told(&first), told(&second)]);
    assert_eq!(state.standing(), Standing::Error);
    assert_eq!(state.status(), Some(&PaymentStatus::Error));
    let NextAction::Error(errors) = state.next() else {
        panic!("{state:?}")
    };
    assert_eq!(errors[0].message.as_deref(), Some("second"));

    // The second attempt is taken; a third request with the same id is refused, and changes
    // nothing.
    let third = refused("30:00", "third");
    let processing = awaiting(&sale, "processing", "07:09");
    let documents = [
        told(&first),
        told(&second),
        told(&processing),
        told(&sale),
        told(&third),
    ];
    let state = same_in_every_order(&new_state(&sale), &documents);
    assert_eq!(state.standing(), Standing::Paid);
    assert_eq!(state.latest_errors()[0].message.as_deref(), Some("third"));
    assert_eq!(state.conflicts(), []);
}

#[test]
fn not_known_is_no_fact() {
    let sale = alfa_sale(1370);
    for code in [json!("3061"), json!(3062)] {
        let unknown = asked(&json!({
            "project_id": 386, "payment": {"id": "EP1bb6-c379", "status": "error"},
            "errors": [{"code": code, "message": "Transaction not found"}],
        }));
        let mut state = new_state(&sale);
        assert_eq!(unknown.apply_to(&mut state), Change::Nothing);
        assert_eq!(
            (state.standing(), state.next()),
            (Standing::Unknown, NextAction::Wait)
        );
        let state = same_in_every_order(&new_state(&sale), &[told(&sale), unknown]);
        assert_eq!(
            (state.standing(), state.latest_errors().len()),
            (Standing::Paid, 0)
        );
    }
}

#[test]
fn unknown_statuses_are_kept_and_shown() {
    let sale = alfa_sale(10_000);
    let moon = PaymentStatus::from("awaiting moon");
    let before = awaiting(&sale, "awaiting moon", "07:09");
    let state = same_in_every_order(&new_state(&sale), &[told(&before)]);
    assert_eq!(state.standing(), Standing::Unrecognised(moon.clone()));
    assert_eq!(
        state.next(),
        NextAction::Look(Unclear::Status(moon.clone()))
    );
    // Older than the result, it no longer matters; newer, a person looks.
    let state = same_in_every_order(&new_state(&sale), &[told(&before), told(&sale)]);
    assert_eq!(
        state.next(),
        NextAction::Paid {
            sum: Some(money(10_000, "RUB"))
        }
    );
    assert_eq!(state.unrecognised(), [&moon]);
    let after = with(&before, [("/payment/date", at("59:00"))]);
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&after)]);
    assert_eq!(state.standing(), Standing::Paid);
    assert_eq!(state.next(), NextAction::Look(Unclear::Status(moon)));
}

#[test]
fn both_spellings_of_cancelled_are_one() {
    let one = with(&alfa_sale(1000), [("/payment/status", json!("canceled"))]);
    let other = with(&alfa_sale(1000), [("/payment/status", json!("cancelled"))]);
    let state = same_in_every_order(&new_state(&one), &[told(&one), told(&other)]);
    assert_eq!(
        (state.standing(), state.conflicts().len()),
        (Standing::Cancelled, 0)
    );
    assert_eq!(state.next(), NextAction::Cancelled);
    let stored = |body: &Value| serde_json::to_string(&folded([&callback(body)])).unwrap();
    assert_eq!(stored(&one), stored(&other));
}

#[test]
fn callbacks_without_operation_or_sum_still_tell_a_status() {
    let bare = json!({"project_id": 386, "payment": {"id": "EP1bb6-c379", "status": "success"}});
    let state = same_in_every_order(&new_state(&bare), &[told(&bare)]);
    assert_eq!(
        (state.standing(), state.next()),
        (Standing::Paid, NextAction::Paid { sum: None })
    );
    // With an operation but no sum of the payment, the sale's own sum is all there is.
    let mut sale = alfa_sale(1370);
    sale["payment"].as_object_mut().unwrap().remove("sum");
    let state = same_in_every_order(&new_state(&sale), &[told(&bare), told(&sale)]);
    assert_eq!(
        state.amounts().paid(),
        Some(PaidSum::Told(money(1370, "RUB")))
    );
}

#[test]
fn another_payment_is_refused_and_changes_nothing() {
    let sale = alfa_sale(1370);
    let mut state = folded([&callback(&sale)]);
    let before = state.clone();
    let cases = [
        (
            with(&sale, [("/payment/id", json!("EP1bb6-c380"))]),
            "payment.id",
        ),
        (with(&sale, [("/payment/id", json!(null))]), "payment.id"),
        (with(&sale, [("/project_id", json!(387))]), "project_id"),
    ];
    for (body, field) in cases {
        assert_eq!(
            state.apply_callback(&callback(&body)).unwrap_err().field(),
            field
        );
        assert_eq!(
            state
                .apply_status(&status_answer(&body))
                .unwrap_err()
                .field(),
            field
        );
    }
    let other = PaymentState::new(project(386), payment("another"));
    assert_eq!(state.merge(&other).unwrap_err().field(), "payment.id");
    assert_eq!(state, before);
}

#[test]
fn spellings_of_a_payment_id_merge_alike() {
    let one = PaymentState::new(project(1), payment("Order-1"));
    let other = PaymentState::new(project(1), payment("order-1"));
    let (mut left, mut right) = (one.clone(), other.clone());
    left.merge(&other).unwrap();
    right.merge(&one).unwrap();
    assert_eq!(left, right);
    assert_eq!(left.payment_id().as_str(), "Order-1");
}

#[test]
fn a_state_is_stored_in_this_form() {
    let state = folded([&callback(&seed("wallet-partner-callback-refund-success"))]);
    let expected = json!({
        "project_id": 197,
        "payment_id": "TEST_554862",
        "snapshots": [[
            {"status": "refunded", "sum": {"amount": 0, "currency": "INR"}},
            {"latest": "2020-09-09T10:02:18+0000"},
        ]],
        "stages": [[
            {"id": 90_266_010_010_271_i64, "kind": "refund", "status": "success",
             "sum": {"amount": 35_000, "currency": "INR"}},
            {"told": {"date": "2020-09-09T10:02:18+0000", "code": "0", "message": "Success"},
             "created": "2020-09-09T09:46:14+0000",
             "request_id": "6b77b588d77d5c27be31be7b72bf9adf...b1c85eda238b73cac-00090267",
             "merchant_refund_id": "TEST_554862",
             "sum_converted": {"amount": 35_000, "currency": "INR"}},
        ]],
        "refusals": [],
        "hand_off": null,
    });
    assert_eq!(serde_json::to_value(&state).unwrap(), expected);
}

#[test]
fn histories_of_the_fixtures_end_as_they_say() {
    for entry in std::fs::read_dir(format!("{}/histories", support::FIXTURES)).unwrap() {
        let path = entry.unwrap().path();
        let history: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let verifier = support::verifier(history["secret"].as_str().unwrap());
        let documents: Vec<Callback> = history["bodies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|body| {
                verifier
                    .verify(body.as_str().unwrap())
                    .unwrap()
                    .parse()
                    .unwrap()
            })
            .collect();
        let empty = PaymentState::new(
            documents[0].project_id().unwrap(),
            documents[0].payment_id().unwrap().clone(),
        );
        let documents: Vec<Read> = documents
            .into_iter()
            .map(|callback| Read::Callback(Box::new(callback)))
            .collect();
        let state = same_in_every_order(&empty, &documents);
        let expect = &history["expect"];
        assert_eq!(
            state.status().map(PaymentStatus::as_str),
            expect["status"].as_str(),
            "{path:?}"
        );
        assert_eq!(state.standing().is_final(), expect["final"], "{path:?}");
        let amounts = state.amounts();
        let minor = |sum: Option<ecommpay_model::Money>| sum.map(|sum| sum.minor());
        assert_eq!(
            minor(amounts.remaining()),
            expect["remaining"].as_i64(),
            "{path:?}"
        );
        assert_eq!(
            minor(amounts.returned()),
            expect["refunded"].as_i64(),
            "{path:?}"
        );
        assert_eq!(state.conflicts(), [], "{path:?}");
    }
}
