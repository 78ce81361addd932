//! Whatever the texts are, the page keeps its shape and a browser reads the texts back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod scan;

use ecommpay_html::{FormFields, FormPage, Framing, Nonce, PageLanguage, PageOptions};
use proptest::prelude::*;
use scan::{HOSTILE, scan, shape, values};

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

/// A text that a form can carry.
fn field() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace('\0', ""))
}

fn options(language: PageLanguage) -> PageOptions {
    PageOptions::new(Nonce::from_random_bytes([5; 16]))
        .language(language)
        .framing(Framing::SameOrigin)
}

fn page(action: &str, destination: &str, fields: &[(String, String)]) -> Vec<scan::Piece> {
    let mut form = FormFields::new();
    for (name, text) in fields {
        form.push(name, text).unwrap();
    }
    let form = FormPage::new(action, form).destination(destination);
    scan(form.page(&options(PageLanguage::Russian)).html())
}

proptest! {
    #[test]
    fn a_form_keeps_its_shape_and_its_texts(
        action in field(),
        destination in text(),
        fields in prop::collection::vec((field(), field()), 0..5),
    ) {
        let fields: Vec<(String, String)> = fields
            .into_iter()
            .map(|(name, text)| (format!("n{name}"), text))
            .collect();
        let pieces = page(&action, &destination, &fields);
        let plain: Vec<_> = fields.iter().map(|_| ("n".to_owned(), "v".to_owned())).collect();
        prop_assert_eq!(shape(&pieces), shape(&page("a", "d", &plain)));

        prop_assert_eq!(values(&pieces, "form", "action"), [action.as_str()]);
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        prop_assert_eq!(values(&pieces, "input", "name"), names);
        let texts: Vec<&str> = fields.iter().map(|(_, text)| text.as_str()).collect();
        prop_assert_eq!(values(&pieces, "input", "value"), texts);
    }
}

#[test]
fn the_policy_inside_the_page_is_that_of_the_header_but_for_framing() {
    let page = FormPage::new("https://a.example/", FormFields::new())
        .page(&options(PageLanguage::English));
    let pieces = scan(page.html());
    let policy = values(&pieces, "meta", "content")[0];
    assert_eq!(
        page.content_security_policy(),
        format!("{policy}; frame-ancestors 'self'")
    );
}

#[test]
fn every_script_and_style_carries_the_nonce() {
    let page = FormPage::new("https://a.example/", FormFields::new())
        .page(&options(PageLanguage::English));
    let pieces = scan(page.html());
    for element in ["script", "style"] {
        assert_eq!(
            values(&pieces, element, "nonce"),
            ["BQUFBQUFBQUFBQUFBQUFBQ=="],
            "{element}"
        );
    }
}
