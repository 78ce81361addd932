//! The example shop of the adapters: an order goes on by itself where scripts run, and by loading again
//! where they do not; on a phone, by keyboard, under a strict content security policy.

#[path = "../../../ecommpay-axum/examples/shop/routes.rs"]
mod routes;

use std::net::SocketAddr;

use ecommpay_browser::{Browser, Key, Window};
use ecommpay_example_shop::{Arguments, Shop};

use crate::support::customer::{DECLINE, SUCCESS, chooses, confirms, in_the_bank};
use crate::support::phone::scan;
use crate::support::{Outcome, inspect, open, settings};

/// Opens a shop with a sandbox of its own, under the real clock; gives the address of its front page.
async fn open_shop() -> Result<String, crate::support::Failure> {
    let (shop, listener) = Shop::open(&Arguments::on_a_free_port()).await?;
    let address = format!("http://{}/", listener.local_addr()?);
    let service = routes::of(shop.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::spawn(async move { axum::serve(listener, service).await });
    tokio::spawn(async move { shop.work(std::future::pending()).await });
    Ok(address)
}

/// Looks the page over, also on the narrowest telephone.
async fn look(browser: &Browser, step: &str) -> Outcome {
    inspect(browser, step).await?;
    for window in [Window::NARROW, Window::PHONE, Window::DESKTOP] {
        let sticking_out = browser.too_wide_for(window).await?;
        assert_eq!(sticking_out, Vec::<String>::new(), "{step} in {window:?}");
    }
    Ok(())
}

/// Chooses the method that stands so many below the first, by keyboard, and orders.
async fn order(browser: &Browser, shop: &str, below: usize) -> Outcome {
    browser.go(shop).await?;
    browser.heading("Green tea, 100 g").await?;
    browser.tab_to("Alipay").await?;
    for _ in 0..below {
        browser.key(Key::Down).await?;
    }
    browser.press("Order and pay").await?;
    Ok(())
}

#[tokio::test]
async fn a_scanned_order_goes_on_by_itself() -> Outcome {
    let Some(browser) = open("example_shop_code").await? else {
        return Ok(());
    };
    let shop = open_shop().await?;
    browser.go(&shop).await?;
    look(&browser, "1-front").await?;
    order(&browser, &shop, 0).await?;
    browser.heading("Scan the code to pay").await?;
    look(&browser, "2-code").await?;
    let page = browser.address().await?;
    let picture = browser.picture("2-code").await?;

    browser.open_tab(Window::PHONE).await?;
    browser.go(&scan(&picture)).await?;
    chooses(&browser, SUCCESS).await?;
    browser.heading("Paid").await?;
    browser.close_tab().await?;

    browser.heading("Paid. Thank you!").await?;
    look(&browser, "3-paid").await?;
    assert_eq!(browser.address().await?, page, "nobody has loaded anything");
    let told = browser.run(
        "return document.getElementById('news').textContent",
        Vec::new(),
    );
    assert_eq!(
        told.await?,
        "Paid. Thank you!",
        "told to those who do not see"
    );
    Ok(())
}

#[tokio::test]
async fn a_declined_order_is_not_offered_again_while_its_result_is_on_the_way() -> Outcome {
    let Some(browser) = open("example_shop_declined").await? else {
        return Ok(());
    };
    let shop = open_shop().await?;
    order(&browser, &shop, 2).await?;
    browser.heading("Almost there").await?;
    look(&browser, "1-go-on").await?;
    browser.press("Pay 300.00 INR").await?;
    confirms(&browser, DECLINE).await?;
    browser.heading("The payment was declined").await?;
    look(&browser, "2-declined").await?;
    browser.press("Choose another way to pay").await?;
    browser.heading("Green tea, 100 g").await?;
    Ok(())
}

#[tokio::test]
async fn an_order_is_paid_without_scripts() -> Outcome {
    let Some(browser) = Browser::open(settings("example_shop_plain").without_scripts()).await?
    else {
        return Ok(());
    };
    let shop = open_shop().await?;
    order(&browser, &shop, 1).await?;
    browser.heading("Almost there").await?;
    browser.press("Pay 250.00 RUB").await?;
    in_the_bank(&browser, "u_customer", SUCCESS).await?;
    browser.heading("Paid. Thank you!").await?;
    inspect(&browser, "paid").await?;
    Ok(())
}
