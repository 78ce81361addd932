//! The fault desk at the door of Gate and the Data API: answers that fail, come late or never.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::connection::{Cut, Peer};
use super::{BODY_LIMIT, Shared};
use crate::config::When;
use crate::config::fault::AnswerFault;
use crate::platform::faults::{AnswersFail, MeetRequest};

/// Lets a request meet the rules in force, if it is one to Gate or the Data API.
pub(super) async fn disturb(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if !is_interface(path) || !shared.store.look(AnswersFail) {
        return next.run(request).await;
    }
    let path = path.to_owned();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fault = match shared.store.apply(MeetRequest::new(&path, &body)).await {
        Ok(fault) => fault,
        Err(error) => return error.into_response(),
    };
    let request = Request::from_parts(parts, Body::from(body));
    match fault {
        None => next.run(request).await,
        Some(fault) => answer(fault, &peer.cut, request, next).await,
    }
}

/// The paths of Gate and of the Data API; the validator of Payment Page is neither.
fn is_interface(path: &str) -> bool {
    path.starts_with("/v2/") || (path.starts_with("/v1/") && path != "/v1/params/check")
}

async fn answer(fault: AnswerFault, connection: &Cut, request: Request, next: Next) -> Response {
    match fault {
        AnswerFault::SlowAnswer { seconds } => {
            let answer = next.run(request).await;
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            answer
        }
        AnswerFault::Http500 { status, when } => {
            carry_out(when, request, next).await;
            failure(status)
        }
        AnswerFault::TimeOut { seconds, when } => {
            carry_out(when, request, next).await;
            // When the client gives up first, this future ends here.
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            connection.reset();
            failure(500)
        }
        AnswerFault::ConnectionReset { when } => {
            carry_out(when, request, next).await;
            connection.reset();
            failure(500)
        }
    }
}

/// Carries the request out, or not; its answer is lost either way.
async fn carry_out(when: When, request: Request, next: Next) {
    match when {
        When::Before => {}
        When::After => drop(next.run(request).await),
    }
}

/// What the platform answers when it fails itself.
fn failure(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({"status": "error", "code": "501", "message": "Internal error"});
    (status, Json(body)).into_response()
}
