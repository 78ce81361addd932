//! Every line of the vectors, by the exact layer.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ecommpay_signature::SecretKey;
use ecommpay_signature::exact::{self, Precision};
use serde_json::Value;

fn lines(name: &str) -> Vec<Value> {
    let file: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        "..",
        "fixtures",
        "vectors",
        name,
    ]
    .iter()
    .collect();
    let text = fs::read_to_string(&file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap()
}

fn key(vector: &Value) -> SecretKey {
    SecretKey::danger_possibly_empty(text(vector, "secret"))
}

/// What a comparison found different: name, expected, got.
fn assert_none(differences: &[String], all: usize) {
    assert!(all > 50, "only {all} vectors were read");
    assert!(
        differences.is_empty(),
        "{} of {all}:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn requests_are_signed_as_the_platform_does() {
    let vectors = lines("signature-php.jsonl");
    let mut differences = Vec::new();
    for vector in &vectors {
        let (name, body) = (text(vector, "name"), text(vector, "body").as_bytes());
        // Signatures in the bodies are placeholders, or, in the published ones, the expected one.
        let expected = text(vector, "string_to_sign");
        let canonical = exact::canonical_callback(body);
        if canonical.as_deref() != Ok(expected) {
            differences.push(format!(
                "{name}\n  expected {expected}\n  got      {canonical:?}"
            ));
        }
        let signature = exact::sign_callback(body, &key(vector)).map(|s| s.to_base64());
        if signature.as_deref() != Ok(text(vector, "signature")) {
            differences.push(format!("{name}: {signature:?}"));
        }
    }
    assert_none(&differences, vectors.len());
}

#[test]
fn callbacks_are_accepted_as_the_platform_does() {
    let vectors = lines("callback-verify.jsonl");
    let mut differences = Vec::new();
    for vector in &vectors {
        let body = match vector.get("body_base64") {
            Some(bytes) => STANDARD.decode(bytes.as_str().unwrap()).unwrap(),
            None => text(vector, "body").as_bytes().to_vec(),
        };
        let accepted = exact::verify(&body, &key(vector));
        if accepted != vector["accept"].as_bool().unwrap() {
            differences.push(format!(
                "{}: {accepted}, {}",
                text(vector, "name"),
                text(vector, "note")
            ));
        }
    }
    assert_none(&differences, vectors.len());
}

#[test]
fn payment_page_parameters_are_signed_as_the_platform_does() {
    let vectors = lines("payment-page-url.jsonl");
    let mut differences = Vec::new();
    for vector in &vectors {
        let parameters = text(vector, "params_json").as_bytes();
        let expected = text(vector, "string_to_sign");
        let canonical = exact::canonical(parameters);
        if canonical.as_deref() != Ok(expected) {
            differences.push(format!(
                "{}\n  expected {expected}\n  got      {canonical:?}",
                text(vector, "name")
            ));
        }
    }
    assert_none(&differences, vectors.len());
}

/// The platform's language with other values of its setting `precision`.
#[test]
fn doubles_are_printed_with_other_precisions() {
    let bodies = lines("signature-php.jsonl");
    let others = lines("signature-other-sdks.jsonl");
    let mut differences = Vec::new();
    for (vector, other) in bodies.iter().zip(&others) {
        let name = text(vector, "name");
        assert_eq!(name, text(other, "name"));
        let body = text(vector, "body").as_bytes();
        let settings = [
            ("php_precision_17", Precision::Seventeen),
            ("php_precision_-1", Precision::Shortest),
        ];
        for (setting, precision) in settings {
            let expected = match &other["sdk"][setting] {
                Value::String(same) if same == "same" => text(vector, "string_to_sign"),
                differing => text(differing, "string_to_sign"),
            };
            let canonical = exact::canonical_callback_with(body, precision);
            if canonical.as_deref() != Ok(expected) {
                differences.push(format!("{name} {setting}\n  {expected}\n  {canonical:?}"));
            }
        }
    }
    assert_none(&differences, others.len());
}
