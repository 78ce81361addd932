//! A whole shop in actix-web: order page, hand-off, callback resource, live status.
//!
//! `cargo run -p ecommpay-actix --example actix-shop` opens it at <http://127.0.0.1:8080/> with a sandbox of its
//! own; `--help` shows what else it can do. What is not about actix is in `ecommpay-example-shop`.

mod routes;

use actix_web::{App, HttpServer, web};
use ecommpay_example_shop::{Arguments, Shop};
use tokio::sync::watch;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    actix_web::rt::System::new().block_on(run())
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let (shop, listener) = Shop::open(&Arguments::from_command_line()).await?;
    let served = web::Data::new(shop.clone());
    let app = move || App::new().configure(|app| routes::configure(app, served.clone()));
    // Pages with live events hold their connections; they need not be waited for.
    let server = HttpServer::new(app)
        .shutdown_timeout(1)
        .listen(listener)?
        .run();
    shop.announce();

    let (stop, mut stopped) = watch::channel(false);
    let worker = actix_web::rt::spawn(async move {
        // An error means that the sender is gone, which is a reason to stop as well.
        let stop = async move { drop(stopped.wait_for(|is_over| *is_over).await) };
        shop.work(stop).await;
    });
    server.await?; // ends by Ctrl+C
    stop.send_replace(true);
    worker.await?;
    Ok(())
}
