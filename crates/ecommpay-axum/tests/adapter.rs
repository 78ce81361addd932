//! The adapter does what every adapter has to, over real HTTP.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use ecommpay_axum::{
    CallbackReader, Networks, Projects, Verified, callback_route, callback_route_of,
};
use ecommpay_model::ProjectId;
use ecommpay_receiver::contract::Shop;
use ecommpay_signature::{KeyRing, SecretKey};
use tower::ServiceExt as _;

async fn handler(Verified(received): Verified) -> String {
    Shop::text_of(&received)
}

/// A middleware that wants to see the body, and forgets to put it back.
async fn nosy(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    to_bytes(body, usize::MAX).await.unwrap();
    next.run(Request::from_parts(parts, Body::empty())).await
}

async fn serve(shop: Shop) -> SocketAddr {
    let second = ProjectId::new(202).unwrap();
    let routes = Router::new()
        .route("/taken", post(handler).layer(from_fn(nosy)))
        .route("/verified", post(handler))
        .route("/callback", callback_route(Arc::clone(&shop.receiver)))
        .route("/callback/202", callback_route_of(second, shop.receiver))
        .with_state(shop.reader);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

ecommpay_receiver::adapter_tests!(serve);

/// Without the address of the connection a list cannot be held against anything.
#[tokio::test]
async fn a_list_of_networks_needs_connect_info() {
    let keys = KeyRing::new(SecretKey::new("test-secret").unwrap());
    let projects = Projects::new(ProjectId::new(201).unwrap(), keys);
    let reader = CallbackReader::new(projects).allow_only(Networks::parse(["127.0.0.1"]).unwrap());
    let routes: Router = Router::new()
        .route("/verified", post(handler))
        .with_state(Arc::new(reader));
    let request = Request::post("/verified").body(Body::from("{}")).unwrap();
    let response = routes.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 500);
    let text = to_bytes(response.into_body(), 1000).await.unwrap();
    assert!(String::from_utf8_lossy(&text).contains("the address of the sender is needed"));
}
