//! Bytes to verified callback, digest, envelope, and what is never shown.

use ecommpay_callback::{CallbackError, CallbackVerifier};
use ecommpay_model::Json;
use ecommpay_signature::json::Limits;
use ecommpay_signature::{AmbiguityKind, KeyRing, VerifyPolicy};
use serde::Deserialize;
use serde_json::json;

use crate::support::{self, SECRET, lines, payment, project, signed, verified, verifier, with};

#[test]
fn accepts_and_refuses_what_the_platforms_language_does() {
    let mut strict = Vec::new();
    let mut counted = 0;
    for line in lines("vectors/callback-verify.jsonl") {
        // Bodies that are not UTF-8 and empty keys are the signature crate's to test.
        if line.get("body_base64").is_some() || line["secret"] == "" {
            continue;
        }
        let (name, secret) = (
            line["name"].as_str().unwrap(),
            line["secret"].as_str().unwrap(),
        );
        let answer = verifier(secret).verify(line["body"].as_str().unwrap());
        match (line["accept"].as_bool().unwrap(), answer) {
            (true, Err(error)) => strict.push((name.to_owned(), error)),
            (expected, answer) => assert_eq!(answer.is_ok(), expected, "{name}"),
        }
        counted += 1;
    }
    assert!(counted > 140, "{counted}");
    for (name, error) in &strict {
        assert!(
            matches!(
                error,
                CallbackError::DuplicateKey { .. } | CallbackError::TooDeep { .. }
            ),
            "{name}: {error}",
        );
    }
}

#[test]
fn keeps_the_bytes_as_they_came() {
    let raw = signed(&support::seed("alipay-callback-sale-success"), SECRET);
    let verified = verifier(SECRET).verify(raw.as_slice()).unwrap();
    assert_eq!(verified.bytes(), raw);
    assert_eq!(verified.into_bytes(), raw);
}

#[test]
fn tells_which_key_matched() {
    let keys = || KeyRing::new(support::key("new")).with_previous(support::key("old"));
    let body = support::seed("alfa-click-callback-sale-success");
    for (secret, index) in [("new", 0), ("old", 1)] {
        let verified = CallbackVerifier::new(keys())
            .verify(signed(&body, secret))
            .unwrap();
        assert_eq!(verified.matched_key().index(), index);
    }
    let unknown = CallbackVerifier::new(keys()).verify(signed(&body, "older"));
    assert_eq!(unknown.err(), Some(CallbackError::WrongSignature));
}

#[test]
fn an_altered_sum_is_refused() {
    let raw = String::from_utf8(signed(
        &support::seed("alipay-callback-sale-success"),
        SECRET,
    ))
    .unwrap();
    let altered = raw.replacen("\"amount\": 1000", "\"amount\": 100", 1);
    assert_ne!(altered, raw);
    assert_eq!(
        verifier(SECRET).verify(altered).err(),
        Some(CallbackError::WrongSignature)
    );
}

#[test]
fn a_member_told_twice_is_refused_although_the_platform_reads_it() {
    let raw = String::from_utf8(signed(&json!({"payment": {"id": "p"}}), SECRET)).unwrap();
    let twice = raw.replacen('{', r#"{"project_id":1,"project_id":1,"#, 1);
    let error = verifier(SECRET).verify(twice).unwrap_err();
    assert!(
        matches!(error, CallbackError::DuplicateKey { .. }),
        "{error}"
    );
}

#[test]
fn rules_can_be_changed() {
    let raw = signed(&support::seed("alipay-callback-sale-success"), SECRET);
    let small = VerifyPolicy::default().with_limits(Limits::STRICT.with_bytes(100));
    let error = verifier(SECRET).with_policy(small).verify(raw).unwrap_err();
    assert!(
        matches!(error, CallbackError::TooLarge { limit: 100, .. }),
        "{error}"
    );
}

#[test]
fn the_limits_of_the_verification_hold_for_the_reading() {
    // Forty levels: beyond the strict limits, which must not stop the reading either.
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let body = json!({"payment": {"id": "p", "status": "success"}, "deep": deep});
    let raw = signed(&body, SECRET);
    assert!(verifier(SECRET).verify(raw.as_slice()).is_err());
    let wide = VerifyPolicy::default().with_limits(Limits::STRICT.with_depth(64));
    let verified = verifier(SECRET).with_policy(wide).verify(raw).unwrap();
    assert!(verified.parse().is_ok());
}

#[test]
fn one_content_has_one_digest() {
    let body = support::seed("wallet-partner-callback-sale-success");
    let raw = String::from_utf8(signed(&body, SECRET)).unwrap();
    let digest = |raw: &str| verifier(SECRET).verify(raw).unwrap().content_digest();
    let compact =
        serde_json::to_string(&serde_json::from_str::<serde_json::Value>(&raw).unwrap()).unwrap();
    let escaped = raw.replacen("TEST_wallet", "\\u0054EST_wallet", 1);
    let with_unsigned = raw.replacen('{', r#"{"frame_mode":"x","#, 1);
    for variant in [compact, escaped, with_unsigned, format!("\r\n{raw}  ")] {
        assert_ne!(variant, raw);
        assert_eq!(digest(&variant), digest(&raw));
    }
    let other = signed(
        &with(&body, [("/operation/message", json!("Success!"))]),
        SECRET,
    );
    assert_ne!(
        verifier(SECRET).verify(other).unwrap().content_digest(),
        digest(&raw)
    );
}

#[test]
fn the_digest_is_sha_256_of_what_was_signed() {
    // sha256sum of "payment:id:p;payment:status:success"
    let verified = verified(&json!({"payment": {"status": "success", "id": "p"}}));
    let hex: String = verified
        .content_digest()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hex, SHA_256);
}

const SHA_256: &str = "5a93fb5962c28d96aee0ab69762104bb1b997f7a052f7f327d33a54037d6e2e6";

#[test]
fn places_the_signature_does_not_pin_down_are_reported() {
    let clear = verified(&support::seed("alipay-callback-sale-success"));
    assert!(clear.ambiguities().is_empty());
    let body = with(
        &support::seed("alipay-callback-sale-success"),
        [("/payment/description", json!("tea;payment:sum:amount:1"))],
    );
    let ambiguous = verified(&body);
    let found = &ambiguous.ambiguities()[0];
    assert_eq!(
        (found.kind(), found.path()),
        (AmbiguityKind::LineInValue, "payment.description")
    );
}

#[test]
fn a_document_of_any_kind_has_an_envelope() {
    let cases = [
        (
            json!({"project_id": 7, "payment": {"id": "p-1"}}),
            Some(7),
            Some("p-1"),
        ),
        (
            json!({"project_id": "7", "payment": {"id": 580}}),
            Some(7),
            Some("580"),
        ),
        (
            json!({"general": {"project_id": 7, "payment_id": "p-1"}}),
            Some(7),
            Some("p-1"),
        ),
        (
            json!({"project_id": {"a": 1}, "payment": {"id": "p-1"}}),
            None,
            Some("p-1"),
        ),
        (
            json!({"project_id": 7, "payment": "damaged"}),
            Some(7),
            None,
        ),
        (json!({"token": "t", "general": []}), None, None),
        // Identifiers are taken as received, also those that a request could not carry.
        (json!({"payment": {"id": " 2"}}), None, Some(" 2")),
        // A list has no names, and no place in it stands for one.
        (
            json!({"payment": ["p-1"], "general": ["p-2", 7]}),
            None,
            None,
        ),
    ];
    for (body, project_id, payment_id) in cases {
        let verified = verified(&body);
        let envelope = verified.envelope();
        assert_eq!(
            envelope.project_id().map(|id| id.value()),
            project_id,
            "{body}"
        );
        assert_eq!(
            envelope.payment_id().map(|id| id.as_str()),
            payment_id,
            "{body}"
        );
        let callback = verified.parse().unwrap();
        assert_eq!(callback.project_id(), envelope.project_id(), "{body}");
        assert_eq!(callback.payment_id(), envelope.payment_id(), "{body}");
    }
}

#[test]
fn what_cannot_be_read_still_names_its_payment_and_the_place() {
    #[derive(Debug, Deserialize)]
    struct Recurring {
        #[expect(dead_code, reason = "only its type matters")]
        recurring: Schedule,
    }
    #[derive(Debug, Deserialize)]
    struct Schedule {
        #[expect(dead_code, reason = "only its type matters")]
        period: u8,
    }
    let verified = verified(&json!({
        "project_id": 123, "payment": {"id": "p-1"}, "recurring": {"id": 321, "period": "D"},
    }));
    let error = verified.decode::<Recurring>().unwrap_err();
    assert_eq!(error.path(), "recurring.period");
    assert_eq!(error.envelope().project_id(), Some(project(123)));
    assert_eq!(error.envelope().payment_id(), Some(&payment("p-1")));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("recurring.period") && !error.to_string().contains("recurring"));
    // The bytes are still there, for the inbox and for another reading.
    assert!(verified.decode::<Json>().is_ok());
}

#[test]
fn debug_shows_no_content() {
    let body = json!({
        "project_id": 7,
        "payment": {"id": "p-1", "status": "awaiting redirect result", "description": "canary-a"},
        "account": {"number": "canary-b"},
        "customer": {"phone": "canary-c", "email": "canary-d"},
        "redirect_data": {"method": "GET", "url": "https://example.com/canary-e", "body": {"token": "canary-f"}},
        "display_data": [{"type": "qr_data", "title": "QR", "data": "canary-g"}],
        "unknown": {"name": "canary-h"},
    });
    let verified = verified(&body);
    let shown = format!("{verified:?} {:?}", verifier(SECRET));
    assert!(
        !shown.contains("canary") && !shown.contains(SECRET),
        "{shown}"
    );
    let callback = verified.parse().unwrap();
    let mut state = ecommpay_callback::PaymentState::new(project(7), payment("p-1"));
    state.apply_callback(&callback).unwrap();
    let shown = format!(
        "{callback:?} {state:?} {:?} {:?}",
        callback.next(),
        state.next()
    );
    for secret in [
        "canary-b", "canary-c", "canary-d", "canary-e", "canary-f", "canary-g", "canary-h",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
