//! Large numbers are verified, read, folded and stored alike, whatever `serde_json` is told to do.
//!
//! `arbitrary-precision-check` runs this very file in a program that switches on
//! `serde_json/arbitrary_precision`; here it is off.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use ecommpay_callback::{
    Callback, CallbackVerifier, ExpectedOrder, NextAction, PaidSum, PaymentState, Verdict,
};
use ecommpay_model::{Currency, Json, Money, PaymentId, ProjectId};
use ecommpay_signature::{KeyRing, SecretKey, exact};

const KEY: &str = "large-numbers-test-key";

/// The signature and the digest were computed by hand-written lines and Python's `hmac`.
const BODY: &str = r#"{
    "project_id": 4294967295,
    "payment": {"id": 9007199254740993, "status": "success", "date": "2019-02-27T16:01:25+0000",
        "sum": {"amount": 9999999999999, "currency": "CNY"}},
    "operation": {"id": 9007199254740993, "type": "sale", "status": "success",
        "date": "2019-02-27T16:01:25+0000", "sum_initial": {"amount": 9999999999999, "currency": "CNY"}},
    "numbers": [9223372036854775808, 18446744073709551615, 12345678901234567890123456789, 0.1, 1e2, -0.0,
        100000000000005.0, 9007199254740993],
    "signature": "ExDneGKQGucStDIWhUWkv4y/+Y6jOy9TninDFqamW/2CGKPyXGe/f0V4eUa/TKKL+RMmzwzgKlErNfc0HDcRZg=="
}"#;

const CANONICAL: &str = "numbers:0:9.2233720368548E+18;numbers:1:1.844674407371E+19;\
    numbers:2:1.2345678901235E+28;numbers:3:0.1;numbers:4:100;numbers:5:-0;\
    numbers:6:1.0000000000000E+14;numbers:7:9007199254740993;\
    operation:date:2019-02-27T16:01:25+0000;operation:id:9007199254740993;operation:status:success;\
    operation:sum_initial:amount:9999999999999;operation:sum_initial:currency:CNY;operation:type:sale;\
    payment:date:2019-02-27T16:01:25+0000;payment:id:9007199254740993;payment:status:success;\
    payment:sum:amount:9999999999999;payment:sum:currency:CNY;project_id:4294967295";

const DIGEST: &str = "f1c6fc459476b3208deef478f53b1de056ade0a3f01e258de085e58446504e3b";

const STORED: &str = concat!(
    r#"{"project_id":4294967295,"payment_id":"9007199254740993","#,
    r#""snapshots":[[{"status":"success","sum":{"amount":9999999999999,"currency":"CNY"}},"#,
    r#"{"latest":"2019-02-27T16:01:25+0000"}]],"#,
    r#""stages":[[{"id":9007199254740993,"kind":"sale","status":"success","#,
    r#""sum":{"amount":9999999999999,"currency":"CNY"}},"#,
    r#"{"told":{"date":"2019-02-27T16:01:25+0000","code":null,"message":null},"created":null,"#,
    r#""request_id":null,"merchant_refund_id":null,"sum_converted":null}]],"#,
    r#""refusals":[],"hand_off":null}"#,
);

fn verifier(key: SecretKey) -> CallbackVerifier {
    CallbackVerifier::new(KeyRing::new(key))
}

fn callback() -> Callback {
    let verified = verifier(SecretKey::new(KEY).unwrap()).verify(BODY).unwrap();
    verified.parse().unwrap()
}

#[test]
fn large_numbers_are_verified_by_their_own_text() {
    assert_eq!(
        exact::canonical_callback(BODY.as_bytes()).unwrap(),
        CANONICAL
    );
    let verified = verifier(SecretKey::new(KEY).unwrap()).verify(BODY).unwrap();
    let digest: String = verified
        .content_digest()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(digest, DIGEST);
    // One more in the 16th digit is another number, and another signature.
    let altered = BODY.replacen("9007199254740993", "9007199254740992", 1);
    assert!(
        verifier(SecretKey::new(KEY).unwrap())
            .verify(altered)
            .is_err()
    );
}

#[test]
fn large_numbers_are_read_as_they_are_signed() {
    let verified = verifier(SecretKey::new(KEY).unwrap()).verify(BODY).unwrap();
    let document: Json = verified.decode().unwrap();
    let numbers = document.member("numbers").and_then(Json::as_array).unwrap();
    assert_eq!(
        numbers,
        [
            Json::Double(9_223_372_036_854_775_808.0),
            Json::Double(18_446_744_073_709_551_615.0),
            Json::Double(12_345_678_901_234_567_890_123_456_789.0),
            Json::Double(0.1),
            Json::Double(100.0),
            Json::Double(-0.0),
            Json::Double(100_000_000_000_005.0),
            Json::Integer(9_007_199_254_740_993),
        ],
    );
    let callback = callback();
    assert_eq!(callback.project_id(), ProjectId::new(u32::MAX).ok());
    assert_eq!(
        callback.payment_id().map(PaymentId::as_str),
        Some("9007199254740993")
    );
    let operation = callback.body().operation.as_ref().unwrap();
    assert_eq!(
        operation.id.map(|id| id.value()),
        Some(9_007_199_254_740_993)
    );
}

#[test]
fn large_numbers_are_compared_and_folded_exactly() {
    let callback = callback();
    let sum = Money::new(9_999_999_999_999, Currency::CNY).unwrap();
    let project_id = ProjectId::new(u32::MAX).unwrap();
    let payment_id = PaymentId::new("9007199254740993").unwrap();
    let order = ExpectedOrder::new(project_id, payment_id.clone(), sum);
    let mut state = PaymentState::new(project_id, payment_id);
    assert_eq!(order.check_against(&state, &callback), Ok(Verdict::Matches));
    state.apply_callback(&callback).unwrap();
    assert_eq!(state.next(), NextAction::Paid { sum: Some(sum) });
    assert_eq!(state.amounts().paid(), Some(PaidSum::Told(sum)));

    // Stored and read back by serde_json itself, which another crate may have set up.
    let stored = serde_json::to_string(&state).unwrap();
    assert_eq!(stored, STORED);
    assert_eq!(
        serde_json::from_str::<PaymentState>(&stored).unwrap(),
        state
    );
    let value = serde_json::to_value(&state).unwrap();
    assert_eq!(
        serde_json::from_value::<PaymentState>(value).unwrap(),
        state
    );
}

#[test]
fn every_vector_is_accepted_or_refused_alike() {
    let mut counted = 0;
    for line in include_str!("../../../fixtures/vectors/callback-verify.jsonl").lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let (name, body) = (
            line["name"].as_str().unwrap(),
            line["body"].as_str().unwrap(),
        );
        let key = SecretKey::danger_possibly_empty(line["secret"].as_str().unwrap());
        let accepted = exact::verify(body.as_bytes(), &key);
        if line.get("body_base64").is_none() {
            assert_eq!(accepted, line["accept"], "{name}");
            counted += 1;
        }
        // Whatever the strict verifier takes can be read.
        if let Ok(verified) = verifier(key).verify(body) {
            assert!(verified.parse().is_ok(), "{name}");
        }
    }
    assert!(counted > 150, "{counted}");
}
