//! The pages of wallet, bank and partner: what decides, how much time is left, who may see what.

use std::time::Duration;

use ecommpay_sandbox::{HandoffKind, Method, ProjectMode};

use crate::page_steps::{ALFA, ALIPAY, action, open, plus};
use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_SALE, Merchant, PARTNER_SALE, PROJECT, alfa_sale, alipay_sale,
    partner_sale,
};

const MINUTE: Duration = Duration::from_secs(60);

/// The part of a page between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).expect(from);
    rest.split(to).next().unwrap()
}

/// The bank's page of a payment by Gate, opened as the callback says; gives its path too.
async fn bank(shop: &Merchant, amount: i64) -> (String, crate::support::Answer) {
    shop.gate(ALFA_SALE, alfa_sale("p", amount)).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    let url = shop.path(&callback["redirect_data"]["url"]).to_owned();
    let page = shop.page(&format!("{url}&redirectType=redirect")).await;
    (url.split('?').next().unwrap().to_owned(), page)
}

#[tokio::test]
async fn the_bank_shows_the_payment_to_whom_it_belongs() {
    let shop = Merchant::new().await;
    let (bank, page) = bank(&shop, 10000).await;
    assert!(page.body.contains("Sign in to the bank") && !page.body.contains("100.00 RUB"));
    let page = shop
        .form(&bank, &[("step", "sign_in"), ("login", "somebody")])
        .await;
    assert!(page.body.contains("another login") && !page.body.contains("100.00 RUB"));
    let page = shop
        .form(&bank, &[("step", "sign_in"), ("login", " account1 ")])
        .await;
    assert!(page.body.contains("100.00 RUB"));
    assert!(page.body.contains(r#"name="result" value="success""#));
}

#[tokio::test]
async fn half_an_hour_without_a_click_is_counted_down() {
    let shop = Merchant::new().await;
    let (bank, page) = bank(&shop, 10000).await;
    assert!(page.body.contains(r#"data-seconds="1800""#) && page.body.contains(">30:00<"));
    shop.advance(29 * MINUTE).await;
    let page = shop
        .form(&bank, &[("step", "sign_in"), ("login", "account1")])
        .await;
    assert!(page.body.contains(">1:00<"), "{}", page.body);
    assert!(page.body.contains("clock stands still"), "as it is virtual");
    shop.advance(MINUTE).await;
    let page = shop.page(&bank).await;
    assert!(page.body.contains("This payment is over") && page.body.contains("decline"));
}

#[tokio::test]
async fn the_deciding_button_is_marked_in_test_projects_only() {
    for (mode, amount, marked, said) in [
        (
            ProjectMode::Test,
            1000,
            Some("success"),
            "ends with\n<strong>success",
        ),
        (
            ProjectMode::Test,
            40000,
            Some("decline"),
            "ends with\n<strong>decline",
        ),
        (ProjectMode::Live, 40000, None, "the button decides"),
    ] {
        let shop = Merchant::with(|project| project.mode(mode)).await;
        shop.gate(PARTNER_SALE, partner_sale("p", amount)).await;
        shop.advance(A_SECOND).await;
        let page = shop.arrive_by_post(&shop.callback()).await;
        assert!(page.body.contains(said), "{amount}: {}", page.body);
        for value in ["success", "decline"] {
            let mark = format!("name=\"result\" value=\"{value}\">");
            let button = between(&page.body, &mark, "</button>");
            let decided = button.contains("decided by the amount");
            assert_eq!(decided, marked == Some(value), "{amount} {value}");
        }
    }
}

#[tokio::test]
async fn invoices_are_found_by_login() {
    let shop =
        Merchant::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction))
            .await;
    for id in ["first", "second"] {
        shop.gate(ALFA_SALE, alfa_sale(id, 10000)).await;
    }
    shop.advance(A_SECOND).await;
    let list = async |login: &str| shop.form("/emulator/bank", &[("login", login)]).await.body;
    assert!(list("somebody").await.contains("no invoices"));
    let page = list("account1").await;
    assert!(page.contains("first") && page.contains("second"));
    assert!(page.contains("valid until 2026-01-08 00:00 UTC"));
    let invoice = between(&page, "action=\"/emulator/", "\"").to_owned();
    let invoice = format!("/emulator/{invoice}");
    let page = shop
        .form(&invoice, &[("login", "account1"), ("step", "sign_in")])
        .await;
    assert!(page.body.contains("Invoice to pay") && page.body.contains("100.00 RUB"));
    let page = shop.form(&invoice, &[("result", "success")]).await;
    assert!(page.body.contains("<h1 class=\"good\">Paid</h1>"));
    let page = list("account1").await;
    assert!(
        page.contains("second") != page.contains("first"),
        "the paid one is gone"
    );
}

#[tokio::test]
async fn the_instruction_leads_to_the_bank() {
    let shop =
        Merchant::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction))
            .await;
    let session = action(&open(&shop, &ALFA).await);
    shop.form(&session, &[("method", "alfa-click")]).await;
    let page = shop.form(&session, &[("login", "u_customer")]).await;
    let link = between(&page.body, "/emulator/", "\"");
    let page = shop.page(&format!("/emulator/{link}")).await;
    assert!(page.body.contains(r#"value="u_customer""#));
    assert!(page.body.contains("href=\"/emulator/bank\""));
}

#[tokio::test]
async fn a_qr_code_ends_on_both_sides() {
    let shop = Merchant::with(|project| project.handoff(Method::Alipay, HandoffKind::QrText)).await;
    let session = action(&open(&shop, &ALIPAY).await);
    let page = shop.form(&session, &[("method", "alipay")]).await;
    let wallet = shop
        .sandbox
        .payment(PROJECT, "580")
        .unwrap()
        .emulator_url
        .unwrap();
    assert!(
        page.body.contains(&format!("href=\"{wallet}\"")),
        "the wallet without a phone"
    );
    shop.advance(4 * MINUTE).await;
    assert!(
        shop.page(&wallet)
            .await
            .body
            .contains(r#"data-seconds="360""#)
    );
    assert!(
        shop.page(&session)
            .await
            .body
            .contains(r#"data-seconds="360""#)
    );
    shop.advance(6 * MINUTE).await;
    assert!(
        shop.page(&wallet)
            .await
            .body
            .contains("The QR code is no longer valid")
    );
    let page = shop.page(&session).await;
    assert!(page.body.contains("二维码已失效") && page.body.contains(r#"data-scene="qr_over""#));
}

#[tokio::test]
async fn alipay_by_gate_goes_straight_to_the_buttons() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let page = shop.arrive_by_post(&shop.callback()).await;
    assert!(page.body.contains(r#"name="result" value="success""#));
    assert!(!page.body.contains("last_name") && !page.body.contains("data-seconds"));
}

#[tokio::test]
async fn each_provider_looks_different_and_says_what_it_is() {
    let shop = Merchant::new().await;
    let mut seen = Vec::new();
    for (path, body) in [
        (ALIPAY_SALE, alipay_sale("a", 1000)),
        (ALFA_SALE, alfa_sale("b", 10000)),
        (PARTNER_SALE, partner_sale("c", 1000)),
    ] {
        shop.gate(path, body).await;
        shop.advance(A_SECOND).await;
        let callback = shop.callback();
        let page = match callback["redirect_data"]["method"].as_str() {
            Some("POST") => shop.arrive_by_post(&callback).await,
            _ => {
                let url = shop.path(&callback["redirect_data"]["url"]);
                shop.page(&format!("{url}&redirectType=redirect")).await
            }
        };
        assert!(page.body.contains("Sandbox. This page imitates"), "{path}");
        assert!(!page.body.contains("<img"), "{path}: nobody's logo");
        seen.push(between(&page.body, "class=\"emulator ", "\"").to_owned());
    }
    assert_eq!(seen, ["wallet", "bank", "partner"]);
}

#[tokio::test]
async fn an_unknown_address_is_not_found() {
    let shop = Merchant::new().await;
    assert_eq!(shop.page("/emulator/0123").await.status, 404);
    let sign_in = [("step", "sign_in"), ("login", "x")];
    assert_eq!(shop.form("/emulator/0123", &sign_in).await.status, 404);
    let odd = plus(&ALFA, &[("customer_account_number", "u")]);
    let session = action(&open(&shop, &odd).await);
    let away = shop
        .form(&session, &[("method", "alfa-click")])
        .await
        .location
        .unwrap();
    let bank = away.split('?').next().unwrap();
    let page = shop
        .form(
            bank.strip_prefix(shop.sandbox.uri()).unwrap(),
            &[("result", "maybe")],
        )
        .await;
    assert_eq!(page.status, 400);
}
