//! What is verified is what is read: the typed reading of every accepted document leads back to
//! the very string that was signed.

use ecommpay_callback::{CallbackVerifier, VerifiedCallback};
use ecommpay_model::{CallbackBody, Json};
use ecommpay_signature::json::{self, Limits};
use ecommpay_signature::{KeyRing, SecretKey, exact};
use proptest::prelude::*;

use crate::canonical::canonical_callback;
use crate::support::{self, SECRET, lines};

/// Reads the document as JSON values and as a typed body; both must lead back to what was signed.
fn agrees(verified: &VerifiedCallback, odd_names: OddNames) -> Result<(), TestCaseError> {
    let signed = exact::canonical_callback(verified.bytes()).unwrap();
    let values: Json = verified.decode().unwrap();
    prop_assert_eq!(canonical_callback(&values), signed.clone());

    let callback = verified.parse().unwrap();
    let written = json::to_vec(callback.body());
    // Numbers beyond all doubles can be read but not written.
    let Ok(written) = written else { return Ok(()) };
    let again: CallbackBody = json::from_slice(&written, &Limits::PLATFORM).unwrap();
    prop_assert_eq!(callback.body(), &again);
    if odd_names == OddNames::None {
        let values: Json = json::from_slice(&written, &Limits::PLATFORM).unwrap();
        prop_assert_eq!(canonical_callback(&values), signed);
    }
    Ok(())
}

/// With odd names the order of members decides what is signed, and a typed body has its own order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OddNames {
    None,
    Possible,
}

#[test]
fn both_readings_agree_on_every_accepted_vector() {
    let (mut accepted, mut refused) = (0, Vec::new());
    for line in lines("vectors/callback-verify.jsonl") {
        if line["accept"] != true {
            continue;
        }
        let (name, body) = (
            line["name"].as_str().unwrap(),
            line["body"].as_str().unwrap(),
        );
        let secret = line["secret"].as_str().unwrap();
        let keys = KeyRing::new(SecretKey::danger_possibly_empty(secret));
        match CallbackVerifier::new(keys).verify(body) {
            Ok(verified) => {
                agrees(&verified, OddNames::Possible)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                accepted += 1;
            }
            // What the platform's language accepts and a strict verifier does not.
            Err(error) => refused.push(format!("{name}: {error}")),
        }
    }
    assert!(accepted > 60, "{accepted} accepted, refused: {refused:#?}");
    let by_rule =
        |error: &String| error.contains("duplicate key") || error.contains("nested deeper");
    assert!(refused.iter().all(by_rule), "{refused:#?}");
}

#[test]
fn both_readings_agree_on_every_signed_callback_of_the_fixtures() {
    for folder in std::fs::read_dir(format!("{}/callbacks", support::FIXTURES)).unwrap() {
        let folder = folder.unwrap().path();
        let body = std::fs::read(folder.join("body.json")).unwrap();
        let context = std::fs::read_to_string(folder.join("context.json")).unwrap();
        let context: serde_json::Value = serde_json::from_str(&context).unwrap();
        let mut keys = KeyRing::new(support::key(context["secret"].as_str().unwrap()));
        for previous in context["previous_secrets"].as_array().into_iter().flatten() {
            keys = keys.with_previous(support::key(previous.as_str().unwrap()));
        }
        let verified = CallbackVerifier::new(keys).verify(body).unwrap();
        agrees(&verified, OddNames::None).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    }
}

#[test]
fn both_readings_agree_on_every_sample_of_the_seeds() {
    let index: serde_json::Value =
        serde_json::from_str(&support::fixture("seed-examples/index.json")).unwrap();
    let mut counted = 0;
    for sample in index.as_array().unwrap() {
        let (id, kind) = (&sample["id"], sample["kind"].as_str().unwrap());
        if kind.starts_with("callback") {
            let verified = support::verified(&support::seed(id.as_str().unwrap()));
            agrees(&verified, OddNames::None).unwrap_or_else(|error| panic!("{id}: {error}"));
            counted += 1;
        }
    }
    assert_eq!(counted, 10);
}

/// `serde_json` uses such an object for a number; here it is what it looks like.
#[test]
fn an_object_that_looks_like_a_number_stays_an_object() {
    let verified = support::verified(&serde_json::json!({
        "payment": {"id": "p", "sum": {"amount": {"$serde_json::private::Number": "5"}}},
        "a": {"$serde_json::private::Number": "no number"},
    }));
    agrees(&verified, OddNames::Possible).unwrap();
    assert_eq!(
        verified
            .parse()
            .unwrap()
            .body()
            .payment
            .sum
            .as_ref()
            .unwrap()
            .amount,
        None
    );
}

/// A JSON document as it is written, numbers as text.
#[derive(Debug, Clone)]
enum Written {
    Plain(&'static str),
    Text(String),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

#[derive(Debug, Clone, Copy)]
enum Manner {
    Compact,
    Spaced,
    Escaped,
}

impl Written {
    fn write(&self, manner: Manner, text: &mut String) {
        match self {
            Self::Plain(plain) => text.push_str(plain),
            Self::Text(value) => write_text(value, manner, text),
            Self::List(elements) => {
                separated(text, manner, ['[', ']'], elements, |text, it| {
                    it.write(manner, text)
                });
            }
            Self::Object(members) => {
                separated(text, manner, ['{', '}'], members, |text, (name, value)| {
                    write_text(name, manner, text);
                    text.push_str(if matches!(manner, Manner::Spaced) {
                        "\t: "
                    } else {
                        ":"
                    });
                    value.write(manner, text);
                });
            }
        }
    }

    /// Without the members that are removed before a callback is signed.
    fn without_signatures(&self) -> Self {
        match self {
            Self::List(elements) => {
                Self::List(elements.iter().map(Self::without_signatures).collect())
            }
            Self::Object(members) => Self::Object(
                members
                    .iter()
                    .filter(|(name, value)| {
                        name != "signature" || matches!(value, Self::Plain("null"))
                    })
                    .map(|(name, value)| (name.clone(), value.without_signatures()))
                    .collect(),
            ),
            scalar => scalar.clone(),
        }
    }

    fn to_text(&self, manner: Manner) -> String {
        let mut text = String::new();
        self.write(manner, &mut text);
        text
    }
}

fn separated<T>(
    text: &mut String,
    manner: Manner,
    [open, close]: [char; 2],
    items: &[T],
    write: impl Fn(&mut String, &T),
) {
    text.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if matches!(manner, Manner::Spaced) {
            text.push_str(" \r\n");
        }
        write(text, item);
    }
    text.push(close);
}

fn write_text(value: &str, manner: Manner, text: &mut String) {
    text.push('"');
    for unit in value.chars() {
        match unit {
            '"' | '\\' => text.extend(['\\', unit]),
            _ if unit < ' ' || matches!(manner, Manner::Escaped) => {
                for half in unit.encode_utf16(&mut [0; 2]) {
                    text.push_str(&format!("\\u{half:04x}"));
                }
            }
            _ => text.push(unit),
        }
    }
    text.push('"');
}

fn scalar() -> impl Strategy<Value = Written> {
    let plain = vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "1000",
        "-5",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1.0",
        "1e3",
        "1E-7",
        "-0.0",
        "0.1",
        "123456.789",
        "0.30000000000000004",
        "100000000000005.0",
        "1e14",
        "99999999999999.5",
        "1e300",
        "1e999",
        "-1e999",
        "1e-400",
        "12345678901234567890123456789012345678901234567890",
    ];
    let plain = prop::sample::select(plain);
    let text = prop_oneof![
        Just(String::new()),
        "[a-z ]{1,8}",
        "[1-9][0-9]{0,3}",
        "[;:a0]{1,6}",
        "\\PC{0,6}",
        prop::sample::select(vec![
            "success",
            "refund",
            "CNY",
            "2019-02-27T16:01:25+0000",
            "\0\n\u{7f}"
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![plain.prop_map(Written::Plain), text.prop_map(Written::Text)]
}

fn name(odd_names: OddNames) -> BoxedStrategy<String> {
    let known = prop::sample::select(vec![
        "project_id",
        "payment",
        "id",
        "status",
        "sum",
        "amount",
        "currency",
        "operation",
        "date",
        "type",
        "errors",
        "code",
        "display_data",
        "redirect_data",
        "body",
        "customer",
        "phone",
        "sum_initial",
        "provider",
        "clarification_fields",
        "other",
        "a",
        "b",
        "items",
        "AuthCode",
    ])
    .prop_map(str::to_owned);
    match odd_names {
        OddNames::None => prop_oneof![3 => known, 1 => "[a-zA-Z_][a-zA-Z0-9_-]{0,6}"].boxed(),
        OddNames::Possible => {
            let odd = prop::sample::select(vec![
                "",
                "0",
                "1",
                "5",
                "10",
                "-3",
                "-0",
                "007",
                ":",
                "a:b",
                "::",
                "a;b",
                "frame_mode",
                "signature",
                "general",
                "9223372036854775807",
                "9223372036854775808",
                "a b",
                "ab",
                "$serde_json::private::Number",
                "$serde_json::private::RawValue",
                "ключ",
            ])
            .prop_map(str::to_owned);
            prop_oneof![2 => known, 2 => odd, 1 => "\\PC{0,3}"].boxed()
        }
    }
}

fn object(
    value: impl Strategy<Value = Written>,
    odd_names: OddNames,
) -> impl Strategy<Value = Vec<(String, Written)>> {
    prop::collection::vec((name(odd_names), value), 0..6).prop_map(|members| {
        let mut distinct: Vec<(String, Written)> = Vec::new();
        for (name, value) in members {
            if distinct.iter().all(|(known, _)| *known != name) {
                distinct.push((name, value));
            }
        }
        distinct
    })
}

fn document(odd_names: OddNames) -> impl Strategy<Value = Vec<(String, Written)>> {
    let value = scalar().prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..13).prop_map(Written::List),
            object(inner, odd_names).prop_map(Written::Object),
        ]
    });
    object(value, odd_names)
}

/// Signs the document, verifies it, and compares the readings.
fn sign_and_compare(
    mut members: Vec<(String, Written)>,
    manner: Manner,
    odd_names: OddNames,
) -> Result<(), TestCaseError> {
    members.retain(|(name, _)| name != "signature");
    let stripped = Written::Object(members.clone())
        .without_signatures()
        .to_text(manner);
    let signature = exact::sign(stripped.as_bytes(), &support::key(SECRET)).unwrap();
    members.push(("signature".to_owned(), Written::Text(signature.to_base64())));
    let verified = support::verifier(SECRET)
        .verify(Written::Object(members).to_text(manner))
        .unwrap();
    agrees(&verified, odd_names)
}

fn manner() -> impl Strategy<Value = Manner> {
    prop::sample::select(vec![Manner::Compact, Manner::Spaced, Manner::Escaped])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn both_readings_agree_on_random_documents(
        members in document(OddNames::None), manner in manner(),
    ) {
        sign_and_compare(members, manner, OddNames::None)?;
    }

    #[test]
    fn both_readings_agree_on_random_documents_with_odd_names(
        members in document(OddNames::Possible), manner in manner(),
    ) {
        sign_and_compare(members, manner, OddNames::Possible)?;
    }
}
