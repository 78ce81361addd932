//! A scratch that remembers the shapes of what was signed changes the time and nothing else: whatever
//! comes in whatever order, signature or refusal are those of signing without memory.

#![allow(clippy::unwrap_used)] // test code

mod slow_reading;

use std::collections::BTreeMap;

use ecommpay_signature::exact::{self, Precision};
use ecommpay_signature::json::Limits;
use ecommpay_signature::{
    KeyRing, Scratch, SecretKey, SignaturePlace, SigningPolicy, Verifier, sign_json,
    sign_json_with, signed_body, signed_body_with,
};
use proptest::prelude::*;
use slow_reading::{Digits, decode};

/// Bodies of a few shapes, near one another; `$` stands for a value.
const SHAPES: [&str; 11] = [
    r#"{"project_id":$,"payment":{"id":$,"sum":{"amount":$,"currency":$}}}"#,
    r#"{"project_id":$,"payment":{"id":$,"sum":{"amount":$,"currency":$,"more":$}}}"#,
    r#"{"project_id":$,"payment":{"id":$,"sum":$}}"#,
    r#"{ "project_id" : $ , "payment" : { "id" : $ , "sum" : [] } } "#,
    r#"{"list":[{"code":$,"message":$},{"code":$}],"a":{},"b9":$,"b10":$}"#,
    r#"{"general":{"project_id":$},"payment":{"status":$}}"#,
    r#"{"payment":{"status":$},"general":{}}"#,
    r#"{"frame_mode":$,"payment":{"status":$}}"#,
    r#"{"9":$,"10":$,"a b":$}"#,
    r#"{"payment":{"status":$},"signature":$}"#,
    r#"{"payment":{"status":$},"0":$,"7":$}"#,
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-z0-9 :.-]{0,12}".prop_map(|text| format!("\"{text}\"")),
        3 => any::<i64>().prop_map(|number| number.to_string()),
        2 => Just(r#""https:\/\/shop.example\/\u0436\n""#.to_owned()),
        1 => prop_oneof![
            Just(r#""a;b:c""#), Just(r#""a\u003bb:c""#), Just(r#""a;b""#), Just("-0"), Just("1.5"),
            Just("1e2"), Just("123456789012345678901"), Just("true"), Just("false"), Just("null"),
            Just("[]"), Just("{}"), Just(r#"{"b":1}"#), Just("[2]"), Just(r#""\u0000""#),
        ].prop_map(str::to_owned),
    ]
}

fn policies() -> [SigningPolicy; 4] {
    let policy = SigningPolicy::default;
    [
        policy(),
        policy().danger_sign_ambiguous_texts(),
        policy().danger_sign_what_others_read_differently(Precision::Seventeen),
        policy().with_limits(Limits::STRICT.with_canonical_bytes(60)),
    ]
}

fn key() -> SecretKey {
    SecretKey::new("secret").unwrap()
}

fn fill(shape: &str, values: &[String]) -> String {
    let mut values = values.iter().cycle();
    let mut body = String::new();
    for character in shape.chars() {
        match character {
            '$' => body.push_str(values.next().unwrap()),
            _ => body.push(character),
        }
    }
    body
}

/// Signs with memory and without, and holds what was signed against the slow reading.
fn compare(
    body: &[u8],
    policy: &SigningPolicy,
    scratch: &mut Scratch,
) -> Result<(), TestCaseError> {
    let with = sign_json_with(body, &key(), policy, scratch);
    prop_assert_eq!(&with, &sign_json(body, &key(), policy));
    if let (Ok(signature), Some(value)) = (with, decode(body)) {
        let canonical = slow_reading::canonical_of(&value, Digits::Significant(17));
        prop_assert_eq!(
            signature,
            exact::sign_canonical(canonical.as_bytes(), &key())
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn memory_changes_no_signature_and_no_refusal(
        bodies in prop::collection::vec(
            (0..SHAPES.len(), prop::collection::vec(value(), 1..6), any::<prop::sample::Index>(), any::<u8>()),
            1..40,
        ),
        // Mostly one policy, as in a program.
        turns in prop::collection::vec(prop_oneof![9 => Just(0_usize), 1 => 1..4_usize], 40),
    ) {
        let (policies, mut scratch) = (policies(), Scratch::default());
        let verifier = Verifier::new(KeyRing::new(key()));
        for ((shape, values, place, byte), turn) in bodies.into_iter().zip(turns) {
            let (policy, body) = (&policies[turn], fill(SHAPES[shape], &values));
            compare(body.as_bytes(), policy, &mut scratch)?;
            // The same once more, now that its shape may be known; then with one byte changed, cut
            // off, and with something behind it.
            compare(body.as_bytes(), policy, &mut scratch)?;
            let mut changed = body.clone().into_bytes();
            let place = place.index(changed.len());
            changed[place] = byte;
            compare(&changed, policy, &mut scratch)?;
            compare(&body.as_bytes()[..place], policy, &mut scratch)?;
            compare(format!("{body}{}", char::from(byte)).as_bytes(), policy, &mut scratch)?;
            // What is learned of a signed body is not for signing, and the other way round.
            let unsigned = body.trim_end().strip_suffix('}').unwrap();
            if let Ok(signature) = exact::sign(body.as_bytes(), &key()) {
                let signed = format!(r#"{unsigned},"signature":"{signature}"}}"#);
                let with = verifier.verify_with(signed.as_bytes(), &mut scratch).map(|v| v.matched_key());
                prop_assert_eq!(with, verifier.verify(signed.as_bytes()).map(|v| v.matched_key()));
                compare(signed.as_bytes(), policy, &mut scratch)?;
            }
            let with = verifier.verify_with(body.as_bytes(), &mut scratch).map(|v| v.matched_key());
            prop_assert_eq!(with, verifier.verify(body.as_bytes()).map(|v| v.matched_key()));
        }
    }

    #[test]
    fn memory_changes_no_place_of_a_signature(
        bodies in prop::collection::vec(
            (0..SHAPES.len(), prop::collection::vec(value(), 1..6), prop::bool::ANY),
            1..40,
        ),
    ) {
        let (policy, mut scratch) = (SigningPolicy::default(), Scratch::default());
        for (shape, values, general) in bodies {
            let place = if general { SignaturePlace::General } else { SignaturePlace::TopLevel };
            let Ok(value) = serde_json::from_str::<serde_json::Value>(&fill(SHAPES[shape], &values)) else {
                continue;
            };
            let without = signed_body(&value, place, &key(), &policy);
            for _ in 0..2 {
                let with = signed_body_with(&value, place, &key(), &policy, &mut scratch);
                prop_assert_eq!(&with, &without);
            }
        }
    }
}

#[test]
fn shapes_without_end_are_bounded_and_known_ones_come_back() {
    let (policy, mut scratch) = (SigningPolicy::default(), Scratch::default());
    for round in 0..3 {
        for number in 0..300 {
            let body = format!(r#"{{"name{number}x":{round},"a":{{"b":"c"}}}}"#);
            compare(body.as_bytes(), &policy, &mut scratch).unwrap();
        }
    }
}

#[test]
fn a_known_shape_passes_no_limit_and_no_error_of_the_lint() {
    let sign = |body: &str, policy: &SigningPolicy, scratch: &mut Scratch| {
        sign_json_with(body.as_bytes(), &key(), policy, scratch)
    };
    let strict = SigningPolicy::default();
    let mut scratch = Scratch::default();
    let body = r#"{"a":"text","b":{"c":1000}}"#;
    for _ in 0..2 {
        assert!(sign(body, &strict, &mut scratch).is_ok());
    }
    for refused in [
        r#"{"a":"text","b":{"c":10.5}}"#,
        r#"{"a":"text","b":{"c":1e3}}"#,
        r#"{"a":"text","b":{"c":9223372036854775808}}"#,
        r#"{"a":"t;b:c:1","b":{"c":1000}}"#,
        r#"{"a":"t\u003bb:c:1","b":{"c":1000}}"#,
        r#"{"a":"text","b":{"c":1000}} 1"#,
        r#"{"a":"text","b":{"c":1000,"c":1000}}"#,
        r#"{"a":"text","b":{"c":1000},"signature":null}"#,
    ] {
        assert!(sign(refused, &strict, &mut scratch).is_err(), "{refused}");
        assert!(sign(body, &strict, &mut scratch).is_ok());
    }
    let limits = Limits::STRICT;
    for limits in [
        limits.with_depth(1),
        limits.with_values(1),
        limits.with_bytes(20),
        limits.with_key_bytes(0),
        limits.with_canonical_bytes(12),
    ] {
        let limited = SigningPolicy::default().with_limits(limits);
        assert!(sign(body, &limited, &mut scratch).is_err());
        assert!(sign(body, &strict, &mut scratch).is_ok());
    }
}

/// Where the signature goes is remembered by what stands behind it, not by its distance from the
/// beginning.
#[test]
fn the_place_of_a_signature_moves_with_the_values() {
    let mut scratch = Scratch::default();
    for text in ["", "a", "a much longer text", "ж"] {
        let general = BTreeMap::from([("id", text)]);
        let value = BTreeMap::from([("a", &general), ("general", &general), ("z", &general)]);
        for place in [SignaturePlace::General, SignaturePlace::TopLevel] {
            let (key, policy) = (key(), SigningPolicy::default());
            let with = signed_body_with(&value, place, &key, &policy, &mut scratch);
            assert_eq!(with, signed_body(&value, place, &key, &policy));
        }
    }
}
