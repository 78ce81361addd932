//! The adapter does what every adapter has to, over real HTTP.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Service as _;
use actix_web::test::{TestRequest, init_service, read_body};
use actix_web::{App, HttpServer, web};
use ecommpay_actix::{Verified, callback_resource, callback_resource_of};
use ecommpay_model::ProjectId;
use ecommpay_receiver::contract::Shop;
use tokio::sync::oneshot;

async fn handler(Verified(received): Verified) -> String {
    Shop::text_of(&received)
}

/// Two extractors that want the body: the first has it.
async fn greedy(_first: web::Bytes, Verified(received): Verified) -> String {
    Shop::text_of(&received)
}

async fn serve(shop: Shop) -> SocketAddr {
    let second = ProjectId::new(202).unwrap();
    let (reader, receiver) = (web::Data::from(shop.reader), shop.receiver);
    let app = move || {
        App::new()
            .app_data(reader.clone())
            .route("/taken", web::post().to(greedy))
            .route("/verified", web::post().to(handler))
            .service(callback_resource("/callback", Arc::clone(&receiver)))
            .service(callback_resource_of(
                second,
                "/callback/202",
                Arc::clone(&receiver),
            ))
    };
    // actix has a runtime of its own; it ends with the process of the test.
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").unwrap();
            tell.send(server.addrs()[0]).unwrap();
            server.run().await
        })
    });
    told.await.unwrap()
}

ecommpay_receiver::adapter_tests!(serve);

#[test]
fn an_application_without_a_reader_says_what_is_missing() {
    actix_web::rt::System::new().block_on(async {
        let app = App::new().route("/verified", web::post().to(handler));
        let app = init_service(app).await;
        let request = TestRequest::post().uri("/verified").to_request();
        let response = app.call(request).await.unwrap();
        assert_eq!(response.status(), 500);
        let text = read_body(response).await;
        assert!(String::from_utf8_lossy(&text).contains("web::Data<CallbackReader>"));
    });
}
