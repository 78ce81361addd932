//! The example shop, as a customer goes through it.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

#[path = "../examples/shop/routes.rs"]
mod routes;

use std::net::{SocketAddr, TcpListener};

use ecommpay_example_shop::{Shop, trial};

async fn serve(shop: Shop, listener: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let service = routes::of(shop).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_pays() -> Result<(), trial::TrialError> {
    trial::a_customer_pays(serve).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_errs() -> Result<(), trial::TrialError> {
    trial::a_customer_errs(serve).await
}
