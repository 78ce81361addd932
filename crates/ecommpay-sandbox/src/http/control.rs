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
use crate::store::StoreError;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/health", get(health))
        .route("/clock", get(clock).post(set_clock))
        .route("/clock/advance", post(advance_clock))
        .route("/clock/pause", post(pause_clock))
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
    let runs = shared.store.clock_runs();
    json!({"now": now.platform_date(), "unix_seconds": now.unix_seconds(), "kind": kind, "runs": runs})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

async fn advance_clock(
    State(shared): State<Shared>,
    body: Result<Json<Advance>, JsonRejection>,
) -> Result<Response, StoreError> {
    match body {
        Ok(Json(Advance { seconds })) => move_clock(&shared, Duration::from_secs(seconds)).await,
        Err(rejection) => Ok(refused(rejection.status(), &rejection.body_text())),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pause {
    paused: bool,
}

/// Stops the time, or lets it go on. A virtual clock stands still anyway.
async fn pause_clock(
    State(shared): State<Shared>,
    body: Result<Json<Pause>, JsonRejection>,
) -> Result<Response, StoreError> {
    match body {
        Ok(Json(Pause { paused })) if paused || !shared.store.is_virtual() => {
            shared.store.pause_clock(paused).await?;
            Ok(Json(clock_body(&shared)).into_response())
        }
        Ok(_) => Ok(refused(
            StatusCode::BAD_REQUEST,
            "paused: a virtual clock never goes by itself",
        )),
        Err(rejection) => Ok(refused(rejection.status(), &rejection.body_text())),
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
) -> Result<Response, StoreError> {
    let wanted = match body {
        Ok(Json(SetClock { now })) => Moment::parse(&now),
        Err(rejection) => return Ok(refused(rejection.status(), &rejection.body_text())),
    };
    let now = shared.store.now();
    let problem = match wanted {
        Some(wanted) if wanted >= now => return move_clock(&shared, wanted.since(now)).await,
        Some(_) => "now: the clock does not go back",
        None => "now: must be a date and time with offset",
    };
    Ok(refused(StatusCode::BAD_REQUEST, problem))
}

/// Callbacks due until then are sent and answered before the answer to this request.
async fn move_clock(shared: &Shared, by: Duration) -> Result<Response, StoreError> {
    shared.courier.advance(by).await?;
    Ok(Json(clock_body(shared)).into_response())
}

async fn projects(State(shared): State<Shared>) -> Result<Json<Value>, StoreError> {
    Ok(Json(
        json!({"projects": shared.store.ask(ShowProjects).await?}),
    ))
}

async fn put_project(
    State(shared): State<Shared>,
    body: Result<Json<ProjectConfig>, JsonRejection>,
) -> Result<Response, StoreError> {
    let project = match body {
        Ok(Json(project)) => project,
        Err(rejection) => return Ok(refused(rejection.status(), &rejection.body_text())),
    };
    let id = project.id;
    Ok(match shared.store.apply(PutProject(project)).await? {
        Ok(()) => Json(json!({"status": "ok", "id": id})).into_response(),
        Err(error) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
    })
}

async fn payments(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
) -> Result<Response, StoreError> {
    Ok(match shared.store.ask(ShowPayments { project }).await? {
        Some(payments) => Json(json!({"payments": payments})).into_response(),
        None => refused(StatusCode::NOT_FOUND, "no such project"),
    })
}

async fn payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Response, StoreError> {
    let question = ShowPayment {
        project,
        payment_id,
    };
    Ok(match shared.store.ask(question).await? {
        Some(payment) => Json(payment).into_response(),
        None => refused(
            StatusCode::NOT_FOUND,
            "this payment id was never seen in the project",
        ),
    })
}

async fn resend(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Response, StoreError> {
    let payment = PaymentKey::new(project, &payment_id);
    Ok(if shared.store.apply(Resend { payment }).await? {
        Json(json!({"status": "ok"})).into_response()
    } else {
        refused(StatusCode::NOT_FOUND, "the payment has no callback")
    })
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"status": "error", "message": message}))).into_response()
}
