//! A scratch that remembers shapes changes the time a body takes and nothing else: whatever comes in
//! whatever order, the outcome is that of a verifier without memory.

#![allow(clippy::unwrap_used)] // test code

use ecommpay_signature::{KeyRing, Scratch, SecretKey, Verifier, VerifyPolicy, exact};
use proptest::prelude::*;

/// Bodies of a few shapes, near one another; `$` stands for a value.
const SHAPES: [&str; 8] = [
    r#"{"project_id":$,"payment":{"id":$,"sum":{"amount":$,"currency":$}},"signature":~}"#,
    r#"{"project_id":$,"payment":{"id":$,"sum":{"amount":$,"currency":$,"more":$}},"signature":~}"#,
    r#"{"project_id":$,"payment":{"id":$,"sum":$},"signature":~}"#,
    r#"{ "project_id" : $ , "payment" : { "id" : $ , "sum" : [] } , "signature" : ~ }"#,
    r#"{"signature":~,"errors":[{"code":$,"message":$},{"code":$}],"a":{},"b":$}"#,
    r#"{"general":{"project_id":$,"signature":~},"payment":{"status":$}}"#,
    r#"{"frame_mode":$,"payment":{"status":$},"signature":~}"#,
    r#"{"9":$,"10":$,"a b":$,"signature":~,"inner":{"signature":$}}"#,
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9 :.-]{0,12}".prop_map(|text| format!("\"{text}\"")),
        2 => Just(r#""https:\/\/shop.example\/\u0436\n""#.to_owned()),
        1 => Just(r#""a;b:c""#.to_owned()),
        1 => Just(r#""a\u003bb:c""#.to_owned()),
        3 => any::<i64>().prop_map(|number| number.to_string()),
        1 => Just("-0".to_owned()),
        1 => Just("123456789012345678901".to_owned()),
        1 => any::<f32>().prop_filter("a number of JSON", |x| x.is_finite()).prop_map(|x| format!("{x:?}")),
        1 => prop_oneof![Just("true"), Just("false"), Just("null"), Just("[]"), Just("{}")].prop_map(str::to_owned),
    ]
}

fn verifier() -> Verifier {
    let key = SecretKey::new("secret").unwrap();
    Verifier::new(KeyRing::new(key).with_previous(SecretKey::new("older").unwrap()))
}

/// The body with values and a right signature, if it can be signed at all.
fn body(shape: &str, values: &[String], secret: &str) -> Option<String> {
    let mut values = values.iter().cycle();
    let mut text = String::new();
    for character in shape.chars() {
        match character {
            '$' => text.push_str(values.next()?),
            _ => text.push(character),
        }
    }
    let unsigned = text.replace('~', "\"\"");
    let key = SecretKey::new(secret).unwrap();
    let signature = exact::sign_callback(unsigned.as_bytes(), &key)
        .ok()?
        .to_base64();
    // As the platform's language writes it.
    Some(text.replace('~', &format!("\"{}\"", signature.replace('/', "\\/"))))
}

/// Verifies with memory and without, and compares all that can be told.
fn compare(verifier: &Verifier, body: &[u8], scratch: &mut Scratch) -> Result<bool, TestCaseError> {
    let remembered = verifier.verify_and_digest(body, scratch);
    match (remembered, verifier.verify(body)) {
        (Ok((with, digest)), Ok(without)) => {
            prop_assert_eq!(with.ambiguities(), without.ambiguities());
            prop_assert_eq!(with.matched_key(), without.matched_key());
            prop_assert_eq!(digest, without.content_digest());
            Ok(true)
        }
        (Err(with), Err(without)) => {
            prop_assert_eq!(with, without);
            Ok(false)
        }
        (with, without) => Err(TestCaseError::fail(format!(
            "with memory {:?}, without {:?}",
            with.is_ok(),
            without.is_ok()
        ))),
    }
}

proptest! {
    #[test]
    fn memory_changes_no_outcome(
        bodies in prop::collection::vec(
            (0..SHAPES.len(), prop::collection::vec(value(), 1..6), any::<prop::sample::Index>(), any::<u8>(), prop::bool::ANY),
            1..40,
        ),
    ) {
        let (verifier, mut scratch) = (verifier(), Scratch::default());
        for (shape, values, place, byte, older) in bodies {
            let secret = if older { "older" } else { "secret" };
            let Some(body) = body(SHAPES[shape], &values, secret) else { continue };
            prop_assert!(compare(&verifier, body.as_bytes(), &mut scratch)?, "{body}");
            // The same once more, now that its shape may be known; then with one byte changed, cut
            // off, and with something behind it.
            prop_assert!(compare(&verifier, body.as_bytes(), &mut scratch)?);
            let mut forged = body.clone().into_bytes();
            let place = place.index(forged.len());
            forged[place] = byte;
            compare(&verifier, &forged, &mut scratch)?;
            compare(&verifier, &body.as_bytes()[..place], &mut scratch)?;
            compare(&verifier, format!("{body}{}", char::from(byte)).as_bytes(), &mut scratch)?;
        }
    }
}

#[test]
fn shapes_without_end_are_bounded_and_known_ones_come_back() {
    let (verifier, mut scratch) = (verifier(), Scratch::default());
    for round in 0..3 {
        for number in 0..300_u32 {
            let shape = format!(r#"{{"name{number}x":$,"a":{{"b":$}},"signature":~}}"#);
            let body = body(&shape, &[format!("{round}"), r#""c""#.to_owned()], "secret").unwrap();
            assert!(compare(&verifier, body.as_bytes(), &mut scratch).unwrap());
        }
    }
}

#[test]
fn other_limits_are_not_passed_by_a_known_shape() {
    let body = body(SHAPES[0], &["1".to_owned()], "secret").unwrap();
    let mut scratch = Scratch::default();
    for _ in 0..2 {
        assert!(
            verifier()
                .verify_with(body.as_bytes(), &mut scratch)
                .is_ok()
        );
    }
    let limits = *verifier().policy().limits();
    for strict in [
        limits.with_depth(2),
        limits.with_values(4),
        limits.with_bytes(100),
        limits.with_key_bytes(3),
    ] {
        let strict = verifier().with_policy(VerifyPolicy::strict().with_limits(strict));
        assert!(strict.verify_with(body.as_bytes(), &mut scratch).is_err());
    }
    // The shape is known for this long a canonical string, but not for any.
    let exact_length = exact::canonical_callback(body.as_bytes()).unwrap().len();
    for (room, passes) in [(exact_length + 100, true), (exact_length - 1, false)] {
        let limited = verifier()
            .with_policy(VerifyPolicy::strict().with_limits(limits.with_canonical_bytes(room)));
        for _ in 0..2 {
            assert_eq!(
                limited.verify_with(body.as_bytes(), &mut scratch).is_ok(),
                passes
            );
        }
    }
}
