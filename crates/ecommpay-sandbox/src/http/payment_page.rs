//! `/payment`: opens Payment Page and leads through it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::Shared;
use super::failure::PageFailure;
use crate::pages;
use crate::platform::page::parameters::Parameters;
use crate::platform::page::rules::is_address;
use crate::platform::page::{
    AnswerOnPage, ChooseAgain, ChooseMethod, EnterLogin, OpenPage, PageScene, PageState, PageView,
    ShowPage,
};

/// Name and value of each pair of a query or a form, in order.
pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

pub(super) async fn open_by_get(
    State(shared): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    open(&shared, &headers, query.unwrap_or_default().as_bytes()).await
}

pub(super) async fn open_by_post(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, PageFailure> {
    open(&shared, &headers, &body).await
}

async fn open(shared: &Shared, headers: &HeaderMap, text: &[u8]) -> Result<Response, PageFailure> {
    let accept_language = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|languages| languages.to_str().ok())
        .map(str::to_owned);
    let opening = OpenPage {
        parameters: Parameters::new(pairs(text)),
        accept_language,
    };
    Ok(match shared.store.apply(opening).await? {
        Ok(view) => page(shared, view),
        Err(refusal) => pages::opening_refused(&refusal),
    })
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(session): Path<String>,
) -> Result<Response, PageFailure> {
    let view = shared.store.apply(ShowPage { session }).await?;
    Ok(view.map_or_else(unknown, |view| page(&shared, view)))
}

/// Which scene there is to show, for the page's script.
pub(super) async fn state(
    State(shared): State<Shared>,
    Path(session): Path<String>,
) -> Result<Response, PageFailure> {
    let scene = shared.store.ask(PageState { session }).await?;
    let body = match scene {
        Some(scene) => (StatusCode::OK, Json(json!({"scene": scene}))),
        None => (StatusCode::NOT_FOUND, Json(json!({}))),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], body).into_response())
}

/// A form of the page: the choice of a method, the login, or missing data.
pub(super) async fn act(
    State(shared): State<Shared>,
    Path(session): Path<String>,
    body: Bytes,
) -> Result<Response, PageFailure> {
    let members = pairs(&body);
    let member = |name: &str| {
        members
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    let store = &shared.store;
    let view = match member("step").as_deref() {
        Some("clarify") => store.apply(AnswerOnPage { session, members }).await?,
        Some("choose_again") => store.apply(ChooseAgain { session }).await?,
        _ => match (member("login"), member("method")) {
            (Some(login), _) => store.apply(EnterLogin { session, login }).await?,
            (None, Some(method)) => store.apply(ChooseMethod { session, method }).await?,
            (None, None) => store.apply(ShowPage { session }).await?,
        },
    };
    Ok(view.map_or_else(unknown, |view| page(&shared, view)))
}

fn page(shared: &Shared, view: PageView) -> Response {
    match &view.scene {
        PageScene::GoTo(back) if is_address(&back.url) => Redirect::to(&back.url).into_response(),
        _ => pages::payment_page(view, shared.store.clock_runs()),
    }
}

fn unknown() -> Response {
    pages::notice(
        StatusCode::NOT_FOUND,
        "No such page",
        &["This Payment Page was never opened in this sandbox.".to_owned()],
    )
}
