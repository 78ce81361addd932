//! The shop's pages and its callback address.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use ecommpay_handoff::{
    AlfaClickInstruction, BrowserResponse, Logo, NextStep, Nonce, PageLanguage, PageOptions, Qr,
};

use super::counter::Counter;
use crate::fixtures::{By, HandOff, Interface};
use crate::play::PlayError;

type Shared = State<Arc<Counter>>;

pub(super) fn router(counter: Arc<Counter>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/buy", post(buy))
        .route("/pay", get(pay))
        .route("/qr.png", get(qr_picture))
        .route("/refund", post(refund))
        .route("/return", get(come_back))
        .route("/result", get(result))
        .route("/callback", post(callback))
        .with_state(counter)
}

async fn front() -> Html<&'static str> {
    Html(
        "<!doctype html><title>Shop</title><h1>Your order</h1>\
         <form method=\"post\" action=\"/buy\"><button>Buy</button></form>\
         <form method=\"post\" action=\"/refund\"><button>Give it back</button></form>",
    )
}

async fn buy(State(counter): Shared) -> Response {
    let next = match counter.interface {
        Interface::PaymentPage => counter.page_address().await,
        Interface::Gate | Interface::Refund => {
            counter.send_sale().await.map(|()| "/pay".to_owned())
        }
    };
    match next {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(error) => trouble(&error),
    }
}

async fn refund(State(counter): Shared) -> Response {
    match counter.send_refund().await {
        Ok(()) => Redirect::to("/result").into_response(),
        Err(error) => trouble(&error),
    }
}

/// The next step is made from the callback; in the instruction scenario no callback brings it.
async fn pay(State(counter): Shared) -> Response {
    let step = if counter.hand_off == HandOff::Instruction {
        match instruction() {
            Ok(step) => Some(step),
            Err(error) => return trouble(&error),
        }
    } else {
        counter.order.lock().await.next_step.clone()
    };
    let Some(step) = step else {
        return wait("The payment is being prepared.");
    };
    let Some(response) = step.response(&page_options()) else {
        return trouble(&PlayError::new("there is no page for this step"));
    };
    let event = match step {
        NextStep::Instruction(_) => "instruction_prepared",
        _ => "customer_handed_over",
    };
    let detail = kind(&step).map(|kind| kind.to_string()).unwrap_or_default();
    counter.notes.write(By::Merchant, event, detail).await;
    served(&response)
}

async fn qr_picture(State(counter): Shared) -> Response {
    let picture = match &counter.order.lock().await.next_step {
        Some(NextStep::Qr(step)) => match step.qr() {
            Qr::Text(code) => code.png(8).ok(),
            Qr::Image(image) => Some(image.bytes().to_vec()),
            _ => None,
        },
        _ => None,
    };
    match picture {
        Some(bytes) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn come_back() -> Html<&'static str> {
    Html(
        "<!doctype html><title>Shop</title><h1>Thank you</h1>\
         <p>We are waiting for the result of your payment.</p><a href=\"/result\">Result</a>",
    )
}

async fn result(State(counter): Shared) -> Response {
    let told = {
        let order = counter.order.lock().await;
        order
            .results
            .last()
            .map(|result| (order.standing(), result.next))
    };
    let Some((standing, result)) = told else {
        return wait("There is no result yet.");
    };
    let text = match result {
        "refund_declined" => format!("the refund was declined; the order is {standing}"),
        _ => format!("the order is {standing}"),
    };
    counter
        .notes
        .write(By::Merchant, "customer_told", text.as_str())
        .await;
    let class = if matches!(result, "paid" | "refunded") {
        "good"
    } else {
        "bad"
    };
    let page = format!("<!doctype html><title>Shop</title><h1 class=\"{class}\">{text}</h1>");
    Html(page).into_response()
}

async fn callback(State(counter): Shared, body: Bytes) -> StatusCode {
    match counter.take(&body).await {
        Ok(()) => StatusCode::OK,
        Err(problem) => {
            counter
                .order
                .lock()
                .await
                .problems
                .push(problem.to_string());
            counter.changed.notify_waiters();
            StatusCode::BAD_REQUEST
        }
    }
}

/// How a step hands the customer over.
pub(super) fn kind(step: &NextStep) -> Option<HandOff> {
    match step {
        NextStep::Redirect(_) => Some(HandOff::RedirectGet),
        NextStep::Form(_) => Some(HandOff::RedirectPost),
        NextStep::Qr(step) => match step.qr() {
            Qr::Text(_) => Some(HandOff::QrText),
            Qr::Image(_) => Some(HandOff::QrImage),
            Qr::Url(_) => Some(HandOff::QrUrl),
            _ => None,
        },
        NextStep::Instruction(_) => Some(HandOff::Instruction),
        _ => None,
    }
}

/// The instruction of Alfa-Click. A real shop shows the method's own logo.
fn instruction() -> Result<NextStep, PlayError> {
    let logo = Logo::from_bytes(one_point()).map_err(|error| PlayError::of("the logo", &error))?;
    Ok(NextStep::Instruction(AlfaClickInstruction::new(logo)))
}

/// A PNG of one white point.
fn one_point() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = png::Encoder::new(&mut bytes, 1, 1);
    if let Ok(mut writer) = encoder.write_header() {
        // One grey byte fits a picture of one point; a failure would show as a refused logo.
        let _ = writer.write_image_data(&[u8::MAX]);
    }
    bytes
}

/// The nonce need not be strong here, as no browser with foreign scripts comes by; it must differ
/// from page to page.
fn page_options() -> PageOptions {
    let random = [
        RandomState::new().hash_one("page"),
        RandomState::new().hash_one("nonce"),
    ];
    let mut bytes = [0; 16];
    for (place, number) in bytes.chunks_mut(8).zip(random) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    PageOptions::new(Nonce::from_random_bytes(bytes)).language(PageLanguage::English)
}

fn served(response: &BrowserResponse) -> Response {
    let mut served = Response::new(response.body().to_owned().into());
    *served.status_mut() = StatusCode::from_u16(response.status()).unwrap_or(StatusCode::OK);
    for (name, value) in response.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            served.headers_mut().insert(name, value);
        }
    }
    served
}

fn wait(text: &str) -> Response {
    let page = format!(
        "<!doctype html><title>Shop</title><meta http-equiv=\"refresh\" content=\"1\"><p>{text}</p>"
    );
    (StatusCode::ACCEPTED, Html(page)).into_response()
}

fn trouble(error: &PlayError) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}
