//! Payment Page in a frame of the shop: events, and which pages may be framed at all.

use ecommpay_sandbox::{ClarificationSettings, Method, MethodSettings};
use serde_json::{Value, json};

use crate::page_steps::{ALFA, PARTNER, action, buy_by_partner, open, plus, provider};
use crate::support::{A_SECOND, Answer, Merchant};

/// The messages that the page passes on.
fn events(page: &Answer) -> Vec<Value> {
    let (_, rest) = page.body.split_once("data-events=\"").unwrap();
    let text = rest.split('"').next().unwrap();
    let text = text
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#38;", "&");
    serde_json::from_str(&text).unwrap()
}

fn names(page: &Answer) -> Vec<String> {
    let name = |event: &Value| event["message"].as_str().unwrap().replace("epframe.", "");
    events(page).iter().map(name).collect()
}

#[tokio::test]
async fn the_events_of_a_payment_in_a_frame() {
    let shop = Merchant::new().await;
    let framed = plus(&PARTNER, &[("frame_mode", "iframe")]);
    let page = open(&shop, &framed).await;
    assert!(page.body.contains(r#"data-frame="iframe""#));
    assert_eq!(names(&page), Vec::<String>::new());
    let session = action(&page);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    let sent = [
        "payment_method_select",
        "payment_sent",
        "payment_submit_result",
        "redirect_iframe",
    ];
    assert_eq!(names(&page), sent);
    assert_eq!(
        events(&page)[0]["data"],
        json!({"name": "wallet-partner", "payment_method_type": "1", "payment_method_code": "wallet-partner"})
    );
    assert_eq!(
        names(&shop.page(&session).await),
        sent,
        "a reload tells nothing twice"
    );

    let emulator = provider(&shop, &page);
    shop.form(&emulator, &[("result", "success")]).await;
    assert_eq!(
        names(&shop.page(&session).await)[4..],
        ["redirect_iframe_complete"]
    );
    shop.advance(A_SECOND).await;
    let page = shop.page(&session).await;
    assert_eq!(names(&page)[5..], ["payment_success"]);
    let told = events(&page);
    let callback = shop.callback();
    let operation = &callback["operation"];
    assert_eq!(
        told[2]["data"],
        json!({"request_id": operation["request_id"]})
    );
    let result = &told[5]["data"];
    assert_eq!(result["request_id"], operation["request_id"]);
    assert_eq!(
        result["sum_request"],
        json!({"amount": 1000, "currency": "INR"})
    );
    assert_eq!(result["transaction"]["id"], operation["id"]);
    assert_eq!(result["transaction"]["type"], "sale");
    assert_eq!(result["payment"]["id"], "X1");
    assert_eq!(result["payment"]["method"], "wallet-partner");
    assert_eq!(result["payment"]["status"], "success");
    assert_eq!(result["payment"]["result_code"], operation["code"]);
    assert_eq!(result["payment"]["result_message"], operation["message"]);
    assert_eq!(
        result["payment"]["provider_id"],
        operation["provider"]["id"]
    );
    assert_eq!(result["payment"]["is_new_attempts_available"], false);
}

#[tokio::test]
async fn a_decline_and_missing_data_are_told() {
    let settings = MethodSettings::of(Method::WalletPartner)
        .clarification(ClarificationSettings::new(["customer.phone"]));
    let shop = Merchant::with(|project| project.method(Method::WalletPartner, settings)).await;
    let framed = plus(
        &PARTNER,
        &[("frame_mode", "popup"), ("payment_amount", "40000")],
    );
    let session = action(&open(&shop, &framed).await);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    assert_eq!(names(&page)[3..], ["show_clarification_page"]);
    let wrong = [("step", "clarify"), ("customer.phone", "x")];
    let page = shop.form(&session, &wrong).await;
    let round = ["show_clarification_page", "submit_clarification_form"];
    assert_eq!(names(&page)[3..], [round[0], round[1], round[0]]);
    let right = [("step", "clarify"), ("customer.phone", "911234567890")];
    let page = shop.form(&session, &right).await;
    shop.form(&provider(&shop, &page), &[("result", "success")])
        .await;
    shop.advance(A_SECOND).await;
    let page = shop.page(&session).await;
    assert_eq!(names(&page)[3..7], [round[0], round[1], round[0], round[1]]);
    assert_eq!(names(&page)[7..].last().unwrap(), "payment_fail");
}

#[tokio::test]
async fn in_a_frame_the_page_shows_itself_before_it_goes_on() {
    let shop = Merchant::new().await;
    let login = ("customer_account_number", "u_customer");
    let framed = plus(&ALFA, &[login, ("frame_mode", "iframe")]);
    let session = action(&open(&shop, &framed).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert_eq!(
        page.status, 200,
        "not a redirect: the shop's script must hear of it"
    );
    assert!(
        page.body
            .contains("&#38;redirectType=redirect\" data-follow>"),
        "{}",
        page.body
    );
    assert_eq!(names(&page).last().unwrap(), "redirect_iframe");

    // A page of its own has nobody to tell.
    let session = buy_by_partner(&shop, &PARTNER, "success").await;
    assert_eq!(names(&shop.page(&session).await), Vec::<String>::new());
}

#[tokio::test]
async fn the_provider_can_open_in_a_tab_of_its_own() {
    let shop = Merchant::new().await;
    let more = [
        ("customer_account_number", "u_customer"),
        ("force_acs_new_window", "1"),
    ];
    let session = action(&open(&shop, &plus(&ALFA, &more)).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"target="_blank" rel="noopener">"#));
    assert!(
        !page.body.contains("data-follow"),
        "a blocked window would lead nowhere"
    );
    assert!(page.body.contains("data-polls"));
}

#[tokio::test]
async fn the_script_can_ask_which_scene_there_is() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &PARTNER).await);
    let scene = async || shop.page(&format!("{session}/state")).await.json();
    assert_eq!(scene().await, json!({"scene": "methods"}));
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    assert_eq!(scene().await, json!({"scene": "handoff"}));
    shop.form(&provider(&shop, &page), &[("result", "success")])
        .await;
    assert_eq!(scene().await, json!({"scene": "waiting"}));
    shop.advance(A_SECOND).await;
    assert_eq!(scene().await, json!({"scene": "result"}));
    assert_eq!(shop.page("/payment/unknown/state").await.status, 404);
}

#[tokio::test]
async fn only_pages_for_customers_may_be_framed() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &PARTNER).await);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    let emulator = provider(&shop, &page);
    for path in [session.as_str(), &emulator, "/payment", "/emulator/bank"] {
        let page = shop.page(path).await;
        assert!(page.headers.get("x-frame-options").is_none(), "{path}");
        let policies = page.headers.get_all("content-security-policy");
        assert!(
            policies
                .iter()
                .all(|policy| !policy.to_str().unwrap().contains("frame-ancestors")),
            "{path}"
        );
    }
    for path in [
        "/",
        "/_sandbox/health",
        "/_sandbox/widget",
        "/v2/payment/status",
        "/nothing",
    ] {
        let page = shop.page(path).await;
        assert_eq!(page.headers["x-frame-options"], "DENY", "{path}");
        let policies = page.headers.get_all("content-security-policy");
        assert!(
            policies
                .iter()
                .any(|policy| policy.to_str().unwrap().contains("frame-ancestors 'none'")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_page_allows_foreign_or_inline_scripts() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &PARTNER).await);
    for path in [
        session.as_str(),
        "/payment",
        "/",
        "/emulator/bank",
        "/_sandbox/widget",
    ] {
        let page = shop.page(path).await;
        let policy = page.policy.unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}");
        assert!(policy.contains("script-src 'self';"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        for script in page.body.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/"), "{path}: an inline script");
        }
        assert!(
            !page.body.contains(" style=\"") && !page.body.contains(" onclick"),
            "{path}"
        );
    }
}
