//! Rules of refunds that a project sets: frequency, duplicates, fixed fee, reversals.

use std::time::Duration;

use ecommpay_sandbox::RefundRules;
use serde_json::{Value, json};

use crate::support::{A_SECOND, ALIPAY_REFUND, Merchant, refund};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn shop(rules: RefundRules) -> Merchant {
    Merchant::with(|project| project.refund_rules(rules)).await
}

/// Sends a refund and gives its callback.
async fn refunded(shop: &Merchant, payment_id: &str, payment: Value) -> Value {
    let answer = shop.gate(ALIPAY_REFUND, refund(payment_id, payment)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.advance(2 * A_SECOND).await;
    shop.callback()
}

fn code(callback: &Value) -> &str {
    callback["operation"]["code"].as_str().unwrap()
}

fn part(amount: i64) -> Value {
    json!({"amount": amount, "currency": "CNY"})
}

#[tokio::test]
async fn another_refund_too_soon_is_blocked() {
    let shop = shop(RefundRules::new().interval(MINUTE)).await;
    shop.paid_alipay("p", 10000).await;
    shop.paid_alipay("q", 10000).await;
    assert_eq!(code(&refunded(&shop, "p", part(1000)).await), "0");
    let blocked = refunded(&shop, "p", part(2000)).await;
    assert_eq!(code(&blocked), "3285");
    assert_eq!(
        blocked["operation"]["message"],
        "Cannot make refund because of timeout block for repeat refund"
    );
    assert_eq!(blocked["payment"]["sum"]["amount"], 9000);
    assert_eq!(
        code(&refunded(&shop, "q", part(1000)).await),
        "0",
        "another payment"
    );
    // A blocked request blocks nothing itself: a minute after the first the way is free.
    shop.advance(MINUTE - 6 * A_SECOND).await;
    assert_eq!(code(&refunded(&shop, "p", part(2000)).await), "0");
}

#[tokio::test]
async fn the_same_refund_again_is_a_duplicate() {
    let shop = shop(RefundRules::new().duplicates_within(MINUTE)).await;
    shop.paid_alipay("p", 10000).await;
    assert_eq!(code(&refunded(&shop, "p", part(1000)).await), "0");
    let again = refunded(&shop, "p", part(1000)).await;
    assert_eq!(code(&again), "3613");
    assert_eq!(again["operation"]["message"], "Duplicate operation");
    assert_eq!(
        code(&refunded(&shop, "p", part(1001)).await),
        "0",
        "another sum"
    );
    let named = json!({"amount": 1000, "currency": "CNY", "merchant_refund_id": "r-1"});
    assert_eq!(
        code(&refunded(&shop, "p", named).await),
        "0",
        "a refund id of its own"
    );
    shop.advance(MINUTE).await;
    assert_eq!(code(&refunded(&shop, "p", part(1000)).await), "0");
}

#[tokio::test]
async fn a_refund_below_the_fixed_fee_is_declined() {
    let shop = shop(RefundRules::new().fixed_fee("CNY", 500)).await;
    shop.paid_alipay("p", 10000).await;
    let callback = refunded(&shop, "p", part(499)).await;
    assert_eq!(code(&callback), "3289");
    assert_eq!(
        callback["operation"]["message"],
        "The operation amount is less than fix fee of tariff"
    );
    assert_eq!(code(&refunded(&shop, "p", part(500)).await), "0");
}

#[tokio::test]
async fn returns_are_refunds_unless_the_project_reverses() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let callback = refunded(&shop, "p", json!({})).await;
    assert_eq!(callback["operation"]["type"], "refund");
    assert_eq!(callback["payment"]["status"], "refunded");
}

/// The virtual clock starts at midnight; the operation day ends at two in the morning.
#[tokio::test]
async fn a_whole_payment_returned_before_its_day_ends_is_reversed() {
    let shop = shop(RefundRules::new().operation_day_end(2 * HOUR)).await;
    shop.paid_alipay("whole", 1000).await;
    shop.paid_alipay("part", 1000).await;
    shop.paid_alipay("late", 1000).await;
    let callback = refunded(&shop, "whole", part(1000)).await;
    assert_eq!(callback["operation"]["type"], "reversal");
    assert_eq!(callback["payment"]["status"], "reversed");
    assert_eq!(callback["payment"]["sum"]["amount"], 0);
    let status = shop.status("whole").await;
    assert_eq!(status["operations"][1]["type"], "reversal");

    let callback = refunded(&shop, "part", part(400)).await;
    assert_eq!(callback["operation"]["type"], "refund");
    assert_eq!(callback["payment"]["status"], "partially refunded");
    let callback = refunded(&shop, "part", json!({})).await;
    assert_eq!(callback["operation"]["type"], "refund", "the rest only");
    assert_eq!(callback["payment"]["status"], "refunded");

    shop.advance(2 * HOUR).await;
    let callback = refunded(&shop, "late", json!({})).await;
    assert_eq!(callback["operation"]["type"], "refund");
    assert_eq!(callback["payment"]["status"], "refunded");
}

#[tokio::test]
async fn a_partial_refund_on_its_way_makes_the_rest_a_refund() {
    let shop = shop(RefundRules::new().operation_day_end(2 * HOUR)).await;
    shop.paid_alipay("p", 1000).await;
    shop.gate(ALIPAY_REFUND, refund("p", part(400))).await;
    shop.gate(ALIPAY_REFUND, refund("p", json!({}))).await;
    shop.advance(2 * A_SECOND).await;
    let callbacks = shop.callbacks();
    let types: Vec<&Value> = callbacks
        .iter()
        .map(|it| &it["operation"]["type"])
        .collect();
    assert_eq!(types, ["refund", "refund"]);
    assert_eq!(shop.status("p").await["payment"]["status"], "refunded");
}

#[tokio::test]
async fn the_refunds_own_description_is_told_where_it_is_wanted() {
    let shop = shop(RefundRules::new().operation_description(true)).await;
    shop.paid_alipay("p", 1000).await;
    let callback = refunded(&shop, "p", part(400)).await;
    assert_eq!(callback["operation_description"], "refund");
    assert_eq!(callback["payment"]["description"], "test payment");

    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let callback = refunded(&shop, "p", part(400)).await;
    assert!(callback.get("operation_description").is_none());
}
