//! `EPayWidget.run` of the sandbox's `merchant.js` in a page of the shop, which is another site:
//! as a modal window, as a frame, as a page of its own; with the events that the shop hears.

use ecommpay::model::PaymentStatus;
use ecommpay::payment_page::{Opening, Switch};
use ecommpay_browser::{Browser, Key};
use serde_json::Value;

use crate::support::customer::{DECLINE, SUCCESS, confirms, in_the_bank};
use crate::support::shop::{DECLINED, LOGIN, PAID, Shop, shop_page};
use crate::support::{Failure, Outcome, inspect, open};

/// The title of the widget's frame.
const FRAME: &str = "Payment";
/// What the shop listens to.
const HANDLERS: [&str; 10] = [
    "onLoaded",
    "onFailLoading",
    "onPaymentMethodSelect",
    "onPaymentSent",
    "onPaymentSubmitResult",
    "onRedirectIframe",
    "onRedirectIframeComplete",
    "onPaymentSuccess",
    "onPaymentFail",
    "onDestroy",
];

/// A page of the shop with a button that opens the widget, and a list of what it has heard.
fn checkout(shop: &Shop, opening: &Opening, method: &str) -> Result<String, Failure> {
    let sandbox = shop.sandbox.uri();
    let config = shop.sign(opening)?.widget_configuration();
    let handlers = HANDLERS.map(|name| format!("\"{name}\"")).join(",");
    let behind = format!(
        "<link rel=\"stylesheet\" href=\"{sandbox}/shared/merchant.css\">\
         <script src=\"{sandbox}/shared/merchant.js\"></script>\
         <script>window.heard = []; const config = {config};\
         for (const name of [{handlers}, \"onExit\"]) \
           config[name] = (data) => heard.push({{ name, data }});\
         document.getElementById(\"buy\").onclick = () => EPayWidget.run(config, \"{method}\");\
         </script>"
    );
    let main = "<h1>Two cups</h1><button id=\"buy\">Buy</button><div id=\"here\"></div>";
    Ok(shop.put("checkout", shop_page(main, &behind)))
}

/// Waits until the shop has heard an event, and gives its data.
async fn heard(browser: &Browser, event: &str) -> Result<Value, Failure> {
    let script =
        format!("return window.heard.find((one) => one.name === \"{event}\")?.data ?? null");
    Ok(browser
        .until_script(&format!("hear {event}"), &script)
        .await?)
}

/// The names of all events that the shop has heard.
async fn all_heard(browser: &Browser) -> Result<Vec<String>, Failure> {
    let names = browser
        .run("return heard.map((one) => one.name)", Vec::new())
        .await?;
    let names = names.as_array().into_iter().flatten();
    Ok(names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

#[tokio::test]
async fn a_modal_window_pays_and_tells_the_shop() -> Outcome {
    let Some(browser) = open("widget_popup").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let opening = shop.wallet_partner("popup", PAID)?;
    browser.go(&checkout(&shop, &opening, "GET")?).await?;
    browser.press("Buy").await?;
    heard(&browser, "onLoaded").await?;
    inspect(&browser, "1-open").await?;
    browser.enter_frame(FRAME).await?;
    browser.press("Pay with Indian wallets").await?;
    confirms(&browser, SUCCESS).await?;
    browser.heading("The payment was successful.").await?;
    browser.leave_frame().await?;
    let success = heard(&browser, "onPaymentSuccess").await?;
    assert_eq!(success["payment"]["id"], "popup");
    assert_eq!(success["payment"]["status"], "success");
    assert_eq!(success["sum_real"]["amount"], PAID);
    assert_eq!(success["sum_real"]["currency"], "INR");
    inspect(&browser, "2-paid").await?;
    browser.press("Close").await?;
    heard(&browser, "onExit").await?;
    let order = [
        "onLoaded",
        "onPaymentMethodSelect",
        "onPaymentSent",
        "onPaymentSubmitResult",
        "onRedirectIframe",
        "onRedirectIframeComplete",
        "onPaymentSuccess",
        "onExit",
    ];
    assert_eq!(all_heard(&browser).await?, order);
    assert!(!browser.offers("Close").await?, "the window is gone");
    browser.picture("3-closed").await?;
    assert_eq!(shop.end_of("popup").await?, PaymentStatus::Success);
    Ok(())
}

#[tokio::test]
async fn a_modal_window_can_be_left_by_key_and_by_button() -> Outcome {
    let Some(browser) = open("widget_popup_left").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let opening = shop.wallet_partner("left", PAID)?;
    browser.go(&checkout(&shop, &opening, "POST")?).await?;
    browser.press("Buy").await?;
    heard(&browser, "onLoaded").await?;
    // The focus is in the window, and what lies behind cannot be reached by Tab.
    assert_eq!(browser.focused().await?, "Close");
    browser.key(Key::Escape).await?;
    heard(&browser, "onDestroy").await?;
    assert_eq!(
        browser.focused().await?,
        "Buy",
        "the focus is back where it was"
    );
    browser.press("Buy").await?;
    browser.press("Close").await?;
    browser
        .until_script(
            "hear onDestroy twice",
            "return heard.filter((one) => one.name === 'onDestroy').length === 2",
        )
        .await?;
    assert_eq!(shop.callbacks("left"), 0, "nothing was confirmed");
    Ok(())
}

#[tokio::test]
async fn a_frame_in_the_shops_page_declines_and_tells_the_shop() -> Outcome {
    let Some(browser) = open("widget_iframe").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let opening = shop
        .alfa_click("frame", DECLINED, Some(LOGIN))?
        .target_element("here");
    browser.go(&checkout(&shop, &opening, "POST")?).await?;
    browser.press("Buy").await?;
    heard(&browser, "onLoaded").await?;
    inspect(&browser, "1-open").await?;
    browser.enter_frame(FRAME).await?;
    browser.press("Pay with Alfa-Click").await?;
    in_the_bank(&browser, LOGIN, DECLINE).await?;
    browser.heading("The payment was declined.").await?;
    browser.leave_frame().await?;
    let fail = heard(&browser, "onPaymentFail").await?;
    assert_eq!(fail["payment"]["status"], "decline");
    inspect(&browser, "2-declined").await?;
    assert_eq!(shop.end_of("frame").await?, PaymentStatus::Decline);
    Ok(())
}

#[tokio::test]
async fn a_redirect_opens_a_page_of_its_own() -> Outcome {
    let Some(browser) = open("widget_redirect").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let opening = shop.wallet_partner("redirect", PAID)?.redirect(Switch::On);
    browser.go(&checkout(&shop, &opening, "GET")?).await?;
    browser.press("Buy").await?;
    browser
        .arrives_at(&format!("{}/payment", shop.sandbox.uri()))
        .await?;
    browser.press("Pay with Indian wallets").await?;
    confirms(&browser, SUCCESS).await?;
    browser.press("Return to the shop").await?;
    browser.heading("Back in the shop: success").await?;
    assert_eq!(shop.end_of("redirect").await?, PaymentStatus::Success);
    Ok(())
}

#[tokio::test]
async fn a_wrong_signature_is_told_in_the_window() -> Outcome {
    let Some(browser) = open("widget_refused").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let opening = shop.wallet_partner("refused", PAID)?;
    let address = checkout(&shop, &opening, "GET")?;
    browser.go(&address).await?;
    browser.run("config.payment_amount = 1", Vec::new()).await?;
    browser.press("Buy").await?;
    browser.enter_frame(FRAME).await?;
    browser.heading("The payment page cannot be opened").await?;
    browser.leave_frame().await?;
    browser.picture("refused").await?;
    Ok(())
}
