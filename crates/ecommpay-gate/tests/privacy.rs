//! No personal data and no secret in what programs log.

mod support;

use std::fmt::Debug;

use ecommpay_gate::{
    Account, AdditionalData, Clarification, CodeResend, Customer, IdentityDocument, Operation,
    PaymentStatusQuery, RefundCore, RequestStatusQuery, SaleCore, SaleOptions,
};
use ecommpay_model::{
    AccountNumber, Currency, CustomerId, Description, Email, IpAddress, Money, Name, PaymentId,
    Phone, RequestId, Text255, WebUrl,
};
use support::{TestResult, merchant};

/// Written into every member that holds something private.
const PRIVATE: [&str; 9] = [
    "Mary",
    "Smith",
    "76575657657676",
    "mary@example.com",
    "192.0.2.77",
    "login-77",
    "54122312544",
    "token-77",
    support::SECRET,
];

fn assert_silent(shown: &impl Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        for private in PRIVATE {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
}

fn customer() -> Result<Customer, ecommpay_model::InvalidValue> {
    Ok(
        Customer::new(CustomerId::new("login-77")?, IpAddress::new("192.0.2.77")?)
            .first_name(Name::new("Mary")?)
            .last_name(Name::new("Smith")?)
            .phone(Phone::new("76575657657676")?)
            .email(Email::new("mary@example.com")?)
            .account_id(AccountNumber::new("login-77")?)
            .identity_document(IdentityDocument::new(Text255::new("54122312544")?)),
    )
}

#[test]
fn operations_show_no_personal_data() -> TestResult {
    let payment_id = || PaymentId::new("pay_1");
    let options = SaleOptions::new()
        .account(Account::new(AccountNumber::new("login-77")?).holder(Name::new("Mary")?))
        .return_url(WebUrl::new("https://shop.example/?session=token-77")?)
        .additional_data(AdditionalData::new().set("customer.last_name", "Smith"))
        .extra("customer.browser", "token-77");
    let sale =
        SaleCore::new(payment_id()?, Money::new(1, Currency::CNY)?, customer()?).with(options);
    assert_silent(&sale);
    let refund = RefundCore::full(payment_id()?, &Description::new("asked for by Mary")?)
        .ip_address(IpAddress::new("192.0.2.77")?);
    assert_silent(&refund);
    let answer = AdditionalData::new().set("customer.last_name", "Smith");
    let clarification =
        Clarification::new(payment_id()?, answer).extra("customer.phone", "76575657657676");
    assert_silent(&clarification);
    assert_silent(&CodeResend::new(payment_id()?).extra("customer.phone", "76575657657676"));
    assert_silent(&PaymentStatusQuery::new(payment_id()?).extra("x", "Mary"));
    assert_silent(&RequestStatusQuery::new(RequestId::new("r_1")?));

    let merchant = merchant(1)?;
    assert_silent(&merchant);
    assert_silent(&clarification.prepare(&merchant)?);
    Ok(())
}

#[test]
fn replies_show_no_personal_data() -> TestResult {
    let merchant = merchant(1)?;
    let query = PaymentStatusQuery::new(PaymentId::new("pay_1")?);
    for (status, body) in [
        (
            400,
            &br#"{"status":"error","code":"2004","message":"Mary Smith, 192.0.2.77"}"#[..],
        ),
        (
            400,
            br#"{"errors":[{"field":"customer.phone","message":"76575657657676"}]}"#,
        ),
        (
            200,
            br#"{"project_id":1,"customer":{"phone":"76575657657676"},"signature":"token-77"}"#,
        ),
        (502, b"<html>mary@example.com</html>"),
        (500, br#"{"message":"mary@example.com"#),
    ] {
        let error = query.decode(&merchant, status, body).err().ok_or("taken")?;
        assert_silent(&error);
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            text.push_str(&error.to_string());
            cause = error.source();
        }
        assert_silent(&text);
    }
    let refusal = query
        .decode(&merchant, 400, br#"{"status":"error","message":"Mary"}"#)
        .err()
        .ok_or("taken")?;
    assert_silent(&refusal);
    Ok(())
}

#[test]
fn operations_and_errors_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<SaleCore>();
    crosses::<RefundCore>();
    crosses::<Clarification>();
    crosses::<PaymentStatusQuery>();
    crosses::<ecommpay_gate::Merchant>();
    crosses::<ecommpay_gate::BuildError>();
    crosses::<ecommpay_gate::DecodeError>();
}
