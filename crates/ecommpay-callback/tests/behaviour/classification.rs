//! What the merchant does next, for every kind of callback.

use ecommpay_callback::{Extent, HandOver, NextAction, Unclear};
use ecommpay_model::{DisplayKind, OperationStatus, OperationType, PaymentStatus};
use serde_json::{Value, json};

use crate::support::{self, callback, money, seed, seed_member, verifier, with};

fn next(body: &Value) -> NextAction {
    callback(body).next()
}

/// A sale under way, made from the successful sample of a method.
fn intermediate(id: &str, status: &str) -> Value {
    with(
        &seed(id),
        [
            ("/payment/status", json!(status)),
            ("/operation/status", json!(status)),
            ("/operation/code", json!("9999")),
            ("/operation/message", json!("Awaiting processing")),
        ],
    )
}

#[test]
fn signed_callbacks_of_the_fixtures_lead_where_they_say() {
    let mut counted = 0;
    for folder in std::fs::read_dir(format!("{}/callbacks", support::FIXTURES)).unwrap() {
        let folder = folder.unwrap().path();
        let read = |name| std::fs::read_to_string(folder.join(name)).unwrap();
        let context: Value = serde_json::from_str(&read("context.json")).unwrap();
        let expect: Value = serde_json::from_str(&read("expect.json")).unwrap();
        if expect["matched_key"] != 0 {
            continue;
        }
        let verifier = verifier(context["secret"].as_str().unwrap());
        let callback = verifier.verify(read("body.json")).unwrap().parse().unwrap();
        let next = match callback.next() {
            NextAction::HandOver(_) => "hand_over",
            NextAction::SupplyData(_) => "supply_data",
            NextAction::Wait => "wait",
            NextAction::Paid { .. } => "paid",
            NextAction::Declined(_) => "declined",
            NextAction::Cancelled => "cancelled",
            NextAction::Refunded(_) => "refunded",
            NextAction::RefundDeclined(_) => "refund_declined",
            NextAction::Error(_) => "error",
            NextAction::Look(_) => "look",
            other => panic!("{folder:?}: {other:?}"),
        };
        assert_eq!(next, expect["next"], "{folder:?}");
        if let (NextAction::Refunded(returned), Some(remaining)) =
            (callback.next(), expect.get("remaining"))
        {
            let minor = remaining["amount"].as_i64().unwrap();
            let expected = money(minor, remaining["currency"].as_str().unwrap());
            assert_eq!(returned.remaining(), Some(expected), "{folder:?}");
        }
        counted += 1;
    }
    assert!(counted > 25, "{counted}");
}

#[test]
fn redirect_data_sends_the_customer_on() {
    let cases = [
        (
            "alipay-callback-sale-success",
            "alipay-redirect-data",
            "POST",
            9,
        ),
        (
            "alfa-click-callback-sale-success",
            "alfa-click-redirect-data",
            "GET",
            1,
        ),
        (
            "wallet-partner-callback-sale-success",
            "wallet-partner-redirect-data",
            "POST",
            0,
        ),
    ];
    for (sale, data, method, members) in cases {
        let body = with(
            &intermediate(sale, "awaiting redirect result"),
            [("/redirect_data", seed_member(data, "redirect_data"))],
        );
        match next(&body) {
            NextAction::HandOver(HandOver::Redirect(redirect)) => {
                assert_eq!(redirect.method.as_deref(), Some(method));
                assert_eq!(redirect.body.len(), members);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn display_data_is_shown() {
    let body = with(
        &intermediate("alipay-callback-sale-success", "awaiting customer action"),
        [(
            "/display_data",
            seed_member("alipay-display-data", "display_data"),
        )],
    );
    match next(&body) {
        NextAction::HandOver(HandOver::Display(items)) => {
            assert_eq!(items.len(), 2);
            assert_eq!(items[0].kind, Some(DisplayKind::QrData));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_awaited_action_without_data_is_waited_for() {
    for status in [
        "awaiting redirect result",
        "awaiting customer action",
        "awaiting customer",
        "processing",
    ] {
        assert_eq!(
            next(&intermediate("alfa-click-callback-sale-success", status)),
            NextAction::Wait
        );
    }
}

#[test]
fn missing_data_is_listed_in_both_shapes() {
    let listed = json!({"customer": ["last_name", "phone"]});
    let described = json!({"customer": {
        "type": "object",
        "properties": {"last_name": {"type": "string"}, "phone": {"type": "string", "maxLength": 24}},
        "required": ["last_name", "phone"],
    }});
    for fields in [listed, described] {
        let body = with(
            &intermediate("alipay-callback-sale-success", "awaiting clarification"),
            [("/clarification_fields", fields)],
        );
        let NextAction::SupplyData(request) = next(&body) else {
            panic!("{body}")
        };
        let wanted = request.fields().wanted();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|it| (it.object.as_str(), it.field.as_str()))
            .collect();
        assert_eq!(wanted, [("customer", "last_name"), ("customer", "phone")]);
        assert!(request.one_time_code().is_none());
    }
}

#[test]
fn a_one_time_code_is_told_from_other_data() {
    let body = with(
        &intermediate("alipay-callback-sale-success", "awaiting clarification"),
        [
            ("/clarification_fields", json!({"customer": ["code"]})),
            (
                "/provider_extra_fields",
                json!({"new_attempt_time": "1551255600"}),
            ),
        ],
    );
    let NextAction::SupplyData(request) = next(&body) else {
        panic!()
    };
    let code = request.one_time_code().unwrap();
    assert_eq!(
        code.wanted_until().map(|until| until.unix_seconds()),
        Some(1_551_255_600)
    );
    assert_eq!(code.codes_left(), None);

    let body = with(
        &body,
        [
            ("/provider_extra_fields", json!({})),
            (
                "/resend",
                json!({"new_attempt_time": 1_551_255_700, "available_attempts_number": 2}),
            ),
        ],
    );
    let NextAction::SupplyData(request) = next(&body) else {
        panic!()
    };
    let code = request.one_time_code().unwrap();
    assert_eq!(
        code.wanted_until().map(|until| until.unix_seconds()),
        Some(1_551_255_700)
    );
    assert_eq!(code.codes_left(), Some(2));
}

#[test]
fn a_refused_request_lists_its_errors() {
    let body = json!({
        "project_id": 201, "payment": {"id": "p", "status": "error"},
        "errors": [{"code": 2305, "message": "invalid value", "field": "currency"}],
    });
    let NextAction::Error(errors) = next(&body) else {
        panic!()
    };
    assert_eq!(
        errors[0].code.as_ref().map(|code| code.as_str()),
        Some("2305")
    );
    assert_eq!(errors[0].field.as_deref(), Some("currency"));
}

#[test]
fn refunds_are_sorted_by_their_own_status() {
    let refund = seed("alfa-click-callback-refund-success");
    let processing = with(
        &refund,
        [
            ("/operation/status", json!("processing")),
            ("/payment/status", json!("success")),
        ],
    );
    assert_eq!(next(&processing), NextAction::Wait);
    let clarification = with(
        &processing,
        [
            ("/operation/status", json!("awaiting clarification")),
            ("/clarification_fields", json!({"customer": ["account_id"]})),
        ],
    );
    assert!(matches!(next(&clarification), NextAction::SupplyData(_)));
    let reversed = with(
        &refund,
        [
            ("/operation/type", json!("reversal")),
            ("/payment/status", json!("reversed")),
        ],
    );
    match next(&reversed) {
        NextAction::Refunded(returned) => assert_eq!(returned.extent(), Extent::Full),
        other => panic!("{other:?}"),
    }
    // The payment was refunded in part before; its status does not make a declined refund a
    // success.
    let declined = with(&refund, [("/operation/status", json!("decline"))]);
    assert!(matches!(next(&declined), NextAction::RefundDeclined(_)));
}

#[test]
fn what_cannot_be_decided_is_for_a_person() {
    let paid = seed("alipay-callback-sale-success");
    let unknown = PaymentStatus::from("awaiting moon");
    let cases = [
        (
            with(&paid, [("/payment/status", json!("awaiting moon"))]),
            Unclear::Status(unknown),
        ),
        (
            with(&paid, [("/payment/status", json!("awaiting capture"))]),
            Unclear::Status(PaymentStatus::AwaitingCapture),
        ),
        (
            with(&paid, [("/payment/status", json!("partially paid"))]),
            Unclear::Status(PaymentStatus::PartiallyPaid),
        ),
        (json!({"payment": {"id": "p"}}), Unclear::NoStatus),
        (
            json!({"payment": {"id": "p", "status": {"word": "success"}}}),
            Unclear::NoStatus,
        ),
        (
            with(&paid, [("/operation/status", json!("decline"))]),
            Unclear::Operation {
                kind: Some(OperationType::Sale),
                status: Some(OperationStatus::Decline),
            },
        ),
        (
            with(&paid, [("/operation/type", json!("refund reverse"))]),
            Unclear::Operation {
                kind: Some(OperationType::RefundReverse),
                status: Some(OperationStatus::Success),
            },
        ),
        (
            with(&paid, [("/operation/type", json!("refund"))]),
            Unclear::Operation {
                kind: Some(OperationType::Refund),
                status: Some(OperationStatus::Success),
            },
        ),
    ];
    for (body, unclear) in cases {
        assert_eq!(next(&body), NextAction::Look(unclear), "{body}");
    }
}

#[test]
fn statuses_are_words_not_hints() {
    let paid = seed("alipay-callback-sale-success");
    for status in ["Success", "successful", " success", "SUCCESS", "success "] {
        let body = with(&paid, [("/payment/status", json!(status))]);
        assert!(
            matches!(next(&body), NextAction::Look(Unclear::Status(_))),
            "{status:?}"
        );
    }
}
