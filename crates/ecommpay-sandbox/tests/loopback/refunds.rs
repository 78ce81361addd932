//! Refunds: remaining sums, rules and their codes.

use std::time::Duration;

use crate::support::{
    A_SECOND, ALFA_REFUND, ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, Merchant, alfa_sale, alipay_sale,
    refund,
};
use ecommpay_sandbox::{Method, MethodSettings, RefundKinds, TestRefunds};
use serde_json::{Value, json};

/// Sends a refund and gives its callback.
async fn refunded(shop: &Merchant, path: &str, payment_id: &str, payment: Value) -> Value {
    let answer = shop.gate(path, refund(payment_id, payment)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(
        callback["operation"]["request_id"],
        answer.json()["request_id"]
    );
    assert_eq!(callback["operation"]["type"], "refund");
    callback
}

async fn paid_alfa(shop: &Merchant, payment_id: &str, amount: i64) {
    shop.gate(ALFA_SALE, alfa_sale(payment_id, amount)).await;
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
}

fn outcome(callback: &Value) -> (&str, i64, &str, &str) {
    (
        callback["payment"]["status"].as_str().unwrap(),
        callback["payment"]["sum"]["amount"].as_i64().unwrap(),
        callback["operation"]["status"].as_str().unwrap(),
        callback["operation"]["code"].as_str().unwrap(),
    )
}

/// The documented row of events: 13.70, refund 10.00, 3.70 left, refund 3.70, nothing left.
#[tokio::test]
async fn payment_sum_is_what_is_left() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1370).await;
    let first = refunded(
        &shop,
        ALIPAY_REFUND,
        "p",
        json!({"amount": 1000, "currency": "CNY"}),
    );
    let first = first.await;
    assert_eq!(outcome(&first), ("partially refunded", 370, "success", "0"));
    assert_eq!(first["operation"]["sum_initial"]["amount"], 1000);
    assert_eq!(
        first["payment"]["description"], "test payment",
        "the purchase's description"
    );
    assert!(first["payment"].get("merchant_refund_id").is_none());
    let second = refunded(&shop, ALIPAY_REFUND, "p", json!({})).await;
    assert_eq!(outcome(&second), ("refunded", 0, "success", "0"));
    assert_eq!(second["operation"]["sum_initial"]["amount"], 370);
    assert_ne!(first["operation"]["id"], second["operation"]["id"]);
    let third = refunded(&shop, ALIPAY_REFUND, "p", json!({})).await;
    assert_eq!(outcome(&third), ("refunded", 0, "decline", "3060"));
}

/// The printed Alfa-Click callbacks: 600.00 paid, 100.00 refunded, 500.00 left.
#[tokio::test]
async fn alfa_click_as_printed() {
    let shop = Merchant::new().await;
    paid_alfa(&shop, "EP1bb6-c379", 60000).await;
    let part = json!({"amount": 10000, "currency": "RUB"});
    let callback = refunded(&shop, ALFA_REFUND, "EP1bb6-c379", part).await;
    assert_eq!(
        outcome(&callback),
        ("partially refunded", 50000, "success", "0")
    );
    assert_eq!(callback["account"], json!({"number": "account1"}));
    let provider = callback["operation"]["provider"].as_object().unwrap();
    let members: Vec<&str> = provider.keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["auth_code", "date", "id", "payment_id"],
        "no endpoint_id in refunds"
    );

    let too_much = json!({"amount": 100_000, "currency": "RUB"});
    let callback = refunded(&shop, ALFA_REFUND, "EP1bb6-c379", too_much).await;
    assert_eq!(
        outcome(&callback),
        ("partially refunded", 50000, "decline", "3283")
    );
    assert_eq!(
        callback["operation"]["message"],
        "Refund amount more than init amount"
    );
    assert_eq!(callback["operation"]["sum_initial"]["amount"], 100_000);
}

#[tokio::test]
async fn test_amounts_decline_refunds() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 200_000).await;
    for (amount, code) in [(50000, "20000"), (50500, "20000"), (50001, "0")] {
        let callback = refunded(&shop, ALIPAY_REFUND, "p", json!({"amount": amount})).await;
        assert_eq!(callback["operation"]["code"], code, "{amount}");
    }
    // For a full refund the sum that is left decides.
    shop.paid_alipay("q", 50500).await;
    let callback = refunded(&shop, ALIPAY_REFUND, "q", json!({})).await;
    assert_eq!(outcome(&callback), ("success", 50500, "decline", "20000"));
}

#[tokio::test]
async fn amount_and_currency_belong_together() {
    let shop = Merchant::new().await;
    paid_alfa(&shop, "p", 10000).await;
    let answer = shop
        .gate(ALFA_REFUND, refund("p", json!({"amount": 100})))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3287"))
    );
    assert!(answer.body.contains("payment.currency"));
    let answer = shop
        .gate(ALFA_REFUND, refund("p", json!({"currency": "RUB"})))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3286"))
    );
    let other = json!({"amount": 100, "currency": "EUR"});
    let callback = refunded(&shop, ALFA_REFUND, "p", other).await;
    assert_eq!(outcome(&callback), ("success", 10000, "decline", "3284"));
}

#[tokio::test]
async fn only_paid_purchases_are_refunded() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    shop.callback();
    let callback = refunded(&shop, ALIPAY_REFUND, "p", json!({})).await;
    assert_eq!(callback["payment"]["status"], "awaiting redirect result");
    assert_eq!(callback["operation"]["code"], "3060");
    assert!(callback.get("redirect_data").is_none());

    shop.gate(ALIPAY_REFUND, refund("nobody", json!({}))).await;
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "error");
    assert_eq!(callback["errors"][0]["code"], "3061");
}

#[tokio::test]
async fn a_refund_of_another_method_is_unavailable() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let callback = refunded(&shop, ALFA_REFUND, "p", json!({})).await;
    assert_eq!(outcome(&callback), ("success", 1000, "decline", "3610"));
    let callback = refunded(&shop, "/v2/payment/refund", "p", json!({})).await;
    assert_eq!(outcome(&callback), ("refunded", 0, "success", "0"));
}

#[tokio::test]
async fn a_refund_id_is_used_once_and_echoed() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 20000).await;
    let wish = json!({"amount": 1000, "currency": "CNY", "merchant_refund_id": "r-1"});
    let callback = refunded(&shop, ALIPAY_REFUND, "p", wish.clone()).await;
    assert_eq!(callback["payment"]["merchant_refund_id"], "r-1");
    assert_eq!(
        outcome(&callback),
        ("partially refunded", 19000, "success", "0")
    );
    let callback = refunded(&shop, ALIPAY_REFUND, "p", wish).await;
    assert_eq!(
        outcome(&callback),
        ("partially refunded", 19000, "decline", "3230")
    );
}

#[tokio::test]
async fn refunds_at_the_same_time_never_exceed_the_payment() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 10000).await;
    let wish = json!({"amount": 6000, "currency": "CNY"});
    shop.gate(ALIPAY_REFUND, refund("p", wish.clone())).await;
    shop.gate(ALIPAY_REFUND, refund("p", wish)).await;
    shop.advance(2 * A_SECOND).await;
    let callbacks = shop.callbacks();
    let mut codes: Vec<&str> = callbacks
        .iter()
        .map(|callback| callback["operation"]["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["0", "3283"]);
    assert_eq!(shop.status("p").await["payment"]["sum"]["amount"], 4000);
}

#[tokio::test]
async fn the_merchants_balance_must_cover_a_refund() {
    let shop = Merchant::with(|project| project.balance("CNY", 0)).await;
    shop.paid_alipay("p", 10000).await;
    shop.paid_alipay("q", 1000).await;
    // 110.00 came in; refunding 100.00 leaves 10.00.
    assert_eq!(
        refunded(&shop, ALIPAY_REFUND, "p", json!({})).await["operation"]["code"],
        "0"
    );
    assert_eq!(
        refunded(&shop, ALIPAY_REFUND, "q", json!({})).await["operation"]["code"],
        "0"
    );

    let shop = Merchant::with(|project| project.balance("CNY", -500)).await;
    shop.paid_alipay("p", 1000).await;
    let callback = refunded(&shop, ALIPAY_REFUND, "p", json!({})).await;
    assert_eq!(outcome(&callback), ("success", 1000, "decline", "3028"));
    assert_eq!(
        callback["operation"]["message"],
        "Insufficient funds on merchant balance"
    );
}

#[tokio::test]
async fn alfa_click_test_refunds_end_after_a_day() {
    let shop = Merchant::new().await;
    paid_alfa(&shop, "p", 10000).await;
    shop.advance(Duration::from_secs(24 * 60 * 60)).await;
    let callback = refunded(&shop, ALFA_REFUND, "p", json!({})).await;
    assert_eq!(outcome(&callback), ("success", 10000, "decline", "3610"));
}

#[tokio::test]
async fn refunds_can_be_switched_off() {
    let settings = MethodSettings::of(Method::Alipay);
    for settings in [
        settings.clone().refunds(RefundKinds::None),
        settings.test_refunds(TestRefunds::Never),
    ] {
        let shop = Merchant::with(|project| project.method(Method::Alipay, settings)).await;
        shop.paid_alipay("p", 1000).await;
        let callback = refunded(&shop, ALIPAY_REFUND, "p", json!({})).await;
        assert_eq!(callback["operation"]["code"], "3610");
    }
}

#[tokio::test]
async fn required_members_of_a_refund() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    for (object, member) in [("customer", "ip_address"), ("payment", "description")] {
        let mut body = refund("p", json!({}));
        body[object].as_object_mut().unwrap().remove(member);
        let answer = shop.gate(ALIPAY_REFUND, body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("2004"))
        );
        assert!(answer.body.contains(&format!("{object}.{member}")));
    }
}
