//! The control API, and who may call the sandbox.

use http::StatusCode;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::support::{A_SECOND, ALIPAY_SALE, Answer, Merchant, PROJECT, alipay_sale};

async fn post(shop: &Merchant, path: &str, body: Value) -> Answer {
    shop.post(path, "application/json", serde_json::to_vec(&body).unwrap())
        .await
}

#[tokio::test]
async fn health_and_clock() {
    let shop = Merchant::new().await;
    assert_eq!(shop.page("/_sandbox/health").await.json()["status"], "ok");
    let clock = shop.page("/_sandbox/clock").await.json();
    assert_eq!(
        clock,
        json!({
            "now": "2026-01-01T00:00:00+0000", "unix_seconds": 1_767_225_600, "kind": "virtual",
            "runs": false,
        })
    );
    let clock = post(&shop, "/_sandbox/clock/advance", json!({"seconds": 1800}))
        .await
        .json();
    assert_eq!(clock["now"], "2026-01-01T00:30:00+0000");
    let wanted = json!({"now": "2026-01-02T03:00:00+03:00"});
    assert_eq!(
        post(&shop, "/_sandbox/clock", wanted).await.json()["now"],
        "2026-01-02T00:00:00+0000"
    );
    for bad in [
        json!({"now": "2026-01-01T00:00:00Z"}),
        json!({"now": "soon"}),
    ] {
        assert_eq!(post(&shop, "/_sandbox/clock", bad).await.status, 400);
    }
    let answer = post(&shop, "/_sandbox/clock/advance", json!({"minutes": 1})).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("minutes"), "{}", answer.body);
}

#[tokio::test]
async fn advancing_by_the_api_delivers_before_it_answers() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    post(&shop, "/_sandbox/clock/advance", json!({"seconds": 1})).await;
    assert!(shop.callback()["redirect_data"].is_object());
}

#[tokio::test]
async fn payments_with_their_timeline() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("Payment 1/2", 1000))
        .await;
    shop.advance(A_SECOND).await;
    let path = format!("/_sandbox/projects/{PROJECT}/payments");
    let payment = shop.page(&format!("{path}/payment%201%2F2")).await.json();
    assert_eq!(payment["payment_id"], "Payment 1/2");
    assert_eq!(payment["status"], "awaiting redirect result");
    assert_eq!(payment["operations"][0]["type"], "sale");
    assert_eq!(
        payment["timeline"][0],
        json!({
            "at": "2026-01-01T00:00:00+0000", "event": "request_received", "detail": ALIPAY_SALE,
        })
    );
    assert_eq!(payment["callbacks"][0]["kind"], "handoff");
    assert_eq!(shop.page(&format!("{path}/nobody")).await.status, 404);
    let resent = post(&shop, &format!("{path}/payment%201%2F2/resend"), json!({})).await;
    assert_eq!(resent.status, 200);
}

#[tokio::test]
async fn a_refused_request_leaves_a_timeline_without_a_payment() {
    let shop = Merchant::new().await;
    let mut body = alipay_sale("p", 1000);
    body["customer"].as_object_mut().unwrap().remove("id");
    shop.gate(ALIPAY_SALE, body).await;
    let payment = shop.sandbox.payment(PROJECT, "p").unwrap();
    assert_eq!(payment.status, None);
    assert_eq!(shop.steps("p"), ["request_received", "request_refused"]);
    assert_eq!(payment.timeline[1].detail, "HTTP 400, 2004 customer.id");
}

#[tokio::test]
async fn a_sandbox_ends_when_it_is_dropped() {
    let shop = Merchant::new().await;
    let address = shop
        .sandbox
        .uri()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let open = TcpStream::connect(&address).await.unwrap();
    drop(shop);
    assert!(TcpStream::connect(&address).await.is_err());
    drop(open);
}

#[tokio::test]
async fn other_host_names_are_refused() {
    let shop = Merchant::new().await;
    let address = shop.sandbox.uri().strip_prefix("http://").unwrap();
    for (host, expected) in [
        ("localhost:1234", StatusCode::OK),
        ("rebound.example", StatusCode::FORBIDDEN),
        ("127.0.0.1.rebound.example", StatusCode::FORBIDDEN),
    ] {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut requests, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .unwrap();
        tokio::spawn(connection);
        let request = http::Request::get("/_sandbox/health")
            .header("host", host)
            .body(Full::<bytes::Bytes>::default())
            .unwrap();
        let response = requests.send_request(request).await.unwrap();
        assert_eq!(response.status(), expected, "{host}");
        response.into_body().collect().await.unwrap();
    }
}
