//! Pages of the hand-off as a shop serves them: forms that send themselves over a chain of
//! redirects, redirects, instructions; each under its content security policy.

use ecommpay::handoff::{AlfaClickInstruction, Logo, NextStep, Nonce, PageOptions};
use ecommpay::model::{Json, PaymentStatus, RedirectData};
use ecommpay_sandbox::{HandoffKind, Method};

use crate::support::customer::{SUCCESS, chooses, in_the_bank};
use crate::support::shop::{LOGIN, PAID, Shop};
use crate::support::{Failure, Outcome, inspect, open};

const NONCE: [u8; 16] = [7; 16];

fn options() -> PageOptions {
    PageOptions::new(Nonce::from_random_bytes(NONCE))
}

/// A form to the first hop of the chain.
fn form(shop: &Shop, members: &[(&str, &str)]) -> Result<NextStep, Failure> {
    let mut data = RedirectData::new("POST", shop.chain());
    for (name, text) in members {
        data.body.insert(*name, Json::from(*text));
    }
    Ok(NextStep::from_redirect(&data)?)
}

#[tokio::test]
async fn a_form_sends_itself_over_a_chain_of_redirects() -> Outcome {
    let Some(browser) = open("handoff_form_chain").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    // What a form can bring: quotes, an ampersand, letters of other scripts, an empty text.
    let members = [
        ("order_no", "29895000000582"),
        ("note", "\"a\" & 'b' <c> + 100% \u{1f600} 支付宝"),
        ("empty", ""),
    ];
    let page = form(&shop, &members)?.response(&options()).expect("a page");
    browser.go(&shop.put_handoff("form", page)).await?;
    browser.heading("Back in the shop: chain").await?;
    let expected = members.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(shop.posted(), expected);
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn the_policy_of_a_form_page_is_in_force() -> Outcome {
    let Some(browser) = open("handoff_policy").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let page = form(&shop, &[("order_no", "1")])?;
    let page = page.response(&options()).expect("a page");
    // Another nonce in the page than in its header: what an attacker's script would have.
    let nonce = Nonce::from_random_bytes(NONCE);
    let html = page.body().replace(
        &format!("<script nonce=\"{}\"", nonce.as_str()),
        "<script nonce=\"AAAA\"",
    );
    assert_ne!(html, page.body());
    browser
        .go(&shop.put_handoff_with_body("form", &page, html))
        .await?;
    // The script did not run, so the page is still there; its button does the same.
    browser.picture("form").await?;
    let complaints = browser.complaints().await?.join("\n");
    assert!(
        complaints.contains("Content Security Policy"),
        "{complaints}"
    );
    assert_eq!(shop.posted(), []);
    browser.press("Continue").await?;
    browser.heading("Back in the shop: chain").await?;
    assert_eq!(shop.posted().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_sale_over_gate_is_handed_to_the_wallet_and_to_the_bank() -> Outcome {
    let Some(browser) = open("handoff_redirects").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    shop.sell_by_alipay("wallet", PAID).await?;
    let step = shop.next_step("wallet").await?;
    let page = step.response(&options()).expect("a form");
    browser.go(&shop.put_handoff("wallet", page)).await?;
    chooses(&browser, SUCCESS).await?;
    assert_eq!(shop.end_of("wallet").await?, PaymentStatus::Success);
    browser.heading("Back in the shop: gate").await?;

    shop.sell_by_alfa_click("bank", PAID).await?;
    let step = shop.next_step("bank").await?;
    let page = step.response(&options()).expect("a redirect");
    browser.go(&shop.put_handoff("bank", page)).await?;
    in_the_bank(&browser, LOGIN, SUCCESS).await?;
    assert_eq!(shop.end_of("bank").await?, PaymentStatus::Success);
    browser.heading("Back in the shop").await?;
    Ok(())
}

#[tokio::test]
async fn an_instruction_leads_to_the_invoice_in_the_bank() -> Outcome {
    let Some(browser) = open("handoff_instruction").await? else {
        return Ok(());
    };
    let shop =
        Shop::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction)).await?;
    shop.sell_by_alfa_click("invoice", PAID).await?;
    let instruction = AlfaClickInstruction::new(Logo::from_bytes(logo())?)
        .detail("Order", "invoice")
        .return_address(&shop.back("instruction"))?;
    let page = instruction.page(&options()).into();
    browser.go(&shop.put_handoff("instruction", page)).await?;
    inspect(&browser, "instruction").await?;
    browser.open_tab(ecommpay_browser::Window::DESKTOP).await?;
    browser
        .go(&format!("{}/emulator/bank", shop.sandbox.uri()))
        .await?;
    browser.heading("Sign in to the bank").await?;
    inspect(&browser, "bank-sign-in").await?;
    browser.fill("Login", LOGIN).await?;
    browser.press("Sign in").await?;
    browser.heading("Invoices to pay").await?;
    inspect(&browser, "bank-invoices").await?;
    browser.press("Open the invoice invoice").await?;
    browser.heading("Invoice to pay").await?;
    inspect(&browser, "bank-invoice").await?;
    browser.press(SUCCESS).await?;
    assert_eq!(shop.end_of("invoice").await?, PaymentStatus::Success);
    browser.close_tab().await?;
    browser.press("Back").await?;
    browser.heading("Back in the shop: instruction").await?;
    Ok(())
}

/// A small PNG in place of the method's logo.
fn logo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let red = image::RgbImage::from_pixel(120, 40, image::Rgb([190, 30, 45]));
    red.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
