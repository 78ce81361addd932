//! The crate against a second, slow reading of the protocol, on documents made to be awkward.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

mod slow_reading;

use ecommpay_signature::exact::{self, Precision};
use ecommpay_signature::{SecretKey, json};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use slow_reading::{Digits, Value};

/// Awkward documents out of a row of small choices, so that proptest can shrink them by the choice.
struct Choices<'c> {
    rest: std::slice::Iter<'c, u8>,
}

const NAMES: &[&str] = &[
    "",
    "0",
    "00",
    "1",
    "2",
    "10",
    "01",
    "-1",
    "-0",
    "+1",
    "1.5",
    "7",
    "frame_mode",
    "signature",
    "general",
    "a",
    "b",
    "ab",
    "a b",
    "a  b",
    " a",
    "a ",
    "a:b",
    ":",
    "::",
    "a:",
    ":a",
    "0:",
    ":0",
    "a0",
    "a00",
    "a01",
    "a1",
    "a9",
    "a10",
    "a 1",
    "1 1",
    "0 1",
    "1a",
    "01a",
    "a-b",
    "a_b",
    "a.b",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "Signature",
    "frame_mode ",
    "a;b",
    "A",
    "é",
    "日",
    "\u{e000}",
    "😀",
    "\u{0}",
    "a\u{0}",
    "\u{a0}",
    "\u{7f}",
    "\t",
    "\u{b}a",
    "\\",
    "\"",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "7",
    "1000",
    "0.0",
    "-0.0",
    "1.0",
    "1.10",
    "1e3",
    "1E+2",
    "1e-3",
    "0.00001",
    "0.0001",
    "99.99",
    "-2.25",
    "1e14",
    "1e15",
    "1e20",
    "1e22",
    "1.5e300",
    "1e400",
    "-1e400",
    "1e-400",
    "5e-324",
    "0e5",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "123456789012345678901234567890",
    "100000000000005.0",
    "986422410577005.0",
    "100000000000015.0",
    "100000000000005",
    "99999999999999.5",
    "10000000000000.5",
    "11111111111111.1",
    "0.30000000000000004",
    "3.141592653589793",
];

const TEXTS: &[&str] = &[
    "",
    "0",
    "a",
    "1;b:2",
    "a:b",
    ";",
    "é😀",
    "\u{0}",
    "\"\\/",
    "line\nbreak",
    " a ",
    "true",
    "日本",
];

impl<'c> Choices<'c> {
    fn of(choices: &'c [u8]) -> Self {
        Self {
            rest: choices.iter(),
        }
    }

    /// A number below `most`; 0 when the choices are used up.
    fn below(&mut self, most: usize) -> usize {
        usize::from(self.rest.next().copied().unwrap_or(0)) % most
    }

    fn byte(&mut self) -> u8 {
        self.rest.next().copied().unwrap_or(0)
    }

    fn one_of(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.below(texts.len())]
    }

    fn document(&mut self) -> String {
        let mut out = String::new();
        match self.below(8) {
            0 => self.list(&mut out, 0),
            _ => self.object(&mut out, 0),
        }
        out
    }

    fn value(&mut self, out: &mut String, depth: usize) {
        match self.below(if depth < 6 { 12 } else { 8 }) {
            0 => out.push_str("null"),
            1 => out.push_str(["true", "false"][self.below(2)]),
            2 | 3 => self.number(out),
            4 | 5 => {
                let text = self.one_of(TEXTS);
                self.string(text, out);
            }
            6 => out.push_str("{}"),
            7 => out.push_str("[]"),
            8..=10 => self.object(out, depth + 1),
            _ => self.list(out, depth + 1),
        }
    }

    fn object(&mut self, out: &mut String, depth: usize) {
        out.push_str("{ ");
        for index in 0..self.below(7) {
            out.push_str(if index == 0 { "" } else { ",\n" });
            let mut name = self.one_of(NAMES).to_string();
            if self.below(5) == 0 {
                name.push_str(self.one_of(NAMES));
            }
            self.string(&name, out);
            out.push_str(": ");
            self.value(out, depth);
        }
        out.push('}');
    }

    fn list(&mut self, out: &mut String, depth: usize) {
        out.push('[');
        for index in 0..self.below(13) {
            out.push_str(if index == 0 { "" } else { " ," });
            self.value(out, depth);
        }
        out.push(']');
    }

    fn number(&mut self, out: &mut String) {
        match self.below(4) {
            0 | 1 => out.push_str(self.one_of(NUMBERS)),
            2 => {
                let integer = i64::from_le_bytes(std::array::from_fn(|_| self.byte()));
                out.push_str(&(integer >> self.below(64)).to_string());
            }
            _ => {
                let double = f64::from_le_bytes(std::array::from_fn(|_| self.byte()));
                let double = if double.is_finite() { double } else { 1.5 };
                match self.below(3) {
                    0 => out.push_str(&format!("{double:?}")),
                    1 => out.push_str(&format!("{double:.20e}")),
                    // Near the borders between plain and scientific, and where ties are exact.
                    _ => out.push_str(&format!(
                        "{:?}",
                        (double.to_bits() % 20_000_000_000_000_000) as f64 / 2.0
                    )),
                }
            }
        }
    }

    /// A string literal; one character may be escaped that need not be.
    fn string(&mut self, text: &str, out: &mut String) {
        let needless = self.below(24);
        out.push('"');
        for (index, character) in text.chars().enumerate() {
            match character {
                '"' | '\\' => {
                    out.push('\\');
                    out.push(character);
                }
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '/' if needless > 4 => out.push_str("\\/"),
                _ if character < ' ' || index == needless => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        out.push_str(&format!("\\u{unit:04X}"));
                    }
                }
                _ => out.push(character),
            }
        }
        out.push('"');
    }
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..160)
}

/// What the crate and the slow reading make of the same bytes.
fn compare_readings(
    bytes: &[u8],
    (precision, digits): (Precision, Digits),
) -> Result<(), TestCaseError> {
    let slow = slow_reading::decode(bytes);
    let request = slow
        .as_ref()
        .map(|value| slow_reading::canonical_of(value, digits));
    prop_assert_eq!(exact::canonical_with(bytes, precision).ok(), request);
    let callback = slow.map(slow_reading::without_signatures);
    let callback = callback.map(|value| slow_reading::canonical_of(&value, digits));
    prop_assert_eq!(
        exact::canonical_callback_with(bytes, precision).ok(),
        callback
    );
    Ok(())
}

const DEFAULT: (Precision, Digits) = (Precision::Fourteen, Digits::Significant(14));

/// 10 000 documents for each property; more if `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases.max(10_000),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..default
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn canonical_strings_are_the_same(choices in choices()) {
        let document = Choices::of(&choices).document();
        compare_readings(document.as_bytes(), DEFAULT)?;
    }

    #[test]
    fn doubles_are_printed_the_same(choices in prop::array::uniform12(any::<u8>())) {
        let mut number = String::new();
        Choices::of(&choices).number(&mut number);
        let document = format!("[{number}]");
        compare_readings(document.as_bytes(), DEFAULT)?;
        let seventeen = (Precision::Seventeen, Digits::Significant(17));
        compare_readings(document.as_bytes(), seventeen)?;
        compare_readings(document.as_bytes(), (Precision::Shortest, Digits::Shortest))?;
    }

    #[test]
    fn names_are_compared_the_same(x in "[01 a:\\x00]{0,6}", y in "[01 a:\\x00]{0,6}") {
        let order = exact::natural_order(x.as_bytes(), y.as_bytes());
        prop_assert_eq!(order, slow_reading::natural_order(x.as_bytes(), y.as_bytes()));
        let document = serde_json::json!({ "p": { x: 1, y: 2 } }).to_string();
        compare_readings(document.as_bytes(), DEFAULT)?;
    }

    /// Whatever is cut out of a document or put into it, both read it or neither does.
    #[test]
    fn broken_documents_are_broken_for_both(
        choices in choices(),
        at in any::<prop::sample::Index>(),
        cut in 0..3_usize,
        put in prop::sample::select(vec!["", "", " ", ",", "\"", "\\", "0", "-", ".", "e", "}", "]",
            "{", "[", ":", "\u{0}", "\\u0041", "\\ud800", "\\udc00", "\u{1f}", "\u{feff}", "é", "x"]),
    ) {
        let mut bytes = Choices::of(&choices).document().into_bytes();
        let start = at.index(bytes.len());
        let end = (start + cut).min(bytes.len());
        bytes.splice(start..end, put.bytes());
        compare_readings(&bytes, DEFAULT)?;
    }

    /// The signature that counts is looked for in the same places.
    #[test]
    fn acceptance_is_the_same(
        choices in choices(),
        top in prop::option::of(0..5_usize),
        general in prop::option::of(0..5_usize),
    ) {
        let key = SecretKey::new("secret").unwrap();
        let mut rest = String::new();
        Choices::of(&choices).object(&mut rest, 0);
        let signed = |right: &str| {
            let claims = [format!("\"{right}\""), "null".into(), "\"\"".into(), "0".into(), "\"x\"".into()];
            let mut document = String::from("{");
            if let Some(claim) = top {
                document.push_str(&format!("\"signature\":{},", claims[claim]));
            }
            document.push_str(&rest[1..rest.len() - 1]);
            if let Some(claim) = general {
                let comma = if rest.len() > 4 { "," } else { "" };
                let claim = &claims[claim];
                document.push_str(&format!("{comma}\"general\":{{\"signature\":{claim},\"id\":1}}"));
            } else if rest.len() <= 4 {
                document.push_str("\"a\":1");
            }
            document.push('}');
            document
        };
        let right = exact::sign_callback(signed("x").as_bytes(), &key).unwrap().to_base64();
        let signed = signed(&right);
        let slow = slow_reading::decode(signed.as_bytes()).unwrap();
        let accepted = slow_reading::claimed_signature(&slow).is_some_and(|text| text == right);
        prop_assert_eq!(exact::verify(signed.as_bytes(), &key), accepted);
    }

    /// The types are read by the same reader: what one decodes the other does.
    #[test]
    fn typed_reading_agrees(choices in choices()) {
        let text = Choices::of(&choices).document();
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
            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Double(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element::<Typed>()? {
                    elements.push(element.0);
                }
                Ok(Value::List(elements))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Value, A::Error> {
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
