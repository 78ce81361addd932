//! The ways back to the shop: before, during and after the payment, by where the form is open.

use crate::page_steps::{ALFA, PARTNER, action, buy_by_partner, open, plus, provider};
use crate::support::{Answer, Merchant};

const THANKS: &str = "http://shop.example/thanks";

/// Where the page is open, in the words of the browser library.
const PLACES: [&str; 3] = ["tab", "iframe", "popup"];

fn with_id<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("payment_id", id)];
    all.extend(more);
    plus(&PARTNER, &all)
}

/// What a control to `THANKS` does, in the words of the documented table.
fn effect(page: &Answer) -> &'static str {
    let link = format!("href=\"{THANKS}\"");
    if let Some((_, rest)) = page.body.split_once(&link) {
        let tag = rest.split('>').next().unwrap();
        return match () {
            () if tag.contains("target=\"_parent\"") => "whole page",
            () if tag.contains("target=\"_blank\"") => "new tab",
            () => "here",
        };
    }
    match page.body.contains("data-tell=") {
        true => "events",
        false => "no button",
    }
}

#[tokio::test]
async fn buttons_follow_the_documented_table() {
    let shop = Merchant::new().await;
    let mut number = 0;
    // Mode, switch, and the effect in a page of its own, an iframe, a modal window.
    for (mode, enabled, effects) in [
        ("", "", ["here", "events", "events"]),
        ("iframe", "0", ["no button"; 3]),
        ("iframe", "1", ["here", "events", "events"]),
        ("iframe", "2", ["here", "here", "here"]),
        ("parent_page", "2", ["here", "whole page", "whole page"]),
        ("parent_page", "", ["here", "whole page", "whole page"]),
        ("blank_page", "1", ["new tab", "events", "events"]),
        ("blank_page", "2", ["new tab", "new tab", "new tab"]),
    ] {
        for (place, expected) in PLACES.into_iter().zip(effects) {
            for (result, kind) in [("success", "success"), ("decline", "fail"), ("", "return")] {
                number += 1;
                let id = format!("p{number}");
                let names = ["url", "redirect_mode", "enabled"]
                    .map(|name| format!("merchant_{kind}_{name}"));
                let mut parameters = with_id(&id, &[("frame_mode", place)]);
                parameters.extend(
                    names
                        .iter()
                        .zip([THANKS, mode, enabled])
                        .filter(|(_, value)| !value.is_empty())
                        .map(|(name, value)| (name.as_str(), value)),
                );
                if result == "decline" {
                    parameters.retain(|(name, _)| *name != "payment_amount");
                    parameters.push(("payment_amount", "40000"));
                }
                // `frame_mode` is added after signing.
                let page = match result {
                    "" => open_in(&shop, &parameters).await,
                    _ => {
                        let session = action(&open_in(&shop, &parameters).await);
                        let page = shop.form(&session, &[("method", "wallet-partner")]).await;
                        let emulator = provider(&shop, &page);
                        shop.form(&emulator, &[("result", result)]).await;
                        shop.advance(crate::support::A_SECOND).await;
                        shop.page(&session).await
                    }
                };
                let case = format!("{kind} {place} mode={mode} enabled={enabled}");
                assert_eq!(effect(&page), expected, "{case}");
                let word = if kind == "return" { "destroy" } else { "exit" };
                if expected == "events" {
                    assert!(
                        page.body.contains(&format!("data-tell=\"epframe.{word}\"")),
                        "{case}"
                    );
                }
            }
        }
    }
}

async fn open_in(shop: &Merchant, parameters: &[(&str, &str)]) -> Answer {
    let page = open(shop, parameters).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

#[tokio::test]
async fn automatic_redirects_follow_their_mode() {
    let shop = Merchant::new().await;
    let mut number = 0;
    for (mode, ways) in [
        ("", ["303", "here", "here"]),
        ("iframe", ["303", "here", "here"]),
        ("parent_page", ["303", "whole_page", "whole_page"]),
        ("blank_page", ["new_tab", "new_tab", "new_tab"]),
    ] {
        for (place, expected) in PLACES.into_iter().zip(ways) {
            number += 1;
            let id = format!("a{number}");
            let mut parameters = with_id(
                &id,
                &[("frame_mode", place), ("redirect_success_url", THANKS)],
            );
            if !mode.is_empty() {
                parameters.push(("redirect_success_mode", mode));
            }
            let session = buy_by_partner(&shop, &parameters, "success").await;
            let page = shop.page(&session).await;
            let case = format!("{place} mode={mode}");
            if expected == "303" {
                assert_eq!(page.location.as_deref(), Some(THANKS), "{case}");
                continue;
            }
            assert_eq!(page.status, 200, "{case}");
            let follow = format!("data-follow=\"{expected}\"");
            assert!(page.body.contains(&follow), "{case}: {}", page.body);
            assert!(page.body.contains("The payment was successful."), "{case}");
            assert!(
                page.body.contains(&format!("href=\"{THANKS}\"")),
                "works without a script"
            );
        }
    }
}

#[tokio::test]
async fn success_and_fail_have_addresses_of_their_own() {
    let shop = Merchant::new().await;
    let urls = [
        ("redirect_success_url", "http://shop.example/paid"),
        ("redirect_fail_url", "http://shop.example/failed"),
        ("payment_amount", "40400"),
    ];
    let session = buy_by_partner(&shop, &with_id("f", &urls), "success").await;
    let page = shop.page(&session).await;
    assert_eq!(page.location.as_deref(), Some("http://shop.example/failed"));
    // Nothing is appended, and an app on the phone can be the shop.
    let app = [("redirect_success_url", "shopapp://paid?order=1")];
    let session = buy_by_partner(&shop, &with_id("g", &app), "success").await;
    let page = shop.page(&session).await;
    assert_eq!(page.location.as_deref(), Some("shopapp://paid?order=1"));
}

#[tokio::test]
async fn the_shop_can_be_left_until_the_payment_is_completed() {
    let shop = Merchant::new().await;
    let leave = "href=\"http://shop.example/cart\"";
    let parameters = with_id("l", &[("merchant_return_url", "http://shop.example/cart")]);
    let page = open(&shop, &parameters).await;
    assert!(page.body.contains(leave));
    let session = action(&page);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    assert!(page.body.contains(leave), "on the way to the provider");
    shop.form(&provider(&shop, &page), &[("result", "success")])
        .await;
    assert!(
        shop.page(&session).await.body.contains(leave),
        "while the result is awaited"
    );
    shop.advance(crate::support::A_SECOND).await;
    let page = shop.page(&session).await;
    assert!(page.body.contains("successful") && !page.body.contains(leave));
}

#[tokio::test]
async fn the_provider_leads_back_to_redirect_return_url_before_a_button_is_pressed() {
    let shop = Merchant::new().await;
    let back = [
        ("customer_account_number", "u_customer"),
        ("redirect_return_url", "http://shop.example/checkout"),
    ];
    let session = action(&open(&shop, &plus(&ALFA, &back)).await);
    let away = shop.form(&session, &[("method", "alfa-click")]).await;
    let page = shop.page(&away.location.unwrap()).await;
    let emulator = action(&page);
    let sign_in = [("login", "u_customer"), ("step", "sign_in")];
    let page = shop.form(&emulator, &sign_in).await;
    assert!(page.body.contains("Leave without paying"));
    let left = shop.page(&format!("{emulator}/return")).await;
    assert_eq!(
        left.location.as_deref(),
        Some("http://shop.example/checkout")
    );
    // After a result the way leads to Payment Page, which knows where to go on.
    shop.form(&emulator, &[("result", "success")]).await;
    let back = shop.page(&format!("{emulator}/return")).await;
    assert!(back.location.unwrap().ends_with(&session));
}

#[tokio::test]
async fn without_addresses_there_is_no_control() {
    let shop = Merchant::new().await;
    let session = buy_by_partner(&shop, &PARTNER, "success").await;
    let page = shop.page(&session).await;
    assert!(
        page.body
            .contains("<h1 class=\"good\">The payment was successful.</h1>")
    );
    assert!(!page.body.contains("Return to the shop"));
}
