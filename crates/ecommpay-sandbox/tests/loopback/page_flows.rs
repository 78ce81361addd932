//! Payment Page from opening to result: every method by every kind of hand-over.

use ecommpay_sandbox::{HandoffKind, Method};
use serde_json::json;

use crate::page_steps::{ALFA, ALIPAY, PARTNER, action, hidden, open, plus};
use crate::support::{A_SECOND, Merchant, PROJECT};

#[tokio::test]
async fn alipay_with_every_step_of_the_seed() {
    let shop = Merchant::new().await;
    let page = open(&shop, &ALIPAY).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"<html lang="zh">"#) && page.body.contains("支付宝"));
    assert!(page.body.contains("10.00 CNY"));
    assert!(
        page.policy
            .as_deref()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert_eq!(
        shop.sandbox.payment(PROJECT, "580").unwrap().status,
        None,
        "not confirmed yet"
    );
    let session = action(&page);

    let page = shop.form(&session, &[("method", "alipay")]).await;
    let members = hidden(&page);
    assert!(
        members
            .iter()
            .any(|(name, value)| name == "amount" && value == "10.00")
    );
    let emulator = action(&page)
        .strip_prefix(shop.sandbox.uri())
        .unwrap()
        .to_owned();
    let fields: Vec<(&str, &str)> = members.iter().map(|(a, b)| (&**a, &**b)).collect();
    let page = shop.form(&emulator, &fields).await;
    assert!(
        page.body.contains(r#"name="step" value="pay""#),
        "an instruction with Pay"
    );
    assert!(!page.body.contains("last_name"));
    let page = shop.form(&emulator, &[("step", "pay")]).await;
    assert!(page.body.contains(r#"name="last_name""#));
    let page = shop
        .form(&emulator, &[("last_name", " "), ("result", "success")])
        .await;
    assert!(page.body.contains("Please enter a last name"));
    let back = shop
        .form(&emulator, &[("last_name", "张"), ("result", "success")])
        .await;
    let back = shop.page(&back.location.unwrap()).await;
    let page = shop.page(&back.location.unwrap()).await;
    assert!(
        page.body.contains("http-equiv=\"refresh\""),
        "the result is on its way"
    );

    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["id"], "580");
    assert_eq!(result["payment"]["status"], "success");
    assert_eq!(result["customer"], json!({"id": "customer1"}));
    assert!(shop.page(&session).await.body.contains("付款成功"));
    assert_eq!(
        shop.steps("580"),
        [
            "page_request_received",
            "request_validated",
            "page_generated",
            "page_shown",
            "method_chosen",
            "payment_request_received",
            "provider_requested",
            "provider_processed",
            "handoff_data_received",
            "handoff_data_sent_to_page",
            "customer_at_provider",
            "customer_acted",
            "provider_result_processed",
            "customer_returned",
            "result_received",
            "result_sent_to_page",
            "result_callback_sent",
            "result_callback_delivered",
            "result_shown",
        ]
    );
}

#[tokio::test]
async fn alfa_click_by_redirect() {
    let shop = Merchant::new().await;
    let login = [
        ("customer_account_number", "u_customer"),
        ("language_code", "ru"),
    ];
    let page = open(&shop, &plus(&ALFA, &login)).await;
    assert!(page.body.contains("Альфа-Клик"));
    let session = action(&page);
    let away = shop.form(&session, &[("method", "alfa-click")]).await;
    assert_eq!(away.status, 303);
    let url = away.location.unwrap();
    assert!(
        url.contains("orderId=") && url.ends_with("&redirectType=redirect"),
        "{url}"
    );
    let page = shop.page(&url).await;
    assert!(
        page.body.contains(r#"value="u_customer""#),
        "the bank asks who is there"
    );
    let emulator = action(&page);
    let sign_in = [("login", "u_customer"), ("step", "sign_in")];
    let page = shop.form(&emulator, &sign_in).await;
    assert!(page.body.contains("100.00 RUB") && page.body.contains("u_customer"));
    let page = shop.form(&emulator, &[("result", "decline")]).await;
    assert!(page.body.contains("/return"));
    let back = shop.page(&format!("{emulator}/return")).await;
    assert!(back.location.unwrap().ends_with(&session));
    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["status"], "success", "the amount decides");
    assert_eq!(result["account"], json!({"number": "u_customer"}));
    assert!(
        shop.page(&session)
            .await
            .body
            .contains("Оплата прошла успешно")
    );
    let steps = shop.steps("X03936");
    let shown = steps
        .iter()
        .position(|step| *step == "provider_result_shown")
        .unwrap();
    assert_eq!(
        steps[shown + 1..shown + 4],
        [
            "customer_returned",
            "result_received",
            "result_sent_to_page"
        ]
    );
}

#[tokio::test]
async fn alfa_click_asks_for_a_missing_login() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &ALFA).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert!(page.body.contains(r#"name="login""#));
    let page = shop.form(&session, &[("login", "  ")]).await;
    assert!(page.body.contains("Please enter your login."));
    let away = shop.form(&session, &[("login", "account1")]).await;
    assert_eq!(away.status, 303);
    let steps = shop.steps("X03936");
    assert_eq!(
        steps[4..8],
        [
            "method_chosen",
            "login_form_shown",
            "login_entered",
            "payment_request_received"
        ]
    );
}

#[tokio::test]
async fn alfa_click_by_instruction() {
    let shop =
        Merchant::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction))
            .await;
    let login = [("customer_account_number", "u_customer")];
    let session = action(&open(&shop, &plus(&ALFA, &login)).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert!(
        page.body.contains(r#"value="u_customer""#),
        "the login can be corrected"
    );
    let page = shop.form(&session, &[("login", "u_customer")]).await;
    assert!(
        page.body.contains("2026-01-08 00:00 UTC"),
        "valid for seven days"
    );
    let bank = shop
        .sandbox
        .payment(PROJECT, "X03936")
        .unwrap()
        .emulator_url
        .unwrap();
    assert!(page.body.contains(&bank));
    let emulator = action(&shop.page(&bank).await);
    shop.form(&emulator, &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
    assert_eq!(
        shop.steps("X03936")[4..],
        [
            "method_chosen",
            "login_form_shown",
            "login_entered",
            "instruction_shown",
            "payment_request_received",
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
async fn alipay_by_qr_code() {
    let shop =
        Merchant::with(|project| project.handoff(Method::Alipay, HandoffKind::QrImage)).await;
    let session = action(&open(&shop, &ALIPAY).await);
    let page = shop.form(&session, &[("method", "alipay")]).await;
    assert!(page.body.contains("/qr.png\""));
    assert!(page.body.contains(r#"data-seconds="600""#) && page.body.contains("10:00"));
    let phone = shop
        .sandbox
        .payment(PROJECT, "580")
        .unwrap()
        .emulator_url
        .unwrap();
    let emulator = phone.strip_prefix(shop.sandbox.uri()).unwrap();
    shop.page(emulator).await;
    shop.form(emulator, &[("step", "pay")]).await;
    shop.form(emulator, &[("last_name", "Zhang"), ("result", "success")])
        .await;
    shop.advance(A_SECOND).await;
    assert!(shop.page(&session).await.body.contains("付款成功"));
}

#[tokio::test]
async fn wallet_partner_by_redirect() {
    let shop = Merchant::new().await;
    let more = [
        ("customer_phone", "1234567890"),
        ("force_payment_method", "wallet-partner"),
    ];
    let session = action(&open(&shop, &plus(&PARTNER, &more)).await);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    let emulator = action(&page)
        .strip_prefix(shop.sandbox.uri())
        .unwrap()
        .to_owned();
    shop.form(&emulator, &[]).await;
    shop.form(&emulator, &[("result", "success")]).await;
    shop.page(&format!("{emulator}/return")).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["customer"], json!({"phone": "1234567890"}));
}
