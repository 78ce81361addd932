//! Every rule of the method, kept and broken.

#[path = "../../ecommpay-gate/tests/support/mod.rs"]
mod support;

use ecommpay_alipay::{CAPABILITIES, Refund, Sale};
use ecommpay_gate::{Customer, Operation, OperationKind, RefundOptions, SaleOptions};
use ecommpay_model::{
    Currency, CustomerId, Description, InvalidValue, IpAddress, MerchantRefundId, Money, PaymentId,
    WebUrl,
};
use serde_json::json;
use support::{TestResult, merchant, refused, signed};

fn sale(minor: i64, currency: Currency) -> Result<Sale, InvalidValue> {
    let customer = Customer::new(CustomerId::new("123")?, IpAddress::new("192.0.2.0")?);
    let back = WebUrl::new("https://shop.example/return")?;
    Ok(Sale::new(
        PaymentId::new("pay_1")?,
        Money::new(minor, currency)?,
        customer,
        back,
    ))
}

fn partial(minor: i64, currency: Currency) -> Result<Refund, InvalidValue> {
    Ok(Refund::partial(
        PaymentId::new("pay_1")?,
        Description::new("came back")?,
        IpAddress::new("192.0.2.0")?,
        Money::new(minor, currency)?,
    ))
}

#[test]
fn a_sale_needs_nothing_but_its_constructor() -> TestResult {
    let (body, _) = signed(&sale(1000, Currency::CNY)?, &merchant(1)?)?;
    assert_eq!(
        body,
        json!({
            "general": {"project_id": 1, "payment_id": "pay_1"},
            "customer": {"id": "123", "ip_address": "192.0.2.0"},
            "payment": {"amount": 1000, "currency": "CNY"},
            "return_url": {"return": "https://shop.example/return"},
        })
    );
    Ok(())
}

#[test]
fn the_nine_currencies_and_no_other() -> TestResult {
    let merchant = merchant(1)?;
    for code in [
        "AUD", "CAD", "CNY", "EUR", "GBP", "HKD", "JPY", "SGD", "USD",
    ] {
        sale(1000, Currency::new(code)?)?.prepare(&merchant)?;
    }
    let (field, text) = refused(&sale(1000, Currency::RUB)?, &merchant)?;
    assert_eq!(field, "payment.currency");
    assert_eq!(
        text,
        "payment.currency: the method takes AUD, CAD, CNY, EUR, GBP, HKD, JPY, SGD, USD, not RUB \
         (if your project does, call without_currency_list())"
    );
    sale(1000, Currency::RUB)?
        .without_currency_list()
        .prepare(&merchant)?;
    Ok(())
}

#[test]
fn the_limits_of_both_currencies_that_have_some() -> TestResult {
    let merchant = merchant(1)?;
    for (least, most, currency) in [
        (1_000, Some(500_000), Currency::CNY),
        (100, None, Currency::USD),
    ] {
        sale(least, currency)?.prepare(&merchant)?;
        let (field, text) = refused(&sale(least - 1, currency)?, &merchant)?;
        assert_eq!(field, "payment.amount");
        assert!(text.contains("below the minimum of"), "{text}");
        sale(least - 1, currency)?
            .without_amount_limits()
            .prepare(&merchant)?;
        if let Some(most) = most {
            sale(most, currency)?.prepare(&merchant)?;
            let (field, text) = refused(&sale(most + 1, currency)?, &merchant)?;
            assert_eq!(field, "payment.amount");
            assert_eq!(
                text,
                "payment.amount: is above the maximum of 5000.00 CNY \
                 (if your project has another, call without_amount_limits())"
            );
            sale(most + 1, currency)?
                .without_amount_limits()
                .prepare(&merchant)?;
        }
    }
    sale(Money::MAX_MINOR, Currency::USD)?.prepare(&merchant)?;
    sale(1, Currency::JPY)?.prepare(&merchant)?;
    Ok(())
}

#[test]
fn nothing_is_no_sum_even_without_limits() -> TestResult {
    let nothing = sale(0, Currency::CNY)?.without_amount_limits();
    let (field, _) = refused(&nothing, &merchant(1)?)?;
    assert_eq!(field, "payment.amount");
    let (field, _) = refused(&partial(0, Currency::CNY)?, &merchant(1)?)?;
    assert_eq!(field, "payment.amount");
    Ok(())
}

#[test]
fn a_full_refund_names_no_sum() -> TestResult {
    let refund = Refund::full(
        PaymentId::new("pay_1")?,
        Description::new("came back")?,
        IpAddress::new("192.0.2.0")?,
    );
    let (body, _) = signed(&refund, &merchant(1)?)?;
    assert_eq!(
        body,
        json!({
            "general": {"project_id": 1, "payment_id": "pay_1"},
            "customer": {"ip_address": "192.0.2.0"},
            "payment": {"description": "came back"},
        })
    );
    Ok(())
}

#[test]
fn a_partial_refund_sends_sum_and_currency() -> TestResult {
    let refund = partial(400, Currency::CNY)?
        .with(RefundOptions::new().merchant_refund_id(MerchantRefundId::new("refund-7")?));
    let (body, _) = signed(&refund, &merchant(1)?)?;
    assert_eq!(
        body["payment"],
        json!({"amount": 400, "currency": "CNY", "description": "came back", "merchant_refund_id": "refund-7"})
    );
    Ok(())
}

#[test]
fn a_refund_in_a_foreign_currency_is_refused() -> TestResult {
    let (field, _) = refused(&partial(400, Currency::INR)?, &merchant(1)?)?;
    assert_eq!(field, "payment.currency");
    partial(400, Currency::INR)?
        .without_currency_list()
        .prepare(&merchant(1)?)?;
    Ok(())
}

#[test]
fn extra_members_reach_every_parameter_but_those_of_the_method() -> TestResult {
    let merchant = merchant(1)?;
    let extra =
        sale(1000, Currency::CNY)?.with(SaleOptions::new().extra("customer.browser", "Lynx"));
    assert_eq!(signed(&extra, &merchant)?.0["customer"]["browser"], "Lynx");
    let taken = sale(1000, Currency::CNY)?.with(SaleOptions::new().extra("return_url.return", "x"));
    assert_eq!(refused(&taken, &merchant)?.0, "return_url.return");
    let taken =
        partial(400, Currency::CNY)?.with(RefundOptions::new().extra("payment.amount", 9_i64));
    assert_eq!(refused(&taken, &merchant)?.0, "payment.amount");
    Ok(())
}

#[test]
fn kinds_and_acknowledgements() -> TestResult {
    let merchant = merchant(1)?;
    let acknowledged =
        br#"{"status":"success","request_id":"r_1","project_id":1,"payment_id":"pay_1"}"#;
    let sale = sale(1000, Currency::CNY)?;
    assert_eq!(sale.kind(), OperationKind::Sale);
    assert_eq!(sale.payment_id().map(PaymentId::as_str), Some("pay_1"));
    assert_eq!(
        sale.decode(&merchant, 200, acknowledged)?
            .request_id()
            .as_str(),
        "r_1"
    );
    let refund = partial(400, Currency::CNY)?;
    assert_eq!(refund.kind(), OperationKind::Refund);
    assert_eq!(refund.payment_id().map(PaymentId::as_str), Some("pay_1"));
    assert_eq!(
        refund
            .decode(&merchant, 200, acknowledged)?
            .request_id()
            .as_str(),
        "r_1"
    );
    Ok(())
}

#[test]
fn capabilities_are_those_of_the_seeds() -> TestResult {
    support::assert_capabilities("alipay", &CAPABILITIES)
}
