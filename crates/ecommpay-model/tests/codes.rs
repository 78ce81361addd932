//! The generated table of operation codes against the registry it is made from.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use ecommpay_model::OperationCode;
use ecommpay_model::codes::{self, CodeAction, KnownCode};
use serde_json::Value;

fn registry() -> Vec<Value> {
    serde_json::from_str(include_str!("../data/operation-codes.json")).unwrap()
}

#[test]
fn every_code_of_the_registry_is_found_with_its_message_and_action() {
    let registry = registry();
    assert_eq!(registry.len(), 388);
    assert_eq!(codes::all().count(), registry.len());
    for entry in &registry {
        let code = entry["code"].as_str().unwrap();
        let known = codes::lookup(code).unwrap();
        assert_eq!(known.code, code);
        assert_eq!(known.message, entry["message"].as_str().unwrap(), "{code}");
        assert_eq!(
            action_name(known),
            entry["action"].as_str().unwrap(),
            "{code}"
        );
        assert_eq!(
            known.legacy,
            entry["legacy"].as_bool().unwrap_or_default(),
            "{code}"
        );
    }
}

/// The registry's own name of an action, written out here once more so that a slip shows.
fn action_name(known: &KnownCode) -> &'static str {
    match known.action {
        CodeAction::Nothing => "none",
        CodeAction::NothingOrContactSupport => "none_or_support",
        CodeAction::Wait => "wait",
        CodeAction::Retry => "retry",
        CodeAction::RetryLater => "retry_later",
        CodeAction::RetryAfter24Hours => "retry_after_24h",
        CodeAction::RetryAfter7Days => "retry_after_7d",
        CodeAction::RetryAfter30Days => "retry_after_30d",
        CodeAction::FixRequest => "fix_request",
        CodeAction::FixAmount => "fix_amount",
        CodeAction::AskCustomer => "ask_customer",
        CodeAction::Complete3ds => "complete_3ds",
        CodeAction::ContactSupport => "contact_support",
        CodeAction::ContactManager => "contact_manager",
        _ => "an action this test does not know",
    }
}

#[test]
fn the_table_is_sorted_without_doubles() {
    let all: Vec<_> = codes::all().map(|known| known.code).collect();
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn codes_of_the_seeds_mean_what_the_seeds_print() {
    for (code, message) in [
        ("0", "Success"),
        ("20000", "General decline"),
        ("20105", "Insufficient funds on customer account"),
        ("3283", "Refund amount more than init amount"),
    ] {
        assert_eq!(codes::lookup(code).unwrap().message, message);
    }
}

#[test]
fn unknown_codes_stay_usable() {
    for text in ["", "00", "0 ", "987654", "x", "１"] {
        let code = OperationCode::from(text);
        assert!(code.known().is_none(), "{text}");
        assert_eq!(code.as_str(), text);
        assert!(!code.is_success());
    }
}

#[test]
fn a_code_is_read_from_a_string_or_a_number_and_written_as_a_string() {
    let number: OperationCode = serde_json::from_str("3061").unwrap();
    let text: OperationCode = serde_json::from_str(r#""3061""#).unwrap();
    assert_eq!(number, text);
    assert_eq!(serde_json::to_string(&number).unwrap(), r#""3061""#);
    assert!(serde_json::from_str::<OperationCode>("[3061]").is_err());
}
