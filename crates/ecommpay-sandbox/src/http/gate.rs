//! `POST /v2/…`: passes the bytes to the platform and its answer back.

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::connection::Peer;
use super::json_body::is_json;
use crate::platform::fault::Code;
use crate::platform::gate::{GateAnswer, GateRequest};
use crate::store::StoreError;

pub(super) async fn request(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StoreError> {
    if !is_json(&headers) {
        let about = "Content-Type must be application/json, in UTF-8";
        return Ok(answer(GateAnswer::refusal(400, Code::MALFORMED, about)));
    }
    let request = GateRequest {
        caller: peer.address,
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
