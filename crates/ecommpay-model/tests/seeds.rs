//! The seeds' examples of callbacks and hand-off data, read whole and written back alike.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use std::fs;
use std::path::Path;

use ecommpay_model::callback::CallbackBody;
use ecommpay_model::{
    DisplayKind, EndpointId, MethodCode, Money, OperationStatus, OperationType, PaymentStatus,
    PaymentType,
};
use serde_json::Value;

/// The seed examples whose name contains `part`: name and text.
fn seeds(part: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/seed-examples");
    let mut seeds: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| name.contains(part))
        .map(|(name, path)| (name, fs::read_to_string(path).unwrap()))
        .collect();
    seeds.sort();
    seeds
}

/// Reads a callback and expects that it writes exactly the same document.
fn assert_kept(name: &str, text: &str) -> CallbackBody {
    let body: CallbackBody = serde_json::from_str(text).unwrap();
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), expected, "{name}");
    body
}

#[test]
fn callbacks_of_the_seeds_are_read_whole_and_written_back_alike() {
    let seeds = seeds("-callback-");
    assert_eq!(seeds.len(), 10);
    for (name, text) in seeds {
        let body = assert_kept(&name, &text);
        assert_eq!(body.unread(), [""; 0], "{name}");
        assert!(body.other.is_empty(), "{name}");
        assert!(body.payment.other.is_empty(), "{name}");
        let operation = body.operation.as_ref().unwrap();
        assert!(operation.other.is_empty(), "{name}");
        assert!(
            operation
                .provider
                .as_ref()
                .is_none_or(|p| p.other.is_empty()),
            "{name}"
        );
        assert_eq!(body.payment.kind, Some(PaymentType::Purchase), "{name}");
        assert!(operation.code.as_ref().unwrap().known().is_some(), "{name}");
        assert!(body.payment.date.unwrap().timestamp().is_some(), "{name}");
    }
}

#[test]
fn what_the_seeds_say_is_what_is_read() {
    for (name, method, payment, operation, kind, money, code) in [
        (
            "alipay-callback-sale-success",
            "alipay",
            "success",
            "success",
            "sale",
            (1000, "CNY"),
            "0",
        ),
        (
            "alipay-callback-sale-decline",
            "alipay",
            "decline",
            "decline",
            "sale",
            (10_000, "CNY"),
            "20105",
        ),
        (
            "alfa-click-callback-sale-decline",
            "alfa-click",
            "decline",
            "decline",
            "sale",
            (10_000, "RUB"),
            "20105",
        ),
        (
            "alfa-click-callback-refund-success",
            "alfa-click",
            "partially refunded",
            "success",
            "refund",
            (50_000, "RUB"),
            "0",
        ),
        (
            "alfa-click-callback-refund-decline",
            "alfa-click",
            "success",
            "decline",
            "refund",
            (50_000, "RUB"),
            "3283",
        ),
        (
            "wallet-partner-callback-sale-success",
            "wallet-partner",
            "success",
            "success",
            "sale",
            (15_000, "INR"),
            "0",
        ),
        (
            "wallet-partner-callback-refund-success",
            "wallet-partner",
            "refunded",
            "success",
            "refund",
            (0, "INR"),
            "0",
        ),
        (
            "wallet-partner-callback-refund-decline",
            "wallet-partner",
            "success",
            "decline",
            "refund",
            (35_000, "INR"),
            "3283",
        ),
    ] {
        let (_, text) = seeds(name).remove(0);
        let body: CallbackBody = serde_json::from_str(&text).unwrap();
        let seen = body.operation.unwrap();
        assert_eq!(
            body.payment.method,
            Some(MethodCode::from(method)),
            "{name}"
        );
        assert_eq!(
            body.payment.status,
            Some(PaymentStatus::from(payment)),
            "{name}"
        );
        assert_eq!(
            seen.status,
            Some(OperationStatus::from(operation)),
            "{name}"
        );
        assert_eq!(seen.kind, Some(OperationType::from(kind)), "{name}");
        let expected = Money::new(money.0, money.1.parse().unwrap()).ok();
        assert_eq!(body.payment.sum.unwrap().money(), expected, "{name}");
        assert_eq!(seen.code.unwrap().as_str(), code, "{name}");
    }
}

#[test]
fn the_damaged_and_the_lean_seeds_lack_what_they_lack() {
    let read = |name| serde_json::from_str::<CallbackBody>(&seeds(name)[0].1).unwrap();
    let damaged = read("alipay-callback-sale-decline");
    assert_eq!((damaged.project_id, damaged.customer), (None, None));
    let lean = read("wallet-partner-callback-refund-decline");
    assert!(lean.operation.unwrap().provider.is_none());
    assert_eq!(
        lean.payment.merchant_refund_id.unwrap().as_str(),
        "TEST_554863"
    );
    let sale = read("alfa-click-callback-sale-success");
    assert_eq!(sale.account.unwrap().number.unwrap().as_str(), "account1");
    let provider = sale.operation.unwrap().provider.unwrap();
    assert_eq!(
        provider.endpoint_id,
        Some(EndpointId::Name("alfabank".to_owned()))
    );
    assert_eq!(provider.id, Some(1310));
}

#[test]
fn hand_off_data_of_the_seeds_is_read_and_written_back_alike() {
    for (name, text) in seeds("-redirect-data") {
        let body = assert_kept(&name, &text);
        let data = body.redirect_data.unwrap();
        assert!(data.url.unwrap().as_str().starts_with("https://"), "{name}");
        let (method, members) = match name.as_str() {
            "alipay-redirect-data" => ("POST", 9),
            "alfa-click-redirect-data" => ("GET", 1),
            _ => ("POST", 0),
        };
        assert_eq!(data.method.as_deref(), Some(method), "{name}");
        assert_eq!(data.body.len(), members, "{name}");
    }
    let (name, text) = seeds("-display-data").remove(0);
    let body = assert_kept(&name, &text);
    let [code, validity] = body.display_data.as_slice() else {
        panic!("two pieces")
    };
    assert_eq!(code.kind, Some(DisplayKind::QrData));
    assert_eq!(
        code.data.as_ref().unwrap().as_str(),
        "weixin://wxpay/bizpayurl?pr=dMrSpJG"
    );
    assert_eq!(validity.title.as_deref(), Some("QR Code Timeout"));
    assert_eq!(validity.data.as_ref().unwrap().as_str(), "600");
}
