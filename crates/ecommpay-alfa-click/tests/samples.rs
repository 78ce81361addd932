//! The request samples of the seed, rebuilt with the constructors of this crate.
//!
//! The strings to sign were written by hand and the signatures made from them with another program,
//! so that a mistake in building or signing can't agree with itself.

#[path = "../../ecommpay-gate/tests/support/mod.rs"]
mod support;

use ecommpay_alfa_click::{Refund, Sale};
use ecommpay_gate::Customer;
use ecommpay_model::{
    AccountNumber, Currency, CustomerId, Description, IpAddress, Money, PaymentId,
};
use support::{TestResult, assert_sample, merchant};

#[test]
fn the_sale_of_the_seed() -> TestResult {
    let sale = Sale::new(
        PaymentId::new("Payment 12")?,
        Money::new(10_000, Currency::RUB)?,
        Customer::new(CustomerId::new("customer123")?, IpAddress::new("1.1.1.1")?),
        AccountNumber::new("account_1")?,
    );
    assert_sample(
        &sale,
        &merchant(35)?,
        "alfa-click-gate-sale",
        &[
            "customer:account_id:account_1",
            "customer:id:customer123",
            "customer:ip_address:1.1.1.1",
            "general:payment_id:Payment 12",
            "general:project_id:35",
            "payment:amount:10000",
            "payment:currency:RUB",
        ],
        "pbNMwkle+L/F9eez7uDcKnerC/1CchC2LNXCLzHUtAsyFyO5+tNmEVnnKRgVZyaqI5zYBrxMsc+h15Ch/Rd6FA==",
    )
}

#[test]
fn the_refund_of_the_seed() -> TestResult {
    let refund = Refund::partial(
        PaymentId::new("refund_02")?,
        Description::new("refund_02")?,
        IpAddress::new("1.2.3.4")?,
        Money::new(50_000, Currency::RUB)?,
    );
    assert_sample(
        &refund,
        &merchant(239)?,
        "alfa-click-gate-refund",
        &[
            "customer:ip_address:1.2.3.4",
            "general:payment_id:refund_02",
            "general:project_id:239",
            "payment:amount:50000",
            "payment:currency:RUB",
            "payment:description:refund_02",
        ],
        "e9sfhLQHtiDgVnRJwUrnhmGCwyHAAj58TJYoeUOTq2xz30axPE6lpALiOw8GcCK6TnIwEspB5sWItX8bn1J2fA==",
    )
}
