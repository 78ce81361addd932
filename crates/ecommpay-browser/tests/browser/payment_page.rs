//! Each method from Payment Page over the provider's emulator to the result, and back to the shop.

use ecommpay::model::PaymentStatus;
use ecommpay_browser::Browser;

use crate::support::customer::{DECLINE, SUCCESS, confirms, in_the_bank, in_the_wallet};
use crate::support::shop::{DECLINED, LOGIN, PAID, Shop};
use crate::support::{Outcome, inspect, open};

/// What a test project does with a sum: the payment's name, its sum, the button that fits, how it
/// ends and where the result page leads.
const LIVES: [(&str, i64, &str, PaymentStatus, &str); 2] = [
    ("paid", PAID, SUCCESS, PaymentStatus::Success, "success"),
    (
        "declined",
        DECLINED,
        DECLINE,
        PaymentStatus::Decline,
        "fail",
    ),
];

/// The result page, its button, and the shop behind it.
async fn returns(browser: &Browser, words: [&str; 2], place: &str) -> Outcome {
    let [heading, button] = words;
    browser.heading(heading).await?;
    inspect(browser, &format!("result-{place}")).await?;
    browser.press(button).await?;
    browser
        .heading(&format!("Back in the shop: {place}"))
        .await?;
    Ok(())
}

#[tokio::test]
async fn alipay() -> Outcome {
    let Some(browser) = open("payment_page_alipay").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    for (payment, sum, button, end, place) in LIVES {
        browser
            .go(&shop.address(&shop.alipay(payment, sum)?)?)
            .await?;
        browser.heading("请确认付款").await?;
        inspect(&browser, &format!("page-{payment}")).await?;
        browser.press("使用").await?;
        in_the_wallet(&browser, button).await?;
        assert_eq!(shop.end_of(payment).await?, end);
        let heading = if place == "success" {
            "付款成功。"
        } else {
            "付款被拒绝。"
        };
        returns(&browser, [heading, "返回商店"], place).await?;
    }
    Ok(())
}

#[tokio::test]
async fn alfa_click() -> Outcome {
    let Some(browser) = open("payment_page_alfa_click").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    for (payment, sum, button, end, place) in LIVES {
        let opening = shop.alfa_click(payment, sum, None)?;
        browser.go(&shop.address(&opening)?).await?;
        browser.heading("Confirm the payment").await?;
        inspect(&browser, &format!("page-{payment}")).await?;
        browser.press("Pay with Alfa-Click").await?;
        browser.heading("Your Alfa-Click login").await?;
        inspect(&browser, &format!("page-{payment}-login")).await?;
        browser.fill("Login", LOGIN).await?;
        browser.press("Pay with Alfa-Click").await?;
        in_the_bank(&browser, LOGIN, button).await?;
        assert_eq!(shop.end_of(payment).await?, end);
        let heading = match place {
            "success" => "The payment was successful.",
            _ => "The payment was declined.",
        };
        returns(&browser, [heading, "Return to the shop"], place).await?;
    }
    Ok(())
}

#[tokio::test]
async fn wallet_partner() -> Outcome {
    let Some(browser) = open("payment_page_wallet_partner").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    for (payment, sum, button, end, place) in LIVES {
        browser
            .go(&shop.address(&shop.wallet_partner(payment, sum)?)?)
            .await?;
        inspect(&browser, &format!("page-{payment}")).await?;
        browser.press("Pay with Indian wallets").await?;
        confirms(&browser, button).await?;
        assert_eq!(shop.end_of(payment).await?, end);
        let heading = match place {
            "success" => "The payment was successful.",
            _ => "The payment was declined.",
        };
        returns(&browser, [heading, "Return to the shop"], place).await?;
    }
    Ok(())
}
