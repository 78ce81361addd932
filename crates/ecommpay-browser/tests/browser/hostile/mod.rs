//! Hostile texts in whatever a request can carry: nothing of them runs, and no page gets an element
//! or an attribute that it does not have with a harmless text.
//!
//! The browser ignores the pages' content security policy here, so escaping alone has to hold.

mod payloads;

use std::collections::BTreeSet;

use ecommpay::handoff::{AlfaClickInstruction, Logo, NextStep, Nonce, PageOptions};
use ecommpay::model::{
    Currency, CustomerId, DisplayItem, DisplayKind, Json, Money, PaymentId, ProjectId, RedirectData,
};
use ecommpay::payment_page::Opening;
use ecommpay_browser::Browser;
use serde_json::Value;

use crate::support::shop::{PAID, PROJECT, Shop};
use crate::support::{Failure, Outcome, open};

/// Counts in every document what calls `xss()` or opens a dialogue, and tells the console, which
/// outlives the document.
const PROBE: &str = "window.xss = window.alert = window.confirm = window.prompt = \
                     () => console.error('a payload ran');";

/// Elements with the names of their attributes and the schemes of their addresses, without texts.
const SKELETON: &str = "[...document.querySelectorAll('*')].map((element) => element.tagName + \
    [...element.attributes].map((one) => ' ' + one.name + \
    (/^(href|src|action|formaction|data)$/.test(one.name) \
        ? '=' + new URL(one.value, location.href).protocol : '')).join('')).join('\\n')";

/// A browser that sees what runs although no policy forbids it.
async fn watched(test: &str) -> Result<Option<Browser>, Failure> {
    let Some(browser) = open(test).await? else {
        return Ok(None);
    };
    browser.ignore_content_security_policy().await?;
    browser.run_first(PROBE).await?;
    Ok(Some(browser))
}

/// Waits for the page with this heading and gives its skeleton.
async fn skeleton(browser: &Browser, heading: &str) -> Result<Value, Failure> {
    let script = format!(
        "return document.readyState === 'complete' && \
         document.querySelector('h1')?.textContent.includes('{heading}') ? {SKELETON} : null"
    );
    Ok(browser
        .until_script(&format!("see \"{heading}\""), &script)
        .await?)
}

async fn nothing_ran(browser: &Browser, what: &str) -> Outcome {
    let complaints = browser.complaints().await?;
    let ran = complaints
        .iter()
        .any(|complaint| complaint.contains("a payload ran"));
    assert!(!ran, "with {what}: {complaints:?}");
    Ok(())
}

/// Presses the first button of the page's main form, as a customer would.
const SEND: &str = "document.querySelector('main form button').click()";

const RETURN: &str = "document.querySelector('main a.button').click()";

/// Goes through one payment and gives the skeleton of each page.
async fn pages_of_a_payment(
    browser: &Browser,
    shop: &Shop,
    [payment, description, customer, login]: [&str; 4],
) -> Result<Vec<Value>, Failure> {
    let opening = Opening::new(
        ProjectId::new(PROJECT)?,
        PaymentId::new(payment)?,
        Money::new(PAID, Currency::RUB)?,
        CustomerId::new(customer)?,
    )
    .extra("payment_description", description)
    .extra("customer_account_number", login);
    browser.go(&shop.address(&opening)?).await?;
    let mut pages = vec![skeleton(browser, "Confirm the payment").await?];
    for next in ["Sign in to the bank", "Confirm the payment", "Paid"] {
        browser.run(SEND, Vec::new()).await?;
        pages.push(skeleton(browser, next).await?);
    }
    browser.run(RETURN, Vec::new()).await?;
    pages.push(skeleton(browser, "The payment was successful.").await?);
    let address = format!(
        "{}/dashboard/payment?project={PROJECT}&payment={}",
        shop.sandbox.uri(),
        encoded(payment)
    );
    browser.go(&address).await?;
    // Complete once each callback has been answered.
    let complete = format!(
        "const text = document.querySelector('main')?.innerText ?? 'not accepted yet'; \
         return document.querySelector('h1').textContent.includes('success') \
             && !text.includes('not accepted yet') && !text.includes('under way') \
             ? {SKELETON} : null"
    );
    let dashboard = browser
        .until_script("see the payment's log", &complete)
        .await?;
    // A callback and the customer's return may meet in either order in the log.
    pages.push(in_order(&dashboard));
    Ok(pages)
}

/// The elements of a page, each as often as it is there, whatever their order.
fn in_order(page: &Value) -> Value {
    let mut lines: Vec<&str> = page.as_str().unwrap_or_default().lines().collect();
    lines.sort_unstable();
    lines.join("\n").into()
}

/// The kinds of elements of a page, each once.
fn kinds(page: &Value) -> BTreeSet<String> {
    let lines = page.as_str().unwrap_or_default().lines();
    lines.map(str::to_owned).collect()
}

/// The kinds of elements of the dashboard's two lists.
async fn lists(browser: &Browser, shop: &Shop) -> Result<[BTreeSet<String>; 2], Failure> {
    let mut found = [BTreeSet::new(), BTreeSet::new()];
    for (place, heading) in ["Payments", "Operations"].into_iter().enumerate() {
        let section = heading.to_lowercase();
        let address = format!("{}/dashboard/{section}", shop.sandbox.uri());
        browser.go(&address).await?;
        found[place] = kinds(&skeleton(browser, heading).await?);
        nothing_ran(browser, heading).await?;
    }
    Ok(found)
}

#[tokio::test]
async fn payment_page_and_the_bank_show_hostile_texts_as_texts() -> Outcome {
    let Some(browser) = watched("hostile_pages").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let harmless = ["order 1", "Two cups", "customer-42", "u_customer"];
    let expected = pages_of_a_payment(&browser, &shop, harmless).await?;
    let expected_lists = lists(&browser, &shop).await?;
    // A semicolon separates what is signed, so no signer takes it.
    let payloads: Vec<String> = payloads::all();
    let (refused, taken): (Vec<&String>, Vec<&String>) =
        payloads.iter().partition(|payload| payload.contains(';'));
    assert!(taken.len() >= 300, "{}", taken.len());
    for four in taken.chunks(4) {
        let text = |place: usize| four[place % four.len()].as_str();
        let texts = [text(0), text(1), text(2), text(3)];
        let pages = pages_of_a_payment(&browser, &shop, texts).await?;
        assert_eq!(pages, expected, "with {texts:?}");
        nothing_ran(&browser, &format!("{texts:?}")).await?;
    }
    browser.picture("last").await?;
    for (list, expected) in lists(&browser, &shop).await?.iter().zip(&expected_lists) {
        // Long lists have links to their other pages as well.
        let new: Vec<&String> = list.difference(expected).collect();
        let of_paging =
            |line: &&String| line.starts_with("NAV ") || line.starts_with("A class href=http:");
        assert!(new.iter().all(of_paging), "{new:#?}");
    }
    browser.picture("lists").await?;

    // Pages that refuse an opening tell the names of what is wrong.
    let mut refusals = Vec::new();
    for payload in refused.iter().chain(&taken[..60]) {
        let text = encoded(payload);
        let address = format!(
            "{}/payment?project_id={PROJECT}&payment_id={text}&payment_currency={text}&{text}=1\
             &signature={text}",
            shop.sandbox.uri()
        );
        browser.go(&address).await?;
        let page = skeleton(&browser, "cannot be opened").await?;
        // The more is wrong, the longer is the list.
        refusals.push(kinds(&page));
        nothing_ran(&browser, payload).await?;
    }
    browser.picture("refused").await?;
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:#?}");
    Ok(())
}

/// As it may stand in a query.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn pages_of_the_hand_off_show_hostile_texts_as_texts() -> Outcome {
    let Some(browser) = watched("hostile_handoff").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let payloads = payloads::all();
    let options = PageOptions::new(Nonce::from_random_bytes([7; 16]));

    // A form carries every text to the provider as it is.
    let mut data = RedirectData::new("POST", shop.chain());
    for (place, payload) in payloads.iter().enumerate() {
        data.body
            .insert(format!("p{place}"), Json::from(payload.as_str()));
    }
    let page = NextStep::from_redirect(&data)?
        .response(&options)
        .expect("a form");
    browser.go(&shop.put_handoff("form", page)).await?;
    browser.heading("Back in the shop: chain").await?;
    nothing_ran(&browser, "a form").await?;
    let posted: Vec<String> = shop.posted().into_iter().map(|(_, text)| text).collect();
    assert_eq!(posted, payloads);

    // A page with a code shows them as titles and texts.
    let code = DisplayItem::new(DisplayKind::QrData, "QR code", "https://example.com/pay");
    let items = payloads.iter().map(|payload| {
        DisplayItem::new(
            DisplayKind::AdditionalInformation,
            payload.as_str(),
            payload.as_str(),
        )
    });
    let items: Vec<DisplayItem> = [code].into_iter().chain(items).collect();
    let step = NextStep::from_display(&items)?.expect("a step");
    let page = step.response(&options).expect("a page with a code");
    browser.go(&shop.put_handoff("code", page)).await?;
    shows_all(&browser, &payloads).await?;

    // So does the instruction.
    let mut instruction =
        AlfaClickInstruction::new(Logo::from_url("http://127.0.0.1:9/no-logo.png")?);
    for payload in &payloads {
        instruction = instruction.detail(payload.as_str(), payload.as_str());
    }
    let page = instruction.page(&options).into();
    browser.go(&shop.put_handoff("instruction", page)).await?;
    shows_all(&browser, &payloads).await?;
    Ok(())
}

/// Each title and each text of the page's list is a payload, letter by letter, and nothing ran.
async fn shows_all(browser: &Browser, payloads: &[String]) -> Outcome {
    let list = "return [...document.querySelectorAll('dt, dd')].map((one) => one.textContent)";
    let shown = browser.until_script("see the list", list).await?;
    let expected: Vec<&String> = payloads
        .iter()
        .flat_map(|payload| [payload, payload])
        .collect();
    assert_eq!(shown, serde_json::json!(expected));
    browser.picture("list").await?;
    nothing_ran(browser, "a list").await
}

#[tokio::test]
async fn the_probe_sees_what_runs() -> Outcome {
    let Some(browser) = watched("hostile_probe").await? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    for payload in payloads::all()
        .iter()
        .filter(|payload| payload.starts_with("<i"))
    {
        browser
            .go(&shop.put("bad", crate::support::shop::shop_page(payload, "")))
            .await?;
        browser
            .until_script("load", "return document.readyState === 'complete'")
            .await?;
        let complaints = browser.complaints().await?;
        let ran = complaints
            .iter()
            .any(|complaint| complaint.contains("a payload ran"));
        assert!(ran, "{payload} ran unseen: {complaints:?}");
    }
    Ok(())
}
