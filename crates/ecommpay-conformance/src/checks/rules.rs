//! Request rules: what our builders make of a request, and apart from that what a platform answers
//! to it.

use ecommpay_signature::{KeyRing, SecretKey, Verifier};
use serde_json::Value;

use super::builders::{Built, Refusal, SECRET, build, text_of};
use super::compare::chain;
use crate::fixtures::{
    BuilderAnswer, FixtureError, FixtureFolder, Interface, PlatformAnswer, RequestKind, Rule,
};
use crate::play::{Environment, platform_answer};
use crate::report::Row;

/// Codes of the methods that have rules, which are the names of their files.
pub(crate) const METHODS: [&str; 3] = ["alipay", "alfa-click", "wallet-partner"];

/// What our builders do with every rule of a method.
pub(super) fn check_builders(
    fixtures: &FixtureFolder,
    method: &str,
) -> Result<Vec<Row>, FixtureError> {
    let gate_code = gate_code(fixtures, method)?;
    fixtures
        .rules(method)?
        .iter()
        .map(|rule| {
            let document = rule.document(fixtures)?;
            let case = format!("{} request, builder: {}", rule.request, rule.case);
            Ok(Row::new(
                &rule.sections,
                case,
                check(method, &gate_code, rule, &document),
            ))
        })
        .collect()
}

/// What the platform of an environment answers to every rule of a method that says something about
/// it.
pub(super) async fn check_platform(
    fixtures: &FixtureFolder,
    method: &str,
    environment: &Environment,
) -> Result<Vec<Row>, FixtureError> {
    let gate_code = gate_code(fixtures, method)?;
    let flows = fixtures.flow_files()?;
    let refund = flows
        .iter()
        .filter_map(|(_, flow)| flow.as_ref().ok())
        .find(|flow| flow.method() == method && flow.interface() == Interface::Refund)
        .ok_or_else(|| FixtureError::Inconsistent {
            place: format!("rules of {method}"),
            problem: "no flow shows how a purchase is made before a refund".to_owned(),
        })?;
    let mut rows = Vec::new();
    for rule in fixtures.rules(method)? {
        if rule.platform == PlatformAnswer::Unchecked {
            continue;
        }
        let document = rule.document(fixtures)?;
        let path = path(&gate_code, rule.request);
        let answer = platform_answer(environment, &rule, &path, document, refund).await;
        let result = match answer {
            Ok(answer) if answer == rule.platform => Ok(()),
            Ok(answer) => Err(format!(
                "expected that it {}, but it {answer}",
                rule.platform
            )),
            Err(error) => Err(error.to_string()),
        };
        let case = format!("{} request, platform: {}", rule.request, rule.case);
        rows.push(Row::new(&rule.sections, case, result));
    }
    Ok(rows)
}

/// The part of a Gate path that names the method.
fn gate_code(fixtures: &FixtureFolder, method: &str) -> Result<String, FixtureError> {
    let tables = fixtures.capabilities()?;
    let table = tables.into_iter().find(|table| table.method == method);
    table
        .map(|table| table.gate_code)
        .ok_or_else(|| FixtureError::Inconsistent {
            place: "capabilities.json".to_owned(),
            problem: format!("there is no method {method}"),
        })
}

/// End points as the seeds print them.
fn path(gate_code: &str, request: RequestKind) -> String {
    match request {
        RequestKind::Sale => format!("/v2/payment/{gate_code}/sale"),
        RequestKind::Refund => format!("/v2/payment/{gate_code}/refund"),
        RequestKind::Opening => "/payment".to_owned(),
    }
}

fn check(method: &str, gate_code: &str, rule: &Rule, document: &Value) -> Result<(), String> {
    let built = build(
        method,
        rule.request,
        document.clone(),
        rule.purchase.as_ref(),
    );
    match (rule.builder, built) {
        (BuilderAnswer::Accepts, Ok(built)) => {
            let path = path(gate_code, rule.request);
            same_document(document, &path, &built)
        }
        (BuilderAnswer::AlwaysSetsIt, Ok(built)) => {
            let mut completed = document.clone();
            let field = rule.field.as_deref().unwrap_or_default();
            let Built::Pairs(pairs) = &built else {
                return Err("only openings set members".to_owned());
            };
            let set = pairs.iter().find(|(name, _)| name == field);
            let (name, value) = set.ok_or_else(|| format!("{field} was not set"))?;
            completed[name] = Value::from(value.as_str());
            same_document(&completed, "", &built)
        }
        (BuilderAnswer::Accepts | BuilderAnswer::AlwaysSetsIt, Err(refusal)) => Err(format!(
            "expected a request, but it was refused: {}",
            refusal.message
        )),
        (BuilderAnswer::Refuses, Ok(_)) => {
            let field = rule.field.as_deref().unwrap_or("a member");
            Err(format!(
                "expected a refusal that names {field}, but the request was built"
            ))
        }
        (BuilderAnswer::Refuses, Err(refusal)) => names_field(rule, &refusal),
    }
}

/// The refusal names the member, in its error's field or in its sentence.
fn names_field(rule: &Rule, refusal: &Refusal) -> Result<(), String> {
    let Some(field) = &rule.field else {
        return Ok(());
    };
    // Values that Gate and Payment Page share are known by their bare name.
    let bare = field.rsplit('.').next().unwrap_or(field);
    if refusal.field == *field || refusal.field == bare {
        return Ok(());
    }
    Err(format!(
        "expected a refusal that names {field}, found {}: {}",
        refusal.field, refusal.message
    ))
}

fn same_document(expected: &Value, expected_path: &str, built: &Built) -> Result<(), String> {
    match built {
        Built::Gate { path, .. } if path != expected_path => {
            Err(format!("expected the path {expected_path}, found {path}"))
        }
        Built::Gate { body, .. } => same_body(expected, body),
        Built::Pairs(pairs) => same_pairs(expected, pairs),
    }
}

fn same_body(expected: &Value, body: &[u8]) -> Result<(), String> {
    let key = SecretKey::new(SECRET).map_err(|error| error.to_string())?;
    Verifier::new(KeyRing::new(key))
        .verify(body)
        .map_err(|error| chain(&error))?;
    let mut found: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if let Some(general) = found["general"].as_object_mut() {
        general.remove("signature");
    }
    if *expected == found {
        return Ok(());
    }
    Err(format!("expected {expected}\nfound    {found}"))
}

/// Everything is text in a query.
fn same_pairs(expected: &Value, pairs: &[(String, String)]) -> Result<(), String> {
    let mut wanted: Vec<(&str, String)> = expected
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), text_of(value)))
        .collect();
    let signature = |(name, _): &&(String, String)| name != "signature";
    let mut found: Vec<(&str, String)> = pairs
        .iter()
        .filter(signature)
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    wanted.sort();
    found.sort();
    if wanted == found {
        Ok(())
    } else {
        Err(format!("expected {wanted:?}\nfound    {found:?}"))
    }
}
