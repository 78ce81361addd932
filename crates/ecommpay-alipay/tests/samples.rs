//! The request samples of the seeds, rebuilt with the constructors of this crate.
//!
//! The strings to sign were written by hand and the signatures made from them with another program,
//! so that a mistake in building or signing can't agree with itself.

#[path = "../../ecommpay-gate/tests/support/mod.rs"]
mod support;

use ecommpay_alipay::{Refund, Sale};
use ecommpay_gate::{Customer, SaleOptions};
use ecommpay_model::{
    City, Country, Currency, CustomerId, Description, Email, IpAddress, Money, Name, PaymentId,
    Phone, Street, Text255, WebUrl,
};
use support::{TestResult, assert_sample, merchant};

#[test]
fn the_sale_of_the_seeds() -> TestResult {
    let customer = Customer::new(CustomerId::new("123")?, IpAddress::new("192.0.2.0")?)
        .first_name(Name::new("之的")?)
        .last_name(Name::new("张")?)
        .phone(Phone::new("13632264148")?)
        .email(Email::new("2524243674@example.com")?)
        .street(Street::new("street")?)
        .city(City::new("city")?)
        .zip(Text255::new("123045608")?)
        .country(Country::new("CH")?);
    let sale = Sale::new(
        PaymentId::new("ECT_TEST_155125514400636")?,
        Money::new(1000, Currency::CNY)?,
        customer,
        WebUrl::new("http://example.com/return")?,
    )
    .with(
        SaleOptions::new()
            .description(Description::new("test payment")?)
            .success_url(WebUrl::new("http://example.com/success")?),
    );
    assert_sample(
        &sale,
        &merchant(201)?,
        "alipay-gate-sale",
        &[
            "customer:city:city",
            "customer:country:CH",
            "customer:email:2524243674@example.com",
            "customer:first_name:之的",
            "customer:id:123",
            "customer:ip_address:192.0.2.0",
            "customer:last_name:张",
            "customer:phone:13632264148",
            "customer:street:street",
            "customer:zip:123045608",
            "general:payment_id:ECT_TEST_155125514400636",
            "general:project_id:201",
            "payment:amount:1000",
            "payment:currency:CNY",
            "payment:description:test payment",
            "return_url:return:http://example.com/return",
            "return_url:success:http://example.com/success",
        ],
        "r8yZhqqh2JYQob96DkwI593XC7nxqh/Pqi48FiYVo5k9CQ/3mMYyHiCG2HY6R3C1ZrsT4w975+Q2PJFd+CYKQA==",
    )
}

#[test]
fn the_refund_of_the_seeds() -> TestResult {
    let refund = Refund::partial(
        PaymentId::new("refund_02")?,
        Description::new("refund_02")?,
        IpAddress::new("192.0.2.0")?,
        Money::new(10_000, Currency::CNY)?,
    )
    .without_currency();
    assert_sample(
        &refund,
        &merchant(239)?,
        "alipay-gate-refund",
        &[
            "customer:ip_address:192.0.2.0",
            "general:payment_id:refund_02",
            "general:project_id:239",
            "payment:amount:10000",
            "payment:description:refund_02",
        ],
        "rrMR/NHZcbzbrdMtwq4AB3IwZawlbLWoLmnVAbMSX+qDgIS+20cpZNP46lvNq29ZGikvV13D5t9ttRngcL9Skg==",
    )
}
