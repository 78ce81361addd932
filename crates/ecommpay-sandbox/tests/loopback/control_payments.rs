//! Registries, one payment with its requests and callbacks, resends and refunds by the control
//! API.

use ecommpay_signature::{SecretKey, exact};
use serde_json::{Value, json};

use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_SALE, Merchant, PROJECT, SECRET, alfa_sale, alipay_sale, signed,
};

fn ids(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["payment_id"].as_str().unwrap())
        .collect()
}

async fn shop_with_payments() -> Merchant {
    let shop = Merchant::new().await;
    shop.paid_alipay("Tea 1", 1000).await;
    shop.paid_alipay("Tea 2", 2000).await;
    shop.gate(ALFA_SALE, alfa_sale("Coffee", 3000)).await;
    shop.advance(A_SECOND).await;
    shop.callbacks();
    shop
}

#[tokio::test]
async fn payments_are_found_by_every_filter() {
    let shop = shop_with_payments().await;
    let all = shop.shown("/payments").await;
    assert_eq!(ids(&all["payments"]), ["Coffee", "Tea 2", "Tea 1"]);
    assert_eq!(all["next"], Value::Null);
    let newest = &all["payments"][0];
    assert_eq!(newest["project"], PROJECT);
    assert_eq!(newest["status"], "awaiting redirect result");
    assert_eq!(newest["interface"], "gate");
    assert_eq!(newest["customer_id"], "customer123");
    assert_eq!(newest["created"], "2026-01-01T00:00:04+0000");
    for (query, expected) in [
        ("text=TEA", vec!["Tea 2", "Tea 1"]),
        ("text=customer1", vec!["Coffee"]),
        ("method=alfa-click", vec!["Coffee"]),
        ("status=success", vec!["Tea 2", "Tea 1"]),
        ("status=awaiting%20redirect%20result", vec!["Coffee"]),
        ("currency=CNY&amount_from=1001", vec!["Tea 2"]),
        ("amount_from=1000&amount_to=2000", vec!["Tea 2", "Tea 1"]),
        ("from=2026-01-01T00:00:02Z", vec!["Coffee", "Tea 2"]),
        ("to=2026-01-01T00:00:02", vec!["Tea 1"]),
        ("from=2026-01-02", vec![]),
        ("project=1", vec![]),
        (
            "project=239&method=&status=&text=",
            vec!["Coffee", "Tea 2", "Tea 1"],
        ),
    ] {
        let found = shop.shown(&format!("/payments?{query}")).await;
        assert_eq!(ids(&found["payments"]), expected, "{query}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_new_payments_do_not_move_them() {
    let shop = shop_with_payments().await;
    let first = shop.shown("/payments?limit=2").await;
    assert_eq!(ids(&first["payments"]), ["Coffee", "Tea 2"]);
    shop.paid_alipay("Tea 3", 1000).await;
    let next = format!("/payments?limit=2&cursor={}", first["next"]);
    let second = shop.shown(&next).await;
    assert_eq!(ids(&second["payments"]), ["Tea 1"]);
    assert_eq!(second["next"], Value::Null);
}

#[tokio::test]
async fn a_payment_that_failed_gives_its_place_to_the_next_with_its_id() {
    let shop = Merchant::new().await;
    let mut wrong = alipay_sale("p", 1000);
    wrong["payment"]["currency"] = "INR".into();
    shop.gate(ALIPAY_SALE, wrong).await;
    let found = shop.shown("/payments").await;
    assert_eq!(found["payments"][0]["status"], "error");
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    let found = shop.shown("/payments").await;
    assert_eq!(found["payments"].as_array().unwrap().len(), 1);
    assert_eq!(found["payments"][0]["status"], "processing");
}

#[tokio::test]
async fn operations_are_listed_with_their_payment() {
    let shop = shop_with_payments().await;
    let path = format!("/projects/{PROJECT}/payments/tea%201/refunds");
    let wish = json!({"amount": 400, "merchant_refund_id": "r1"});
    shop.control("POST", &path, Some(wish)).await;
    shop.advance(2 * A_SECOND).await;
    let all = shop.shown("/operations").await;
    let rows = all["operations"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0]["payment_id"], "Tea 1");
    assert_eq!(rows[0]["type"], "refund");
    assert_eq!(rows[0]["interface"], "dashboard");
    assert_eq!(rows[0]["status"], "success");
    assert_eq!(rows[0]["code"], "0");
    assert_eq!(rows[0]["amount"], 400);
    assert_eq!(rows[1]["interface"], "gate");
    for (query, expected) in [
        ("type=refund", vec!["Tea 1"]),
        ("type=sale&method=alipay", vec!["Tea 2", "Tea 1"]),
        ("status=awaiting%20redirect%20result", vec!["Coffee"]),
        ("text=tea&amount_to=1000", vec!["Tea 1", "Tea 1"]),
        ("limit=1", vec!["Tea 1"]),
    ] {
        let found = shop.shown(&format!("/operations?{query}")).await;
        assert_eq!(ids(&found["operations"]), expected, "{query}");
    }
}

#[tokio::test]
async fn requests_are_kept_as_they_came_with_what_was_signed() {
    let shop = Merchant::new().await;
    let body = signed(alipay_sale("p", 1000));
    let answer = shop
        .post(ALIPAY_SALE, "application/json", body.clone())
        .await;
    let mut unsigned = alipay_sale("p", 2000);
    unsigned["general"]["signature"] = "bm9uZQ==".into();
    let refused = serde_json::to_vec(&unsigned).unwrap();
    shop.post(ALIPAY_SALE, "application/json", refused).await;
    shop.status("p").await;

    let path = format!("/projects/{PROJECT}/payments/p/requests");
    let shown = shop.shown(&path).await;
    let requests = shown["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 2, "status queries are not kept");
    assert_eq!(requests[0]["path"], ALIPAY_SALE);
    assert_eq!(requests[0]["at"], "2026-01-01T00:00:00+0000");
    assert_eq!(requests[0]["body"].as_str().unwrap().as_bytes(), body);
    assert_eq!(requests[0]["status"], 200);
    assert_eq!(requests[0]["answer"], answer.body);
    // An independent reading of the rules: paths sorted, joined by semicolons.
    assert_eq!(
        requests[0]["canonical"],
        "customer:id:123;customer:ip_address:192.0.2.0;general:payment_id:p;general:project_id:239;\
         payment:amount:1000;payment:currency:CNY;payment:description:test payment;\
         return_url:return:http://shop.example/return;return_url:success:http://shop.example/success"
    );
    assert_eq!(requests[1]["status"], 400);
    assert!(requests[1]["answer"].as_str().unwrap().contains("3261"));
    let nobody = format!("/projects/{PROJECT}/payments/nobody/requests");
    assert_eq!(shop.control("GET", &nobody, None).await.status, 404);
}

#[tokio::test]
async fn callbacks_come_with_attempts_and_what_was_signed() {
    let shop = Merchant::new().await;
    shop.refuse(&[503]);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(11 * A_SECOND).await;
    let path = format!("/projects/{PROJECT}/payments/p");
    let shown = shop.shown(&format!("{path}/callbacks")).await;
    let callback = &shown["callbacks"][0];
    assert_eq!(callback["attempts"][0]["answer"], "HTTP 503");
    assert_eq!(callback["attempts"][1]["answer"], "HTTP 200");
    let body: Value = serde_json::from_str(callback["body"].as_str().unwrap()).unwrap();
    let mut without = body.clone();
    without.as_object_mut().unwrap().remove("signature");
    let key = SecretKey::new(SECRET).unwrap();
    let canonical = exact::canonical(&serde_json::to_vec(&without).unwrap()).unwrap();
    assert_eq!(callback["canonical"], canonical);
    assert!(exact::verify(
        callback["body"].as_str().unwrap().as_bytes(),
        &key
    ));
    let view = shop.shown(&path).await;
    assert_eq!(view["purchase"]["description"], "test payment");
    assert_eq!(
        view["purchase"]["return_url_success"],
        "http://shop.example/success"
    );
    assert_eq!(view["callbacks"][0]["id"], callback["id"]);
}

#[tokio::test]
async fn any_callback_can_be_sent_again() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let path = format!("/projects/{PROJECT}/payments/p");
    let first = shop.shown(&path).await["callbacks"][0]["id"].clone();
    let resend = format!("{path}/resend");
    let wish = json!({"callback": first});
    assert_eq!(shop.control("POST", &resend, Some(wish)).await.status, 200);
    assert_eq!(shop.control("POST", &resend, None).await.status, 200);
    shop.advance(A_SECOND).await;
    let again = shop.callbacks();
    assert!(again[0]["redirect_data"].is_object());
    // The newest was the one just sent again.
    assert_eq!(again[1], again[0]);
    for wrong in [json!({"callback": 99}), json!({"callbacks": 1})] {
        let answer = shop.control("POST", &resend, Some(wrong)).await;
        assert!((400..500).contains(&answer.status));
    }
}

#[tokio::test]
async fn refunds_follow_the_rules_of_gate() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let path = format!("/projects/{PROJECT}/payments/p/refunds");
    let begun = shop
        .control("POST", &path, Some(json!({"amount": 300})))
        .await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "partially refunded");
    assert_eq!(callback["operation"]["id"], begun.json()["operation"]);
    assert_eq!(
        callback["operation"]["request_id"],
        begun.json()["request_id"]
    );
    // The rest, without a body.
    shop.control("POST", &path, None).await;
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "refunded");
    assert_eq!(callback["operation"]["sum_initial"]["amount"], 700);
    // As by Gate: accepted, then declined.
    shop.control("POST", &path, Some(json!({"amount": 1})))
        .await;
    shop.advance(2 * A_SECOND).await;
    assert_eq!(shop.callback()["operation"]["code"], "3060");
    for wrong in [json!({"amount": 0}), json!({"currency": "CNY"})] {
        let answer = shop.control("POST", &path, Some(wrong)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.body);
    }
    let nobody = format!("/projects/{PROJECT}/payments/nobody/refunds");
    assert_eq!(shop.control("POST", &nobody, None).await.status, 404);
}
