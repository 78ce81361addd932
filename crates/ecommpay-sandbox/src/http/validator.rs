//! `/params/check` and `/v1/params/check`: the validator of opening parameters. It looks at names
//! and values only; project and signature are the opening's matter.

use axum::Json;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::payment_page::pairs;
use crate::platform::page::parameters::Parameters;

pub(super) async fn check_by_get(RawQuery(query): RawQuery) -> Response {
    check(pairs(query.unwrap_or_default().as_bytes()))
}

/// Takes a form or, as the .NET SDK sends it, a JSON object.
pub(super) async fn check_by_post(headers: HeaderMap, body: Bytes) -> Response {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.contains("json"));
    if !is_json {
        return check(pairs(&body));
    }
    match serde_json::from_slice::<Map<String, Value>>(&body) {
        Ok(members) => check(
            members
                .into_iter()
                .map(|(name, value)| (name, text(value)))
                .collect(),
        ),
        Err(_) => {
            let fault = json!({"field": "", "message": "must be a JSON object"});
            (StatusCode::BAD_REQUEST, Json(json!({"errors": [fault]}))).into_response()
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// 200 with an empty object, or 400 with the faults.
fn check(parameters: Vec<(String, String)>) -> Response {
    let faults = Parameters::new(parameters).faults();
    if faults.is_empty() {
        Json(json!({})).into_response()
    } else {
        (StatusCode::BAD_REQUEST, Json(json!({"errors": faults}))).into_response()
    }
}
