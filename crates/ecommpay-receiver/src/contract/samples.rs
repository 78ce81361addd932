//! Callbacks as the platform would sign them, for projects 201 and 202.

use ecommpay_model::ProjectId;
use ecommpay_signature::{KeyRing, SecretKey, exact};

use super::Broken;

pub(super) fn project(id: u32) -> Result<ProjectId, Broken> {
    ProjectId::new(id).map_err(|error| Broken::by_error("a project of the suite", error))
}

/// Every project has a secret of its own.
fn key(project: u32) -> Result<SecretKey, Broken> {
    SecretKey::new(format!("adapter-suite-{project}"))
        .map_err(|error| Broken::by_error("a key of the suite", error))
}

pub(super) fn keys(project: u32) -> Result<KeyRing, Broken> {
    Ok(KeyRing::new(key(project)?))
}

/// A signed callback that says it is of this project and about this payment.
///
/// # Errors
///
/// [`Broken`] if it cannot be signed, which would be a fault of the suite.
pub fn callback(project: u32, payment: &str) -> Result<Vec<u8>, Broken> {
    signed_by(project, &format!(r#""project_id":{project},"#), payment)
}

/// A signed callback that names no project.
pub(super) fn callback_without_project(key_of: u32, payment: &str) -> Result<Vec<u8>, Broken> {
    signed_by(key_of, "", payment)
}

fn signed_by(key_of: u32, project_id: &str, payment: &str) -> Result<Vec<u8>, Broken> {
    let body = format!(
        r#"{{{project_id}"payment":{{"id":"{payment}","type":"purchase","status":"success",
            "date":"2019-02-27T16:01:25+0000","method":"alipay","sum":{{"amount":1000,"currency":"CNY"}}}},
            "operation":{{"id":20891000000045,"type":"sale","status":"success","code":"0"}}}}"#
    );
    let signature = exact::sign(body.as_bytes(), &key(key_of)?)
        .map_err(|error| Broken::by_error("signing a callback of the suite", error))?;
    let signed = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
    Ok(signed.into_bytes())
}
