//! `/payment`: opens Payment Page and leads through it. `/params/check`: the validator.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::Shared;
use crate::pages;
use crate::platform::page::parameters::Parameters;
use crate::platform::page::{ChooseMethod, EnterLogin, OpenPage, PageScene, PageView, ShowPage};
use crate::store::StoreError;

/// Name and value of each pair of a query or a form, in order.
pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

pub(super) async fn open_by_get(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Response, StoreError> {
    open(&shared, query.unwrap_or_default().as_bytes()).await
}

pub(super) async fn open_by_post(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Response, StoreError> {
    open(&shared, &body).await
}

async fn open(shared: &Shared, text: &[u8]) -> Result<Response, StoreError> {
    let opening = OpenPage(Parameters::new(pairs(text)));
    Ok(match shared.store.apply(opening).await? {
        Ok(view) => page(view),
        Err(refusal) => pages::opening_refused(refusal),
    })
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(session): Path<String>,
) -> Result<Response, StoreError> {
    let view = shared.store.apply(ShowPage { session }).await?;
    Ok(view.map_or_else(unknown, page))
}

/// A form of the page: the choice of a method or the login.
pub(super) async fn act(
    State(shared): State<Shared>,
    Path(session): Path<String>,
    body: Bytes,
) -> Result<Response, StoreError> {
    let members = pairs(&body);
    let member = |name: &str| {
        members
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    let view = if let Some(login) = member("login") {
        shared.store.apply(EnterLogin { session, login }).await?
    } else if let Some(method) = member("method") {
        shared.store.apply(ChooseMethod { session, method }).await?
    } else {
        shared.store.apply(ShowPage { session }).await?
    };
    Ok(view.map_or_else(unknown, page))
}

fn page(view: PageView) -> Response {
    match &view.scene {
        PageScene::GoTo(url) if pages::is_web_address(url) => Redirect::to(url).into_response(),
        _ => pages::payment_page(view),
    }
}

fn unknown() -> Response {
    pages::notice(
        StatusCode::NOT_FOUND,
        "No such page",
        &["This Payment Page was never opened, or the sandbox has been restarted.".to_owned()],
    )
}

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
    match serde_json::from_slice::<serde_json::Map<String, Value>>(&body) {
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
