//! What `explain` says about signatures that other SDKs have made, taken from the vectors.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

use std::fs;

use ecommpay_signature::exact::Precision;
use ecommpay_signature::explain::{self, DoubleText, LineOrder, NameColons, Outcome};
use ecommpay_signature::{SecretKey, exact};
use serde_json::Value;

fn vectors(name: &str) -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/vectors/");
    let text = fs::read_to_string(format!("{folder}{name}")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A body of the vectors with the signature that another signer has made for it.
fn signed_by(name: &str, signer: &str) -> (Vec<u8>, SecretKey) {
    let find = |file: &str| {
        vectors(file)
            .into_iter()
            .find(|v| v["name"] == name)
            .unwrap()
    };
    let ours = find("signature-php.jsonl");
    let others = find("signature-other-sdks.jsonl");
    let signature = others["sdk"][signer]["signature"]
        .as_str()
        .unwrap()
        .to_string();
    let body = ours["body"].as_str().unwrap().trim_end();
    let comma = if body.len() > 2 { "," } else { "" };
    let body = format!(
        "{}{comma}\"signature\":\"{signature}\"}}",
        body.strip_suffix('}').unwrap()
    );
    (
        body.into_bytes(),
        SecretKey::new(ours["secret"].as_str().unwrap()).unwrap(),
    )
}

fn reading_of(name: &str, signer: &str) -> explain::OtherReading {
    let (body, key) = signed_by(name, signer);
    assert!(
        !exact::verify(&body, &key),
        "{name} as {signer} is no other reading"
    );
    match explain::callback(&body, &key).unwrap().outcome() {
        Outcome::MatchesOtherReading(readings) => readings[0],
        other => panic!("{name} as {signer}: {other}"),
    }
}

#[test]
fn readings_of_other_sdks_are_recognised() {
    assert_eq!(
        reading_of("edge/num-alnum", "python").order(),
        LineOrder::PathBytes
    );
    assert_eq!(
        reading_of("edge/key-prefix-of-other-digit", "go").order(),
        LineOrder::WholeLine
    );
    assert_eq!(
        reading_of("edge/nested-vs-hyphen-sibling", "js").order(),
        LineOrder::PerLevel
    );
    assert_eq!(
        reading_of("edge/key-colon-nested", "go").colons(),
        NameColons::Single
    );
    let seventeen = reading_of("edge/val-float-simple", "php_precision_17").doubles();
    assert_eq!(seventeen, DoubleText::Printed(Precision::Seventeen));
    let shortest = reading_of("edge/val-int64-over", "php_precision_-1").doubles();
    assert_eq!(shortest, DoubleText::Printed(Precision::Shortest));
    assert_eq!(
        reading_of("edge/val-float-integral", "net").doubles(),
        DoubleText::AsWritten
    );
}

#[test]
fn outcomes_are_told_apart() {
    let key = SecretKey::new("secret").unwrap();
    let outcome = |body: &str| {
        explain::callback(body.as_bytes(), &key)
            .unwrap()
            .outcome()
            .clone()
    };
    let right = exact::sign(br#"{"a":1}"#, &key).unwrap();
    assert_eq!(
        outcome(&format!(r#"{{"a":1,"signature":"{right}"}}"#)),
        Outcome::Matches
    );
    assert_eq!(
        outcome(&format!(r#"{{"a":2,"signature":"{right}"}}"#)),
        Outcome::MatchesNothing
    );
    assert_eq!(outcome(r#"{"a":1}"#), Outcome::NoSignature);
    assert_eq!(outcome(r#"{"a":1,"signature":["x"]}"#), Outcome::Malformed);
    let request = explain::request(br#"{"a":1,"signature":"x"}"#).unwrap();
    assert_eq!(*request.outcome(), Outcome::NothingToCheck);
    assert_eq!(request.lines()[1].path(), "signature");
}

#[test]
fn the_right_signature_is_never_shown() {
    let key = SecretKey::new("secret").unwrap();
    let body = br#"{"payment":{"id":"CANARY"},"signature":"bm90IHRoZSByaWdodCBvbmU="}"#;
    let right = exact::sign_callback(body, &key).unwrap().to_base64();
    let explanation = explain::callback(body, &key).unwrap();
    let shown = format!(
        "{explanation:?} {} {:?} {}",
        explanation.masked(),
        explanation.lines(),
        explanation.outcome()
    );
    assert!(
        !shown.contains(&right) && !shown.contains("CANARY"),
        "{shown}"
    );
    assert_eq!(explanation.lines()[0].value(), "CANARY");
}
