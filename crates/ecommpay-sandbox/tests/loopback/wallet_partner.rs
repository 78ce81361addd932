//! wallet-partner through Gate: redirect by POST, callbacks, full refunds only.

use crate::support::{
    A_SECOND, Merchant, PARTNER_REFUND, PARTNER_SALE, PROJECT, partner_sale, refund,
};
use ecommpay_sandbox::{EmptyBody, Method, MethodSettings};
use serde_json::{Value, json};

async fn paid(shop: &Merchant, payment_id: &str, amount: i64) -> Value {
    shop.gate(PARTNER_SALE, partner_sale(payment_id, amount))
        .await;
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[]).await;
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    shop.callback()
}

fn refund_request(payment_id: &str, payment: Value) -> Value {
    let mut body = refund(payment_id, payment);
    body.as_object_mut().unwrap().remove("customer");
    body
}

#[tokio::test]
async fn the_redirect_is_a_post_with_an_empty_object() {
    let shop = Merchant::new().await;
    shop.gate(PARTNER_SALE, partner_sale("p", 15000)).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    let redirect = &callback["redirect_data"];
    assert_eq!(redirect["method"], "POST");
    assert_eq!(redirect["body"], json!({}));
    assert!(redirect.get("encrypted").is_none());
    let by_get = shop.page(shop.path(&redirect["url"])).await;
    assert_eq!(by_get.status, 400, "{}", by_get.body);
    assert_eq!(shop.arrive_by_post(&callback).await.status, 200);
    assert_eq!(
        shop.page(shop.path(&redirect["url"])).await.status,
        200,
        "reloading is fine"
    );
}

#[tokio::test]
async fn an_empty_body_can_be_written_as_a_list() {
    let shop = Merchant::with(|project| {
        let settings = MethodSettings::of(Method::WalletPartner).empty_body(EmptyBody::Array);
        project.method(Method::WalletPartner, settings)
    })
    .await;
    shop.gate(PARTNER_SALE, partner_sale("p", 15000)).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["redirect_data"]["body"], json!([]));
}

#[tokio::test]
async fn callbacks_have_the_members_of_the_samples() {
    let shop = Merchant::new().await;
    let result = paid(&shop, "TEST_1", 15000).await;
    assert_eq!(result["customer"], json!({"phone": "1234567890"}));
    assert!(result.get("account").is_none());
    assert_eq!(result["operation"]["provider"]["id"], 1731);
    assert!(result["operation"]["provider"]["date"].is_string());
    assert!(result["operation"]["provider"].get("endpoint_id").is_none());

    shop.gate(PARTNER_SALE, partner_sale("TEST_2", 40000)).await;
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "decline")]).await;
    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(
        result["customer"],
        json!({"id": "1", "phone": "1234567890"})
    );
    assert_eq!(result["operation"]["code"], "20000");
    assert_eq!(result["operation"]["message"], "General decline");
}

#[tokio::test]
async fn a_full_refund_leaves_nothing() {
    let shop = Merchant::new().await;
    paid(&shop, "TEST_554862", 35000).await;
    let answer = shop
        .gate(PARTNER_REFUND, refund_request("TEST_554862", json!({})))
        .await;
    assert_eq!(answer.json()["status"], "success");
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "refunded");
    assert_eq!(
        callback["payment"]["sum"],
        json!({"amount": 0, "currency": "INR"})
    );
    assert_eq!(callback["payment"]["merchant_refund_id"], "TEST_554862");
    assert_eq!(callback["payment"]["type"], "purchase");
    assert_eq!(
        callback["customer"],
        json!({"id": "1", "phone": "1234567890"})
    );
    let operation = &callback["operation"];
    assert_eq!(
        (&operation["type"], &operation["status"]),
        (&json!("refund"), &json!("success"))
    );
    assert_eq!(operation["sum_initial"]["amount"], 35000);
    assert_eq!(operation["provider"]["id"], 1751);
    assert!(operation["provider"].get("date").is_none());
    assert_eq!(
        shop.steps("TEST_554862")[15..],
        [
            "request_received",
            "request_validated",
            "acknowledged",
            "provider_requested",
            "provider_processed",
            "result_received",
            "result_callback_sent",
            "result_callback_delivered",
        ]
    );
}

#[tokio::test]
async fn there_are_no_partial_refunds() {
    let shop = Merchant::new().await;
    paid(&shop, "p", 35000).await;
    let partial = refund_request("p", json!({"amount": 10000, "currency": "INR"}));
    let answer = shop.gate(PARTNER_REFUND, partial).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3609"))
    );
    assert!(answer.body.contains("payment.amount"));

    let more = refund_request("p", json!({"amount": 35001, "currency": "INR"}));
    shop.gate(PARTNER_REFUND, more).await;
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "success");
    assert_eq!(callback["payment"]["sum"]["amount"], 35000);
    assert_eq!(callback["operation"]["code"], "3283");
    assert!(callback["operation"].get("provider").is_none());

    let whole = refund_request("p", json!({"amount": 35000, "currency": "INR"}));
    shop.gate(PARTNER_REFUND, whole).await;
    shop.advance(2 * A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "refunded");
    assert_eq!(
        shop.sandbox.payment(PROJECT, "p").unwrap().remaining,
        Some(0)
    );
}
