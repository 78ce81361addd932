//! The hand-off data printed in the seeds, and what browsers are made to do with it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use ecommpay_handoff::{
    HandoffError, NextStep, Nonce, PageLanguage, PageOptions, PlainHttp, Qr, Validity,
};
use ecommpay_model::CallbackBody;
use serde_json::{Value, json};

fn fixture(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/seed-examples/");
    let text = std::fs::read_to_string(format!("{folder}{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A callback around the members of a printed fragment.
fn callback(fragment: Value, status: &str) -> CallbackBody {
    let mut body = json!({"payment": {"id": "580", "status": status}});
    body.as_object_mut()
        .unwrap()
        .extend(fragment.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

fn step(fragment: Value) -> NextStep {
    NextStep::from_callback(&callback(fragment, "awaiting redirect result"))
        .unwrap()
        .unwrap()
}

fn redirect(data: Value) -> Result<NextStep, HandoffError> {
    NextStep::from_redirect(&serde_json::from_value(data).unwrap())
}

fn display(items: Value) -> Result<Option<NextStep>, HandoffError> {
    let items: Vec<_> = serde_json::from_value(items).unwrap();
    NextStep::from_display(&items)
}

fn options() -> PageOptions {
    PageOptions::new(Nonce::from_random_bytes([3; 16]))
}

#[test]
fn alfa_click_is_a_redirect_with_both_parameters() {
    let NextStep::Redirect(redirect) = step(fixture("alfa-click-redirect-data")) else {
        panic!("a GET is a redirect")
    };
    assert_eq!(
        redirect.location(),
        "https://alfa-click.ru/checkout/payments/?orderId=2540-a000-1fc&redirectType=redirect"
    );
    assert_eq!(redirect.site(), "alfa-click.ru");
    let response = NextStep::Redirect(redirect.clone())
        .response(&options())
        .unwrap();
    assert_eq!(response.status(), 303);
    let location = response
        .headers()
        .find(|(name, _)| *name == "location")
        .unwrap()
        .1;
    assert_eq!(location, redirect.location());
}

#[test]
fn alipay_is_a_form_with_every_member_in_order() {
    let NextStep::Form(form) = step(fixture("alipay-redirect-data")) else {
        panic!("a POST is a form")
    };
    assert_eq!(
        form.action(),
        "https://example.com:443/payment/otoSoft/v3/h5.html"
    );
    assert_eq!(form.site(), "example.com");
    // serde_json sorts the members of its own values, so the order is read from the text below.
    let fields: Vec<(&str, &str)> = form
        .fields()
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    assert_eq!(fields.len(), 9);
    assert!(fields.contains(&("amount", "13.00")));
    assert!(fields.contains(&("return_url", "https://example.com/process/wsid=njf2h9cd3")));
    let response = NextStep::Form(form.clone()).response(&options()).unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.body().contains("name=\"signType\" value=\"RSA\""));
    assert!(
        response
            .headers()
            .any(|(name, _)| name == "content-security-policy")
    );
}

#[test]
fn members_keep_the_order_of_the_callback() {
    let text = r#"{"method": "post", "url": "https://a.example/", "body": {"z": "1", "a": "2", "m": "3"}}"#;
    let NextStep::Form(form) =
        NextStep::from_redirect(&serde_json::from_str(text).unwrap()).unwrap()
    else {
        panic!("methods are compared without case")
    };
    let names: Vec<&str> = form
        .fields()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["z", "a", "m"]);
}

#[test]
fn wallet_partner_is_a_form_without_fields() {
    let NextStep::Form(form) = step(fixture("wallet-partner-redirect-data")) else {
        panic!("a POST is a form")
    };
    assert_eq!(
        form.action(),
        "https://test.cashfree.com/billpay/order/example123"
    );
    assert!(form.fields().is_empty());
}

#[test]
fn an_empty_body_is_written_as_a_list_too() {
    for body in [json!([]), json!({}), json!(null)] {
        let data = json!({"method": "GET", "url": "https://a.example/p", "body": body});
        let Ok(NextStep::Redirect(redirect)) = redirect(data) else {
            panic!("a redirect")
        };
        assert_eq!(redirect.location(), "https://a.example/p");
    }
}

#[test]
fn members_go_behind_the_query_and_before_the_fragment() {
    for (url, location) in [
        (
            "https://a.example/p",
            "https://a.example/p?k=a%26b%3D+%D0%B6",
        ),
        (
            "https://a.example/p?",
            "https://a.example/p?k=a%26b%3D+%D0%B6",
        ),
        (
            "https://a.example/p?x=%41+1#top",
            "https://a.example/p?x=%41+1&k=a%26b%3D+%D0%B6#top",
        ),
        (
            "https://a.example/#top",
            "https://a.example/?k=a%26b%3D+%D0%B6#top",
        ),
        (
            "https://a.example?k=1",
            "https://a.example/?k=1&k=a%26b%3D+%D0%B6",
        ),
    ] {
        let data = json!({"method": "GET", "url": url, "body": {"k": "a&b= ж"}});
        let Ok(NextStep::Redirect(redirect)) = redirect(data) else {
            panic!("a redirect")
        };
        assert_eq!(redirect.location(), location, "{url}");
    }
}

#[test]
fn scalars_are_written_as_text() {
    let text = r#"{"method": "POST", "url": "https://a.example/", "body": {"s": "13.00", "i": 13,
        "n": -1, "u": 18446744073709551615, "d": 13.0, "t": true, "f": false, "e": null}}"#;
    let Ok(NextStep::Form(form)) = NextStep::from_redirect(&serde_json::from_str(text).unwrap())
    else {
        panic!("a form")
    };
    let texts: Vec<&str> = form
        .fields()
        .iter()
        .map(|(_, text)| text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "13.00",
            "13",
            "-1",
            "18446744073709551615",
            "13.0",
            "1",
            "0",
            ""
        ]
    );
}

#[test]
fn what_no_form_can_carry_is_refused_by_name() {
    let refused = |data: Value| redirect(data).unwrap_err().to_string();
    let with_body =
        |body: Value| json!({"method": "POST", "url": "https://a.example/", "body": body});
    assert_eq!(
        refused(with_body(json!({"a": {"b": 1}}))),
        "redirect_data.body must hold texts and numbers only, member 0 is an object"
    );
    assert_eq!(
        refused(with_body(json!({"a": []}))),
        "redirect_data.body must hold texts and numbers only, member 0 is an array"
    );
    assert_eq!(
        refused(with_body(json!(["a"]))),
        "redirect_data.body must be an object or empty, it is an array"
    );
    assert!(refused(with_body(json!({"": "a"}))).starts_with("redirect_data.body: form field 0"));
    assert_eq!(
        refused(json!({"method": "PUT", "url": "https://a.example/"})),
        "redirect_data.method must be GET or POST, it has 3 characters"
    );
    assert_eq!(
        refused(json!({"method": "GET", "url": "javascript:alert(1)"})),
        "redirect_data.url: the address must begin with https:// or http://"
    );
    assert_eq!(
        refused(json!({"method": "GET"})),
        "redirect_data.url: the address must not be empty"
    );
}

#[test]
fn plain_http_needs_a_loopback_host_or_a_named_setting() {
    let data = |url: &str| {
        serde_json::from_value(json!({"method": "GET", "url": url, "body": []})).unwrap()
    };
    assert!(NextStep::from_redirect(&data("http://127.0.0.1:4000/emulator/1")).is_ok());
    let container = data("http://sandbox:4000/emulator/1");
    assert!(NextStep::from_redirect(&container).is_err());
    assert!(NextStep::from_redirect_under(&container, PlainHttp::DangerAnywhere).is_ok());
}

#[test]
fn the_seeds_qr_is_a_text_with_ten_minutes() {
    let NextStep::Qr(step) = step(fixture("alipay-display-data")) else {
        panic!("a QR code")
    };
    let Qr::Text(code) = step.qr() else {
        panic!("qr_data is a text")
    };
    assert_eq!(code.text(), "weixin://wxpay/bizpayurl?pr=dMrSpJG");
    assert_eq!(step.title(), "QR code");
    assert_eq!(step.valid_for(), Some(Duration::from_secs(600)));
    assert!(step.information().is_empty());

    let page = step.page(&options().language(PageLanguage::Chinese));
    assert!(page.html().contains("data-seconds=\"600\""));
    assert!(page.html().contains("10\u{a0}分"));
    assert!(page.html().contains(&code.svg()));
    let later = step.page_with_remaining(Duration::from_secs(59), &options());
    assert!(later.html().contains("The code is valid for 59\u{a0}s"));
    let over = step.page_with_remaining(Duration::ZERO, &options());
    assert!(over.html().contains("The code is no longer valid"));
}

#[test]
fn an_unreadable_timeout_keeps_the_code_and_its_text() {
    for (data, validity) in [
        (json!("600"), Validity::Lasts(Duration::from_secs(600))),
        (json!(" 0 "), Validity::Lasts(Duration::ZERO)),
        (json!("10 minutes"), Validity::Unreadable),
        (json!("-1"), Validity::Unreadable),
        (json!("99999999999"), Validity::Unreadable),
        (json!(""), Validity::Unreadable),
    ] {
        let items = json!([
            {"type": "add_info", "title": "qr code timeout", "data": data},
            {"type": "qr_data", "title": "", "data": "x"},
        ]);
        let Ok(Some(NextStep::Qr(step))) = display(items) else {
            panic!("a QR code")
        };
        assert_eq!(step.validity(), validity, "{data}");
        let kept = usize::from(validity == Validity::Unreadable);
        assert_eq!(step.information().len(), kept, "{data}");
    }
}

#[test]
fn images_and_their_addresses_are_shown() {
    const GIF: &str = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=";
    let items = json!([
        {"type": "qr_img", "title": "QR", "data": format!("data:image//png;base64,{GIF}")},
        {"type": "add_info", "title": "Amount", "data": "13.00 CNY"},
    ]);
    let Ok(Some(NextStep::Qr(step))) = display(items) else {
        panic!("a QR code")
    };
    let page = step.page(&options());
    assert!(
        page.html()
            .contains(&format!("<img src=\"data:image/gif;base64,{GIF}\""))
    );
    assert!(page.html().contains("<dt>Amount</dt><dd>13.00 CNY</dd>"));
    assert!(page.content_security_policy().contains("; img-src data:;"));
    assert_eq!(step.validity(), Validity::NotStated);

    let items = json!([{"type": "qr_url", "title": "QR", "data": "https://a.example:8443/qr.png"}]);
    let Ok(Some(NextStep::Qr(step))) = display(items) else {
        panic!("a QR code")
    };
    let page = step.page(&options());
    assert!(
        page.html()
            .contains("<img src=\"https://a.example:8443/qr.png\"")
    );
    assert!(
        page.content_security_policy()
            .contains("; img-src https://a.example:8443;")
    );
}

#[test]
fn a_second_qr_object_stands_in_for_one_that_cannot_be_shown() {
    let items = json!([
        {"type": "qr_img", "title": "broken", "data": "PHN2Zy8+"},
        {"type": "qr_data", "title": "text", "data": "x"},
        {"type": "qr_url", "title": "again", "data": "https://a.example/qr.png"},
        {"type": "check_deposit", "title": "t", "data": "d"},
        {"type": "brand_new", "title": "t", "data": "d"},
    ]);
    let Ok(Some(NextStep::Qr(step))) = display(items) else {
        panic!("a QR code")
    };
    assert_eq!(step.title(), "text");
    let others: Vec<&str> = step
        .others()
        .iter()
        .map(|item| item.kind.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(others, ["qr_img", "qr_url", "check_deposit", "brand_new"]);
}

#[test]
fn a_qr_that_cannot_be_shown_names_its_place() {
    let refused = |kind: &str, data: &str| {
        let items = json!([
            {"type": "add_info", "title": "a", "data": "b"},
            {"type": kind, "title": "QR", "data": data},
        ]);
        display(items).unwrap_err().to_string()
    };
    assert_eq!(
        refused("qr_url", "data:image/png;base64,AAAA"),
        "display_data.1.data: the address must begin with https:// or http://"
    );
    assert_eq!(
        refused("qr_img", "PHN2Zy8+"),
        "display_data.1.data: the image must be PNG, JPEG, GIF or WebP by its first bytes"
    );
    assert_eq!(
        refused("qr_data", ""),
        "display_data.1.data: the text must not be empty"
    );
}

#[test]
fn data_without_a_qr_object_is_kept() {
    let items = json!([
        {"type": "add_info", "title": "bank_name", "data": "B"},
        {"type": "verify", "title": "t", "data": "d"},
    ]);
    let Ok(Some(NextStep::Texts(information, others))) = display(items) else {
        panic!("texts")
    };
    assert_eq!(
        (information[0].title(), information[0].text()),
        ("bank_name", "B")
    );
    assert_eq!(others.len(), 1);
    assert_eq!(display(json!([])), Ok(None));
}

#[test]
fn a_final_callback_hands_nobody_over() {
    for status in ["success", "decline", "refunded"] {
        let body = callback(fixture("alfa-click-redirect-data"), status);
        assert_eq!(NextStep::from_callback(&body), Ok(None), "{status}");
    }
    let neither: CallbackBody =
        serde_json::from_value(json!({"payment": {"id": "1", "status": "processing"}})).unwrap();
    assert_eq!(NextStep::from_callback(&neither), Ok(None));
}

#[test]
fn the_old_spelling_is_read_alike() {
    let data = fixture("alfa-click-redirect-data")["redirect_data"].clone();
    let NextStep::Redirect(redirect) = step(json!({"redirectData": data})) else {
        panic!("a redirect")
    };
    assert!(
        redirect
            .location()
            .ends_with("?orderId=2540-a000-1fc&redirectType=redirect")
    );
    let list =
        json!({"redirectData": {"method": "GET", "url": "https://a.example/", "body": ["a"]}});
    let body = callback(list, "awaiting redirect result");
    assert_eq!(
        NextStep::from_callback(&body),
        Err(HandoffError::Body { kind: "an array" })
    );
}

#[test]
fn debug_shows_no_tokens() {
    let shown = [
        step(fixture("alipay-redirect-data")),
        step(fixture("alfa-click-redirect-data")),
        step(fixture("alipay-display-data")),
    ]
    .map(|step| format!("{step:?}"))
    .join(" ");
    for secret in ["29895000000582", "wsid", "2540-a000-1fc", "dMrSpJG"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert!(shown.contains("alfa-click.ru"));
}
