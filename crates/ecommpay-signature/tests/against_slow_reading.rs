//! The crate against a second, slow reading of the protocol, on documents made to be awkward.

mod slow_reading;

use ecommpay_signature::exact::{self, Precision};
use ecommpay_signature::{SecretKey, json};
use proptest::prelude::*;
use slow_reading::{Digits, Value};

/// JSON text, written the way this test wants it: nothing is settled or normalised.
#[derive(Clone, Debug)]
enum Written {
    Scalar(String),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

impl Written {
    fn write(&self, out: &mut String) {
        match self {
            Self::Scalar(text) => out.push_str(text),
            Self::List(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    element.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push_str("{ ");
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "\n," });
                    out.push_str(name);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

/// A string literal; some characters are escaped, in one way or another.
fn literal(text: &str, escape: u8) -> String {
    let mut out = String::from('"');
    for (index, character) in text.chars().enumerate() {
        let code = u32::from(character);
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '/' if escape % 2 == 0 => out.push_str("\\/"),
            _ if code < 0x20 || (code < 0x80 && index % 7 == usize::from(escape)) => {
                out.push_str(&format!("\\u{code:04x}"));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

fn name() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        6 => "[0-9 :a]{0,3}",
        3 => "[01 ]{0,3}",
        2 => "-?[0-9]{1,2}",
        2 => "[ab]{1,2}[0-9]{0,2}",
        2 => "[aA\t_.-]{1,3}",
        1 => "[é日\u{e000}😀\u{0}\u{a0}\u{7f}]{1,2}",
        4 => prop::sample::select(vec![
            "", "0", "00", "1", "frame_mode", "signature", "general", "a", "b", "ab", "a b", "a:b",
            ":", "::", "-0", "+1", "1.5", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "-9223372036854775809", "Signature", "frame_mode ", "a;b",
        ]).prop_map(String::from),
    ];
    (text, 0..12_u8).prop_map(|(text, escape)| literal(&text, escape))
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,3})",
        "-?(0|[1-9][0-9]{0,20})",
        "-?(0|[1-9][0-9]{0,3})\\.[0-9]{1,18}",
        "-?(0|[1-9][0-9]{0,16})\\.0",
        "-?[1-9](\\.[0-9]{1,20})?[eE][+-]?[0-9]{1,2}",
        "-?[1-9](\\.[0-9]{1,20})?e-?[0-9]{1,3}",
        "[1-9][0-9]{12}05\\.0",
        "[1-9][0-9]{12}[0-9]5\\.0",
        "[1-9][0-9]{13}\\.5",
        any::<f64>().prop_filter("JSON has no infinities", |x| x.is_finite()).prop_map(|x| format!("{x:?}")),
        any::<i64>().prop_map(|x| x.to_string()),
        prop::sample::select(vec!["-0", "0", "-0.0", "1e400", "-1e400", "1e-400",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "-9223372036854775809", "18446744073709551615", "0e5", "0.00001", "5e-324"])
            .prop_map(String::from),
    ]
}

fn scalar() -> impl Strategy<Value = Written> {
    let text = prop_oneof![
        "[a-z0;: ]{0,6}",
        prop::sample::select(vec!["", "0", "1;b:2", "a:b", "é😀", "\u{0}", "\"\\/", "line\nbreak"])
            .prop_map(String::from),
    ];
    prop_oneof![
        3 => (text, 0..12_u8).prop_map(|(text, escape)| literal(&text, escape)),
        3 => number(),
        2 => prop::sample::select(vec!["null", "true", "false"]).prop_map(String::from),
    ]
    .prop_map(Written::Scalar)
}

fn document() -> impl Strategy<Value = Written> {
    let inner = scalar().prop_recursive(5, 48, 6, |value| {
        prop_oneof![
            1 => prop::collection::vec(value.clone(), 0..14).prop_map(Written::List),
            4 => prop::collection::vec((name(), value), 0..7).prop_map(Written::Object),
        ]
    });
    prop_oneof![
        1 => prop::collection::vec(inner.clone(), 0..14).prop_map(Written::List),
        9 => prop::collection::vec((name(), inner), 0..7).prop_map(Written::Object),
    ]
}

/// What the crate and the slow reading make of the same bytes.
fn compare_readings(bytes: &[u8]) -> Result<(), TestCaseError> {
    let precisions = [
        (Precision::Fourteen, Digits::Significant(14)),
        (Precision::Seventeen, Digits::Significant(17)),
        (Precision::Shortest, Digits::Shortest),
    ];
    let slow = slow_reading::decode(bytes);
    for (precision, digits) in precisions {
        let request = slow.as_ref().map(|value| slow_reading::canonical(value, digits));
        prop_assert_eq!(exact::canonical_with(bytes, precision).ok(), request);
        let callback = slow.clone().map(slow_reading::without_signatures);
        let callback = callback.map(|value| slow_reading::canonical(&value, digits));
        prop_assert_eq!(exact::canonical_callback_with(bytes, precision).ok(), callback);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30_000, ..ProptestConfig::default() })]

    #[test]
    fn canonical_strings_are_the_same(document in document()) {
        compare_readings(document.text().as_bytes())?;
    }

    #[test]
    fn doubles_are_printed_the_same(number in number()) {
        compare_readings(format!("[{number}]").as_bytes())?;
    }

    /// Whatever is cut out of a document or put into it, both read it or neither does.
    #[test]
    fn broken_documents_are_broken_for_both(
        document in document(),
        at in any::<prop::sample::Index>(),
        cut in 0..3_usize,
        put in prop::sample::select(vec!["", "", " ", ",", "\"", "\\", "0", "-", ".", "e", "}", "]",
            "{", "[", ":", "\u{0}", "\\u0041", "\\ud800", "\\udc00", "\u{1f}", "\u{feff}", "é", "x"]),
    ) {
        let mut bytes = document.text().into_bytes();
        let start = at.index(bytes.len());
        let end = (start + cut).min(bytes.len());
        bytes.splice(start..end, put.bytes());
        compare_readings(&bytes)?;
    }

    /// The signature that counts is found in the same place.
    #[test]
    fn acceptance_is_the_same(
        document in document(),
        top in prop::option::of(0..4_u8),
        general in prop::option::of(0..4_u8),
    ) {
        let Written::Object(mut members) = document else { return Ok(()) };
        let key = SecretKey::new("secret").unwrap();
        let place = |kind: u8, right: &str| match kind {
            0 => format!("\"{right}\""),
            1 => "null".into(),
            2 => "\"\"".into(),
            _ => literal(&right.to_lowercase(), 1),
        };
        // Members of these names are removed, so that the signature may be made before they are in.
        let general_members = |text: &str| vec![
            ("\"signature\"".to_string(), Written::Scalar(text.to_string())),
            ("\"project_id\"".to_string(), Written::Scalar("1".to_string())),
        ];
        members.retain(|(name, _)| !["\"signature\"", "\"general\""].contains(&name.as_str()));
        for right in ["", "filled in below"] {
            if general.is_some() {
                members.push(("\"general\"".into(), Written::Object(general_members(right))));
                members.pop();
            }
        }
        let with = |right: &str| {
            let mut members = members.clone();
            if let Some(kind) = top {
                members.push(("\"signature\"".into(), Written::Scalar(place(kind, right))));
            }
            if let Some(kind) = general {
                members.push((
                    "\"general\"".into(),
                    Written::Object(general_members(&place(kind, right))),
                ));
            }
            Written::Object(members).text()
        };
        let right = exact::sign_callback(with("x").as_bytes(), &key).unwrap().to_base64();
        let signed = with(&right);
        let slow = slow_reading::decode(signed.as_bytes()).unwrap();
        let accepted = slow_reading::claimed_signature(&slow).is_some_and(|text| text == right);
        prop_assert_eq!(exact::verify(signed.as_bytes(), &key), accepted);
    }

    /// The types are read by the same reader: what one decodes the other does.
    #[test]
    fn typed_reading_agrees(document in document()) {
        let text = document.text();
        let typed = json::from_slice::<Typed>(text.as_bytes(), &json::Limits::PLATFORM);
        let slow = slow_reading::decode(text.as_bytes()).unwrap();
        match typed {
            Ok(typed) => prop_assert_eq!(typed.0, slow),
            Err(error) => prop_assert_eq!(
                error.syntax().map(|e| e.rule()), Some(json::SyntaxRule::DuplicateKey)),
        }
    }
}

/// A slow value read through serde.
struct Typed(Value);

impl<'de> serde::Deserialize<'de> for Typed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Value;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("any value")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Integer(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                // Exact for types, a double for signatures.
                Ok(i64::try_from(value).map_or(Value::Double(value as f64), Value::Integer))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Double(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element::<Typed>()? {
                    elements.push(element.0);
                }
                Ok(Value::List(elements))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Typed>()? {
                    members.push((name, value.0));
                }
                Ok(Value::Object(members))
            }
        }
        deserializer.deserialize_any(Visitor).map(Typed)
    }
}
