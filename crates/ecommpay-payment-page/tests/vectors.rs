//! Addresses as the platform's own PHP library made them: `fixtures/vectors/payment-page-url.jsonl`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use ecommpay_payment_page::{OpeningVerifier, ReceiveError, ReceivedOpening, exact};
use ecommpay_signature::{KeyRing, SecretKey};

/// One line of the vectors.
struct Vector {
    name: String,
    secret: String,
    base_url: String,
    params_json: String,
    string_to_sign: String,
    url: String,
}

fn vectors() -> Vec<Vector> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/vectors/payment-page-url.jsonl"
    );
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(vector)
        .collect()
}

fn vector(line: &str) -> Vector {
    let json: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |member: &str| json[member].as_str().unwrap().to_owned();
    Vector {
        name: text("name"),
        secret: text("secret"),
        base_url: text("base_url"),
        params_json: text("params_json"),
        string_to_sign: text("string_to_sign"),
        url: text("url"),
    }
}

#[test]
fn every_line_is_reproduced() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 88);
    for vector in vectors {
        let signed = exact::string_to_sign(&vector.params_json).unwrap();
        assert_eq!(signed, vector.string_to_sign, "{}", vector.name);
        let key = SecretKey::danger_possibly_empty(&vector.secret);
        let url = exact::url(&vector.params_json, &vector.base_url, &key).unwrap();
        assert_eq!(url, vector.url, "{}", vector.name);
    }
}

/// Nested names, by the rules of signature.md section 7 read by hand.
#[test]
fn containers_that_leave_nothing_leave_no_trace() {
    let key = SecretKey::new("k").unwrap();
    let query = |params: &str| {
        let url = exact::url(params, "b", &key).unwrap();
        url.strip_prefix("b/payment?")
            .unwrap()
            .split("signature=")
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        query(r#"{"a":[null,{},[],"x"],"b":{"c":{}}}"#),
        "a%5B3%5D=x&"
    );
    assert_eq!(
        query(r#"{"a":{"":1,"b c":[true]}}"#),
        "a%5B%5D=1&a%5Bb+c%5D%5B0%5D=1&"
    );
    assert_eq!(query(r#"["x","y"]"#), "0=x&1=y&");
}

#[test]
fn what_is_not_json_is_an_error() {
    let key = SecretKey::new("k").unwrap();
    for params in ["", "{", "1", "{\"a\":1,}", "{\"a\":1}x"] {
        assert!(exact::url(params, "b", &key).is_err(), "{params}");
    }
}

/// The vectors of section 4 of the notes on the Payment Page: parameters in any order, secret, and
/// the signature that a test of one of the platform's libraries expects.
const PUBLISHED: [(&str, &str, &str); 4] = [
    (
        "secret",
        r#"{"project_id":100,"interface_type":"{\"id\":23}","payment_id":"test payment id","payment_description":"B&W"}"#,
        "97JFQpAyJ4HPfGVedJh0M1MqQDOFt/MCbdh8VrsT7DdRyTBDAF2mvUOsDANx1ZPfbvZg0+VUbF43xJnq0jEeLA==",
    ),
    (
        "qwerty",
        r#"{"project_id":11,"interface_type":"{\"id\": 20}","payment_id":"test_payment_id","payment_currency":"EUR","payment_amount":1000,"some_future_bool_param":true}"#,
        "+NGChjO/3L6vSJkEUSXBDPJBSUuEu4rXw4wtAoXiTDATSMerNixVYKdh9Cg2jTXSu1Ez9R+LxX/ioWr70Tlxew==",
    ),
    (
        "qwerty",
        r#"{"project_id":1,"interface_type":"{\"id\": 24}","payment_id":"test-payment","best_before":"2055-05-05T00:00:00"}"#,
        "q69mSGul5x6KACTn0Vl+X6N4hH1lL45yQiEbmLzJvNoJ1hwkBuiEv/LLpJuyLWtIrgU7+q0TAUO0f+ai0bqjKQ==",
    ),
    (
        "qwerty",
        r#"{"project_id":60481,"interface_type":"{\"id\": 21}","payment_id":"test_payment","best_before":"2200-12-12T12:12:12+03:00"}"#,
        "xdIXTiffRnObgBtT6YVSn10lvtdZQznyBDL2aafvTETigagUr5iof6CYCv097qoJDRROGGH4xNb+aF2GRTgA9Q==",
    ),
];

#[test]
fn the_published_signatures_are_made_and_accepted() {
    for (secret, params_json, signature) in PUBLISHED {
        let url = exact::url(params_json, "https://pp.example", &key(secret)).unwrap();
        let encoded = signature
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D");
        assert!(url.ends_with(&format!("&signature={encoded}")));
        assert!(received(&url, secret).is_ok());
    }
}

/// What the platform's library signs is accepted, or refused for a reason that is told.
#[test]
fn addresses_of_the_platforms_library_are_accepted_where_they_are_clear() {
    let mut accepted = 0;
    for vector in vectors() {
        match received(&vector.url, &vector.secret) {
            Ok(verified) => {
                let params: serde_json::Value = serde_json::from_str(&vector.params_json).unwrap();
                for (name, text) in verified.pairs() {
                    if let Some(sent) = params[name].as_str() {
                        assert_eq!(text, sent, "{}: {name}", vector.name);
                    }
                }
                accepted += 1;
            }
            // Brackets, blanks and letters outside ASCII in names; `signature` or `;` in values.
            Err(ReceiveError::Name { .. } | ReceiveError::Twice { .. }) => {}
            Err(ReceiveError::Separator { parameter }) => {
                assert!(vector.string_to_sign.contains(&format!("{parameter}:")));
            }
            // A `null` is signed and not sent; an empty set of parameters is no opening.
            Err(ReceiveError::WrongSignature) => assert_eq!(vector.name, "type/null"),
            Err(ReceiveError::Query(_)) => assert_eq!(vector.name, "type/empty"),
            Err(other) => panic!("{}: {other}", vector.name),
        }
    }
    assert!(accepted >= 40, "{accepted} were accepted");
}

fn key(secret: &str) -> SecretKey {
    SecretKey::danger_possibly_empty(secret)
}

fn received(
    url: &str,
    secret: &str,
) -> Result<ecommpay_payment_page::VerifiedOpening, ReceiveError> {
    let query = url.split_once('?').unwrap().1;
    let received = ReceivedOpening::read(query.as_bytes())?;
    OpeningVerifier::new(KeyRing::new(key(secret))).verify(received)
}
