//! Opening Payment Page: what is checked, with which HTTP status, and what a refusal leaves.

use std::time::Duration;

use ecommpay_signature::{SecretKey, exact};
use serde_json::{Map, Value};

use crate::page_steps::{ALFA, ALIPAY, PARTNER, action, open, plus};
use crate::support::{Merchant, PROJECT, SECRET, opening};

#[tokio::test]
async fn an_opening_that_fails_makes_no_payment() {
    let shop = Merchant::new().await;
    let missing: Vec<(&str, &str)> = ALIPAY
        .iter()
        .filter(|(name, _)| *name != "customer_id")
        .copied()
        .collect();
    let page = open(&shop, &missing).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("customer_id"));

    let query = opening(&ALIPAY).replace("payment_amount=1000", "payment_amount=1001");
    let page = shop.page(&format!("/payment?{query}")).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("Invalid signature"));
    assert_eq!(shop.page("/payment?project_id=239").await.status, 400);
    assert_eq!(shop.page("/payment").await.status, 400);

    let page = open(&shop, &plus(&ALIPAY, &[("project_id", "240")])).await;
    assert_eq!(page.status, 404);
    shop.advance(Duration::from_secs(60)).await;
    assert!(shop.callbacks().is_empty());
    assert!(shop.sandbox.payments(PROJECT).is_empty());
    assert_eq!(
        shop.steps("580")[..2],
        ["page_request_received", "request_refused"]
    );
}

#[tokio::test]
async fn each_fault_names_its_parameter_and_rule() {
    let shop = Merchant::new().await;
    for (name, value, rule) in [
        ("payment_amount", "10.00", "an integer from 1"),
        ("payment_currency", "cny", "three capital letters"),
        ("payment_id", " 580", "without white space"),
        ("mode", "payout", "one of: purchase"),
        ("operation_type", "auth", "one of: sale"),
        ("region_code", "CHN", "two capital letters"),
        ("best_before", "tomorrow", "a date and time"),
        ("customer_email", "nobody", "local@domain"),
        ("customer_phone", "+79160000000", "4 to 24 digits"),
        ("interface_type", "{id:24}", "a JSON text"),
        ("booking_info", "e30=", "not empty"),
        ("hide", "openbanking", "no group codes"),
        ("payment_description", "one;two", "must not contain ;"),
        ("merchant_success_url", "javascript:alert(1)", "scheme"),
        ("redirect_fail_url", "/fail", "a full URL"),
        (
            "redirect_success_mode",
            "popup",
            "one of: iframe, parent_page, blank_page",
        ),
        ("merchant_return_enabled", "3", "one of: 0, 1, 2"),
    ] {
        let page = open(&shop, &plus(&ALIPAY, &[(name, value)])).await;
        assert_eq!(page.status, 400, "{name}");
        let said = format!("<li>{name}: ");
        assert!(
            page.body.contains(&said) && page.body.contains(rule),
            "{name}: {}",
            page.body
        );
        assert!(
            !page.body.contains("alert(1)") && !page.body.contains("nobody"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_project_id_that_names_no_project_is_not_found() {
    let shop = Merchant::new().await;
    for id in ["240", "0", "-1", "4294967296", "shop"] {
        let page = open(&shop, &plus(&ALIPAY, &[("project_id", id)])).await;
        assert_eq!(page.status, 404, "{id}");
        assert!(page.body.contains("project_id: no such project"));
    }
    let page = shop.page_as("/payments", &[("accept", "text/html")]).await;
    assert_eq!(page.status, 404);
    assert!(
        page.body.starts_with("<!doctype html>"),
        "a page for browsers"
    );
    assert_eq!(shop.page("/payment/unknown").await.status, 404);
}

/// A query of parameters signed by another set of them.
fn signed_as(sent: &[(&str, &str)], signed: &[(&str, &str)]) -> String {
    let members: Map<String, Value> = signed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    let key = SecretKey::new(SECRET).unwrap();
    let body = serde_json::to_vec(&members).unwrap();
    let signature = exact::sign(&body, &key).unwrap().to_base64();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .extend_pairs(sent)
        .append_pair("signature", &signature);
    query.finish()
}

#[tokio::test]
async fn what_the_signature_covers() {
    let shop = Merchant::new().await;
    let status = async |more: &[(&str, &str)], signed: &[(&str, &str)]| {
        let query = signed_as(&plus(&ALIPAY, more), &plus(&ALIPAY, signed));
        shop.page(&format!("/payment?{query}")).await.status
    };
    // The browser library adds these after signing.
    let added = [
        ("frame_mode", "iframe"),
        ("_referrer", "http://shop.example/?a;b"),
        ("_sw", "1280"),
        ("_sh", "800"),
        ("_plugin_version", "1.0"),
    ];
    assert_eq!(status(&added, &[]).await, 200);
    // Library entries of the shop and unknown names are signed like all others.
    for name in [
        "target_element",
        "redirect",
        "css_modal_wrap",
        "baseUrl",
        "some_future_name",
    ] {
        let entry = [(name, "1")];
        assert_eq!(status(&entry, &entry).await, 200, "{name}");
        assert_eq!(status(&entry, &[]).await, 400, "{name}");
    }
    // Flags: signed as 1 and 0, sent as the SDKs write them.
    for (sent, signed) in [("true", "1"), ("True", "1"), ("false", "0"), ("1", "1")] {
        let flag = |value| [("close_on_missclick", value)];
        assert_eq!(status(&flag(sent), &flag(signed)).await, 200, "{sent}");
    }
    assert_eq!(
        status(
            &[("payment_extra_param", "1")],
            &[("payment_extra_param", "2")]
        )
        .await,
        400
    );
}

#[tokio::test]
async fn spaces_and_hex_digits_of_every_sdk_are_read() {
    let shop = Merchant::new().await;
    let query = opening(&plus(&ALIPAY, &[("payment_description", "B&W 1")]));
    assert!(query.contains("B%26W+1"));
    for spelling in [query.clone(), query.replace("B%26W+1", "B%26W%201")] {
        let page = shop.page(&format!("/payment?{spelling}")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("B&#38;W 1"));
    }
    let lower = query
        .replace("%2B", "%2b")
        .replace("%2F", "%2f")
        .replace("%3D", "%3d");
    assert_eq!(shop.page(&format!("/payment?{lower}")).await.status, 200);
}

#[tokio::test]
async fn a_form_post_opens_the_page_as_well() {
    let shop = Merchant::new().await;
    let query = opening(&ALIPAY) + "&frame_mode=popup&_referrer=http%3A%2F%2Fshop.example";
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(shop.post("/payment", kind, query.into()).await.status, 200);
}

#[tokio::test]
async fn a_used_payment_id_opens_no_page() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &PARTNER).await);
    assert_eq!(open(&shop, &PARTNER).await.status, 200, "not used yet");
    shop.form(&session, &[("method", "wallet-partner")]).await;
    let page = open(&shop, &plus(&PARTNER, &[("payment_id", "x1")])).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("Payment ID already exists"));
}

#[tokio::test]
async fn two_open_pages_make_one_payment() {
    let shop = Merchant::new().await;
    let first = action(&open(&shop, &PARTNER).await);
    let second = action(&open(&shop, &PARTNER).await);
    let choice = [("method", "wallet-partner")];
    assert_eq!(shop.form(&first, &choice).await.status, 200);
    let page = shop.form(&second, &choice).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("must be new in the project"));
    // The second page knows nothing of the first one's payment.
    let page = shop.page(&second).await;
    assert!(page.body.contains(r#"data-scene="methods""#));
}

#[tokio::test]
async fn values_are_escaped() {
    let shop = Merchant::new().await;
    let attack = r#""><script>alert(1)</script>"#;
    let parameters = plus(
        &ALFA,
        &[
            ("payment_description", attack),
            ("customer_account_number", attack),
        ],
    );
    let page = open(&shop, &parameters).await;
    assert!(page.body.contains("&#60;script&#62;") && !page.body.contains("<script>"));
    let away = shop.form(&action(&page), &[("method", "alfa-click")]).await;
    let page = shop.page(&away.location.unwrap()).await;
    assert!(page.body.contains("&#60;script&#62;") && !page.body.contains("<script>"));
}
