//! The control API under `/_sandbox`: clock, projects, payments and their timelines, as JSON.

use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::config::ProjectConfig;
use crate::platform::PutProject;
use crate::platform::deliveries::Resend;
use crate::platform::moment::Moment;
use crate::platform::payment::PaymentKey;
use crate::platform::view::{ShowPayment, ShowPayments, ShowProjects};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/health", get(health))
        .route("/clock", get(clock).post(set_clock))
        .route("/clock/advance", post(advance_clock))
        .route("/projects", get(projects).post(put_project))
        .route("/projects/{project}/payments", get(payments))
        .route("/projects/{project}/payments/{payment}", get(payment))
        .route(
            "/projects/{project}/payments/{payment}/resend",
            post(resend),
        )
}

async fn health() -> Json<Value> {
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

async fn clock(State(shared): State<Shared>) -> Json<Value> {
    Json(clock_body(&shared))
}

fn clock_body(shared: &Shared) -> Value {
    let kind = if shared.store.is_virtual() {
        "virtual"
    } else {
        "real"
    };
    let now = shared.store.now();
    json!({"now": now.platform_date(), "unix_seconds": now.unix_seconds(), "kind": kind})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

async fn advance_clock(
    State(shared): State<Shared>,
    body: Result<Json<Advance>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(Advance { seconds })) => move_clock(&shared, Duration::from_secs(seconds)).await,
        Err(rejection) => refused(rejection.status(), &rejection.body_text()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    now: String,
}

async fn set_clock(
    State(shared): State<Shared>,
    body: Result<Json<SetClock>, JsonRejection>,
) -> Response {
    let wanted = match body {
        Ok(Json(SetClock { now })) => Moment::parse(&now),
        Err(rejection) => return refused(rejection.status(), &rejection.body_text()),
    };
    let now = shared.store.now();
    match wanted {
        Some(wanted) if wanted >= now => move_clock(&shared, wanted.since(now)).await,
        Some(_) => refused(StatusCode::BAD_REQUEST, "now: the clock does not go back"),
        None => refused(
            StatusCode::BAD_REQUEST,
            "now: must be a date and time with offset",
        ),
    }
}

/// Callbacks due until then are sent and answered before the answer to this request.
async fn move_clock(shared: &Shared, by: Duration) -> Response {
    shared.courier.advance(by).await;
    Json(clock_body(shared)).into_response()
}

async fn projects(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({"projects": shared.store.apply(ShowProjects)}))
}

async fn put_project(
    State(shared): State<Shared>,
    body: Result<Json<ProjectConfig>, JsonRejection>,
) -> Response {
    let project = match body {
        Ok(Json(project)) => project,
        Err(rejection) => return refused(rejection.status(), &rejection.body_text()),
    };
    let id = project.id;
    match shared.store.apply(PutProject(project)) {
        Ok(()) => Json(json!({"status": "ok", "id": id})).into_response(),
        Err(error) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn payments(State(shared): State<Shared>, Path(project): Path<u32>) -> Response {
    match shared.store.apply(ShowPayments { project }) {
        Some(payments) => Json(json!({"payments": payments})).into_response(),
        None => refused(StatusCode::NOT_FOUND, "no such project"),
    }
}

async fn payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Response {
    match shared.store.apply(ShowPayment {
        project,
        payment_id,
    }) {
        Some(payment) => Json(payment).into_response(),
        None => refused(
            StatusCode::NOT_FOUND,
            "this payment id was never seen in the project",
        ),
    }
}

async fn resend(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Response {
    if shared.store.apply(Resend {
        payment: PaymentKey::new(project, &payment_id),
    }) {
        Json(json!({"status": "ok"})).into_response()
    } else {
        refused(StatusCode::NOT_FOUND, "the payment has no callback")
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"status": "error", "message": message}))).into_response()
}
