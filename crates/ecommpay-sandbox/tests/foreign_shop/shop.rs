//! A small shop: axum in front, the SDK behind, the state of its orders in memory.
//!
//! It takes one method by Gate, hands the customer over, believes callbacks that are verified and
//! fit the order, and refunds. Nothing in it knows of a sandbox.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use ecommpay_alipay::{Refund, Sale};
use ecommpay_callback::{CallbackVerifier, ExpectedOrder, NextAction, PaymentState};
use ecommpay_client::Client;
use ecommpay_gate::Customer;
use ecommpay_handoff::{NextStep, Nonce, PageOptions};
use ecommpay_model::{
    CallbackBody, Currency, CustomerId, Description, IpAddress, Money, PaymentId, ProjectId, WebUrl,
};

/// What every handler reaches.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) project: ProjectId,
    pub(crate) client: Client,
    pub(crate) verifier: Arc<CallbackVerifier>,
    pub(crate) orders: Arc<Mutex<BTreeMap<String, Order>>>,
}

/// One order: what was agreed, what is known of its payment, where the customer is to go.
pub(crate) struct Order {
    expected: ExpectedOrder,
    payment: PaymentState,
    hand_over: Option<CallbackBody>,
}

/// Why the shop cannot do what was asked: a status, and words for the customer.
struct Trouble(StatusCode, String);

type Fallible = Result<Response, Trouble>;

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

fn fault(error: impl std::error::Error) -> Trouble {
    Trouble(
        StatusCode::BAD_GATEWAY,
        ecommpay_client::report(&error).to_string(),
    )
}

fn unbelieved(error: impl std::error::Error) -> Trouble {
    Trouble(StatusCode::BAD_REQUEST, error.to_string())
}

impl Shop {
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/orders/{id}/buy", post(buy))
            .route("/orders/{id}/pay", get(pay))
            .route("/orders/{id}/refund", post(refund))
            .route("/orders/{id}", get(show))
            .route("/callback", post(callback))
            .with_state(self)
    }

    fn with_order<T>(&self, id: &str, use_it: impl FnOnce(&mut Order) -> T) -> Result<T, Trouble> {
        let mut orders = self.orders.lock().unwrap();
        let order = orders.get_mut(id);
        order
            .map(use_it)
            .ok_or_else(|| Trouble(StatusCode::NOT_FOUND, "no such order".to_owned()))
    }
}

/// Begins the payment of an order over 20.00 CNY.
async fn buy(State(shop): State<Shop>, Path(id): Path<String>) -> Fallible {
    let payment_id = PaymentId::new(id.clone()).map_err(fault)?;
    let price = Money::new(2000, Currency::CNY).map_err(fault)?;
    let order = Order {
        expected: ExpectedOrder::new(shop.project, payment_id.clone(), price),
        payment: PaymentState::new(shop.project, payment_id.clone()),
        hand_over: None,
    };
    // Before the request: a callback may come before its answer.
    shop.orders.lock().unwrap().insert(id, order);
    let address = IpAddress::new("192.0.2.7").map_err(fault)?;
    let customer = Customer::new(CustomerId::new("customer-42").map_err(fault)?, address);
    let back = WebUrl::new("http://127.0.0.1/thanks").map_err(fault)?;
    let sale = Sale::new(payment_id, price, customer, back);
    shop.client.execute(&sale).await.map_err(fault)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Sends the customer to the wallet, as soon as the platform has said how.
async fn pay(State(shop): State<Shop>, Path(id): Path<String>) -> Fallible {
    let Some(body) = shop.with_order(&id, |order| order.hand_over.clone())? else {
        return Ok((StatusCode::ACCEPTED, "one moment").into_response());
    };
    let step = NextStep::from_callback(&body).map_err(fault)?;
    // A shop takes 16 random bytes for each page.
    let options = PageOptions::new(Nonce::from_random_bytes([7; 16]));
    let Some(page) = step.and_then(|step| step.response(&options)) else {
        return Ok(Redirect::to(&format!("/orders/{id}")).into_response());
    };
    let mut response = Response::builder().status(page.status());
    for (name, value) in page.headers() {
        response = response.header(name, value);
    }
    response.body(page.into_body().into()).map_err(fault)
}

/// Verifies, compares with the order, folds. Answered 200 only when all of it is kept.
async fn callback(State(shop): State<Shop>, body: Bytes) -> Fallible {
    let verified = shop.verifier.verify(body.to_vec()).map_err(unbelieved)?;
    let callback = verified.parse().map_err(unbelieved)?;
    let id = callback
        .payment_id()
        .map_or("", PaymentId::as_str)
        .to_owned();
    shop.with_order(&id, |order| {
        order
            .expected
            .check_against(&order.payment, &callback)
            .map_err(unbelieved)?;
        order
            .payment
            .apply_callback(&callback)
            .map_err(unbelieved)?;
        if matches!(callback.next(), NextAction::HandOver(_)) {
            order.hand_over = Some(callback.into_body());
        }
        Ok(StatusCode::OK.into_response())
    })?
}

/// Gives a quarter of the price back.
async fn refund(State(shop): State<Shop>, Path(id): Path<String>) -> Fallible {
    let refund = Refund::partial(
        PaymentId::new(id).map_err(fault)?,
        Description::new("one of four came back").map_err(fault)?,
        IpAddress::new("192.0.2.7").map_err(fault)?,
        Money::new(500, Currency::CNY).map_err(fault)?,
    );
    shop.client.execute(&refund).await.map_err(fault)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn show(State(shop): State<Shop>, Path(id): Path<String>) -> Fallible {
    let text = shop.with_order(&id, |order| match order.payment.next() {
        NextAction::Paid { .. } => "paid",
        NextAction::Declined(_) => "declined",
        NextAction::Refunded(_) => "money came back",
        _ => "not paid yet",
    })?;
    Ok(text.into_response())
}
