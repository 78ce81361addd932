//! What `explain` says about signatures that other SDKs have made, taken from the vectors.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

use std::fs;

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
    assert_eq!(
        reading_of("edge/val-float-integral", "net").doubles(),
        DoubleText::AsWritten
    );
}
