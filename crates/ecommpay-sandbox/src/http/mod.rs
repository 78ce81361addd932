//! HTTP around the platform: Gate, Payment Page, emulator pages and the control API.

mod connection;
mod control;
mod data_api;
mod emulator;
mod failure;
mod faults;
mod framing;
mod gate;
mod guard;
mod json_body;
mod link;
mod payment_page;
mod validator;
mod widget;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};

use self::connection::{Listener, Peer};
use crate::dashboard;
use crate::delivery::Courier;
use crate::pages;
use crate::store::{Store, StoreError};

/// The largest request body, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// What every handler can reach.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) store: Arc<Store>,
    courier: Courier,
    /// Host names by which the sandbox may be called.
    hosts: Arc<[String]>,
}

impl Shared {
    pub(crate) fn new(
        store: Arc<Store>,
        courier: Courier,
        address: SocketAddr,
        allowed_hosts: Vec<String>,
    ) -> Self {
        let mut hosts = vec![address.ip().to_string(), "localhost".to_owned()];
        hosts.extend(["127.0.0.1".to_owned(), "::1".to_owned()]);
        hosts.extend(allowed_hosts);
        Self {
            store,
            courier,
            hosts: hosts.into(),
        }
    }
}

impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        let body = serde_json::json!({"status": "error", "message": self.to_string()});
        (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
    }
}

/// The OpenAPI document of the control API.
pub(crate) fn control_api() -> utoipa::openapi::OpenApi {
    control::document()
}

/// Serves until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, shared: Shared) -> std::io::Result<()> {
    let listener = Listener::new(tokio::net::TcpListener::from_std(listener)?);
    let service = router(shared).into_make_service_with_connect_info::<Peer>();
    axum::serve(listener, service).await
}

fn router(shared: Shared) -> Router {
    let dashboard = dashboard::router(control::router().with_state(shared.clone()));
    Router::new()
        .route("/", get(pages::front))
        .route(
            "/v2/{*path}",
            post(gate::request).fallback(gate::wrong_method),
        )
        .route(
            "/v1/{*path}",
            post(data_api::request).fallback(data_api::wrong_method),
        )
        .route(
            "/payment",
            get(payment_page::open_by_get).post(payment_page::open_by_post),
        )
        .route(
            "/payment/{session}",
            get(payment_page::show).post(payment_page::act),
        )
        .route("/payment/{session}/state", get(payment_page::state))
        .route("/link/{token}", get(link::open))
        .route(
            "/params/check",
            get(validator::check_by_get).post(validator::check_by_post),
        )
        .route(
            "/v1/params/check",
            get(validator::check_by_get).post(validator::check_by_post),
        )
        .route(
            "/emulator/bank",
            get(emulator::bank).post(emulator::invoices),
        )
        .route(
            "/emulator/{token}",
            get(emulator::arrive_by_get).post(emulator::post),
        )
        .route("/emulator/{token}/return", get(emulator::go_back))
        .route("/emulator/{token}/qr.png", get(emulator::qr_code))
        .route("/_sandbox/widget", get(widget::demonstration))
        .merge(pages::assets::router())
        .merge(control::router())
        .merge(dashboard.with_state(()))
        .fallback(nothing_here)
        .layer(middleware::from_fn_with_state(
            shared.clone(),
            faults::disturb,
        ))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(guard::check_origin))
        .layer(middleware::from_fn(framing::forbid_frames))
        .layer(middleware::from_fn_with_state(
            shared.clone(),
            guard::check_host,
        ))
        .with_state(shared)
}

async fn nothing_here(uri: Uri, headers: HeaderMap) -> Response {
    let message = format!(
        "nothing at {}; there are /v2/… (Gate), /v1/… (Data API), /payment (Payment Page), /link/… (payment links), /params/check, \
         /emulator/…, /dashboard and /_sandbox/… (control API)",
        uri.path()
    );
    let browser = headers
        .get(header::ACCEPT)
        .and_then(|kinds| kinds.to_str().ok())
        .is_some_and(|kinds| kinds.contains("text/html"));
    if browser {
        return pages::notice(StatusCode::NOT_FOUND, "No such page", &[message]);
    }
    (
        StatusCode::NOT_FOUND,
        Json(serde_json::json!({"status": "error", "message": message})),
    )
        .into_response()
}
