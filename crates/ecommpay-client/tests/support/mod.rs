//! A merchant, its operations, the platform's replies, and a client over doubles.

// each test file uses its own part of this
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::time::Duration;

use ecommpay_alipay::{Refund, Sale};
use ecommpay_client::doubles::{Always, HandClock};
use ecommpay_client::{Client, ClientBuilder};
use ecommpay_gate::{Customer, Merchant, RefundOptions};
use ecommpay_model::{
    Currency, CustomerId, Description, Email, IpAddress, MerchantRefundId, Money, PaymentId, Phone,
    ProjectId, WebUrl,
};
use ecommpay_signature::{KeyRing, SecretKey, SignaturePlace, SigningPolicy, signed_body};
use ecommpay_transport::{FailureKind, FailureStage, Reply, Transport, TransportError};
use serde_json::{Value, json};

pub const SECRET: &str = "canary-secret-key";
pub const EMAIL: &str = "canary@example.com";
pub const PHONE: &str = "13632264148";
pub const PAYMENT: &str = "canary-payment";

pub fn merchant() -> Merchant {
    let key = SecretKey::new(SECRET).unwrap();
    Merchant::new(ProjectId::new(12345).unwrap(), KeyRing::new(key))
}

pub fn payment_id() -> PaymentId {
    PaymentId::new(PAYMENT).unwrap()
}

fn ip_address() -> IpAddress {
    IpAddress::new("192.0.2.17").unwrap()
}

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).unwrap()
}

pub fn sale() -> Sale {
    let customer = Customer::new(CustomerId::new("canary-customer").unwrap(), ip_address())
        .email(Email::new(EMAIL).unwrap())
        .phone(Phone::new(PHONE).unwrap());
    let back = WebUrl::new("https://shop.example/canary-return").unwrap();
    Sale::new(payment_id(), money(10_000), customer, back)
}

fn reason() -> Description {
    Description::new("canary reason").unwrap()
}

pub fn full_refund() -> Refund {
    Refund::full(payment_id(), reason(), ip_address())
}

pub fn partial_refund(minor: i64) -> Refund {
    Refund::partial(payment_id(), reason(), ip_address(), money(minor))
}

pub fn named(refund: Refund, id: &str) -> Refund {
    refund.with(RefundOptions::new().merchant_refund_id(MerchantRefundId::new(id).unwrap()))
}

/// A client with every wait turned by hand; pauses are not shortened.
pub fn client(transport: impl Transport, clock: &HandClock) -> ClientBuilder {
    Client::builder(merchant())
        .transport(transport)
        .clock(clock.clone())
        .randomness(Always(0))
}

pub fn acknowledged() -> Reply {
    let body = json!({
        "status": "success",
        "request_id": "canary-request",
        "project_id": 12345,
        "payment_id": PAYMENT,
    });
    Reply::new(200, body.to_string())
}

pub fn refused(status: u16, code: &str) -> Reply {
    let body = json!({"status": "error", "code": code, "message": "canary message"});
    Reply::new(status, body.to_string())
}

/// A status answer of this payment, signed as the platform signs it.
pub fn status(payment: &Value, operations: &Value) -> Reply {
    let mut payment = payment.clone();
    payment["id"] = json!(PAYMENT);
    signed(&json!({"project_id": 12345, "payment": payment, "operations": operations}))
}

pub fn in_status(status_text: &str) -> Reply {
    status(&json!({"status": status_text}), &json!([]))
}

/// The platform does not know the payment (gate.md 4.1).
pub fn not_found(code: &str) -> Reply {
    signed(&json!({
        "project_id": 12345,
        "payment": {"id": PAYMENT, "status": "error"},
        "errors": [{"code": code, "message": "Transaction not found"}],
    }))
}

fn signed(body: &Value) -> Reply {
    let key = SecretKey::new(SECRET).unwrap();
    let policy = SigningPolicy::default();
    Reply::new(
        200,
        signed_body(body, SignaturePlace::TopLevel, &key, &policy).unwrap(),
    )
}

pub fn failure(stage: FailureStage) -> TransportError {
    TransportError::new(stage, FailureKind::Reset)
}

pub fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// How long a request is, as soon as its head says so.
pub fn request_length(request: &[u8]) -> Option<usize> {
    let head = request
        .windows(4)
        .position(|window| window == b"\r\n\r\n")?
        + 4;
    let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let body = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .unwrap();
    Some(head + body.trim().parse::<usize>().unwrap())
}

pub fn on_the_wire(reply: &Reply) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {} Reply\r\ncontent-length: {}\r\n\r\n",
        reply.status(),
        reply.body().len()
    );
    [head.as_bytes(), reply.body()].concat()
}
