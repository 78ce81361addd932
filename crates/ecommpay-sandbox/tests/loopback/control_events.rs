//! Events as they happen, and who may change the sandbox.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::support::{A_SECOND, ALIPAY_SALE, Merchant, PROJECT, alipay_sale};

/// Reads a stream of events.
struct Stream {
    body: Incoming,
    text: String,
}

impl Stream {
    async fn open(shop: &Merchant, query: &str) -> Self {
        let request = http::Request::get(format!("/_sandbox/events{query}"));
        let response = send(shop, request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body(),
            text: String::new(),
        }
    }

    /// Name and data of the next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                if event.starts_with(':') {
                    // Keeps the connection alive.
                    self.text = rest.to_owned();
                    continue;
                }
                let line = |name: &str| {
                    let found = event.lines().find_map(|line| line.strip_prefix(name));
                    found.unwrap().trim().to_owned()
                };
                let event = (
                    line("event:"),
                    serde_json::from_str(&line("data:")).unwrap(),
                );
                self.text = rest.to_owned();
                return Some(event);
            }
            let frame = self.body.frame().await?.unwrap();
            let data = frame.into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }
}

async fn send(shop: &Merchant, request: http::request::Builder) -> http::Response<Incoming> {
    let host = shop.sandbox.uri().strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(host).await.unwrap();
    let (mut requests, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = request.header("host", host).body(Full::<Bytes>::default());
    requests.send_request(request.unwrap()).await.unwrap()
}

#[tokio::test]
async fn steps_callbacks_and_the_clock_are_told() {
    let shop = Merchant::new().await;
    let mut stream = Stream::open(&shop, "").await;
    let (name, clock) = stream.next().await.unwrap();
    assert_eq!(
        (name.as_str(), &clock["kind"]),
        ("clock", &json!("virtual"))
    );
    shop.gate(ALIPAY_SALE, alipay_sale("Order", 1000)).await;
    let (name, step) = stream.next().await.unwrap();
    assert_eq!(name, "payment");
    assert_eq!(step["step"], "request_received");
    assert_eq!(step["project"], PROJECT);
    assert_eq!(step["payment_id"], "Order");
    assert_eq!(step["status"], "processing");
    shop.advance(A_SECOND).await;
    let mut told = Vec::new();
    loop {
        let (name, data) = stream.next().await.unwrap();
        if name == "clock" {
            assert_eq!(data["now"], "2026-01-01T00:00:01+0000");
            break;
        }
        told.push((name, data["step"].as_str().unwrap().to_owned()));
    }
    for expected in [
        ("payment", "acknowledged"),
        ("callback", "handoff_callback_sent"),
        ("callback", "handoff_callback_delivered"),
    ] {
        let expected = (expected.0.to_owned(), expected.1.to_owned());
        assert!(told.contains(&expected), "{expected:?}: {told:?}");
    }
}

#[tokio::test]
async fn events_of_other_projects_can_be_left_out() {
    let shop = Merchant::new().await;
    let mut stream = Stream::open(&shop, "?project=7").await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    for _ in 0..2 {
        assert_eq!(stream.next().await.unwrap().0, "clock");
    }
    let wrong = shop.control("GET", "/events?colour=red", None).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn a_reader_who_falls_behind_is_dropped() {
    let shop = Merchant::new().await;
    let mut stream = Stream::open(&shop, "").await;
    stream.next().await.unwrap();
    for _ in 0..100 {
        let body = json!({"method": "alipay", "outcome": "waiting"});
        let path = format!("/projects/{PROJECT}/trigger");
        shop.control("POST", &path, Some(body)).await;
    }
    // All sales go to the provider within one instant, before any reader has a turn.
    shop.advance(A_SECOND).await;
    shop.callbacks();
    let dropped = async { while stream.next().await.is_some() {} };
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, dropped).await.unwrap();
}

#[tokio::test]
async fn pages_of_other_origins_change_nothing() {
    let shop = Merchant::new().await;
    let own = shop.sandbox.uri().to_owned();
    let path = format!("/_sandbox/projects/{PROJECT}/secret/reveal");
    for (name, value, status) in [
        ("origin", "http://shop.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 200),
        ("origin", own.as_str(), 200),
    ] {
        let request = http::Request::post(&path).header(name, value);
        assert_eq!(
            send(&shop, request).await.status(),
            status,
            "{name} {value}"
        );
    }
    // Forms of shops lead to Payment Page.
    let request = http::Request::post("/payment").header("origin", "http://shop.example");
    assert_ne!(send(&shop, request).await.status(), 403);
}
