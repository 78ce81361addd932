//! Whatever is damaged in one member is refused by that member's name.

use serde_json::{Value, json};

use super::rules::{ALWAYS, INSIDE, REQUIRED, rules};
use super::{Outcome, REFUNDS, SALES, gate_request, refund, sale, send, send_signed};
use crate::platform::gate::tables::MEMBERS;

/// The place of a member; `[]` is the first entry of a list. Objects on the way are made.
fn place<'a>(document: &'a mut Value, member: &str) -> &'a mut Value {
    let mut place = document;
    for name in member.split('.') {
        place = match name.strip_suffix("[]") {
            Some(list) => &mut place[list][0],
            None => &mut place[name],
        };
    }
    place
}

fn with(mut document: Value, member: &str, value: &Value) -> Value {
    *place(&mut document, member) = value.clone();
    document
}

fn without(mut document: Value, member: &str) -> Value {
    let (around, name) = member.rsplit_once('.').unwrap();
    place(&mut document, around)
        .as_object_mut()
        .unwrap()
        .remove(name);
    document
}

/// The name under which a complaint speaks of a member.
fn spoken(member: &str) -> String {
    member.replace("[]", ".0")
}

#[track_caller]
fn assert_refused_by_name(outcome: &Outcome, path: &str, member: &str, damage: &str) {
    let complaint = outcome.complaint();
    assert!(
        complaint.contains(&spoken(member)),
        "{path}: {member} {damage}: HTTP {}, {complaint:?}",
        outcome.status
    );
}

#[test]
fn a_value_that_breaks_a_rule_is_refused_by_name() {
    for rule in rules() {
        for value in &rule.bad {
            let damage = format!("= {}", shortened(value));
            for (path, method) in SALES {
                let outcome = send_signed(path, with(sale(method), rule.member, value));
                assert_refused_by_name(&outcome, path, rule.member, &damage);
            }
            for (path, _) in REFUNDS {
                let outcome = send_signed(path, with(refund(), rule.member, value));
                assert_refused_by_name(&outcome, path, rule.member, &damage);
            }
        }
    }
}

#[test]
fn a_value_at_the_edge_of_a_rule_is_accepted() {
    for rule in rules() {
        for value in &rule.good {
            for (path, method) in SALES {
                let outcome = send_signed(path, with(sale(method), rule.member, value));
                assert_eq!(
                    (outcome.status, outcome.complaint().as_str()),
                    (200, ""),
                    "{path}: {} = {}",
                    rule.member,
                    shortened(value)
                );
            }
        }
    }
}

#[test]
fn a_required_member_that_is_missing_is_named() {
    let documents = SALES
        .map(|(path, method)| (path, sale(method)))
        .into_iter()
        .chain(REFUNDS.map(|(path, _)| (path, refund())));
    for (path, document) in documents {
        let required = REQUIRED.iter().find(|(known, _)| *known == path).unwrap();
        for member in required.1.iter().chain(&ALWAYS[..2]) {
            for (damage, damaged) in [
                ("removed", without(document.clone(), member)),
                ("= null", with(document.clone(), member, &Value::Null)),
                ("= \"\"", with(document.clone(), member, &json!(""))),
            ] {
                let outcome = send_signed(path, damaged);
                assert_eq!(outcome.status, 400, "{path}: {member} {damage}");
                assert_refused_by_name(&outcome, path, member, damage);
            }
        }
        // The signature is missing when it is not made.
        let mut unsigned = gate_request(path, document.clone());
        unsigned.body = serde_json::to_vec(&document).unwrap();
        assert_refused_by_name(&send(unsigned), path, ALWAYS[2], "removed");
    }
}

#[test]
fn a_member_that_its_object_requires_is_named_when_it_is_missing() {
    for member in INSIDE {
        for (path, method) in SALES {
            let outcome = send_signed(path, without(sale(method), member));
            assert_refused_by_name(&outcome, path, member, "removed");
        }
        for (path, _) in REFUNDS {
            let document = with(refund(), "account", &json!({"number": "1"}));
            let outcome = send_signed(path, without(document, member));
            assert_refused_by_name(&outcome, path, member, "removed");
        }
    }
}

#[test]
fn every_member_of_the_tables_has_a_case_here() {
    let known: Vec<&str> = rules().iter().map(|rule| rule.member).collect();
    for (member, _) in MEMBERS {
        assert!(known.contains(member), "{member} has a rule and no case");
    }
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

#[test]
fn other_requests_name_what_is_missing_too() {
    let general = json!({"general": {"project_id": 239, "payment_id": "order 1"}});
    let mut clarification = general.clone();
    clarification["additional_data"] = json!({"customer": {"zip": "1"}});
    let of_general = ["general.project_id", "general.payment_id"];
    let cases = [
        ("/v2/payment/status", general.clone(), &of_general[..]),
        ("/v2/customer/action/resend", general, &of_general[..]),
        (
            "/v2/payment/clarification",
            clarification.clone(),
            &of_general[..],
        ),
        (
            "/v2/payment/clarification",
            clarification,
            &["additional_data"][..],
        ),
    ];
    for (path, document, members) in cases {
        for member in members {
            let outcome = send_signed(path, with(document.clone(), member, &Value::Null));
            assert_eq!(outcome.status, 400, "{path}: {member}");
            assert_refused_by_name(&outcome, path, member, "= null");
        }
    }
}
