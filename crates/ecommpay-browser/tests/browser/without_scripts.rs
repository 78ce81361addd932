//! Customers who switch scripts off get to the end as well, by pressing once more.

use ecommpay::handoff::{NextStep, Nonce, PageOptions};
use ecommpay::model::{Json, PaymentStatus, RedirectData};
use ecommpay_browser::Browser;
use ecommpay_sandbox::{HandoffKind, Method};

use crate::support::customer::{SUCCESS, confirms, in_the_bank, in_the_wallet};
use crate::support::phone::scan;
use crate::support::shop::{LOGIN, PAID, Shop};
use crate::support::{Failure, Outcome, inspect, settings};

async fn open(test: &str) -> Result<Option<Browser>, Failure> {
    Ok(Browser::open(settings(test).without_scripts()).await?)
}

#[tokio::test]
async fn each_method_is_paid_without_scripts() -> Outcome {
    let Some(browser) = open("without_scripts").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;

    browser
        .go(&shop.address(&shop.alipay("wallet", PAID)?)?)
        .await?;
    browser.press("使用").await?;
    browser.sees("继续").await?;
    inspect(&browser, "form").await?;
    browser.press("继续").await?;
    in_the_wallet(&browser, SUCCESS).await?;
    // The waiting page loads itself again.
    browser.heading("付款成功。").await?;
    inspect(&browser, "result").await?;

    browser
        .go(&shop.address(&shop.alfa_click("bank", PAID, Some(LOGIN))?)?)
        .await?;
    browser.press("Pay with Alfa-Click").await?;
    in_the_bank(&browser, LOGIN, SUCCESS).await?;
    browser.heading("The payment was successful.").await?;

    browser
        .go(&shop.address(&shop.wallet_partner("partner", PAID)?)?)
        .await?;
    browser.press("Pay with Indian wallets").await?;
    browser.press("Continue").await?;
    confirms(&browser, SUCCESS).await?;
    browser.heading("The payment was successful.").await?;
    browser.press("Return to the shop").await?;
    browser.heading("Back in the shop: success").await?;

    for payment in ["wallet", "bank", "partner"] {
        assert_eq!(shop.end_of(payment).await?, PaymentStatus::Success);
    }
    Ok(())
}

#[tokio::test]
async fn a_qr_code_needs_no_scripts() -> Outcome {
    let Some(browser) = open("without_scripts_qr").await? else {
        return Ok(());
    };
    let shop = Shop::with(|project| project.handoff(Method::Alipay, HandoffKind::QrText)).await?;
    browser
        .go(&shop.address(&shop.alipay("code", PAID)?)?)
        .await?;
    browser.press("使用").await?;
    browser.heading("请使用钱包应用扫描二维码付款").await?;
    let picture = browser.picture("code").await?;
    browser.open_tab(ecommpay_browser::Window::PHONE).await?;
    browser.go(&scan(&picture)).await?;
    in_the_wallet(&browser, SUCCESS).await?;
    browser.close_tab().await?;
    assert_eq!(shop.end_of("code").await?, PaymentStatus::Success);
    // The page loads itself again, or at once by its link.
    browser.heading("付款成功。").await?;
    Ok(())
}

#[tokio::test]
async fn the_form_of_the_hand_off_has_a_button() -> Outcome {
    let Some(browser) = open("without_scripts_handoff").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let mut data = RedirectData::new("POST", shop.chain());
    data.body.insert("order_no", Json::from("29895000000582"));
    let options = PageOptions::new(Nonce::from_random_bytes([7; 16]));
    let page = NextStep::from_redirect(&data)?
        .response(&options)
        .expect("a page");
    browser.go(&shop.put_handoff("form", page)).await?;
    inspect(&browser, "form").await?;
    browser.press("Continue").await?;
    browser.heading("Back in the shop: chain").await?;
    assert_eq!(
        shop.posted(),
        [("order_no".to_owned(), "29895000000582".to_owned())]
    );
    Ok(())
}
