//! What a customer does at the providers' emulated pages.

use ecommpay_browser::Browser;

use super::{Outcome, inspect};

/// The two buttons of every emulator.
pub(crate) const SUCCESS: &str = "Success";
pub(crate) const DECLINE: &str = "Decline";

/// Pays (or declines) in the emulated wallet as Payment Page leads there: looks at the sum, presses
/// Pay, gives a last name. The wallet then sends the customer back by itself.
pub(crate) async fn in_the_wallet(browser: &Browser, button: &str) -> Outcome {
    browser.heading("Pay with Alipay").await?;
    inspect(browser, &format!("wallet-{button}-1-instruction")).await?;
    browser.press("Pay").await?;
    browser.fill("Last name", "Any").await?;
    inspect(browser, &format!("wallet-{button}-2-choice")).await?;
    browser.press(button).await?;
    Ok(())
}

/// Signs in to the emulated bank, answers its question and goes back.
pub(crate) async fn in_the_bank(browser: &Browser, login: &str, button: &str) -> Outcome {
    browser.heading("Sign in to the bank").await?;
    inspect(browser, &format!("bank-{button}-1-sign-in")).await?;
    browser.fill("Login", login).await?;
    browser.press("Sign in").await?;
    confirms(browser, button).await
}

/// Answers the question of an emulator. The wallet's then sends the customer back by itself.
pub(crate) async fn chooses(browser: &Browser, button: &str) -> Outcome {
    browser.heading("Confirm the payment").await?;
    inspect(browser, &format!("emulator-{button}-1-choice")).await?;
    browser.press(button).await?;
    Ok(())
}

/// Answers the question of the bank's or the partner's emulator and goes back.
pub(crate) async fn confirms(browser: &Browser, button: &str) -> Outcome {
    chooses(browser, button).await?;
    let end = if button == SUCCESS {
        "Paid"
    } else {
        "Declined"
    };
    browser.heading(end).await?;
    inspect(browser, &format!("emulator-{button}-2-end")).await?;
    browser.press("Return").await?;
    Ok(())
}
