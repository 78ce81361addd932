//! The example shop, as a customer goes through it.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

#[path = "../examples/shop/routes.rs"]
mod routes;

use std::net::TcpListener;

use actix_web::{App, HttpServer, web};
use ecommpay_example_shop::{Shop, trial};

/// actix has a runtime of its own; it ends with the process of the test.
async fn serve(shop: Shop, listener: TcpListener) {
    let shop = web::Data::new(shop);
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || App::new().configure(|app| routes::configure(app, shop.clone()));
            let server = HttpServer::new(app).workers(1).listen(listener).unwrap();
            server.run().await
        })
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_pays() -> Result<(), trial::TrialError> {
    trial::a_customer_pays(serve).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_errs() -> Result<(), trial::TrialError> {
    trial::a_customer_errs(serve).await
}
