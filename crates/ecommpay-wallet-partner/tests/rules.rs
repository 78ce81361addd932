//! Every rule of the method, kept and broken.

#[path = "../../ecommpay-gate/tests/support/mod.rs"]
mod support;

use ecommpay_gate::{Customer, Operation, OperationKind, RefundOptions, SaleOptions};
use ecommpay_model::{
    City, Currency, CustomerId, Description, Email, InvalidValue, IpAddress, MerchantRefundId,
    Money, Name, PaymentId, Phone, WebUrl,
};
use ecommpay_wallet_partner::{CAPABILITIES, Payer, Refund, Sale};
use serde_json::json;
use support::{TestResult, merchant, refused, signed};

fn payer() -> Result<Payer, InvalidValue> {
    Ok(Payer {
        id: CustomerId::new("customer123")?,
        ip_address: IpAddress::new("192.0.2.0")?,
        first_name: Name::new("Mary")?,
        last_name: Name::new("Smith")?,
        phone: Phone::new("76575657657676")?,
        email: Email::new("smith@example.com")?,
    })
}

fn sale(minor: i64, currency: Currency) -> Result<Sale, InvalidValue> {
    let success = WebUrl::new("https://shop.example/paid")?;
    Ok(Sale::new(
        PaymentId::new("pay_1")?,
        Money::new(minor, currency)?,
        payer()?,
        success,
    ))
}

fn refund() -> Result<Refund, InvalidValue> {
    Ok(Refund::full(
        PaymentId::new("pay_1")?,
        Description::new("came back")?,
    ))
}

#[test]
fn indian_rupees_only() -> TestResult {
    let merchant = merchant(1)?;
    sale(501, Currency::INR)?.prepare(&merchant)?;
    let foreign = sale(501, Currency::USD)?;
    let (field, text) = refused(&foreign, &merchant)?;
    assert_eq!(field, "payment.currency");
    assert!(text.contains("the method takes INR, not USD"), "{text}");
    foreign.without_currency_list().prepare(&merchant)?;
    Ok(())
}

#[test]
fn from_one_to_four_hundred_thousand_rupees() -> TestResult {
    let merchant = merchant(1)?;
    for within in [100, 40_000_000] {
        sale(within, Currency::INR)?.prepare(&merchant)?;
    }
    for (outside, words) in [
        (99, "below the minimum of 1.00 INR"),
        (40_000_001, "above the maximum of 400000.00 INR"),
    ] {
        let outside = sale(outside, Currency::INR)?;
        let (field, text) = refused(&outside, &merchant)?;
        assert_eq!(field, "payment.amount");
        assert!(text.contains(words), "{text}");
        outside.without_amount_limits().prepare(&merchant)?;
    }
    Ok(())
}

#[test]
fn further_members_of_the_customer_join_the_six() -> TestResult {
    let delhi = City::new("Delhi")?;
    let sale = sale(501, Currency::INR)?.customer_details(|customer| customer.city(delhi));
    let (body, _) = signed(&sale, &merchant(1)?)?;
    assert_eq!(
        body["customer"],
        json!({
            "id": "customer123", "ip_address": "192.0.2.0", "first_name": "Mary", "last_name": "Smith",
            "phone": "76575657657676", "email": "smith@example.com", "city": "Delhi",
        })
    );
    Ok(())
}

#[test]
fn none_of_the_six_can_get_lost() -> TestResult {
    let merchant = merchant(1)?;
    let without = |dropped: &str| -> Result<Customer, InvalidValue> {
        let Payer {
            id,
            ip_address,
            first_name,
            last_name,
            phone,
            email,
        } = payer()?;
        let mut customer = Customer::new(id, ip_address);
        if dropped != "first_name" {
            customer = customer.first_name(first_name);
        }
        if dropped != "last_name" {
            customer = customer.last_name(last_name);
        }
        if dropped != "phone" {
            customer = customer.phone(phone);
        }
        if dropped != "email" {
            customer = customer.email(email);
        }
        Ok(customer)
    };
    for dropped in ["first_name", "last_name", "phone", "email"] {
        let customer = without(dropped)?;
        let sale = sale(501, Currency::INR)?.customer_details(|_| customer);
        let (field, text) = refused(&sale, &merchant)?;
        assert_eq!(field, format!("customer.{dropped}"));
        assert_eq!(
            text,
            format!("customer.{dropped}: is required for every sale")
        );
    }
    let complete = without("nothing")?;
    sale(501, Currency::INR)?
        .customer_details(|_| complete)
        .prepare(&merchant)?;
    Ok(())
}

#[test]
fn more_addresses_to_return_to() -> TestResult {
    let sale = sale(501, Currency::INR)?.with(
        SaleOptions::new()
            .decline_url(WebUrl::new("https://shop.example/declined")?)
            .return_url(WebUrl::new("https://shop.example/return")?),
    );
    let (body, _) = signed(&sale, &merchant(1)?)?;
    assert_eq!(
        body["return_url"],
        json!({
            "success": "https://shop.example/paid",
            "decline": "https://shop.example/declined",
            "return": "https://shop.example/return",
        })
    );
    Ok(())
}

#[test]
fn a_refund_names_neither_sum_nor_customer() -> TestResult {
    let options = RefundOptions::new().merchant_refund_id(MerchantRefundId::new("refund-7")?);
    let (body, _) = signed(&refund()?.with(options), &merchant(1)?)?;
    assert_eq!(
        body,
        json!({
            "general": {"project_id": 1, "payment_id": "pay_1"},
            "payment": {"description": "came back", "merchant_refund_id": "refund-7"},
        })
    );
    Ok(())
}

#[test]
fn there_is_no_way_to_a_partial_refund() -> TestResult {
    for member in ["payment.amount", "payment.currency", "payment"] {
        let partial = refund()?.with(RefundOptions::new().extra(member, "INR"));
        let (field, text) = refused(&partial, &merchant(1)?)?;
        assert_eq!(field, member);
        assert!(text.contains("does not offer it"), "{text}");
    }
    assert!(CAPABILITIES.partial_refunds.is_empty());
    Ok(())
}

#[test]
fn a_payer_shows_no_personal_data() -> TestResult {
    assert_eq!(format!("{:?}", payer()?), "Payer { .. }");
    Ok(())
}

#[test]
fn kinds_and_acknowledgements() -> TestResult {
    let merchant = merchant(1)?;
    let acknowledged =
        br#"{"status":"success","request_id":"r_1","project_id":1,"payment_id":"pay_1"}"#;
    let sale = sale(501, Currency::INR)?;
    assert_eq!(sale.kind(), OperationKind::Sale);
    assert_eq!(sale.payment_id().map(PaymentId::as_str), Some("pay_1"));
    assert_eq!(
        sale.decode(&merchant, 200, acknowledged)?
            .request_id()
            .as_str(),
        "r_1"
    );
    let refund = refund()?;
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
    support::assert_capabilities("wallet-partner", &CAPABILITIES)
}
