//! Callback, status and acknowledgement bodies: every documented member, and the ways in which the
//! platform writes the same thing differently.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use ecommpay_model::callback::CallbackBody;
use ecommpay_model::status_body::{PaymentStatusBody, RequestStatusBody};
use ecommpay_model::{
    AcknowledgementBody, Currency, DisplayItem, DisplayKind, ErrorBody, Json, Money, PaymentStatus,
    RedirectData,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads a body and expects that it writes exactly the same document and misses nothing.
fn assert_kept<T: DeserializeOwned + Serialize>(name: &str, text: &str) -> T {
    let body: T = serde_json::from_str(text).unwrap();
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), expected, "{name}");
    body
}

fn callback(value: Value) -> CallbackBody {
    serde_json::from_value(value).unwrap()
}

/// A callback with every member of the default format. Values are made up; the card callback of the
/// documentation gave the types.
fn full() -> Value {
    json!({
        "project_id": 28051,
        "payment": {
            "id": "5242723", "type": "purchase", "status": "success",
            "date": "2023-03-10T12:26:17+0000", "method": "card",
            "sum": {"amount": 5200, "currency": "EUR"}, "description": "",
            "merchant_refund_id": "r1", "region": "EU",
            "operation_fee": {
                "amount": 100, "currency": "EUR", "sum_with_surcharge": 5300,
                "surcharge_amount": 100, "surcharge_currency": "EUR"
            },
            "remaining_refund": {"amount": 1, "currency": "EUR"},
            "is_new_attempts_available": true, "attempts_timeout": 600,
            "cascading_with_redirect": false
        },
        "account": {
            "number": "424242******4242", "token": "c8175453", "type": "visa",
            "card_holder": "TEST TEST", "expiry_month": "01", "expiry_year": "2025", "id": "77",
            "token_created_at": "2023-03-10T12:26:17+0000"
        },
        "customer": {
            "id": "782572", "phone": "1234567890", "email": "a@example.com",
            "first_name": "Mary", "last_name": "Smith"
        },
        "operation": {
            "id": 5028800010128225_u64, "type": "sale", "status": "success",
            "date": "2023-03-10T12:26:17+0000", "created_date": "2023-03-10T12:26:15+0000",
            "request_id": "1f6d3ac3-05028801",
            "sum_initial": {"amount": 5200, "currency": "EUR"},
            "sum_converted": {"amount": 5200, "currency": "EUR"},
            "code": "0", "message": "Success", "eci": "05",
            "operation_fee": {"amount": 100, "currency": "EUR"},
            "provider": {
                "id": 6, "payment_id": "16784511766816", "date": "2023-03-10T10:26:17+0000",
                "auth_code": "563253", "endpoint_id": 6, "result_code": "00",
                "result_message": "Approved"
            }
        },
        "errors": [{"code": "502", "message": "Validation error", "field": "customer.phone",
                    "description": "too short", "constraint": "minLength"}],
        "redirect_data": {"method": "GET", "url": "https://example.com/", "body": [],
                          "encrypted": [], "kyc_id": "k"},
        "display_data": [{"type": "qr_url", "title": "QR", "data": "https://example.com/qr.png"}],
        "clarification_fields": {"customer": ["last_name"]},
        "resend": {"new_attempt_time": 1678451177, "available_attempts_number": 2},
        "acs": {"acs_url": "https://example.com/acs", "md": "m", "pa_req": "p",
                "term_url": "https://example.com/term"},
        "threeds2": {
            "iframe": {"url": "https://example.com/i", "params": {"a": "b"}},
            "redirect": {"url": "https://example.com/r", "params": {"c": "d"}}
        },
        "recurring": {"id": 321, "currency": "EUR", "valid_thru": "2025-12", "type": "Y",
                      "status": "active", "register_payment_id": "p0"},
        "provider_extra_fields": {"new_attempt_time": 1678451177},
        "avs_result": "A", "rrn": "123456789012", "decision": "accept",
        "operation_description": "second refund",
        "signature": "Y0qj"
    })
}

#[test]
fn every_member_of_the_default_format_has_its_place() {
    let body = callback(full());
    assert_eq!(body.unread(), [""; 0]);
    assert!(body.other.is_empty());
    assert!(body.payment.other.is_empty());
    for object in [
        &body.account.as_ref().unwrap().other,
        &body.customer.as_ref().unwrap().other,
        &body.operation.as_ref().unwrap().other,
        &body
            .operation
            .as_ref()
            .unwrap()
            .provider
            .as_ref()
            .unwrap()
            .other,
        &body.errors[0].other,
        &body.display_data[0].other,
        &body.resend.as_ref().unwrap().other,
        &body.acs.as_ref().unwrap().other,
        &body
            .threeds2
            .as_ref()
            .unwrap()
            .iframe
            .as_ref()
            .unwrap()
            .other,
        &body.recurring.as_ref().unwrap().other,
        &body.payment.operation_fee.as_ref().unwrap().other,
    ] {
        assert!(object.is_empty(), "{object:?}");
    }
    let redirect = body.redirect_data.as_ref().unwrap();
    let kept: Vec<_> = redirect.other.iter().map(|(name, _)| name).collect();
    assert_eq!(kept, ["body", "encrypted", "kyc_id"]);

    let mut expected = full();
    // The one number of this document that is evened out: identifiers of agreements are texts.
    expected["recurring"]["id"] = json!("321");
    assert_eq!(serde_json::to_value(&body).unwrap(), expected);
}

#[test]
fn identifiers_codes_and_amounts_come_as_numbers_and_as_texts() {
    let body = callback(json!({
        "project_id": "386",
        "payment": {"id": 580, "sum": {"amount": "50000", "currency": "RUB"}},
        "customer": {"id": 125, "phone": 1234567890},
        "operation": {"id": "20891000000045", "code": 0, "request_id": 88, "provider": {"id": "6"}},
        "errors": [{"code": 3061}],
    }));
    assert_eq!(body.unread(), [""; 0]);
    assert_eq!(body.project_id.unwrap().value(), 386);
    assert_eq!(body.payment.id.unwrap().as_str(), "580");
    assert_eq!(
        body.payment.sum.unwrap().money(),
        Money::new(50_000, Currency::RUB).ok()
    );
    let customer = body.customer.unwrap();
    assert_eq!(customer.id.unwrap().as_str(), "125");
    assert_eq!(customer.phone.unwrap().as_str(), "1234567890");
    let operation = body.operation.unwrap();
    assert_eq!(operation.id.unwrap().value(), 20_891_000_000_045);
    assert!(operation.code.unwrap().is_success());
    assert_eq!(operation.provider.unwrap().id, Some(6));
    assert_eq!(body.errors[0].code.as_ref().unwrap().as_str(), "3061");
}

#[test]
fn nothing_is_written_in_many_ways_and_kept_in_each() {
    for empty in [json!(null), json!([]), json!({})] {
        let text = json!({
            "payment": {"id": "1", "status": "error", "sum": empty},
            "account": empty, "customer": empty, "operation": empty, "errors": empty,
            "redirect_data": {"method": "GET", "url": "https://example.com/", "body": empty},
            "display_data": empty, "clarification_fields": empty,
        });
        let body: CallbackBody = assert_kept("empty", &text.to_string());
        assert_eq!(body.unread(), [""; 0]);
        assert!(body.operation.is_none() && body.customer.is_none() && body.account.is_none());
        assert!(body.errors.is_empty() && body.display_data.is_empty());
        assert!(body.clarification_fields.is_none());
        assert!(body.redirect_data.unwrap().body.is_empty());

        let text = json!({"payment": {"status": "error"}, "operations": empty, "errors": empty});
        let body: PaymentStatusBody = assert_kept("empty", &text.to_string());
        assert!(body.operations.is_empty());
    }
}

#[test]
fn unknown_members_and_values_are_kept_at_every_level() {
    let text = json!({
        "payment": {
            "id": "1", "status": "brand new", "type": "brand new", "method": "brand-new",
            "new": 1, "sum": {"amount": 1, "currency": "EUR", "new": {"a": [1.5]}}
        },
        "customer": {"new": true},
        "operation": {
            "type": "brand new", "status": "brand new", "code": "987654", "new": "x",
            "provider": {"new": null}
        },
        "errors": [{"code": "1", "new": 1}],
        "display_data": [{"type": "brand_new", "new": []}],
        "redirect_data": {"new": "x"},
        "new": {"deep": {"deeper": [1, "2", null]}},
    });
    let body: CallbackBody = assert_kept("unknown", &text.to_string());
    assert_eq!(body.unread(), [""; 0]);
    assert!(matches!(body.payment.status, Some(PaymentStatus::Other(_))));
    assert_eq!(body.payment.other.get("new"), Some(&Json::Integer(1)));
    assert!(body.other.get("new").is_some());
}

#[test]
fn values_of_an_unexpected_kind_are_kept_and_named() {
    let text = json!({
        "project_id": 0,
        "payment": {
            "id": "1", "date": "yesterday", "sum": {"amount": 10.5, "currency": "euro"},
            "is_new_attempts_available": "yes"
        },
        "customer": "nobody",
        "operation": {"id": -1, "provider": [1]},
        "errors": ["text"],
        "display_data": [{"type": "qr_data", "data": {"a": 1}}],
    });
    let body: CallbackBody = assert_kept("unexpected", &text.to_string());
    assert_eq!(
        body.unread(),
        [
            "project_id",
            "payment.date",
            "payment.sum.amount",
            "payment.sum.currency",
            "payment.is_new_attempts_available",
            "customer",
            "operation.id",
            "operation.provider",
            "errors",
            "display_data[0].data",
        ]
    );
    assert_eq!(body.payment.sum.unwrap().money(), None);
    assert_eq!(body.payment.date.unwrap().as_str(), "yesterday");
}

#[test]
fn an_identifier_the_rules_forbid_does_not_lose_the_callback() {
    let id = format!(" {} ", "x".repeat(300));
    let body = callback(json!({"payment": {"id": id, "status": "error"}}));
    assert_eq!(body.payment.id.unwrap().as_str(), id);
}

#[test]
fn the_old_redirect_format_is_accepted_and_never_written() {
    let body = callback(json!({
        "redirectData": {"method": "POST", "body": {"a": "b"}, "encrypted": [],
                         "url": "https://example.com/"},
        "payment": {"id": "1"},
        "general": {"signature": "x"},
    }));
    assert_eq!(
        body.redirect_data.as_ref().unwrap().method.as_deref(),
        Some("POST")
    );
    let written = serde_json::to_value(&body).unwrap();
    assert_eq!(written["redirect_data"]["body"], json!({"a": "b"}));
    assert_eq!(written["redirectData"], json!(null));
    assert_eq!(written["general"]["signature"], "x");

    let both =
        callback(json!({"redirect_data": {"method": "GET"}, "redirectData": {"method": "X"}}));
    assert_eq!(both.redirect_data.unwrap().method.as_deref(), Some("GET"));
    assert!(both.other.get("redirectData").is_some());
}

#[test]
fn formats_without_a_payment_are_read_and_kept() {
    for text in [
        json!({"general": {"project_id": 1, "signature": "x"}, "token": "t", "token_status": "active"}),
        json!({"project_id": 123, "recurring": {"id": "321", "status": "active", "period": "D"}}),
    ] {
        let body: CallbackBody = assert_kept("other format", &text.to_string());
        assert_eq!(body.payment.id, None);
    }
}

#[test]
fn an_answer_by_payment_id_is_read_whole() {
    let full = full();
    let mut text = json!({
        "operations": [full["operation"], {"id": 2, "type": "refund", "status": "processing"}],
    });
    for name in [
        "project_id",
        "payment",
        "account",
        "customer",
        "errors",
        "redirect_data",
        "display_data",
        "clarification_fields",
        "acs",
        "signature",
    ] {
        text[name] = full[name].clone();
    }
    let body: PaymentStatusBody = assert_kept("status", &text.to_string());
    assert!(body.other.is_empty());
    assert_eq!(body.unread(), [""; 0]);
    assert_eq!(body.operations.len(), 2);

    let unknown: PaymentStatusBody = serde_json::from_value(json!({
        "project_id": 1, "payment": {"id": "1", "status": "error"},
        "errors": [{"code": 3061, "message": "Transaction not found"}], "signature": "x"
    }))
    .unwrap();
    assert_eq!(unknown.payment.status, Some(PaymentStatus::Error));
    assert_eq!(unknown.errors[0].code.as_ref().unwrap().as_str(), "3061");
}

#[test]
fn an_answer_by_request_id_is_read_whole() {
    let text = json!({
        "general": {"project_id": 1, "payment_id": "p", "signature": "x"},
        "status": "success", "request_id": "r", "code": "0", "message": "Success",
        "transaction": {"id": "7", "type": "purchase", "date": "2023-03-10T12:26:17+0000"},
        "payment": {
            "id": "1", "payment_system_id": "6", "method": "alipay", "endpoint_id": 6,
            "status": "success", "result_code": "0", "result_message": "Success",
            "date": "2023-03-10T12:26:17+0000"
        },
        "sum_request": {"amount": 1, "currency": "EUR"},
        "sum_real": {"amount": 1, "currency": "EUR"},
        "sum_refund": {"amount": 0, "currency": "EUR"},
        "description": "d",
        "customer": {"id": "c"},
        "operations": [{"id": 1, "type": "sale", "status": "success",
                        "date": "2023-03-10T12:26:17+0000", "sum": {"amount": 1, "currency": "EUR"}}],
        "acs": {"pa_req": "p", "md": "m", "acs_url": "https://example.com/"},
        "return_url": "https://example.com/",
        "errors": [{"code": "1", "message": "m", "field": "f", "constraint": "c"}],
    });
    let body: RequestStatusBody = assert_kept("status by request", &text.to_string());
    assert!(body.other.is_empty());
    assert_eq!(body.unread(), [""; 0]);
}

#[test]
fn acknowledgements_and_errors_are_read_in_every_shape() {
    let text =
        r#"{"status":"success","request_id":"e0865f7f","project_id":12345,"payment_id":"pay_1"}"#;
    let body: AcknowledgementBody = assert_kept("acknowledgement", text);
    assert_eq!(body.request_id.unwrap().as_str(), "e0865f7f");
    assert_eq!(body.payment_id.unwrap().as_str(), "pay_1");

    let text = r#"{"status":"error","code":"2003","message":"Invalid JSON string"}"#;
    let body: ErrorBody = assert_kept("error", text);
    assert_eq!(body.code.unwrap().known().unwrap().code, "2003");
    let number: ErrorBody = serde_json::from_str(r#"{"status":"error","code":2003}"#).unwrap();
    assert_eq!(number.code.unwrap().as_str(), "2003");
    assert_eq!(number.message, None);

    let items: ErrorBody = serde_json::from_str(
        r#"{"errors":[{"code":2004,"message":"m","field":"payment_id","constraint":"required"},{}]}"#,
    )
    .unwrap();
    assert_eq!(items.errors.len(), 2);
    assert_eq!(items.errors[0].field.as_deref(), Some("payment_id"));
    assert_eq!(items.errors[1].code, None);
    assert!(serde_json::from_str::<ErrorBody>("{}").is_ok());
}

#[test]
fn both_shapes_of_wanted_fields_read_alike() {
    let short = callback(json!({"clarification_fields": {
        "avs_data": ["avs_post_code", "avs_street_address"], "customer": ["last_name"]
    }}));
    let wanted = short.clarification_fields.unwrap().wanted();
    let names: Vec<_> = wanted
        .iter()
        .map(|w| (&*w.object, &*w.field, w.required))
        .collect();
    assert_eq!(
        names,
        [
            ("avs_data", "avs_post_code", true),
            ("avs_data", "avs_street_address", true),
            ("customer", "last_name", true)
        ]
    );

    let text = json!({"clarification_fields": {"customer": {
        "type": "object", "description": "Customer",
        "properties": {
            "last_name": {"type": "string", "maxLength": 255, "format": "name", "pattern": "^.+$"},
            "email": {"type": "string"},
        },
        "required": ["last_name", "phone"],
        "errors": [{"property": "last_name", "message": "too long", "constraint": "maxLength"}],
    }}});
    let long: CallbackBody = assert_kept("long shape", &text.to_string());
    let fields = long.clarification_fields.unwrap();
    let wanted = fields.wanted();
    let mut names: Vec<_> = wanted.iter().map(|w| (&*w.field, w.required)).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [("email", false), ("last_name", true), ("phone", true)]
    );
    let last_name = wanted.iter().find(|w| w.field == "last_name").unwrap();
    assert_eq!(last_name.rules.max_length, Some(255));
    assert_eq!(last_name.rules.pattern.as_deref(), Some("^.+$"));
    assert_eq!(fields.errors()[0].property.as_deref(), Some("last_name"));

    let odd =
        callback(json!({"clarification_fields": {"a": 1, "b": [1, "x"], "c": {"required": 1}}}));
    let wanted = odd.clarification_fields.unwrap().wanted();
    assert_eq!(wanted.iter().map(|w| &*w.field).collect::<Vec<_>>(), ["x"]);
}

#[test]
fn bodies_are_made_as_the_platform_writes_them() {
    let mut body = CallbackBody::default();
    body.payment.id = Some("p1".parse().unwrap());
    body.payment.status = Some(PaymentStatus::AwaitingCustomerAction);
    body.payment.sum = Some(Money::new(1000, Currency::CNY).unwrap().into());
    body.redirect_data = Some(RedirectData::new("GET", "https://example.com/"));
    body.display_data = vec![DisplayItem::new(
        DisplayKind::QrData,
        "QR code",
        "weixin://x",
    )];
    assert_eq!(
        serde_json::to_value(&body).unwrap(),
        json!({
            "payment": {"id": "p1", "status": "awaiting customer action",
                        "sum": {"amount": 1000, "currency": "CNY"}},
            "redirect_data": {"method": "GET", "url": "https://example.com/", "body": []},
            "display_data": [{"type": "qr_data", "title": "QR code", "data": "weixin://x"}],
        })
    );
}
