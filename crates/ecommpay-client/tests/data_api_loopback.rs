//! A small Data API on loopback that checks token and signature, cuts pages and signs its reports.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use std::net::SocketAddr;

use ecommpay_client::{Client, QueryError};
use ecommpay_data_api::{
    DataToken, Interval, OperationsQuery, PaymentOperationsQuery, RefusalReason,
};
use ecommpay_model::{Currency, Money};
use ecommpay_signature::json::Limits;
use ecommpay_signature::{
    KeyRing, SecretKey, SignaturePlace, SigningPolicy, Verifier, signed_body,
};
use ecommpay_transport::Reply;
use ecommpay_transport_hyper::HyperTransport;
use serde_json::{Value, json};
use support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = "WKiarERJ5pcceNerpM9R5TNnyPTQMl";
const DATA_SECRET: &str = "the key of the token";
const STORED: usize = 2125;

/// The operations of this platform, each some 1300 bytes long, so that a page is above 1 MiB.
fn stored(number: usize) -> Value {
    json!({
        "project_id": "12345", "operation_id": number.to_string(),
        "operation_created_at": "2024-11-22T13:13:04+00:00", "operation_completed_at": "",
        "sum_initial": {"amount": number, "currency": "CNY"},
        "payment_description": "tea ".repeat(300), "arn": "",
    })
}

async fn platform() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection));
        }
    });
    address
}

async fn serve(mut connection: TcpStream) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = connection.read(&mut piece).await {
        request.extend_from_slice(&piece[..count]);
        if request_length(&request).is_some_and(|whole| request.len() >= whole) {
            let text = String::from_utf8(std::mem::take(&mut request)).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let reply = answer(path, body.as_bytes());
            connection.write_all(&on_the_wire(&reply)).await.unwrap();
        }
    }
}

fn answer(path: &str, body: &[u8]) -> Reply {
    let verifier = Verifier::new(KeyRing::new(SecretKey::new(DATA_SECRET).unwrap()));
    let request: Value = serde_json::from_slice(body).unwrap();
    if request["token"] != TOKEN || verifier.verify(body).is_err() {
        return Reply::new(401, r#"{"name":"n","status":401}"#);
    }
    match path {
        "/v1/operations/get" => {
            let interval = json!({"from": "2024-11-22 00:00:00", "to": "2024-11-22 23:59:59"});
            if request["interval"] != interval || request["tz"] != "+00:00" {
                return Reply::new(400, r#"{"message":"interval","status":400}"#);
            }
            let number = |name: &str, or| request[name].as_u64().map_or(or, |n| n as usize);
            let (offset, limit) = (number("offset", 0), number("limit", 1000));
            let page: Vec<Value> = (offset..STORED).take(limit).map(stored).collect();
            signed(&json!({"operations": page}))
        }
        "/v1/operations/get-by-payment" if request["payment_id"] == PAYMENT => signed(&json!({
            "operations": [{"operation_id": "2", "operation_type": "refund", "amount": 250,
                            "currency": "CNY", "operation_completed_at": ""}],
        })),
        _ => Reply::new(400, r#"{"status":400}"#),
    }
}

fn signed(body: &Value) -> Reply {
    let limits = Limits::STRICT
        .with_bytes(8 << 20)
        .with_values(100_000)
        .with_canonical_bytes(32 << 20);
    let policy = SigningPolicy::default().with_limits(limits);
    let key = SecretKey::new(DATA_SECRET).unwrap();
    Reply::new(
        200,
        signed_body(body, SignaturePlace::TopLevel, &key, &policy).unwrap(),
    )
}

async fn reporter(secret: &str) -> Client {
    let address = platform().await;
    let token = DataToken::new(TOKEN, SecretKey::new(secret).unwrap()).unwrap();
    Client::builder(merchant())
        .data_token(token)
        .base_url(format!("http://{address}"))
        .data_base_url(format!("http://{address}/v1"))
        .transport(HyperTransport::new().unwrap())
        .build()
        .unwrap()
}

fn that_day() -> OperationsQuery {
    OperationsQuery::of(Interval::between(
        "2024-11-22T00:00:00Z".parse().unwrap(),
        "2024-11-22T23:59:59Z".parse().unwrap(),
    ))
}

#[tokio::test]
async fn all_pages_of_a_day_come_whole_and_in_order() {
    let client = reporter(DATA_SECRET).await;
    let mut pages = client.operations(that_day());
    let mut sizes = Vec::new();
    let mut number = 0;
    while let Some(page) = pages.next().await.unwrap() {
        assert!(page.bytes().len() > 128 * 1024);
        let operations = &page.body().operations;
        sizes.push((operations.len(), page.bytes().len() > 1024 * 1024));
        for operation in operations {
            assert_eq!(operation.operation_id, Some(number.to_string()));
            let sum = operation.sum_initial.as_ref().and_then(|sum| sum.money());
            assert_eq!(sum, Money::new(number, Currency::CNY).ok());
            number += 1;
        }
    }
    assert_eq!(sizes, [(1000, true), (1000, true), (125, false)]);
}

#[tokio::test]
async fn the_operations_of_one_payment_come() {
    let client = reporter(DATA_SECRET).await;
    let reply = client
        .query(&PaymentOperationsQuery::new(payment_id()))
        .await
        .unwrap();
    let operation = &reply.body().operations[0];
    assert_eq!(operation.money(), Money::new(250, Currency::CNY).ok());
}

#[tokio::test]
async fn the_key_of_the_project_is_refused() {
    let client = reporter(SECRET).await;
    let QueryError::Refused { refusal, .. } = client.query(&that_day()).await.unwrap_err() else {
        panic!();
    };
    assert_eq!(refusal.reason(), RefusalReason::Authentication);
}
