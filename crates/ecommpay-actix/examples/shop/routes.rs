//! The addresses of the shop in actix-web.

use std::convert::Infallible;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, HttpResponseBuilder};
use ecommpay_actix::callback_resource;
use ecommpay_example_shop::{Page, Shop};
use futures_util::StreamExt as _;

/// All addresses of the shop.
pub(crate) fn configure(app: &mut ServiceConfig, shop: Data<Shop>) {
    app.service(callback_resource("/callback", shop.receiver()))
        .app_data(shop)
        .route("/", web::get().to(front))
        .route("/orders", web::post().to(buy))
        .route("/orders/{id}", web::get().to(order))
        .route("/orders/{id}/return", web::get().to(come_back))
        .route("/orders/{id}/pay", web::get().to(pay))
        .route("/orders/{id}/events", web::get().to(events))
        .route("/style.css", web::get().to(style))
        .route("/script.js", web::get().to(script))
        .default_service(web::to(not_found));
}

async fn front(shop: Data<Shop>) -> HttpResponse {
    response(shop.front())
}

async fn buy(shop: Data<Shop>, form: Bytes) -> HttpResponse {
    response(shop.buy(&form).await)
}

async fn order(shop: Data<Shop>, id: Path<String>) -> HttpResponse {
    response(shop.order(&id).await)
}

async fn come_back(shop: Data<Shop>, id: Path<String>) -> HttpResponse {
    response(shop.come_back(&id).await)
}

async fn pay(shop: Data<Shop>, id: Path<String>) -> HttpResponse {
    response(shop.pay(&id).await)
}

async fn events(shop: Data<Shop>, id: Path<String>) -> HttpResponse {
    let events = shop.events(&id);
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"))
        .streaming(events.map(|event| Ok::<_, Infallible>(Bytes::from(event))))
}

async fn style(shop: Data<Shop>) -> HttpResponse {
    response(shop.style())
}

async fn script(shop: Data<Shop>) -> HttpResponse {
    response(shop.script())
}

async fn not_found(shop: Data<Shop>) -> HttpResponse {
    response(shop.not_found())
}

fn response(page: Page) -> HttpResponse {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponseBuilder::new(status);
    for line in page.headers {
        response.insert_header(line);
    }
    response.body(page.body)
}
