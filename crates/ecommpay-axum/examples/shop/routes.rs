//! The addresses of the shop in axum.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use ecommpay_axum::callback_route;
use ecommpay_example_shop::{Page, Shop};
use futures_util::StreamExt as _;

/// All addresses of the shop.
pub(crate) fn of(shop: Shop) -> Router {
    Router::new()
        .route("/callback", callback_route(shop.receiver()))
        .route("/", get(front))
        .route("/orders", post(buy))
        .route("/orders/{id}", get(order))
        .route("/orders/{id}/return", get(come_back))
        .route("/orders/{id}/pay", get(pay))
        .route("/orders/{id}/events", get(events))
        .route("/style.css", get(style))
        .route("/script.js", get(script))
        .fallback(not_found)
        .with_state(shop)
}

async fn front(State(shop): State<Shop>) -> Response {
    response(shop.front())
}

async fn buy(State(shop): State<Shop>, form: Bytes) -> Response {
    response(shop.buy(&form).await)
}

async fn order(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    response(shop.order(&id).await)
}

async fn come_back(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    response(shop.come_back(&id).await)
}

async fn pay(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    response(shop.pay(&id).await)
}

async fn events(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    let events = shop.events(&id).map(Ok::<_, Infallible>);
    let headers = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
    ];
    (headers, Body::from_stream(events)).into_response()
}

async fn style(State(shop): State<Shop>) -> Response {
    response(shop.style())
}

async fn script(State(shop): State<Shop>) -> Response {
    response(shop.script())
}

async fn not_found(State(shop): State<Shop>) -> Response {
    response(shop.not_found())
}

fn response(page: Page) -> Response {
    let mut response = Response::builder().status(page.status);
    for (name, value) in page.headers {
        response = response.header(name, value);
    }
    response
        .body(Body::from(page.body))
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
