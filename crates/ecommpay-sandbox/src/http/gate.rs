//! `POST /v2/…`: passes the bytes to the platform and its answer back.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Shared;
use crate::platform::fault::Code;
use crate::platform::gate::{GateAnswer, GateRequest};
use crate::store::StoreError;

pub(super) async fn request(
    State(shared): State<Shared>,
    uri: Uri,
    body: Bytes,
) -> Result<Response, StoreError> {
    let request = GateRequest {
        path: uri.path().to_owned(),
        body: body.into(),
    };
    Ok(answer(shared.store.apply(request).await?))
}

pub(super) async fn wrong_method() -> Response {
    answer(GateAnswer::refusal(
        405,
        Code::MALFORMED,
        "Gate takes POST only",
    ))
}

fn answer(answer: GateAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        answer.body,
    )
        .into_response()
}
