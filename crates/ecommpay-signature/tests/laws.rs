//! Laws that hold for every document: order does not matter, changes are noticed, nothing panics.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

use std::collections::BTreeMap;

use ecommpay_signature::json::{self, Limits};
use ecommpay_signature::{
    KeyRing, SecretKey, SignaturePlace, SigningPolicy, Verifier, exact, explain, lint, signed_body,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Map, Value};

fn key() -> SecretKey {
    SecretKey::new("secret").unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(KeyRing::new(key()))
}

/// Values as bodies of payments have them.
fn ordinary() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<i32>().prop_map(Value::from),
        "[A-Za-z0-9 .,é-]{0,12}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 24, 5, |value| {
        prop_oneof![
            1 => prop::collection::vec(value.clone(), 0..12).prop_map(Value::from),
            4 => members(value).prop_map(Value::from),
        ]
    })
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-z][a-z_]{0,8}[a-z]", value, 1..5)
        .prop_map(|members: BTreeMap<String, Value>| members.into_iter().collect())
}

fn body() -> impl Strategy<Value = Map<String, Value>> {
    members(ordinary()).prop_map(|mut members| {
        members.remove("signature");
        members.insert("general".into(), serde_json::json!({ "project_id": 42 }));
        members
    })
}

/// The same members in another order, at every depth.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(name, value)| format!("{:?}:{}", name, reversed(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(" , "))
        }
        Value::Array(elements) => {
            format!(
                "[{}]",
                elements.iter().map(reversed).collect::<Vec<_>>().join(",")
            )
        }
        scalar => scalar.to_string(),
    }
}

fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases.max(cases),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..default
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn the_order_of_members_does_not_matter(members in body()) {
        let value = Value::from(members);
        let written = value.to_string();
        let signature = exact::sign(written.as_bytes(), &key()).unwrap();
        prop_assert_eq!(exact::sign(reversed(&value).as_bytes(), &key()).unwrap(), signature);
    }

    #[test]
    fn what_is_signed_is_accepted_and_read_back(members in body(), top in any::<bool>()) {
        let place = if top { SignaturePlace::TopLevel } else { SignaturePlace::General };
        let value = Value::from(members);
        let signed = signed_body(&value, place, &key(), &SigningPolicy::default()).unwrap();
        let verifier = verifier();
        let verified = verifier.verify(&signed).unwrap();
        let mut read: Value = verified.decode().unwrap();
        let holder = if top { &mut read } else { &mut read["general"] };
        prop_assert!(holder.as_object_mut().unwrap().remove("signature").is_some());
        prop_assert_eq!(read, value);
    }

    /// A byte changed outside of white space is a change of syntax, name, value or signature; some
    /// changes are none to the platform (`1` and `true`), which single bytes cannot be.
    #[test]
    fn changed_values_are_noticed(
        members in body(),
        at in any::<prop::sample::Index>(),
        by in 1..=255_u8,
    ) {
        let value = Value::from(members);
        let place = SignaturePlace::TopLevel;
        let mut bytes = signed_body(&value, place, &key(), &SigningPolicy::default()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        if let Ok(verified) = verifier().verify(&bytes) {
            // Whatever is still accepted is signed alike.
            prop_assert_eq!(
                exact::canonical_callback(verified.bytes()).unwrap(),
                exact::canonical(value.to_string().as_bytes()).unwrap()
            );
        }
    }

    #[test]
    fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = verifier().verify(&bytes);
        let _ = exact::verify(&bytes, &key());
        let _ = json::from_slice::<Value>(&bytes, &Limits::STRICT);
        let _ = lint::request(&bytes);
        let _ = explain::callback(&bytes, &key());
    }

    #[test]
    fn reading_of_near_json_never_panics(
        text in r#"([{}\[\]:,"0-9eE.\- \\u]|"a"|"signature"|"general"|null|true|"0"|""|;|é){0,40}"#,
    ) {
        let bytes = text.as_bytes();
        let _ = verifier().verify(bytes);
        let _ = exact::verify(bytes, &key());
        let _ = lint::callback(bytes);
        let _ = explain::callback(bytes, &key());
        let ours = json::from_slice::<Value>(bytes, &Limits::STRICT);
        // Another reader accepts no less, but for names that occur twice and unused infinities.
        if let Ok(value) = ours {
            prop_assert_eq!(serde_json::from_slice::<Value>(bytes).unwrap(), value);
        }
    }

    #[test]
    fn written_values_are_read_back(value in ordinary()) {
        let written = json::to_vec(&value).unwrap();
        prop_assert_eq!(json::from_slice::<Value>(&written, &Limits::STRICT).unwrap(), value);
    }

    #[test]
    fn written_strings_are_read_back(text in any::<String>()) {
        let written = json::to_vec(&text).unwrap();
        prop_assert_eq!(json::from_slice::<String>(&written, &Limits::STRICT).unwrap(), text.clone());
        prop_assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text);
    }
}
