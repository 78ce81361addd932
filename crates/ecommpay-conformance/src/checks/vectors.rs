//! Lines of vectors against the exact layer: canonical strings, signatures, verdicts, addresses.

use ecommpay_payment_page::Origin;
use ecommpay_signature::{KeyRing, SecretKey, Verifier, exact};

use crate::fixtures::{CallbackVector, PageVector, SignatureVector, VectorFile, VectorLine};
use crate::report::Row;

/// Checks every line of a file; the rows are grouped under `vectors/<file>`.
pub(crate) fn check_vectors(file: &VectorFile) -> Vec<Row> {
    let group = format!("vectors / {}", file.name);
    file.lines
        .iter()
        .map(|line| Row::one_of_many(&group, line.name(), check_line(line)))
        .collect()
}

fn check_line(line: &VectorLine) -> Result<(), String> {
    match line {
        VectorLine::Signature(vector) => check_signature(vector),
        VectorLine::Callback(vector) => check_callback(vector),
        VectorLine::Page(vector) => check_page(vector),
        VectorLine::Unreadable { problem, .. } => Err(problem.clone()),
    }
}

/// Members named `signature` are placeholders and removed before signing.
fn check_signature(vector: &SignatureVector) -> Result<(), String> {
    let key = key(&vector.secret);
    let canonical = exact::canonical_callback(&vector.body).map_err(|error| error.to_string())?;
    if let Some(expected) = &vector.string_to_sign {
        same("canonical string", expected, &canonical)?;
    }
    let signature = exact::sign_callback(&vector.body, &key).map_err(|error| error.to_string())?;
    same("signature", &vector.signature, &signature.to_base64())
}

/// The exact layer gives the verdict of the platform's language; the strict one may only refuse
/// more.
fn check_callback(vector: &CallbackVector) -> Result<(), String> {
    let key = key(&vector.secret);
    let accepted = exact::verify(&vector.body, &key);
    same("verdict", verdict(vector.accept), verdict(accepted))?;
    let strict = Verifier::new(KeyRing::new(key)).verify(&vector.body);
    if strict.is_ok() && !vector.accept {
        return Err("the strict verifier accepts what the platform's language refuses".to_owned());
    }
    Ok(())
}

fn check_page(vector: &PageVector) -> Result<(), String> {
    let key = key(&vector.secret);
    if let Some(expected) = &vector.string_to_sign {
        let canonical =
            exact::canonical(vector.parameters.as_bytes()).map_err(|error| error.to_string())?;
        same("canonical string", expected, &canonical)?;
    }
    let origin = Origin::payment_page();
    let base = vector.base_url.as_deref().unwrap_or(origin.source());
    let url = ecommpay_payment_page::exact::url(&vector.parameters, base, &key)
        .map_err(|error| error.to_string())?;
    same("address", &vector.url, &url)
}

/// Vectors try the empty key as well.
fn key(secret: &str) -> SecretKey {
    SecretKey::danger_possibly_empty(secret)
}

fn verdict(accept: bool) -> &'static str {
    if accept { "accepted" } else { "refused" }
}

pub(super) fn same(what: &str, expected: &str, got: &str) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    Err(format!(
        "{what}: expected {expected}\n{:>width$} got {got}",
        "",
        width = what.len() + 5
    ))
}
