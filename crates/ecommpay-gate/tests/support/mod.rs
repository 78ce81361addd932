//! Shared by the tests of this crate and of the method crates: a merchant, and samples printed in
//! the seeds.

#![allow(dead_code, reason = "each test program uses a part")]

use std::error::Error;
use std::fs;
use std::path::Path;

use ecommpay_gate::{BuildError, Capabilities, Merchant, Operation, TestOutcome, Time};
use ecommpay_model::{Country, Currency, ProjectId};
use ecommpay_signature::{KeyRing, SecretKey, Verifier, exact};
use serde_json::{Value, json};

pub(crate) type TestResult = Result<(), Box<dyn Error>>;

/// The secret of every signature written down in the tests.
pub(crate) const SECRET: &str = "secret";

pub(crate) fn merchant(project: u32) -> Result<Merchant, Box<dyn Error>> {
    Ok(Merchant::new(
        ProjectId::new(project)?,
        KeyRing::new(SecretKey::new(SECRET)?),
    ))
}

/// Compares what an operation prepares with a sample of the seeds, in three stages: the document,
/// the string to sign (its entries, cut at the semicolons), the signature under [`SECRET`].
pub(crate) fn assert_sample(
    operation: &impl Operation,
    merchant: &Merchant,
    id: &str,
    entries: &[&str],
    signature: &str,
) -> TestResult {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/seed-examples");
    let mut sample: Value = serde_json::from_slice(&fs::read(root.join(format!("{id}.json")))?)?;
    take_signature(&mut sample);
    let prepared = operation.prepare(merchant)?;
    let mut body: Value = serde_json::from_slice(prepared.body())?;
    let ours = take_signature(&mut body).ok_or("no signature in general")?;
    assert_eq!(body, sample);
    assert_eq!(
        exact::canonical_callback(prepared.body())?,
        entries.join(";")
    );
    assert_eq!(ours, signature);
    Ok(())
}

/// The body an operation prepares, its signature apart.
pub(crate) fn signed(
    operation: &impl Operation,
    merchant: &Merchant,
) -> Result<(Value, String), Box<dyn Error>> {
    let prepared = operation.prepare(merchant)?;
    assert_eq!(prepared.path(), operation.path());
    Verifier::new(KeyRing::new(SecretKey::new(SECRET)?)).verify(prepared.body())?;
    let mut body: Value = serde_json::from_slice(prepared.body())?;
    let signature = take_signature(&mut body).ok_or("no signature in general")?;
    Ok((body, signature))
}

/// The member an operation is refused for, with the words of the refusal.
pub(crate) fn refused(
    operation: &impl Operation,
    merchant: &Merchant,
) -> Result<(String, String), Box<dyn Error>> {
    match operation.prepare(merchant) {
        Err(BuildError::Rule(broken)) => Ok((broken.field().to_owned(), broken.to_string())),
        Err(error) => Err(error.into()),
        Ok(_) => Err("not refused".into()),
    }
}

fn take_signature(body: &mut Value) -> Option<String> {
    let signature = body
        .get_mut("general")?
        .as_object_mut()?
        .remove("signature")?;
    signature.as_str().map(str::to_owned)
}

/// Compares capabilities with those read from the seeds for the fixtures.
pub(crate) fn assert_capabilities(method: &str, capabilities: &Capabilities) -> TestResult {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/capabilities.json");
    let all: Vec<Value> = serde_json::from_slice(&fs::read(file)?)?;
    let expected = all
        .iter()
        .find(|entry| entry["method"] == method)
        .ok_or("no such method")?;
    let amounts = |outcome| match outcome {
        TestOutcome::DeclinedAmounts(amounts) => json!(amounts),
        _ => Value::Null,
    };
    let texts = |items: &[Currency]| json!(items.iter().map(Currency::as_str).collect::<Vec<_>>());
    let seconds = match capabilities.base_time {
        Time::UpTo(limit) => json!(limit.as_secs()),
        _ => Value::Null,
    };
    let limits: Vec<Value> = capabilities
        .limits
        .iter()
        .map(|limit| {
            json!({"currency": limit.currency.as_str(), "minimum": limit.minimum, "maximum": limit.maximum})
        })
        .collect();
    let countries: Vec<_> = capabilities.countries.iter().map(Country::as_str).collect();

    assert_eq!(capabilities.code, method);
    assert_eq!(capabilities.method().as_str(), method);
    assert_eq!(json!(countries), expected["countries"]);
    assert_eq!(texts(capabilities.currencies), expected["currencies"]);
    assert_eq!(json!(limits), expected["sale_limits"]);
    assert_eq!(
        !capabilities.full_refunds.is_empty(),
        expected["full_refund"]
    );
    assert_eq!(
        !capabilities.partial_refunds.is_empty(),
        expected["partial_refund"]
    );
    assert_eq!(seconds, expected["base_time_seconds"]);
    assert_eq!(
        amounts(capabilities.test.purchases),
        expected["test_decline"]["sale"]
    );
    assert_eq!(
        amounts(capabilities.test.refunds),
        expected["test_decline"]["refund"]
    );
    let only = expected["test_currencies"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert_eq!(texts(capabilities.test.currencies), json!(only));
    Ok(())
}
