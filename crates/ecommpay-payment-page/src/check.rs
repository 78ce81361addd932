//! Asking the platform whether the parameters of an opening are well formed (`params/check`).

use ecommpay_model::{Json, JsonObject};
use ecommpay_signature::json;

use crate::origin::Origin;
use crate::query;
use crate::value::Value;
use crate::widget::Members;

/// In which of the ways in use the question is put.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CheckRoute {
    /// `GET /params/check` with a query, as the platform's PHP library asks.
    #[default]
    Query,
    /// `GET /v1/params/check` with a query, as its Java library asks.
    QueryV1,
    /// `POST /params/check` with JSON, as its .NET library asks.
    Json,
}

/// An HTTP request in plain parts, to be sent by any client.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckRequest {
    method: &'static str,
    url: String,
    body: Vec<u8>,
}

impl CheckRequest {
    /// `GET` or `POST`.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The address with its query.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// JSON for `POST`, to be sent as `application/json`; empty for `GET`.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The address holds the customer's data, so `Debug` shows the method.
impl std::fmt::Debug for CheckRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CheckRequest({})", self.method)
    }
}

pub(crate) fn request(
    origin: &Origin,
    route: CheckRoute,
    parameters: &[(String, Value)],
) -> CheckRequest {
    let path = match route {
        CheckRoute::Query | CheckRoute::Json => "/params/check",
        CheckRoute::QueryV1 => "/v1/params/check",
    };
    if route == CheckRoute::Json {
        let body = Members::new(parameters).to_json().into_bytes();
        return CheckRequest {
            method: "POST",
            url: format!("{origin}{path}"),
            body,
        };
    }
    let mut query = String::new();
    for (name, value) in parameters {
        query::encode_pair(name, &value.to_text(), &mut query);
    }
    CheckRequest {
        method: "GET",
        url: format!("{origin}{path}?{query}"),
        body: Vec::new(),
    }
}

/// What `params/check` answered.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckAnswer {
    /// Status 200: the parameters are well formed. The signature has not been looked at.
    Accepted,
    /// Any other status.
    Rejected {
        /// The status.
        status: u16,
        /// What the answer complains about, as far as it can be told; may be empty.
        complaints: Vec<String>,
    },
}

/// Most complaints that are kept.
const MOST_COMPLAINTS: usize = 64;

impl CheckAnswer {
    /// Reads an answer.
    ///
    /// The shape of a refusal is not documented. Complaints are taken from a member `errors`
    /// whatever its form (texts, a map from parameter to texts, objects), and from the lines of a
    /// body that is not JSON.
    #[must_use]
    pub fn read(status: u16, body: &[u8]) -> Self {
        if status == 200 {
            return Self::Accepted;
        }
        let mut complaints = Vec::new();
        match json::from_slice::<JsonObject>(body, &json::Limits::STRICT) {
            Ok(answer) => {
                if let Some(errors) = answer.get("errors") {
                    collect("", errors, &mut complaints);
                }
            }
            Err(_) => {
                let text = String::from_utf8_lossy(body);
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                complaints.extend(lines.map(str::to_owned));
            }
        }
        complaints.truncate(MOST_COMPLAINTS);
        Self::Rejected { status, complaints }
    }
}

/// Every text inside `json`, behind the name of the member it stands under.
fn collect(name: &str, json: &Json, complaints: &mut Vec<String>) {
    match json {
        Json::Array(elements) => {
            for element in elements {
                collect(name, element, complaints);
            }
        }
        Json::Object(members) => {
            for (name, member) in members.iter() {
                collect(name, member, complaints);
            }
        }
        scalar => {
            if let Some(text) = scalar.to_text() {
                let complaint = if name.is_empty() {
                    text
                } else {
                    format!("{name}: {text}")
                };
                complaints.push(complaint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CheckAnswer;

    fn complaints(body: &str) -> Vec<String> {
        match CheckAnswer::read(400, body.as_bytes()) {
            CheckAnswer::Rejected {
                status: 400,
                complaints,
            } => complaints,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_status_200_accepts() {
        assert_eq!(CheckAnswer::read(200, b"{}"), CheckAnswer::Accepted);
        assert_eq!(CheckAnswer::read(200, b"<html>"), CheckAnswer::Accepted);
        assert!(matches!(
            CheckAnswer::read(204, b""),
            CheckAnswer::Rejected { status: 204, .. }
        ));
    }

    #[test]
    fn complaints_are_found_in_every_form() {
        assert_eq!(
            complaints(r#"{"errors":["a is required"]}"#),
            ["a is required"]
        );
        assert_eq!(
            complaints(r#"{"errors":{"a":["required",1]}}"#),
            ["a: required", "a: 1"]
        );
        assert_eq!(
            complaints(r#"{"errors":[{"field":"a","message":"required"}]}"#),
            ["field: a", "message: required"]
        );
        assert_eq!(complaints("first\r\n\r\n second\n"), ["first", "second"]);
        assert!(complaints(r#"{"message":"no"}"#).is_empty());
    }
}
