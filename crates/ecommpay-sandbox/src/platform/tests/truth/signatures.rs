//! Whatever is damaged in a signature, or in anything under it, is refused as a wrong signature.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::world::CALLER;
use super::{SALES, gate_request, sale, send};
use crate::platform::gate::GateRequest;

/// A rightly signed sale, taken apart.
fn signed(kind: usize) -> (&'static str, Value) {
    let (path, method) = SALES[kind];
    let request = gate_request(path, sale(method));
    (path, serde_json::from_slice(&request.body).unwrap())
}

fn code_of(path: &str, document: &Value) -> String {
    let outcome = send(GateRequest {
        caller: CALLER,
        path: path.to_owned(),
        body: serde_json::to_vec(document).unwrap(),
    });
    if outcome.status == 200 {
        return "accepted".to_owned();
    }
    assert_eq!(outcome.status, 400);
    outcome.code().to_owned()
}

/// Every leaf of a document, by its path.
fn leaves(document: &Value, path: &str, found: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                leaves(value, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(entries) => {
            for (index, value) in entries.iter().enumerate() {
                leaves(value, &format!("{path}/{index}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

proptest! {
    #[test]
    fn one_wrong_letter_is_a_wrong_signature(
        kind in 0..SALES.len(),
        place in 0..88_usize,
        letter in prop::sample::select(&b"AZaz09+/=-_ "[..]),
    ) {
        let (path, mut document) = signed(kind);
        let right = document["general"]["signature"].as_str().unwrap().to_owned();
        prop_assert_eq!(right.len(), 88);
        let mut wrong = right.clone().into_bytes();
        wrong[place] = letter;
        let wrong = String::from_utf8(wrong).unwrap();
        document["general"]["signature"] = wrong.as_str().into();
        let expected = if wrong == right { "accepted" } else { "3261" };
        prop_assert_eq!(code_of(path, &document), expected);
    }

    #[test]
    fn whatever_is_signed_cannot_be_changed(kind in 0..SALES.len(), place in any::<prop::sample::Index>()) {
        let (path, mut document) = signed(kind);
        let mut places = Vec::new();
        leaves(&document, "", &mut places);
        // Another project is not asked for its signature at all.
        places.retain(|place| !matches!(&**place, "/general/signature" | "/general/project_id"));
        let place = &places[place.index(places.len())];
        let leaf = document.pointer_mut(place).unwrap();
        *leaf = match &*leaf {
            Value::String(text) => json!(format!("{text}1")),
            Value::Number(number) => json!(number.as_i64().unwrap() + 1),
            other => panic!("no leaf of a sale: {other}"),
        };
        prop_assert_eq!(code_of(path, &document), "3261", "{}", place);
    }
}

#[test]
fn what_is_no_signature_is_told_from_a_wrong_one() {
    for kind in 0..SALES.len() {
        let (path, document) = signed(kind);
        let right = document["general"]["signature"]
            .as_str()
            .unwrap()
            .to_owned();
        let short = &right[..87];
        let cases = [
            (Value::Null, "2004"),
            (json!(""), "3262"),
            (json!(short), "3261"),
            (json!(format!("{right}=")), "3261"),
            (json!(format!(" {right}")), "3261"),
            (json!(right.to_lowercase()), "3261"),
            (json!(5), "3261"),
            (json!(true), "3261"),
            (json!([right]), "3261"),
        ];
        for (signature, code) in cases {
            let mut damaged = document.clone();
            damaged["general"]["signature"] = signature;
            assert_eq!(code_of(path, &damaged), code, "{}", damaged["general"]);
        }
    }
}
