//! Sales where a project or a method is set up differently: other sums, several providers,
//! details that come late, callbacks that stay out or go elsewhere.

use std::time::Duration;

use ecommpay_sandbox::{ClarificationSettings, HandoffKind, Method, MethodSettings};
use serde_json::json;

use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, Merchant, PROJECT, alfa_sale, alipay_sale,
    refund,
};

async fn shop(settings: MethodSettings) -> Merchant {
    let settings = settings.handoff(HandoffKind::RedirectGet);
    Merchant::with(|project| project.method(Method::Alipay, settings)).await
}

/// Presses the button on the emulator page that the callback leads to.
async fn press(shop: &Merchant, button: &str) {
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", button)]).await;
    shop.advance(A_SECOND).await;
}

#[tokio::test]
async fn the_final_callback_can_carry_another_sum() {
    let shop = shop(MethodSettings::of(Method::Alipay).paid_sum(90000, 80000)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 90000)).await;
    shop.advance(A_SECOND).await;
    press(&shop, "success").await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "success");
    assert_eq!(
        callback["payment"]["sum"],
        json!({"amount": 80000, "currency": "CNY"})
    );
    assert_eq!(callback["operation"]["sum_initial"]["amount"], 90000);
    assert_eq!(callback["operation"]["sum_converted"]["amount"], 80000);
    // What was paid can be refunded, not what was asked for.
    let more = json!({"amount": 80001, "currency": "CNY"});
    shop.gate(ALIPAY_REFUND, refund("p", more)).await;
    shop.advance(2 * A_SECOND).await;
    assert_eq!(shop.callback()["operation"]["code"], "3283");
    shop.gate(ALIPAY_REFUND, refund("p", json!({}))).await;
    shop.advance(2 * A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "refunded");
    assert_eq!(callback["operation"]["sum_initial"]["amount"], 80000);
}

#[tokio::test]
async fn every_sum_is_paid_as_asked_by_default() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 90000).await;
    assert_eq!(shop.status("p").await["payment"]["sum"]["amount"], 90000);
}

#[tokio::test]
async fn a_declined_redirect_can_lead_to_another_provider() {
    let shop = shop(MethodSettings::of(Method::Alipay).provider_attempts(2)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 40000)).await;
    shop.advance(A_SECOND).await;
    let first = shop.status("p").await["operations"][0]["provider"]["payment_id"].clone();
    press(&shop, "decline").await;
    let status = shop.status("p").await;
    assert_eq!(status["payment"]["status"], "awaiting redirect result");
    assert_ne!(status["operations"][0]["provider"]["payment_id"], first);
    press(&shop, "decline").await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "decline");
    assert_eq!(callback["operation"]["code"], "20105");
}

/// Half an hour without a click counts anew at the next provider.
#[tokio::test]
async fn each_provider_waits_for_a_click_of_its_own() {
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let settings = MethodSettings::of(Method::AlfaClick).provider_attempts(2);
    let shop = Merchant::with(|project| project.method(Method::AlfaClick, settings)).await;
    shop.gate(ALFA_SALE, alfa_sale("p", 40000)).await;
    shop.advance(A_SECOND).await;
    let open = async |callback: serde_json::Value| {
        let url = callback["redirect_data"]["url"].as_str().unwrap();
        let page = shop.page(&format!("{url}&redirectType=redirect")).await;
        assert_eq!(page.status, 200);
        url.to_owned()
    };
    let url = open(shop.callback()).await;
    shop.advance(minutes(20)).await;
    let path = shop.path(&json!(url)).to_owned();
    shop.form(&path, &[("result", "decline")]).await;
    shop.advance(A_SECOND).await;
    open(shop.callback()).await;
    shop.advance(minutes(29)).await;
    assert!(shop.callbacks().is_empty());
    shop.advance(minutes(1)).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "decline");
    assert_eq!(callback["operation"]["code"], "20602");
}

#[tokio::test]
async fn details_can_come_later_than_the_payment() {
    let shop = Merchant::with(|project| project.details_after(10 * A_SECOND)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(Duration::from_millis(9999)).await;
    let status = shop.status("p").await;
    assert_eq!(status["payment"]["status"], "error");
    assert_eq!(status["errors"][0]["code"], "3062");
    assert_eq!(
        status["errors"][0]["message"],
        "Payment details not received"
    );
    shop.advance(A_SECOND).await;
    let status = shop.status("p").await;
    assert_eq!(status["payment"]["status"], "awaiting redirect result");
    assert_eq!(shop.status("other").await["errors"][0]["code"], "3061");
}

#[tokio::test]
async fn missing_data_can_be_told_by_status_answers_alone() {
    let clarification = ClarificationSettings::new(["customer.zip"]).callbacks(false);
    let shop = shop(MethodSettings::of(Method::Alipay).clarification(clarification)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    let status = shop.status("p").await;
    assert_eq!(status["clarification_fields"], json!({"customer": ["zip"]}));
}

/// What is no object cannot take the place of the customer's data.
#[tokio::test]
async fn additional_data_of_a_wrong_shape_change_nothing() {
    let clarification = ClarificationSettings::new(["customer.zip", "customer.id"]);
    let shop = shop(MethodSettings::of(Method::Alipay).clarification(clarification)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    shop.callback();
    let general = json!({"project_id": PROJECT, "payment_id": "p"});
    let data = json!({"general": general, "additional_data": {"customer": "100000"}});
    let answer = shop.gate("/v2/payment/clarification", data).await;
    assert_eq!(answer.status, 200);
    shop.advance(A_SECOND).await;
    assert_eq!(
        shop.callback()["clarification_fields"],
        json!({"customer": ["zip"]})
    );
}

#[tokio::test]
async fn refunds_are_told_where_the_payment_said() {
    let shop = Merchant::new().await;
    let other = shop.callback_url().replace("/callback", "/other");
    let mut body = alipay_sale("p", 1000);
    body["general"]["merchant_callback_url"] = other.clone().into();
    body["general"]["merchant_success_callback_url"] = shop.callback_url().into();
    shop.gate(ALIPAY_SALE, body).await;
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    let half = json!({"amount": 500, "currency": "CNY"});
    shop.gate(ALIPAY_REFUND, refund("p", half)).await;
    shop.advance(2 * A_SECOND).await;
    let mut rest = refund("p", json!({}));
    rest["general"]["merchant_callback_url"] = format!("{}?refund", shop.callback_url()).into();
    shop.gate(ALIPAY_REFUND, rest).await;
    shop.advance(2 * A_SECOND).await;
    let callbacks = shop.sandbox.payment(PROJECT, "p").unwrap().callbacks;
    let urls: Vec<&str> = callbacks
        .iter()
        .map(|callback| callback.url.as_str())
        .collect();
    let named = format!("{}?refund", shop.callback_url());
    assert_eq!(
        urls,
        [other.as_str(), shop.callback_url(), other.as_str(), &named]
    );
}

#[tokio::test]
async fn an_error_callback_is_informational() {
    let shop = Merchant::new().await;
    let mut body = alipay_sale("p", 1);
    body["callback"] = json!({"force_disable": true});
    assert_eq!(shop.gate(ALIPAY_SALE, body).await.status, 200);
    shop.advance(A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    assert!(shop.steps("p").contains(&"callback_not_sent"));
    assert_eq!(shop.status("p").await["errors"][0]["code"], "3358");
}
