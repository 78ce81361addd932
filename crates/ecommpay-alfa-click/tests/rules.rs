//! Every rule of the method, kept and broken.

#[path = "../../ecommpay-gate/tests/support/mod.rs"]
mod support;

use ecommpay_alfa_click::{CAPABILITIES, Refund, Sale};
use ecommpay_gate::{Customer, Operation, OperationKind, RefundOptions, SaleOptions};
use ecommpay_model::{
    AccountNumber, Country, Currency, CustomerId, Description, InvalidValue, IpAddress, Money,
    PaymentId, Phone, WebUrl,
};
use serde_json::json;
use support::{TestResult, merchant, refused, signed};

fn customer() -> Result<Customer, InvalidValue> {
    Ok(Customer::new(
        CustomerId::new("customer123")?,
        IpAddress::new("192.0.2.0")?,
    ))
}

fn sale_to(customer: Customer, minor: i64, currency: Currency) -> Result<Sale, InvalidValue> {
    let login = AccountNumber::new("account_1")?;
    Ok(Sale::new(
        PaymentId::new("pay_1")?,
        Money::new(minor, currency)?,
        customer,
        login,
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
fn the_four_currencies_and_no_other() -> TestResult {
    let merchant = merchant(1)?;
    for code in ["EUR", "KZT", "RUB", "USD"] {
        sale_to(customer()?, 100, Currency::new(code)?)?.prepare(&merchant)?;
    }
    let foreign = sale_to(customer()?, 100, Currency::INR)?;
    let (field, text) = refused(&foreign, &merchant)?;
    assert_eq!(field, "payment.currency");
    assert!(
        text.contains("the method takes EUR, KZT, RUB, USD, not INR"),
        "{text}"
    );
    foreign.without_currency_list().prepare(&merchant)?;
    Ok(())
}

#[test]
fn one_rouble_is_the_least() -> TestResult {
    let merchant = merchant(1)?;
    sale_to(customer()?, 100, Currency::RUB)?.prepare(&merchant)?;
    sale_to(customer()?, Money::MAX_MINOR, Currency::RUB)?.prepare(&merchant)?;
    sale_to(customer()?, 1, Currency::EUR)?.prepare(&merchant)?;
    let little = sale_to(customer()?, 99, Currency::RUB)?;
    let (field, text) = refused(&little, &merchant)?;
    assert_eq!(field, "payment.amount");
    assert!(text.contains("below the minimum of 1.00 RUB"), "{text}");
    little.without_amount_limits().prepare(&merchant)?;
    Ok(())
}

#[test]
fn customers_from_kazakhstan_need_a_phone() -> TestResult {
    let merchant = merchant(1)?;
    let from_kazakhstan = customer()?.country(Country::KZ);
    let sale = sale_to(from_kazakhstan.clone(), 100, Currency::KZT)?;
    let (field, text) = refused(&sale, &merchant)?;
    assert_eq!(field, "customer.phone");
    assert_eq!(
        text,
        "customer.phone: is required for customers from Kazakhstan \
         (if your project needs none, call without_phone_for_kazakhstan())"
    );
    sale.without_phone_for_kazakhstan().prepare(&merchant)?;
    let with_phone = from_kazakhstan.phone(Phone::new("77011234567")?);
    let (body, _) = signed(&sale_to(with_phone, 100, Currency::KZT)?, &merchant)?;
    assert_eq!(body["customer"]["phone"], "77011234567");
    for other in [customer()?.country(Country::RU), customer()?] {
        sale_to(other, 100, Currency::KZT)?.prepare(&merchant)?;
    }
    Ok(())
}

#[test]
fn waivers_and_options_keep_each_other() -> TestResult {
    let sale = sale_to(customer()?.country(Country::KZ), 1, Currency::RUB)?
        .without_phone_for_kazakhstan()
        .without_amount_limits()
        .without_currency_list()
        .with(SaleOptions::new().success_url(WebUrl::new("https://shop.example/ok")?));
    let (body, _) = signed(&sale, &merchant(1)?)?;
    assert_eq!(
        body["return_url"],
        json!({"success": "https://shop.example/ok"})
    );
    Ok(())
}

#[test]
fn the_login_can_not_be_an_extra_member() -> TestResult {
    let options = SaleOptions::new().extra("customer.account_id", "other");
    let sale = sale_to(customer()?, 100, Currency::RUB)?.with(options);
    assert_eq!(refused(&sale, &merchant(1)?)?.0, "customer.account_id");
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
fn a_partial_refund_has_amount_and_currency_and_never_one_of_them() -> TestResult {
    let merchant = merchant(1)?;
    let (body, _) = signed(&partial(400, Currency::RUB)?, &merchant)?;
    assert_eq!(
        (&body["payment"]["amount"], &body["payment"]["currency"]),
        (&json!(400), &json!("RUB"))
    );
    for member in ["payment.amount", "payment.currency"] {
        let full = Refund::full(
            PaymentId::new("pay_1")?,
            Description::new("came back")?,
            IpAddress::new("192.0.2.0")?,
        )
        .with(RefundOptions::new().extra(member, "RUB"));
        assert_eq!(refused(&full, &merchant)?.0, member);
    }
    Ok(())
}

#[test]
fn a_refund_of_nothing_or_in_a_foreign_currency_is_refused() -> TestResult {
    let merchant = merchant(1)?;
    assert_eq!(
        refused(&partial(0, Currency::RUB)?, &merchant)?.0,
        "payment.amount"
    );
    let foreign = partial(400, Currency::CNY)?;
    assert_eq!(refused(&foreign, &merchant)?.0, "payment.currency");
    foreign.without_currency_list().prepare(&merchant)?;
    Ok(())
}

#[test]
fn kinds_and_acknowledgements() -> TestResult {
    let merchant = merchant(1)?;
    let acknowledged =
        br#"{"status":"success","request_id":"r_1","project_id":1,"payment_id":"pay_1"}"#;
    let sale = sale_to(customer()?, 100, Currency::RUB)?;
    assert_eq!(sale.kind(), OperationKind::Sale);
    assert_eq!(sale.payment_id().map(PaymentId::as_str), Some("pay_1"));
    assert_eq!(
        sale.decode(&merchant, 200, acknowledged)?
            .request_id()
            .as_str(),
        "r_1"
    );
    let refund = partial(400, Currency::RUB)?;
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
fn capabilities_are_those_of_the_seed() -> TestResult {
    support::assert_capabilities("alfa-click", &CAPABILITIES)
}
