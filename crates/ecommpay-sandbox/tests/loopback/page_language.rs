//! The language of the visible text: parameter, browser, project.

use ecommpay_sandbox::{Language, PageSettings};

use crate::page_steps::{PARTNER, action, plus};
use crate::support::{Answer, Merchant, opening};

async fn open(shop: &Merchant, code: &str, browser: &str) -> Answer {
    let query = opening(&plus(&PARTNER, &[("language_code", code)]));
    let query = match code {
        "" => opening(&PARTNER),
        _ => query,
    };
    let address = format!("/payment?{query}");
    shop.page_as(&address, &[("accept-language", browser)])
        .await
}

fn language(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once("<html lang=\"").unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn parameter_then_browser_then_project() {
    let russian = PageSettings::default().language(Language::Russian);
    let shop = Merchant::with(|project| project.payment_page(russian)).await;
    for (code, browser, chosen) in [
        ("en", "ru", "en"),
        ("RU", "en", "ru"),
        ("zh-hant", "en", "zh"),
        // A code that is not ours falls back to English, whatever the browser likes.
        ("fr", "zh", "en"),
        ("", "fr, zh-CN;q=0.5, en;q=0.3", "zh"),
        ("", "fr, de", "ru"),
        ("", "", "ru"),
    ] {
        let page = open(&shop, code, browser).await;
        assert_eq!(language(&page), chosen, "{code} {browser}");
    }
}

#[tokio::test]
async fn the_language_stays_through_the_whole_visit() {
    let shop = Merchant::new().await;
    let page = open(&shop, "", "ru").await;
    assert!(page.body.contains("Подтвердите платёж"));
    let session = action(&page);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    assert!(
        page.body
            .contains("Завершите оплату через «Кошельки Индии»")
    );
    assert_eq!(language(&shop.page(&session).await), "ru");
}

#[tokio::test]
async fn refusals_speak_the_language_too() {
    let shop = Merchant::new().await;
    let address = format!("/payment?{}&payment_amount=1", opening(&PARTNER));
    let page = shop.page_as(&address, &[("accept-language", "zh")]).await;
    assert_eq!((page.status, language(&page)), (400, "zh"));
    assert!(page.body.contains("无法打开付款页面"));
}
