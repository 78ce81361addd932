//! The dashboard follows what happens by itself, and disturbs nobody by it.

use ecommpay_browser::Key;
use serde_json::json;

use crate::support::shop::{PAID, PROJECT, Shop};
use crate::support::{Outcome, open};

/// What a person is doing stays as it is while the page follows.
#[tokio::test]
async fn news_do_not_disturb() -> Outcome {
    let Some(browser) = open("dashboard_news").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    browser
        .go(&format!(
            "{}/dashboard/payments?currency=RUB",
            shop.sandbox.uri()
        ))
        .await?;
    browser.fill("Payment or customer identifier", "sl").await?;
    // The clock in the header is loaded anew with every news.
    browser
        .run(
            "document.querySelector('#clock time').dataset.old = 'yes'; return 1",
            vec![],
        )
        .await?;
    shop.sell_by_alfa_click("slow", PAID).await?;
    let loaded = "return document.querySelector('#clock time').dataset.old === undefined";
    browser.until_script("news", loaded).await?;
    let state = browser
        .run(
            "return [document.activeElement.id, document.activeElement.value]",
            vec![],
        )
        .await?;
    assert_eq!(state, json!(["text", "sl"]));
    browser.key(Key::Enter).await?;
    browser.press("slow").await?;
    browser.heading("slow").await?;

    // The focus on a button survives as well.
    browser.tab_to("Open the emulator page").await?;
    shop.sandbox.resend_callback(PROJECT, "slow").await?;
    browser.sees("Handoff callback 2").await?;
    assert_eq!(browser.focused().await?, "Open the emulator page");
    Ok(())
}
