//! Additional data, asked for on Payment Page itself.

use std::time::Duration;

use ecommpay_sandbox::{ClarificationSettings, HandoffKind, Method, MethodSettings};
use serde_json::json;

use crate::page_steps::{ALFA, PARTNER, action, open, plus, provider};
use crate::support::{A_SECOND, Answer, Merchant, PROJECT};

async fn shop(fields: &[&str]) -> Merchant {
    let method = MethodSettings::of(Method::WalletPartner)
        .clarification(ClarificationSettings::new(fields.iter().copied()));
    Merchant::with(|project| project.method(Method::WalletPartner, method)).await
}

/// Names of the fields that the page asks for.
fn asked(page: &Answer) -> Vec<&str> {
    page.body
        .split("<input type=\"text\" id=\"field-")
        .skip(1)
        .map(|rest| {
            let (_, name) = rest.split_once("name=\"").unwrap();
            name.split('"').next().unwrap()
        })
        .collect()
}

#[tokio::test]
async fn the_page_asks_until_everything_is_right() {
    let shop = shop(&["customer.phone", "customer.email", "customer.zip"]).await;
    let known = [("customer_email", "smith@example.com")];
    let session = action(&open(&shop, &plus(&PARTNER, &known)).await);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    assert_eq!(asked(&page), ["customer.phone", "customer.zip"]);
    assert!(page.body.contains("Phone</label>") && page.body.contains("Postal code</label>"));
    assert!(
        !page.body.contains("smith@example.com"),
        "only what is asked for is shown"
    );
    assert_eq!(
        shop.sandbox.payment(PROJECT, "X1").unwrap().status,
        Some("awaiting clarification")
    );

    let answers = [
        ("step", "clarify"),
        ("customer.phone", "+91"),
        ("customer.zip", " 400001 "),
        ("payment.amount", "1"),
    ];
    let page = shop.form(&session, &answers).await;
    assert_eq!(asked(&page), ["customer.phone"]);
    assert!(page.body.contains("Please check this field."));
    assert!(page.body.contains(r#"value="+91""#), "what was typed stays");
    assert_eq!(
        asked(&shop.page(&session).await),
        ["customer.phone"],
        "a reload changes nothing"
    );

    let answers = [("step", "clarify"), ("customer.phone", "911234567890")];
    let page = shop.form(&session, &answers).await;
    let emulator = provider(&shop, &page);
    shop.form(&emulator, &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "success");
    assert_eq!(callback["customer"], json!({"phone": "911234567890"}));
    assert_eq!(
        callback["payment"]["sum"]["amount"], 1000,
        "nothing else can be changed"
    );
    let steps = shop.steps("X1");
    let round = ["clarification_needed", "clarification_received"];
    let rounds: Vec<&str> = steps
        .into_iter()
        .filter(|step| round.contains(step))
        .collect();
    assert_eq!(rounds, [round[0], round[1], round[0], round[1]]);
}

#[tokio::test]
async fn the_shop_hears_nothing_of_it_and_may_still_answer() {
    let shop = shop(&["customer.phone"]).await;
    let session = action(&open(&shop, &PARTNER).await);
    shop.form(&session, &[("method", "wallet-partner")]).await;
    shop.advance(A_SECOND).await;
    assert!(
        shop.callbacks().is_empty(),
        "the page asks the customer, not the shop"
    );
    let body = json!({
        "general": {"project_id": PROJECT, "payment_id": "X1"},
        "additional_data": {"customer": {"phone": "911234567890"}},
    });
    let answer = shop.gate("/v2/payment/clarification", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.advance(A_SECOND).await;
    assert!(
        shop.page(&session)
            .await
            .body
            .contains("Indian wallets</h1>")
    );
}

#[tokio::test]
async fn a_round_that_nobody_ends_declines() {
    let shop = shop(&["customer.phone"]).await;
    let session = action(&open(&shop, &PARTNER).await);
    shop.form(&session, &[("method", "wallet-partner")]).await;
    shop.advance(Duration::from_secs(30 * 60)).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "decline");
    assert_eq!(callback["operation"]["code"], "3198");
    let page = shop.page(&session).await;
    assert!(page.body.contains("The payment was declined."));
    // An answer that comes too late changes nothing.
    let answers = [("step", "clarify"), ("customer.phone", "911234567890")];
    let page = shop.form(&session, &answers).await;
    assert!(page.body.contains("The payment was declined."));
}

#[tokio::test]
async fn the_login_of_the_page_is_the_account_of_gate() {
    let settings = MethodSettings::of(Method::AlfaClick)
        .handoff(HandoffKind::Instruction)
        .clarification(ClarificationSettings::new([
            "customer.account_id",
            "customer.city",
        ]));
    let shop = Merchant::with(|project| project.method(Method::AlfaClick, settings)).await;
    let session = action(&open(&shop, &ALFA).await);
    shop.form(&session, &[("method", "alfa-click")]).await;
    let page = shop.form(&session, &[("login", "u_customer")]).await;
    assert_eq!(asked(&page), ["customer.city"]);
    let page = shop
        .form(&session, &[("step", "clarify"), ("customer.city", "Omsk")])
        .await;
    assert!(
        page.body.contains("2026-01-08 00:00 UTC"),
        "the invoice is there"
    );
}
