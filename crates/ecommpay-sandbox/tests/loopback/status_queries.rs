//! Status by payment id and by request id.

use crate::support::{
    A_SECOND, ALIPAY_REFUND, ALIPAY_SALE, Merchant, PROJECT, SECRET, alipay_sale, refund,
};
use ecommpay_signature::{SecretKey, exact};
use serde_json::json;

#[tokio::test]
async fn an_unknown_payment_is_answered_with_3061_and_200() {
    let shop = Merchant::new().await;
    let status = shop.status("nobody").await;
    assert_eq!(status["project_id"], PROJECT);
    assert_eq!(status["payment"]["status"], "error");
    assert_eq!(status["errors"][0]["code"], "3061");
    assert_eq!(status["errors"][0]["message"], "Transaction not found");
}

#[tokio::test]
async fn operations_come_in_order_of_time() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 20000).await;
    shop.gate(ALIPAY_REFUND, refund("p", json!({"amount": 5000})))
        .await;
    shop.advance(2 * A_SECOND).await;
    let status = shop.status("p").await;
    assert_eq!(status["payment"]["status"], "partially refunded");
    assert_eq!(status["payment"]["sum"]["amount"], 15000);
    let kinds: Vec<&str> = status["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["sale", "refund"]);
    assert!(
        status.get("redirect_data").is_none(),
        "nothing is left to do"
    );
}

#[tokio::test]
async fn status_by_request_tells_what_became_of_the_request() {
    let shop = Merchant::new().await;
    let key = SecretKey::new(SECRET).unwrap();
    let query = async |request_id: &str| {
        shop.gate(
            "/v2/payment/status/request",
            json!({"project_id": PROJECT, "request_id": request_id}),
        )
        .await
    };
    let good = shop
        .gate(ALIPAY_SALE, alipay_sale("good", 1000))
        .await
        .json();
    let bad = shop.gate(ALIPAY_SALE, alipay_sale("bad", 1)).await.json();
    shop.advance(A_SECOND).await;

    let answer = query(good["request_id"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200);
    assert!(
        exact::verify(answer.body.as_bytes(), &key),
        "signed in general"
    );
    let body = answer.json();
    assert_eq!(body["general"]["payment_id"], "good");
    assert!(body["general"]["signature"].is_string());
    assert_eq!(
        (&body["status"], &body["request_id"]),
        (&json!("success"), &good["request_id"])
    );
    assert_eq!(body["transaction"]["type"], "sale");
    assert_eq!(
        body["sum_request"],
        json!({"amount": 1000, "currency": "CNY"})
    );

    let body = query(bad["request_id"].as_str().unwrap()).await.json();
    assert_eq!(
        (&body["status"], &body["errors"][0]["code"]),
        (&json!("error"), &json!("3358"))
    );
    assert!(body.get("payment").is_none());

    let answer = query("0-0-00000000").await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (404, &json!("3061"))
    );
}

#[tokio::test]
async fn a_malformed_query_is_refused_at_once() {
    let shop = Merchant::new().await;
    let answer = shop
        .gate(
            "/v2/payment/status",
            json!({"general": {"project_id": PROJECT}}),
        )
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("2004"))
    );
    let answer = shop
        .gate("/v2/payment/status/request", json!({"project_id": PROJECT}))
        .await;
    assert!(answer.body.contains("request_id"), "{}", answer.body);
}
