//! Payments on demand.

use std::time::Duration;

use ecommpay_sandbox::{HandoffKind, Method, ProjectMode};
use serde_json::{Value, json};

use crate::support::{A_SECOND, Merchant, PROJECT};

async fn trigger(shop: &Merchant, wish: Value) -> Value {
    let path = format!("/projects/{PROJECT}/trigger");
    let answer = shop.control("POST", &path, Some(wish)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Status and code in the last callback after everything has happened.
async fn ending(shop: &Merchant) -> (String, String) {
    shop.advance(5 * A_SECOND).await;
    let callbacks = shop.callbacks();
    let last = callbacks.last().unwrap();
    let code = match &last["errors"] {
        Value::Null => &last["operation"]["code"],
        errors => &errors[0]["code"],
    };
    let status = last["payment"]["status"].as_str().unwrap().to_owned();
    (status, code.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn every_outcome_of_every_method_comes_true() {
    for mode in [ProjectMode::Test, ProjectMode::Live] {
        let shop = Merchant::with(|project| project.mode(mode)).await;
        for method in Method::ALL {
            let declined = if method == Method::WalletPartner {
                "20000"
            } else {
                "20105"
            };
            for (outcome, status, code) in [
                ("success", "success", "0"),
                ("decline", "decline", declined),
                ("waiting", "awaiting redirect result", "9999"),
                ("expired", "decline", "20602"),
                ("error", "error", "3121"),
            ] {
                let wish = json!({"method": method.code(), "outcome": outcome});
                let made = trigger(&shop, wish).await;
                assert_eq!(made["method"], method.code());
                let expected = (status.to_owned(), code.to_owned());
                assert_eq!(ending(&shop).await, expected, "{mode:?} {made}");
            }
        }
    }
}

#[tokio::test]
async fn a_triggered_payment_leaves_the_traces_of_a_real_one() {
    let shop = Merchant::new().await;
    let wish = json!({
        "method": "alipay", "outcome": "success", "amount": 12345, "currency": "USD",
        "payment_id": "Order 1", "interface": "gate",
    });
    let made = trigger(&shop, wish).await;
    assert_eq!(
        made,
        json!({"payment_id": "Order 1", "method": "alipay", "amount": 12345, "currency": "USD"})
    );
    shop.advance(5 * A_SECOND).await;
    let steps = shop.steps("order 1");
    for step in [
        "request_received",
        "request_validated",
        "acknowledged",
        "handoff_callback_delivered",
        "customer_at_provider",
        "customer_acted",
        "customer_returned",
        "result_callback_delivered",
    ] {
        assert!(steps.contains(&step), "{step}: {steps:?}");
    }
    let path = format!("/projects/{PROJECT}/payments/order%201/requests");
    let shown = shop.shown(&path).await;
    assert_eq!(shown["requests"][0]["status"], 200);
    shop.callbacks();
}

#[tokio::test]
async fn ids_count_up_and_other_hand_offs_work() {
    let shop = Merchant::with(|project| {
        project
            .handoff(Method::Alipay, HandoffKind::QrText)
            .handoff(Method::AlfaClick, HandoffKind::Instruction)
    })
    .await;
    let first = trigger(&shop, json!({"method": "alipay", "outcome": "success"})).await;
    let second = trigger(&shop, json!({"method": "alfa-click", "outcome": "decline"})).await;
    assert_eq!(first["payment_id"], "trigger-1");
    assert_eq!(second["payment_id"], "trigger-2");
    shop.advance(Duration::from_secs(5)).await;
    let status = |id: &str| shop.sandbox.payment(PROJECT, id).unwrap().status;
    assert_eq!(status("trigger-1"), Some("success"));
    assert_eq!(status("trigger-2"), Some("decline"));
}

#[tokio::test]
async fn wishes_that_contradict_themselves_are_refused() {
    let shop = Merchant::new().await;
    let path = format!("/projects/{PROJECT}/trigger");
    for (wish, named) in [
        (json!({"method": "paypal", "outcome": "success"}), "paypal"),
        (json!({"method": "alipay", "outcome": "lost"}), "lost"),
        (
            json!({"method": "alipay", "outcome": "success", "sum": 1}),
            "sum",
        ),
        (
            json!({"method": "alipay", "outcome": "success", "amount": 40000}),
            "amount",
        ),
        (
            json!({"method": "alipay", "outcome": "success", "payment_id": " x"}),
            "3024",
        ),
    ] {
        let answer = shop.control("POST", &path, Some(wish)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.body);
        assert!(answer.body.contains(named), "{}", answer.body);
    }
    let nobody = shop
        .control(
            "POST",
            "/projects/9/trigger",
            Some(json!({"method": "alipay", "outcome": "success"})),
        )
        .await;
    assert_eq!(nobody.status, 404);
}
