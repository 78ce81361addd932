//! Laws of reading: no JSON makes it panic, nothing unknown is lost, a second reading changes nothing.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use ecommpay_model::callback::CallbackBody;
use ecommpay_model::status_body::{PaymentStatusBody, RequestStatusBody};
use ecommpay_model::{AcknowledgementBody, ErrorBody};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Names of members that some body knows, so that odd values meet typed places.
const KNOWN: [&str; 30] = [
    "project_id",
    "payment",
    "id",
    "type",
    "status",
    "date",
    "method",
    "sum",
    "amount",
    "currency",
    "account",
    "customer",
    "operation",
    "operations",
    "provider",
    "code",
    "errors",
    "redirect_data",
    "redirectData",
    "body",
    "url",
    "display_data",
    "data",
    "clarification_fields",
    "general",
    "sum_initial",
    "endpoint_id",
    "request_id",
    "attempts_timeout",
    "recurring",
];

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "EUR",
            "1000",
            "success",
            "0",
            "2019-02-27T16:01:25+0000"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        let name = prop_oneof![
            4 => prop::sample::select(KNOWN.to_vec()).prop_map(str::to_owned),
            1 => "\\PC{0,4}".prop_map(String::from),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Value> {
    any_value().prop_map(|value| match value {
        Value::Object(_) => value,
        other => json!({"payment": other}),
    })
}

/// Reads, writes and reads again: the second reading gives the same body.
fn settles<T: DeserializeOwned + Serialize + PartialEq>(value: &Value) -> bool {
    let once: T = serde_json::from_value(value.clone()).unwrap();
    let written = serde_json::to_value(&once).unwrap();
    let again: T = serde_json::from_value(written.clone()).unwrap();
    again == once && serde_json::to_value(&again).unwrap() == written
}

/// Whether two documents say the same but for numbers written as texts.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => as_number(text) == number.to_string(),
        _ => left == right,
    }
}

/// The text of a number without leading zeros, which a digit string may have.
fn as_number(text: &str) -> String {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text), |digits| ("-", digits));
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        "0".to_owned()
    } else {
        format!("{sign}{digits}")
    }
}

proptest! {
    #[test]
    fn reading_never_panics_and_settles_at_once(value in any_object()) {
        prop_assert!(settles::<CallbackBody>(&value));
        prop_assert!(settles::<PaymentStatusBody>(&value));
        prop_assert!(settles::<RequestStatusBody>(&value));
        prop_assert!(settles::<AcknowledgementBody>(&value));
        prop_assert!(settles::<ErrorBody>(&value));
    }

    #[test]
    fn a_callback_says_the_same_after_reading_and_writing(value in any_object()) {
        let mut expected = value.clone();
        if let Some(members) = expected.as_object_mut()
            && !members.contains_key("redirect_data")
            && let Some(data) = members.remove("redirectData")
        {
            members.insert("redirect_data".to_owned(), data);
        }
        let body: CallbackBody = serde_json::from_value(value).unwrap();
        let written = serde_json::to_value(&body).unwrap();
        prop_assert!(same(&written, &expected), "{} became {}", expected, written);
    }

    #[test]
    fn unknown_members_survive_at_every_level(
        unknown in prop::collection::hash_map("unknown_[a-z]{1,4}", any_value(), 1..4),
    ) {
        let unknown: Map<String, Value> = unknown.into_iter().collect();
        let mut text = json!({
            "payment": {"id": "1", "sum": {"amount": 1, "currency": "EUR"}},
            "operation": {"id": 1, "provider": {"id": 1}},
            "customer": {"id": "1"},
            "errors": [{"code": "1"}],
            "display_data": [{"type": "qr_data"}],
            "redirect_data": {"url": "https://example.com/"},
        });
        for place in [
            "",
            "/payment",
            "/payment/sum",
            "/operation",
            "/operation/provider",
            "/customer",
            "/errors/0",
            "/display_data/0",
            "/redirect_data",
        ] {
            text.pointer_mut(place).unwrap().as_object_mut().unwrap().extend(unknown.clone());
        }
        let body: CallbackBody = serde_json::from_value(text.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&body).unwrap(), text);
        prop_assert_eq!(body.unread(), Vec::<String>::new());
    }
}
