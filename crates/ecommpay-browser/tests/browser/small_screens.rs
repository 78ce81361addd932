//! Nothing scrolls sideways on the narrowest telephones, also with texts that are as long as the
//! platform allows and have no blank to be broken at.

use ecommpay_browser::{Browser, Window};
use ecommpay_sandbox::{HandoffKind, Method};

use crate::support::shop::{LOGIN, PAID, Shop};
use crate::support::{Outcome, open};

/// Looks at the page in both sizes and takes a picture of the second.
async fn fits(browser: &Browser, step: &str) -> Outcome {
    for window in [Window::NARROW, Window::PHONE] {
        let sticking_out = browser.too_wide_for(window).await?;
        assert_eq!(sticking_out, Vec::<String>::new(), "{step} in {window:?}");
    }
    browser.picture(step).await?;
    Ok(())
}

#[tokio::test]
async fn the_bank_and_payment_page_fit_telephones() -> Outcome {
    let Some(browser) = open("small_screens_bank").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let long = "N".repeat(255);
    let opening = shop
        .alfa_click(&long, PAID, None)?
        .payment_description("D".repeat(255));
    browser.go(&shop.address(&opening)?).await?;
    browser.heading("Confirm the payment").await?;
    fits(&browser, "1-page").await?;
    browser.press("Pay with Alfa-Click").await?;
    browser.heading("Your Alfa-Click login").await?;
    fits(&browser, "2-login").await?;
    browser.fill("Login", LOGIN).await?;
    browser.press("Pay with Alfa-Click").await?;
    browser.heading("Sign in to the bank").await?;
    fits(&browser, "3-bank-sign-in").await?;
    browser.fill("Login", LOGIN).await?;
    browser.press("Sign in").await?;
    browser.heading("Confirm the payment").await?;
    fits(&browser, "4-bank-choice").await?;
    browser.press("Success").await?;
    browser.heading("Paid").await?;
    fits(&browser, "5-bank-done").await?;
    browser.press("Return").await?;
    browser.heading("The payment was successful.").await?;
    fits(&browser, "6-result").await?;
    Ok(())
}

#[tokio::test]
async fn the_wallet_fits_telephones() -> Outcome {
    let Some(browser) = open("small_screens_wallet").await? else {
        return Ok(());
    };
    let shop = Shop::with(|project| project.handoff(Method::Alipay, HandoffKind::QrText)).await?;
    browser
        .go(&shop.address(&shop.alipay("small", PAID)?)?)
        .await?;
    browser.heading("请确认付款").await?;
    fits(&browser, "1-page").await?;
    browser.press("使用").await?;
    browser.heading("请使用钱包应用扫描二维码付款").await?;
    fits(&browser, "2-code").await?;
    let picture = browser.picture("2-code").await?;
    browser.open_tab(Window::PHONE).await?;
    browser.go(&crate::support::phone::scan(&picture)).await?;
    browser.heading("Pay with Alipay").await?;
    fits(&browser, "3-wallet").await?;
    browser.press("Pay").await?;
    browser.heading("Confirm the payment").await?;
    fits(&browser, "4-wallet-choice").await?;
    browser.fill("Last name", "Any").await?;
    browser.press("Success").await?;
    browser.heading("Paid").await?;
    fits(&browser, "5-wallet-done").await?;
    Ok(())
}

#[tokio::test]
async fn pages_that_say_no_fit_telephones() -> Outcome {
    let Some(browser) = open("small_screens_refusals").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let address = shop.address(&shop.wallet_partner("no", PAID)?)?;
    browser
        .go(&address.replace("signature=", "signature=A"))
        .await?;
    browser.heading("cannot be opened").await?;
    fits(&browser, "refused").await?;
    browser
        .go(&format!("{}/payment/nobody-knows", shop.sandbox.uri()))
        .await?;
    fits(&browser, "unknown").await?;
    browser.go(shop.sandbox.uri()).await?;
    fits(&browser, "front").await?;
    Ok(())
}
