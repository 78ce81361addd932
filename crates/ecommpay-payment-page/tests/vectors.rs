//! Addresses as the platform's own PHP library made them: `fixtures/vectors/payment-page-url.jsonl`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use ecommpay_payment_page::exact;
use ecommpay_signature::SecretKey;

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
