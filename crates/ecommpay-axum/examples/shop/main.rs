//! A whole shop in axum: order page, hand-off, callback route, live status.
//!
//! `cargo run -p ecommpay-axum --example axum-shop` opens it at <http://127.0.0.1:8080/> with a sandbox of its
//! own; `--help` shows what else it can do. What is not about axum is in `ecommpay-example-shop`.

mod routes;

use std::net::SocketAddr;

use ecommpay_example_shop::{Arguments, Shop};
use tokio::sync::watch;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (shop, listener) = Shop::open(&Arguments::from_command_line()).await?;
    let service = routes::of(shop.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    shop.announce();

    let (stop, stopped) = watch::channel(false);
    let mut worker_stopped = stopped.clone();
    let worker = tokio::spawn(async move {
        // An error means that the sender is gone, which is a reason to stop as well.
        let stop = async { drop(worker_stopped.wait_for(|is_over| *is_over).await) };
        shop.work(stop).await;
    });
    tokio::select! {
        served = axum::serve(listener, service) => served?,
        // Pages with live events would hold the server open; what has come in is in the inbox.
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    stop.send_replace(true);
    worker.await?;
    drop(stopped);
    Ok(())
}
