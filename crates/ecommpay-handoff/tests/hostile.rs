//! Whatever a callback holds, the pages keep their shape and lead to web servers only.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../ecommpay-html/tests/scan/mod.rs"]
mod scan;

use std::time::Duration;

use ecommpay_handoff::{
    AlfaClickInstruction, ImageUrl, Logo, NextStep, Nonce, PageLanguage, PageOptions,
};
use ecommpay_model::{DisplayItem, DisplayKind, Json, JsonObject, RedirectData};
use proptest::prelude::*;
use scan::{HOSTILE, Piece, scan, shape, values};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        (
            any::<String>(),
            prop::sample::select(HOSTILE.to_vec()),
            any::<String>()
        )
            .prop_map(|(before, hostile, after)| format!("{before}{hostile}{after}")),
        "[<>\"'&;=/a-z \\-!]{0,40}",
    ]
}

/// Addresses, most of them near the border of what may be let through.
fn address() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec![
        "https://",
        "http://",
        "HTTPS://",
        "javascript:",
        "data:",
        "//",
        "https:",
        "\thttps://",
    ]);
    let host = prop_oneof![
        Just("a.example".to_owned()),
        Just("127.0.0.1".to_owned()),
        text()
    ];
    (scheme, host, text()).prop_map(|(scheme, host, rest)| format!("{scheme}{host}/{rest}"))
}

fn options(language: PageLanguage) -> PageOptions {
    PageOptions::new(Nonce::from_random_bytes([5; 16])).language(language)
}

fn page(step: &NextStep) -> Option<Vec<Piece>> {
    let response = step.response(&options(PageLanguage::English))?;
    (response.status() == 200).then(|| scan(response.body()))
}

fn qr(
    kind: DisplayKind,
    title: &str,
    data: &str,
    information: &[(String, String)],
) -> Option<NextStep> {
    let mut items = vec![
        DisplayItem::new(kind, title, data),
        DisplayItem::new(DisplayKind::AdditionalInformation, "QR Code Timeout", "600"),
    ];
    items.extend(information.iter().map(|(title, text)| {
        DisplayItem::new(
            DisplayKind::AdditionalInformation,
            format!("i{title}"),
            text.as_str(),
        )
    }));
    NextStep::from_display(&items).ok().flatten()
}

fn leads_to_a_web_server(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://127.0.0.1")
}

proptest! {
    #[test]
    fn a_redirect_leads_to_a_web_server_or_nowhere(
        url in address(),
        members in prop::collection::vec((text(), text()), 0..4),
        method in prop::sample::select(vec!["GET", "post"]),
    ) {
        let mut data = RedirectData::new(method, url.as_str());
        data.body = members.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let Ok(step) = NextStep::from_redirect(&data) else { return Ok(()) };
        match &step {
            NextStep::Redirect(redirect) => {
                prop_assert!(redirect.location().is_ascii());
                prop_assert!(!redirect.location().contains(['\r', '\n', ' ', '\0']));
                prop_assert!(leads_to_a_web_server(redirect.location()));
            }
            NextStep::Form(form) => {
                prop_assert_eq!(form.action(), url.as_str());
                prop_assert!(leads_to_a_web_server(form.action()));
                let pieces = page(&step).unwrap();
                prop_assert_eq!(values(&pieces, "form", "action"), [url.as_str()]);
                prop_assert_eq!(values(&pieces, "form", "method"), ["post"]);
                let sent: JsonObject = values(&pieces, "input", "name")
                    .into_iter()
                    .zip(values(&pieces, "input", "value"))
                    .map(|(name, value)| (name.to_owned(), Json::from(value)))
                    .collect();
                prop_assert_eq!(sent, data.body.clone());
            }
            _ => prop_assert!(false, "redirect_data is a redirect or a form"),
        }
    }

    #[test]
    fn a_qr_page_keeps_its_shape(
        title in text(),
        data in "[ -~]{1,80}",
        information in prop::collection::vec((text(), text()), 0..4),
    ) {
        let step = qr(DisplayKind::QrData, &title, &data, &information).unwrap();
        let plain: Vec<_> =
            information.iter().map(|_| ("t".to_owned(), "d".to_owned())).collect();
        let drawn = qr(DisplayKind::QrData, "t", &data, &plain).unwrap();
        let pieces = page(&step).unwrap();
        prop_assert_eq!(shape(&pieces), shape(&page(&drawn).unwrap()));
        for (_, text) in &information {
            let shown = Piece::Text(text.replace('\0', "\u{fffd}"));
            prop_assert!(text.is_empty() || pieces.contains(&shown));
        }
    }

    #[test]
    fn an_image_address_leads_to_a_web_server_or_nowhere(url in address()) {
        let Some(step) = qr(DisplayKind::QrUrl, "t", &url, &[]) else { return Ok(()) };
        let pieces = page(&step).unwrap();
        prop_assert_eq!(values(&pieces, "img", "src"), [url.as_str()]);
        prop_assert!(leads_to_a_web_server(&url));
        let policy = values(&pieces, "meta", "content")[0];
        let sources = policy.rsplit_once("img-src ").unwrap().1;
        prop_assert!(sources.starts_with("http") && !sources.contains([';', ' ', ',', '\'']));
    }

    #[test]
    fn an_instruction_keeps_its_shape(
        details in prop::collection::vec((text(), text()), 0..4),
        url in address(),
    ) {
        let Ok(logo) = Logo::from_url(&url) else { return Ok(()) };
        let with = |logo: Logo, details: &[(String, String)]| {
            let instruction = details.iter().fold(
                AlfaClickInstruction::new(logo),
                |instruction, (title, text)| instruction.detail(format!("d{title}"), format!("t{text}")),
            );
            scan(instruction.page(&options(PageLanguage::Russian)).html())
        };
        let plain: Vec<_> = details.iter().map(|_| (String::new(), String::new())).collect();
        let pieces = with(logo, &details);
        let benign = with(Logo::from_url("https://a.example/logo.svg").unwrap(), &plain);
        prop_assert_eq!(shape(&pieces), shape(&benign));
        prop_assert_eq!(values(&pieces, "img", "src"), [url.as_str()]);
    }
}

#[test]
fn every_page_reads_as_html_in_every_language() {
    let logo = || Logo::from_url("https://shop.example/alfa-click.svg").unwrap();
    let instruction = AlfaClickInstruction::new(logo())
        .detail("Order", "X03936")
        .return_address("https://shop.example/orders/X03936")
        .unwrap();
    let Some(NextStep::Qr(step)) = qr(DisplayKind::QrData, "QR", "x", &[]) else {
        unreachable!("qr_data is a QR code")
    };
    for language in [
        PageLanguage::English,
        PageLanguage::Russian,
        PageLanguage::Chinese,
    ] {
        let pieces = scan(instruction.page(&options(language)).html());
        assert_eq!(
            values(&pieces, "a", "href"),
            ["https://shop.example/orders/X03936"]
        );
        let spoken = values(&pieces, "html", "lang")[0];
        assert_eq!(
            spoken,
            if language == PageLanguage::Russian {
                "ru"
            } else {
                "en"
            }
        );
        scan(
            step.page_with_remaining(Duration::from_secs(90), &options(language))
                .html(),
        );
    }
}

#[test]
fn addresses_of_images_are_compared_as_text() {
    let url = |text| match Logo::from_url(text) {
        Ok(Logo::Url(url)) => Some(url),
        _ => None,
    };
    assert_eq!(
        url("https://a.example/l.svg")
            .as_ref()
            .map(ImageUrl::as_str),
        Some("https://a.example/l.svg")
    );
    assert_eq!(url("javascript:alert(1)"), None);
}
