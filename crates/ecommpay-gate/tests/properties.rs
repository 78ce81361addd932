//! Laws: whatever is set, a prepared body is sound; whatever comes back, reading it never panics.

mod support;

use std::time::Duration;

use ecommpay_gate::{
    Account, AdditionalData, BillingAddress, BuildError, CallbackDelivery, Capabilities,
    Clarification, CodeResend, Customer, Gender, IdentityDocument, Merchant, Operation,
    PaymentStatusQuery, Percent, Prepared, Receipt, ReceiptPosition, Recurring, RecurringKind,
    RecurringPeriod, RefundCore, RefundOptions, RequestStatusQuery, SaleCore, SaleOptions,
};
use ecommpay_model::{
    AccountNumber, City, Country, Currency, CustomerId, Description, Email, InvalidValue,
    IpAddress, JsonObject, MerchantRefundId, Money, Name, PaymentId, Phone, RequestId, Street,
    Text255, Timestamp, WebUrl,
};
use ecommpay_signature::json::{self, Limits};
use ecommpay_signature::{SignaturePlace, SigningPolicy, signed_body};
use proptest::prelude::*;
use serde_json::Value;
use support::merchant;

const ANY: Capabilities = Capabilities::new("any", "Any", "any").currencies(&[Currency::CNY]);

/// A text of a shop, mostly ordinary, sometimes anything.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![9 => "[A-Za-z0-9 а-яé之的张.,'_-]{1,40}", 1 => "\\PC{1,40}"]
}

type SetOption = fn(SaleOptions, &str, u32) -> Result<SaleOptions, InvalidValue>;

fn url(text: &str) -> Result<WebUrl, InvalidValue> {
    let path: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    WebUrl::new(format!("https://shop.example/{path}?a=1&b={}", path.len()))
}

/// Every setter of a sale's options.
const OPTIONS: &[SetOption] = &[
    |options, text, _| Ok(options.merchant_callback_url(url(text)?)),
    |options, text, _| Ok(options.merchant_success_callback_url(url(text)?)),
    |options, text, _| Ok(options.merchant_decline_callback_url(url(text)?)),
    |options, text, _| Ok(options.terminal_callback_url(url(text)?)),
    |options, text, _| Ok(options.referrer_url(url(text)?)),
    |options, text, _| Ok(options.description(Description::new(text)?)),
    |options, text, _| Ok(options.extra_param(Text255::new(text)?)),
    |options, _, number| Ok(options.best_before(Timestamp::from_unix_seconds(i64::from(number))?)),
    |options, _, _| Ok(options.fast()),
    |options, _, number| {
        let sum = Money::new(i64::from(number) + 1, Currency::JPY)?;
        Ok(options.sum_for_the_customer(sum))
    },
    |options, text, _| Ok(options.success_url(url(text)?)),
    |options, text, _| Ok(options.decline_url(url(text)?)),
    |options, text, _| Ok(options.return_url(url(text)?)),
    |options, text, _| {
        let account = Account::new(AccountNumber::new(text)?).save();
        Ok(options.account(account.holder(Name::new(text)?).secret(Text255::new(text)?)))
    },
    |options, text, number| {
        let position = ReceiptPosition::new(number)
            .quantity_in_millionths(u64::from(number))
            .tax(Percent::hundredths(number))
            .tax_amount(number)
            .description(Text255::new(text)?);
        let receipt = (0..number % 13).fold(Receipt::new(position.clone()), |receipt, _| {
            receipt.position(position.clone())
        });
        Ok(options.receipt(receipt.total_tax(number).common_tax(Percent::whole(20))))
    },
    |options, _, number| {
        let delay = Duration::from_secs(u64::from(number % 601));
        Ok(options.callback_delivery(CallbackDelivery::delayed(delay)))
    },
    |options, _, _| Ok(options.callback_delivery(CallbackDelivery::disabled())),
    |options, _, number| {
        let recurring = Recurring::new(RecurringKind::Regular)
            .register()
            .every(1 + (number % 100) as u8, RecurringPeriod::Week)
            .at(number)
            .amount(Money::new(i64::from(number) + 1, Currency::CNY)?)
            .until(2030, 12, 31)
            .starting(&PaymentId::new("next")?, 1, 2, 2030);
        Ok(options.recurring(recurring))
    },
    |options, _, _| Ok(options.register_as_recurring()),
    |options, text, number| {
        let data = AdditionalData::new()
            .set("customer.last_name", text)
            .set("flat", number);
        Ok(options.additional_data(data))
    },
    |options, text, _| Ok(options.addendum(JsonObject::from_iter([("lodging", text)]))),
    |options, _, number| Ok(options.interface_type(number)),
    |options, text, _| Ok(options.extra("merchant.descriptor", text)),
    |options, text, _| Ok(options.extra("payment.details.document_number", text)),
    |options, _, number| Ok(options.extra("payment.moto_type", number)),
];

type SetCustomer = fn(Customer, &str, u32) -> Result<Customer, InvalidValue>;

fn phone(number: u32) -> Result<Phone, InvalidValue> {
    Phone::new(format!("{number:010}"))
}

/// Every setter of a customer.
const CUSTOMER: &[SetCustomer] = &[
    |customer, text, _| Ok(customer.first_name(Name::new(text)?)),
    |customer, text, _| Ok(customer.middle_name(Name::new(text)?)),
    |customer, text, _| Ok(customer.last_name(Name::new(text)?)),
    |customer, _, number| Ok(customer.phone(phone(number)?)),
    |customer, _, number| Ok(customer.home_phone(phone(number)?)),
    |customer, _, number| Ok(customer.work_phone(phone(number)?)),
    |customer, _, number| Ok(customer.email(Email::new(format!("c{number}@example.com"))?)),
    |customer, text, _| Ok(customer.account_id(AccountNumber::new(text)?)),
    |customer, _, _| Ok(customer.country(Country::CN)),
    |customer, text, _| Ok(customer.state(City::new(text)?)),
    |customer, text, _| Ok(customer.city(City::new(text)?)),
    |customer, text, _| Ok(customer.district(Street::new(text)?)),
    |customer, text, _| Ok(customer.street(Street::new(text)?)),
    |customer, text, _| Ok(customer.building(Street::new(text)?)),
    |customer, text, _| Ok(customer.address(Street::new(text)?)),
    |customer, text, _| Ok(customer.zip(Text255::new(text)?)),
    |customer, _, number| Ok(customer.day_of_birth(1 + (number % 28) as u8, 12, 1990)),
    |customer, _, _| Ok(customer.gender(Gender::Female)),
    |customer, text, _| {
        let document = IdentityDocument::new(Text255::new(text)?)
            .kind(Text255::new(text)?)
            .issued_on(Text255::new(text)?)
            .issued_by(Text255::new(text)?)
            .issued_in(Text255::new(text)?);
        Ok(customer.identity_document(document))
    },
    |customer, text, number| {
        let address = BillingAddress::new(Country::CN)
            .region(City::new(text)?)
            .region_code(Text255::new("BJ")?)
            .city(City::new(text)?)
            .address(Street::new(text)?)
            .postcode(Text255::new(number.to_string())?);
        Ok(customer.billing_address(address))
    },
];

fn customer() -> Result<Customer, InvalidValue> {
    Ok(Customer::new(
        CustomerId::new("7")?,
        IpAddress::new("192.0.2.0")?,
    ))
}

/// A body that was prepared is JSON to every reader, names no member twice, and its signature
/// holds.
fn assert_sound(prepared: &Prepared, merchant: &Merchant) -> Result<Value, TestCaseError> {
    let verified = merchant.verifier().verify(prepared.body());
    prop_assert!(verified.is_ok(), "{verified:?}");
    let read: Result<ecommpay_model::Json, _> = json::from_slice(prepared.body(), &Limits::STRICT);
    prop_assert!(read.is_ok(), "{read:?}");
    serde_json::from_slice(prepared.body()).map_err(|error| TestCaseError::fail(error.to_string()))
}

fn failed(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

proptest! {
    #[test]
    fn prepared_sales_are_sound(
        options in prop::collection::vec((0..OPTIONS.len(), text(), any::<u32>()), 0..12),
        details in prop::collection::vec((0..CUSTOMER.len(), text(), any::<u32>()), 0..12),
        amount in 1..=Money::MAX_MINOR,
    ) {
        let merchant = merchant(42).map_err(failed)?;
        let mut customer = customer().map_err(failed)?;
        for (setter, text, number) in &details {
            customer = CUSTOMER[*setter](customer, text, *number).map_err(failed)?;
        }
        let mut chosen = SaleOptions::new();
        let mut paths = std::collections::BTreeSet::new();
        for (setter, text, number) in &options {
            // Extra members may be set once only.
            if paths.insert(*setter) {
                chosen = OPTIONS[*setter](chosen, text, *number).map_err(failed)?;
            }
        }
        let sum = Money::new(amount, Currency::CNY).map_err(failed)?;
        let payment_id = PaymentId::new("pay_1").map_err(failed)?;
        let sale = SaleCore::new(payment_id, sum, customer).with(chosen);
        match sale.prepare("/v2/payment/any/sale".into(), &ANY, &merchant) {
            Ok(prepared) => {
                let body = assert_sound(&prepared, &merchant)?;
                prop_assert_eq!(&body["payment"]["amount"], &Value::from(amount));
                prop_assert_eq!(&body["general"]["project_id"], &Value::from(42));
            }
            // Anything may be a text, and some texts would make the signature hold for another
            // body.
            Err(BuildError::Unsignable(_)) => {}
            Err(error) => return Err(failed(error)),
        }
    }

    #[test]
    fn prepared_refunds_are_sound(
        text in text(),
        amount in proptest::option::of(1..=Money::MAX_MINOR),
        id in proptest::option::of("[A-Za-z0-9-]{1,40}"),
        without_currency in any::<bool>(),
    ) {
        let merchant = merchant(42).map_err(failed)?;
        let description = Description::new(text).map_err(failed)?;
        let payment_id = PaymentId::new("pay_1").map_err(failed)?;
        let mut refund = match amount {
            None => RefundCore::full(payment_id, &description),
            Some(amount) => {
                let sum = Money::new(amount, Currency::CNY).map_err(failed)?;
                RefundCore::partial(payment_id, &description, sum)
            }
        };
        if without_currency {
            refund = refund.without_currency();
        }
        if let Some(id) = &id {
            let id = MerchantRefundId::new(id).map_err(failed)?;
            refund = refund.with(RefundOptions::new().merchant_refund_id(id));
        }
        match refund.prepare("/v2/payment/any/refund".into(), &ANY, &merchant) {
            Ok(prepared) => {
                let body = assert_sound(&prepared, &merchant)?;
                let payment = &body["payment"];
                prop_assert_eq!(payment.get("amount").and_then(Value::as_i64), amount);
                let currency = amount.is_some() && !without_currency;
                prop_assert_eq!(payment.get("currency").is_some(), currency);
                prop_assert_eq!(payment.get("merchant_refund_id").and_then(Value::as_str), id.as_deref());
            }
            Err(BuildError::Unsignable(_)) => {}
            Err(error) => return Err(failed(error)),
        }
    }

    /// An extra member stands where its path says, or the error names that path.
    #[test]
    fn extra_members_arrive_or_are_named(
        path in "([a-z_]{0,3}|general|payment|customer|amount|phone|signature|frame_mode)(\\.([a-z]{0,2}|id|signature|amount)){0,3}",
        value in any::<i32>(),
    ) {
        let merchant = merchant(42).map_err(failed)?;
        let sum = Money::new(1, Currency::CNY).map_err(failed)?;
        let payment_id = PaymentId::new("pay_1").map_err(failed)?;
        let sale = SaleCore::new(payment_id, sum, customer().map_err(failed)?)
            .with(SaleOptions::new().extra(path.as_str(), i64::from(value)));
        match sale.prepare("/v2/payment/any/sale".into(), &ANY, &merchant) {
            Ok(prepared) => {
                let body = assert_sound(&prepared, &merchant)?;
                let found = body.pointer(&format!("/{}", path.replace('.', "/")));
                prop_assert_eq!(found, Some(&Value::from(value)));
                prop_assert_eq!(&body["payment"]["amount"], &Value::from(1));
            }
            Err(BuildError::Rule(broken)) => prop_assert!(
                path.starts_with(broken.field()),
                "{} for {}", broken.field(), path
            ),
            Err(BuildError::Unsignable(_)) => {}
            Err(error) => return Err(failed(error)),
        }
    }

    #[test]
    fn reading_never_panics(status in any::<u16>(), body in prop::collection::vec(any::<u8>(), 0..200)) {
        read_with_everything(status, &body)?;
    }

    #[test]
    fn reading_json_of_the_right_names_never_panics(
        status in prop_oneof![Just(200_u16), Just(400), Just(500)],
        body in "\\{(\"(status|request_id|project_id|payment_id|code|message|errors|payment|operations|general)\":(\"(success|error|pay_1|3061)\"|42|null|\\[\\]|\\{\\}|\\[\\{\"code\":3061\\}\\]|\\{\"status\":\"error\",\"id\":7\\}),){0,6}\"x\":1\\}",
    ) {
        read_with_everything(status, body.as_bytes())?;
    }

    /// A true signature over odd content still gives an answer or an error.
    #[test]
    fn reading_signed_oddities_never_panics(
        members in prop::collection::btree_map(
            "project_id|payment|operations|errors|request_id|general|status|account|customer",
            prop_oneof![
                Just(Value::Null), Just(Value::from(42)), Just(Value::from("pay_1")), Just(serde_json::json!([])),
                Just(serde_json::json!({"id": "pay_1", "status": "success"})),
                Just(serde_json::json!({"id": 1, "status": {"a": 1}})),
                Just(serde_json::json!([{"code": 3061}, 7])),
            ],
            0..6,
        ),
    ) {
        let key = ecommpay_signature::SecretKey::new(support::SECRET).map_err(failed)?;
        if let Ok(body) = signed_body(&members, SignaturePlace::TopLevel, &key, &SigningPolicy::default()) {
            read_with_everything(200, &body)?;
        }
    }
}

fn read_with_everything(status: u16, body: &[u8]) -> Result<(), TestCaseError> {
    let merchant = merchant(42).map_err(failed)?;
    let payment_id = PaymentId::new("pay_1").map_err(failed)?;
    let request_id = RequestId::new("r_1").map_err(failed)?;
    let errors = [
        Clarification::new(payment_id.clone(), AdditionalData::new())
            .decode(&merchant, status, body)
            .err(),
        CodeResend::new(payment_id.clone())
            .decode(&merchant, status, body)
            .err(),
        PaymentStatusQuery::new(payment_id)
            .decode(&merchant, status, body)
            .err(),
        RequestStatusQuery::new(request_id)
            .decode(&merchant, status, body)
            .err(),
    ];
    for error in errors.iter().flatten() {
        prop_assert_eq!(error.raw_reply(), body);
        prop_assert_eq!(error.http_status(), status);
        prop_assert!(!error.to_string().is_empty());
    }
    Ok(())
}
