//! `POST /v1/…`: passes the bytes of a Data API request to the platform and its answer back.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::json_body::is_json;
use crate::platform::data_api::{DataAnswer, DataRequest};
use crate::store::StoreError;

pub(super) async fn request(
    State(shared): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StoreError> {
    if !is_json(&headers) {
        let rule = "must be application/json, in UTF-8";
        return Ok(answer(DataAnswer::bad("Content-Type", rule)));
    }
    let request = DataRequest {
        path: uri.path().to_owned(),
        body: body.into(),
    };
    Ok(answer(shared.store.apply(request).await?))
}

pub(super) async fn wrong_method() -> Response {
    answer(DataAnswer::wrong_method())
}

fn answer(answer: DataAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        answer.body,
    )
        .into_response()
}
