//! The browser library and its demonstration page, as far as they can be seen without a browser.

use ecommpay_sandbox::ProjectConfig;
use serde_json::Value;

use crate::support::{Answer, Merchant, PROJECT};

/// The configuration for the library on the demonstration page.
fn config(page: &Answer) -> serde_json::Map<String, Value> {
    let (_, rest) = page.body.split_once("data-config=\"").unwrap();
    let text = rest.split('"').next().unwrap().replace("&#34;", "\"");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn the_library_is_served_as_script_and_stylesheet() {
    let shop = Merchant::new().await;
    for (path, kind) in [
        ("/shared/merchant.js", "text/javascript; charset=utf-8"),
        ("/shared/merchant.css", "text/css; charset=utf-8"),
        ("/_sandbox/page.js", "text/javascript; charset=utf-8"),
        ("/_sandbox/widget.js", "text/javascript; charset=utf-8"),
        ("/_sandbox/style.css", "text/css; charset=utf-8"),
        ("/_sandbox/icon.svg", "image/svg+xml"),
    ] {
        let file = shop.page(path).await;
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.headers["content-type"], kind, "{path}");
        assert!(!file.body.is_empty(), "{path}");
    }
    assert_eq!(shop.page("/shared/other.js").await.status, 404);
}

#[tokio::test]
async fn every_mode_of_the_demonstration_is_signed() {
    let shop = Merchant::new().await;
    for method in ["alipay", "alfa-click", "wallet-partner"] {
        for (mode, entry) in [
            ("popup", "close_on_missclick"),
            ("iframe", "target_element"),
            ("redirect", "redirect"),
        ] {
            let address = format!("/_sandbox/widget?project={PROJECT}&method={method}&mode={mode}");
            let page = shop.page(&address).await;
            assert_eq!(page.status, 200);
            let config = config(&page);
            assert!(config.contains_key(entry), "{mode}");
            let mut query = form_urlencoded::Serializer::new(String::new());
            for (name, value) in &config {
                query.append_pair(name, value.as_str().unwrap());
            }
            let opened = shop.page(&format!("/payment?{}", query.finish())).await;
            assert_eq!(opened.status, 200, "{method} {mode}: {}", opened.body);
            assert!(
                opened.body.contains(&format!("value=\"{method}\"")),
                "{method} {mode}"
            );
        }
    }
}

#[tokio::test]
async fn the_demonstration_uses_a_new_payment_id_and_shows_no_key() {
    let shop = Merchant::new().await;
    let page = shop.page("/_sandbox/widget").await;
    assert_eq!(config(&page)["payment_id"], "widget-1");
    assert!(!page.body.contains(crate::support::SECRET));
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &config(&page) {
        query.append_pair(name, value.as_str().unwrap());
    }
    let opened = shop.page(&format!("/payment?{}", query.finish())).await;
    let session = crate::page_steps::action(&opened);
    shop.form(&session, &[("method", "wallet-partner")]).await;
    let page = shop.page("/_sandbox/widget").await;
    assert_eq!(config(&page)["payment_id"], "widget-2");
}

#[tokio::test]
async fn projects_can_be_chosen() {
    let shop = Merchant::new().await;
    shop.sandbox
        .add_project(ProjectConfig::new(7, "other key"))
        .await
        .unwrap();
    let page = shop.page("/_sandbox/widget?project=7").await;
    assert_eq!(config(&page)["project_id"], "7");
    assert!(page.body.contains("<option value=\"7\" selected>"));
    let page = shop
        .page("/_sandbox/widget?project=8&mode=x&method=y")
        .await;
    assert_eq!(config(&page)["project_id"], "7", "the first one");
}
