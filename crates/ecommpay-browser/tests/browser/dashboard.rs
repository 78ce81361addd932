//! The dashboard as a merchant's employee uses it: a payment's log, refund, resend, the clock,
//! reports, rules of the fault desk; on a phone, and without scripts.

use std::path::Path;
use std::time::Duration;

use ecommpay::model::{PaymentStatus, Timestamp};
use ecommpay_browser::{Browser, BrowserSettings, Window};

use crate::support::customer::{SUCCESS, in_the_wallet};
use crate::support::shop::{PAID, Shop};
use crate::support::{Failure, Outcome, inspect, open, settings};

/// Every section, by the name of its link.
const SECTIONS: [&str; 10] = [
    "Payments",
    "Operations",
    "Payment links",
    "Batch refunds",
    "Reports",
    "Analytics",
    "Try it",
    "Fault desk",
    "Projects",
    "Clock",
];

/// Makes a payment by the page that is there for it, and arrives at the payment's own page.
async fn try_a_payment(browser: &Browser, shop: &Shop, method: &str, outcome: &str) -> Outcome {
    browser
        .go(&format!("{}/dashboard/try", shop.sandbox.uri()))
        .await?;
    browser.fill("Method", method).await?;
    browser.fill("Outcome", outcome).await?;
    browser.press("Start the payment").await?;
    browser.sees("Timeline").await?;
    Ok(())
}

/// The identifier of the payment whose page is shown.
async fn payment_shown(browser: &Browser) -> Result<String, Failure> {
    let script = "return new URL(location.href).searchParams.get('payment')";
    let id = browser
        .until_script("read the payment's identifier", script)
        .await?;
    Ok(id.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_payment_is_read_refunded_and_resent() -> Outcome {
    let Some(browser) = open("dashboard_payment").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    try_a_payment(&browser, &shop, "alipay", "Success: the customer pays").await?;
    let payment = payment_shown(&browser).await?;
    assert_eq!(shop.end_of(&payment).await?, PaymentStatus::Success);
    // The page follows by itself what happens.
    browser.heading("success").await?;
    inspect(&browser, "1-paid").await?;

    // The log: requests and callbacks with their bytes, and what was signed.
    browser.press("String to be signed, item by item").await?;
    browser.sees("general:project_id:239").await?;
    browser.picture("2-log").await?;

    browser.fill("Amount, minor units", "400").await?;
    browser.fill("Description", "one cup came broken").await?;
    browser.press("Refund").await?;
    browser.sees("The refund was accepted").await?;
    browser.heading("partially refunded").await?;
    let status = shop
        .wait_for(&payment, |callback| {
            callback
                .status()
                .filter(|status| **status == PaymentStatus::PartiallyRefunded)
                .cloned()
        })
        .await?;
    assert_eq!(status, PaymentStatus::PartiallyRefunded);
    inspect(&browser, "3-refunded").await?;

    let before = shop.callbacks(&payment);
    browser.press("Resend the newest callback").await?;
    browser.sees("The callback is sent once more").await?;
    shop.wait_for_callbacks(&payment, before + 1).await?;
    inspect(&browser, "4-resent").await?;

    browser.press("Payments").await?;
    browser.heading("Payments").await?;
    inspect(&browser, "5-payments").await?;
    browser.press(&payment).await?;
    browser.heading(&payment).await?;
    Ok(())
}

#[tokio::test]
async fn a_payment_link_is_made_and_paid() -> Outcome {
    let Some(browser) = open("dashboard_link").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    browser
        .go(&format!("{}/dashboard/links", shop.sandbox.uri()))
        .await?;
    browser.fill("Payment identifier", "by-link").await?;
    browser.fill("Customer identifier", "customer-42").await?;
    browser.fill("Amount, minor units", "12300").await?;
    browser.fill("Currency", "CNY").await?;
    let tomorrow = shop.sandbox.now() + 24 * 60 * 60;
    let until = Timestamp::from_unix_seconds(tomorrow)?.to_rfc3339();
    browser.fill("Valid until (UTC)", &until[..16]).await?;
    browser.press("Create").await?;
    browser.sees("by-link").await?;
    inspect(&browser, "1-links").await?;
    browser.press(shop.sandbox.uri()).await?;
    browser.press("使用").await?;
    in_the_wallet(&browser, SUCCESS).await?;
    assert_eq!(shop.end_of("by-link").await?, PaymentStatus::Success);
    browser.heading("付款成功。").await?;
    Ok(())
}

#[tokio::test]
async fn a_file_refunds_payments() -> Outcome {
    let Some(browser) = open("dashboard_batch").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    try_a_payment(&browser, &shop, "alipay", "Success: the customer pays").await?;
    let payment = payment_shown(&browser).await?;
    shop.end_of(&payment).await?;
    let rows = format!(
        "operation_type;general.project_id;method;general.payment_id;payment.amount;\
         payment.currency;payment.description\n\
         refund;239;wallet/alipay;{payment};500;CNY;one item\n"
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refunds.csv");
    std::fs::write(&file, rows)?;
    browser.press("Batch refunds").await?;
    browser.heading("Batch refunds").await?;
    browser.fill("CSV file", file.to_str().unwrap()).await?;
    browser.press("Refund all rows").await?;
    browser.sees("What became of the rows").await?;
    inspect(&browser, "rows").await?;
    shop.wait_for(&payment, |callback| {
        let status = callback.status();
        status
            .filter(|status| **status == PaymentStatus::PartiallyRefunded)
            .cloned()
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn half_an_hour_by_the_clock_declines_an_unclicked_payment() -> Outcome {
    let Some(browser) = open("dashboard_clock").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    shop.sell_by_alfa_click("unclicked", PAID).await?;
    shop.next_step("unclicked").await?;
    browser
        .go(&format!(
            "{}/dashboard/payment?project=239&payment=unclicked",
            shop.sandbox.uri()
        ))
        .await?;
    // The customer opens the bank's page and never presses a button there.
    browser.press("Open the emulator page").await?;
    browser.enter_new_tab().await?;
    browser.heading("Sign in to the bank").await?;
    browser.close_tab().await?;
    browser.heading("awaiting redirect result").await?;
    inspect(&browser, "1-waiting").await?;
    browser.press("+30 min").await?;
    browser.heading("decline").await?;
    assert_eq!(shop.end_of("unclicked").await?, PaymentStatus::Decline);
    inspect(&browser, "2-declined").await?;
    Ok(())
}

#[tokio::test]
async fn reports_are_downloaded_as_csv_and_as_xlsx() -> Outcome {
    let Some(browser) = open("dashboard_reports").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    try_a_payment(
        &browser,
        &shop,
        "wallet-partner",
        "Success: the customer pays",
    )
    .await?;
    let payment = payment_shown(&browser).await?;
    shop.end_of(&payment).await?;
    browser.press("Reports").await?;
    browser.heading("Reports").await?;
    inspect(&browser, "reports").await?;

    browser.press("Download CSV").await?;
    let (name, bytes) = browser.downloaded().await?;
    assert!(name.ends_with(".csv"), "{name}");
    let text = String::from_utf8(bytes)?;
    assert!(text.contains(&payment) && text.contains("INR"), "{text}");

    browser.press("Download XLSX").await?;
    let (name, bytes) = browser.downloaded().await?;
    assert!(name.ends_with(".xlsx"), "{name}");
    // Workbooks are ZIP archives.
    assert!(bytes.starts_with(b"PK\x03\x04"), "{} bytes", bytes.len());
    Ok(())
}

#[tokio::test]
async fn a_rule_of_the_fault_desk_is_added_met_and_removed() -> Outcome {
    let Some(browser) = open("dashboard_faults").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    browser
        .go(&format!("{}/dashboard/faults", shop.sandbox.uri()))
        .await?;
    browser.sees("No rule is in force.").await?;
    browser
        .fill("What goes wrong", "Callback: sent several times")
        .await?;
    browser.fill("More copies", "2").await?;
    browser.fill("Messages", "result").await?;
    browser.press("Add").await?;
    browser.sees("Callback: sent several times").await?;
    inspect(&browser, "rule").await?;
    try_a_payment(&browser, &shop, "alipay", "Success: the customer pays").await?;
    let payment = payment_shown(&browser).await?;
    shop.end_of(&payment).await?;
    // The request to hand over, the result, and the result twice more.
    shop.wait_for_callbacks(&payment, 4).await?;
    browser.press("Fault desk").await?;
    browser.press("Remove rule").await?;
    browser.sees("No rule is in force.").await?;
    Ok(())
}

#[tokio::test]
async fn every_section_fits_telephones_and_keeps_the_rules() -> Outcome {
    let narrow = settings("dashboard_sections").window(Window::PHONE);
    let Some(browser) = Browser::open(narrow).await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    try_a_payment(&browser, &shop, "alipay", "Success: the customer pays").await?;
    let payment = payment_shown(&browser).await?;
    shop.end_of(&payment).await?;
    browser.heading("success").await?;
    fits(&browser, "payment").await?;
    for section in SECTIONS {
        browser.press(section).await?;
        browser.heading(section).await?;
        inspect(&browser, section).await?;
        fits(&browser, section).await?;
    }
    Ok(())
}

async fn fits(browser: &Browser, section: &str) -> Outcome {
    for window in [Window::NARROW, Window::PHONE] {
        let sticking_out = browser.too_wide_for(window).await?;
        assert_eq!(
            sticking_out,
            Vec::<String>::new(),
            "{section} in {window:?}"
        );
    }
    // And on the desk, for the eyes.
    browser.resize(Window::DESKTOP).await?;
    browser.picture(&format!("{section}-desktop")).await?;
    browser.resize(Window::PHONE).await?;
    Ok(())
}

#[tokio::test]
async fn the_dashboard_works_without_scripts() -> Outcome {
    let without: BrowserSettings = settings("dashboard_without_scripts").without_scripts();
    let Some(browser) = Browser::open(without).await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    try_a_payment(&browser, &shop, "alfa-click", "Waiting: no customer comes").await?;
    let payment = payment_shown(&browser).await?;
    browser.press("+1 day").await?;
    browser.sees("The clock was moved on").await?;
    // Eight days without a customer: the threshold of the method.
    shop.sandbox
        .advance(Duration::from_secs(8 * 24 * 60 * 60))
        .await?;
    assert_eq!(shop.end_of(&payment).await?, PaymentStatus::Decline);
    browser.press("Payments").await?;
    browser.press(&payment).await?;
    browser.heading("decline").await?;
    browser.press("Clock").await?;
    browser.press("Pause").await?;
    browser.sees("The clock stands still.").await?;
    inspect(&browser, "clock").await?;
    Ok(())
}
