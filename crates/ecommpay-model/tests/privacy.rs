//! `Debug` of values and bodies never shows personal data, tokens or links.

use ecommpay_model::callback::CallbackBody;
use ecommpay_model::{
    AccountNumber, AccountSecret, CallbackUrl, City, DayOfBirth, Email, IpAddress, Name, Phone,
    PrivateText, Street, WebUrl,
};

/// A text that stands for something personal and must not be seen.
const MARK: &str = "79121234567";

#[test]
fn personal_values_are_redacted_by_type() {
    for shown in [
        format!("{:?}", Phone::new(MARK).unwrap()),
        format!("{:?}", Email::new(format!("{MARK}@example.com")).unwrap()),
        format!("{:?}", Name::new(MARK).unwrap()),
        format!("{:?}", City::new(MARK).unwrap()),
        format!("{:?}", Street::new(MARK).unwrap()),
        format!("{:?}", AccountNumber::new(MARK).unwrap()),
        format!("{:?}", AccountSecret::new(MARK).unwrap()),
        format!("{:?}", PrivateText::from(MARK)),
        format!(
            "{:?}",
            WebUrl::new(format!("https://example.com/{MARK}?t={MARK}")).unwrap()
        ),
        format!(
            "{:?}",
            CallbackUrl::new(format!("https://example.com/#{MARK}")).unwrap()
        ),
    ] {
        assert!(!shown.contains(MARK), "{shown}");
        assert!(shown.contains("[redacted]"), "{shown}");
    }
    let address = format!("{:?}", IpAddress::new("192.0.2.17").unwrap());
    assert!(!address.contains("192"), "{address}");
    let day = format!("{:?}", DayOfBirth::new(1987, 6, 5).unwrap());
    assert!(!day.contains("1987"), "{day}");
}

#[test]
fn a_body_shows_what_helps_and_nothing_personal() {
    let text = r#"{
        "payment": {"id": "order_1", "status": "success"},
        "account": {"number": "MARK", "token": "MARK", "card_holder": "MARK"},
        "customer": {"id": "c", "phone": "MARK", "email": "MARK", "first_name": "MARK",
                     "last_name": "MARK", "ip_address": "MARK", "unknown": ["MARK"]},
        "redirect_data": {"method": "GET", "url": "https://example.com/MARK", "body": {"a": "MARK"}},
        "display_data": [{"type": "qr_data", "title": "QR", "data": "MARK"}],
        "acs": {"md": "MARK", "pa_req": "MARK"},
        "provider_extra_fields": {"a": "MARK"},
        "card": {"number": "MARK"},
        "token": "MARK"
    }"#;
    let body: CallbackBody = serde_json::from_str(&text.replace("MARK", MARK)).unwrap();
    let shown = format!("{body:?}");
    assert!(!shown.contains(MARK), "{shown}");
    assert!(
        shown.contains("order_1") && shown.contains("Success"),
        "{shown}"
    );
    assert!(serde_json::to_string(&body).unwrap().contains(MARK));
}
