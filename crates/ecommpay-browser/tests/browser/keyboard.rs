//! Payment Page and the bank's page with Tab, Enter and letters only.

use ecommpay::model::PaymentStatus;
use ecommpay_browser::{Browser, Key};

use crate::support::shop::{LOGIN, PAID, Shop};
use crate::support::{Outcome, open};

/// Goes to a control by Tab and presses Enter.
async fn enter(browser: &Browser, name: &str) -> Outcome {
    browser.tab_to(name).await?;
    browser.key(Key::Enter).await?;
    Ok(())
}

#[tokio::test]
async fn a_payment_needs_no_mouse() -> Outcome {
    let Some(browser) = open("keyboard").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let opening = shop.alfa_click("keys", PAID, None)?;
    browser.go(&shop.address(&opening)?).await?;
    browser.tab_to("Pay with Alfa-Click").await?;
    browser.picture("focus-on-the-method").await?;
    browser.key(Key::Enter).await?;
    browser.heading("Your Alfa-Click login").await?;
    browser.tab_to("Login").await?;
    browser.type_keys(LOGIN).await?;
    // Enter in the field sends the form, as everywhere.
    browser.key(Key::Enter).await?;
    browser.heading("Sign in to the bank").await?;
    browser.tab_to("Login").await?;
    browser.type_keys(LOGIN).await?;
    enter(&browser, "Sign in").await?;
    browser.heading("Confirm the payment").await?;
    browser.tab_to("Success").await?;
    browser.picture("focus-on-success").await?;
    browser.key(Key::Enter).await?;
    browser.heading("Paid").await?;
    enter(&browser, "Return").await?;
    browser.heading("The payment was successful.").await?;
    enter(&browser, "Return to the shop").await?;
    browser.heading("Back in the shop: success").await?;
    assert_eq!(shop.end_of("keys").await?, PaymentStatus::Success);
    Ok(())
}
