//! The request samples of the seed, rebuilt with the constructors of this crate.
//!
//! The strings to sign were written by hand and the signatures made from them with another program,
//! so that a mistake in building or signing can't agree with itself.

#[path = "../../ecommpay-gate/tests/support/mod.rs"]
mod support;

use ecommpay_model::{
    Currency, CustomerId, Description, Email, IpAddress, Money, Name, PaymentId, Phone, WebUrl,
};
use ecommpay_wallet_partner::{Payer, Refund, Sale};
use support::{TestResult, assert_sample, merchant};

#[test]
fn the_sale_of_the_seed() -> TestResult {
    let payer = Payer {
        id: CustomerId::new("customer123")?,
        ip_address: IpAddress::new("1.1.1.1")?,
        first_name: Name::new("Mary")?,
        last_name: Name::new("Smith")?,
        phone: Phone::new("76575657657676")?,
        email: Email::new("smith@example.com")?,
    };
    let sale = Sale::new(
        PaymentId::new("TEST_15392667771145")?,
        Money::new(501, Currency::INR)?,
        payer,
        WebUrl::new("http://example.com/success")?,
    );
    assert_sample(
        &sale,
        &merchant(101)?,
        "wallet-partner-gate-sale",
        &[
            "customer:email:smith@example.com",
            "customer:first_name:Mary",
            "customer:id:customer123",
            "customer:ip_address:1.1.1.1",
            "customer:last_name:Smith",
            "customer:phone:76575657657676",
            "general:payment_id:TEST_15392667771145",
            "general:project_id:101",
            "payment:amount:501",
            "payment:currency:INR",
            "return_url:success:http://example.com/success",
        ],
        "qxujm9dYP8Fcyca/UG8YH/FkYGaGdClsD+87H8fn9QxCec5Z4raYD6VM6nVRafeGqB0sTxmiXSA+SQMWj0OaZg==",
    )
}

#[test]
fn the_refund_of_the_seed() -> TestResult {
    let refund = Refund::full(
        PaymentId::new("ECT_TEST_1572258898441234343232")?,
        Description::new("test_refund")?,
    );
    assert_sample(
        &refund,
        &merchant(101)?,
        "wallet-partner-gate-refund",
        &[
            "general:payment_id:ECT_TEST_1572258898441234343232",
            "general:project_id:101",
            "payment:description:test_refund",
        ],
        "Kj/SEvvUi3MNh3fESbO5Ld6wwPCqW4AkTVr1VWCHV0V1LeW5DQRbzGVNHYxV9EvC0p2IvNfJPkSvhewkKJmbbA==",
    )
}
