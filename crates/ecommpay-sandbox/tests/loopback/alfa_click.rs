//! Alfa-Click through Gate: redirect by GET, instruction with an invoice, times, test rules.

use std::time::Duration;

use crate::support::{A_SECOND, ALFA_SALE, Merchant, alfa_sale};
use ecommpay_sandbox::{HandoffKind, Method, ProjectMode};
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn handoff(shop: &Merchant, payment_id: &str, amount: i64) -> Value {
    let answer = shop.gate(ALFA_SALE, alfa_sale(payment_id, amount)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.advance(A_SECOND).await;
    shop.callback()
}

/// The address a browser must be sent to: the query of the URL and the members of `body`.
fn address(shop: &Merchant, callback: &Value) -> String {
    let redirect = &callback["redirect_data"];
    assert_eq!(redirect["method"], "GET");
    format!("{}&redirectType=redirect", shop.path(&redirect["url"]))
}

#[tokio::test]
async fn the_redirect_has_the_shape_of_the_sample() {
    let shop = Merchant::new().await;
    let callback = handoff(&shop, "Payment 12", 10000).await;
    assert_eq!(callback["payment"]["status"], "awaiting redirect result");
    let redirect = &callback["redirect_data"];
    assert_eq!(redirect["body"], json!({"redirectType": "redirect"}));
    assert!(redirect["url"].as_str().unwrap().contains("?orderId="));
    assert!(redirect.get("encrypted").is_none());

    let page = shop.page(&address(&shop, &callback)).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("account1"), "the bank asks who is there");
}

#[tokio::test]
async fn a_lost_query_or_body_is_told_on_the_page() {
    let shop = Merchant::new().await;
    let callback = handoff(&shop, "p", 10000).await;
    let url = shop.path(&callback["redirect_data"]["url"]);
    let page = shop.page(url).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("redirectType"), "{}", page.body);
    // A browser that submits an HTML form by GET drops the query of the form's address.
    let bare = url.split('?').next().unwrap();
    let page = shop.page(&format!("{bare}?redirectType=redirect")).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("orderId"), "{}", page.body);
    assert!(!shop.steps("p").contains(&"customer_at_provider"));
}

#[tokio::test]
async fn a_paid_and_a_declined_sale() {
    let shop = Merchant::new().await;
    for (id, amount, status, code) in [
        ("ok", 10000, "success", "0"),
        ("no", 40000, "decline", "20105"),
    ] {
        let callback = handoff(&shop, id, amount).await;
        shop.page(&address(&shop, &callback)).await;
        let emulator = shop.path(&callback["redirect_data"]["url"]);
        let page = shop.form(emulator, &[("result", status)]).await;
        assert_eq!(
            page.status, 200,
            "the bank shows the result before the customer returns"
        );
        let back = shop
            .page(&format!("{}/return", emulator.split('?').next().unwrap()))
            .await;
        assert_eq!(back.location.as_deref(), Some("http://shop.example/"));
        shop.advance(A_SECOND).await;
        let result = shop.callback();
        assert_eq!(result["payment"]["status"], status);
        assert_eq!(result["payment"]["description"], "");
        assert_eq!(result["account"], json!({"number": "account1"}));
        assert!(result.get("customer").is_none());
        assert_eq!(result["operation"]["code"], code);
        let provider = &result["operation"]["provider"];
        assert_eq!(provider["id"], 1310);
        assert_eq!(provider["endpoint_id"], "alfabank");
        assert_eq!(provider["auth_code"], "");
        assert_eq!(
            shop.steps(id)[8..],
            [
                "customer_at_provider",
                "customer_acted",
                "provider_result_processed",
                "provider_result_shown",
                "customer_returned",
                "result_received",
                "result_callback_sent",
                "result_callback_delivered",
            ]
        );
    }
}

#[tokio::test]
async fn half_an_hour_without_a_button_declines_whatever_the_amount() {
    let shop = Merchant::new().await;
    let callback = handoff(&shop, "p", 10000).await;
    shop.page(&address(&shop, &callback)).await;
    shop.advance(30 * MINUTE - A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["status"], "decline");
    assert_eq!(result["operation"]["code"], "20602");

    let late = shop.form(
        shop.path(&callback["redirect_data"]["url"]),
        &[("result", "success")],
    );
    assert!(late.await.body.contains("This payment is over"));
    shop.advance(A_SECOND).await;
    assert!(shop.callbacks().is_empty());
}

#[tokio::test]
async fn the_half_hour_begins_when_the_page_is_opened() {
    let shop = Merchant::new().await;
    let callback = handoff(&shop, "p", 10000).await;
    shop.advance(DAY).await;
    assert!(shop.callbacks().is_empty());
    shop.page(&address(&shop, &callback)).await;
    shop.form(
        shop.path(&callback["redirect_data"]["url"]),
        &[("result", "success")],
    )
    .await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
    shop.advance(30 * MINUTE).await;
    assert!(shop.callbacks().is_empty());
}

#[tokio::test]
async fn the_instruction_scenario_sends_no_intermediate_callback() {
    let shop =
        Merchant::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction))
            .await;
    shop.gate(ALFA_SALE, alfa_sale("p", 10000)).await;
    shop.advance(A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    assert_eq!(
        shop.status("p").await["payment"]["status"],
        "awaiting customer action"
    );
    let bank = shop
        .sandbox
        .payment(239, "p")
        .unwrap()
        .emulator_url
        .unwrap();
    shop.advance(6 * DAY).await;
    assert_eq!(shop.page(&bank).await.status, 200);
    let bank = bank.strip_prefix(shop.sandbox.uri()).unwrap();
    shop.form(bank, &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
    assert_eq!(
        shop.steps("p"),
        [
            "request_received",
            "request_validated",
            "acknowledged",
            "provider_requested",
            "provider_processed",
            "invoice_issued",
            "customer_at_provider",
            "customer_acted",
            "provider_result_processed",
            "provider_result_shown",
            "result_received",
            "result_callback_sent",
            "result_callback_delivered",
        ]
    );
}

#[tokio::test]
async fn an_invoice_that_nobody_pays_ends_after_seven_days() {
    let shop =
        Merchant::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction))
            .await;
    shop.gate(ALFA_SALE, alfa_sale("p", 10000)).await;
    shop.advance(7 * DAY).await;
    assert!(shop.callbacks().is_empty());
    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["status"], "decline");
    assert_eq!(result["payment"]["date"], "2026-01-08T00:00:00+0000");
}

#[tokio::test]
async fn a_live_project_takes_other_currencies_and_obeys_the_button() {
    let shop = Merchant::with(|project| project.mode(ProjectMode::Live)).await;
    let mut body = alfa_sale("p", 10000);
    body["payment"]["currency"] = "KZT".into();
    shop.gate(ALFA_SALE, body).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert!(callback.get("errors").is_none());
    shop.page(&address(&shop, &callback)).await;
    shop.form(
        shop.path(&callback["redirect_data"]["url"]),
        &[("result", "decline")],
    )
    .await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "decline");
}
