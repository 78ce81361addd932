//! Whatever the SDK's builders make is accepted, with any of their options.

use std::time::Duration;

use ecommpay_gate::{
    Account, AdditionalData, BillingAddress, CallbackDelivery, Customer, Gender, IdentityDocument,
    Merchant, Operation, Percent, Receipt, ReceiptPosition, Recurring, RecurringKind,
    RecurringPeriod, RefundOptions, SaleOptions,
};
use ecommpay_model::{
    Country, Currency, CustomerId, Json, JsonObject, MerchantRefundId, Money, ProjectId, Text255,
    Timestamp,
};
use ecommpay_signature::{KeyRing, SecretKey};
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::world::{CALLER, PROJECT, SECRET};
use super::values::*;
use super::{Outcome, send};
use crate::platform::gate::GateRequest;

fn customer_options() -> Vec<BoxedStrategy<Setter<Customer>>> {
    vec![
        option("first_name", given_name(), Customer::first_name),
        option("middle_name", name(), Customer::middle_name),
        option("last_name", given_name(), Customer::last_name),
        option("phone", phone(), Customer::phone),
        option("home_phone", phone(), Customer::home_phone),
        option("work_phone", phone(), Customer::work_phone),
        option("email", email(), Customer::email),
        option("country", Just(Country::CN), Customer::country),
        option("state", city(), Customer::state),
        option("city", city(), Customer::city),
        option("district", street(), Customer::district),
        option("street", street(), Customer::street),
        option("building", street(), Customer::building),
        option("address", street(), Customer::address),
        option("zip", text255(), Customer::zip),
        option(
            "day_of_birth",
            day(),
            |customer: Customer, (day, month, year)| customer.day_of_birth(day, month, year),
        ),
        option(
            "gender",
            prop_oneof![Just(Gender::Female), Just(Gender::Male)],
            Customer::gender,
        ),
        option(
            "identity_document",
            text255(),
            |customer: Customer, text| {
                let document = IdentityDocument::new(text.clone())
                    .kind(text.clone())
                    .issued_by(text);
                customer.identity_document(document)
            },
        ),
        option(
            "billing_address",
            (country(), city(), street()),
            |customer: Customer, values| {
                let (country, city, street) = values;
                let billing = BillingAddress::new(country).city(city.clone()).region(city);
                customer.billing_address(billing.address(street))
            },
        ),
    ]
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let position = (
        any::<u32>(),
        1..1000_u32,
        1..9_999_999_u64,
        0..10_000_u32,
        text(1, 255),
    );
    (vec(position, 1..4), any::<u32>()).prop_map(|(positions, tax)| {
        let made = positions.into_iter().enumerate().map(|(number, position)| {
            let (amount, pieces, millionths, rate, description) = position;
            let made = ReceiptPosition::new(amount)
                .tax(Percent::hundredths(rate))
                .tax_amount(amount)
                .description(Text255::new(description).unwrap());
            // Whole quantities are numbers, others are text.
            match number {
                0 => made.quantity(pieces),
                _ => made.quantity_in_millionths(millionths),
            }
        });
        let mut made = made.collect::<Vec<_>>().into_iter();
        let receipt = Receipt::new(made.next().unwrap());
        made.fold(receipt, Receipt::position)
            .total_tax(tax)
            .common_tax(Percent::hundredths(tax % 10_000))
    })
}

fn delivery() -> impl Strategy<Value = CallbackDelivery> {
    let seconds = 0..601_u64;
    let delayed = seconds.prop_map(|it| CallbackDelivery::delayed(Duration::from_secs(it)));
    prop_oneof![delayed, Just(CallbackDelivery::disabled())]
}

fn recurring() -> impl Strategy<Value = Recurring> {
    (1..29_u8, 1..13_u8, 1..100_u8, payment_id()).prop_map(|(day, month, every, next)| {
        Recurring::new(RecurringKind::Regular)
            .register()
            .every(every, RecurringPeriod::Month)
            .at(60 * u32::from(every))
            .amount(Money::new(500, Currency::CNY).unwrap())
            .until(2030, month, day)
            .starting(&next, day, month, 2027)
    })
}

fn account() -> impl Strategy<Value = Account> {
    (account_number(), name(), text(1, 255)).prop_map(|(number, holder, secret)| {
        Account::new(number)
            .save()
            .holder(holder)
            .secret(Text255::new(secret).unwrap())
    })
}

/// Until when the customer may pay: from the first second of the sandbox's clock on.
fn deadline() -> impl Strategy<Value = Timestamp> {
    (1_767_225_601..1_769_000_000_i64).prop_map(|it| Timestamp::from_unix_seconds(it).unwrap())
}

fn sale_options() -> Vec<BoxedStrategy<Setter<SaleOptions>>> {
    type Options = SaleOptions;
    let all = &[Currency::CNY, Currency::USD, Currency::JPY, Currency::KWD];
    vec![
        option(
            "merchant_callback_url",
            url(),
            Options::merchant_callback_url,
        ),
        option(
            "merchant_success_callback_url",
            url(),
            Options::merchant_success_callback_url,
        ),
        option(
            "merchant_decline_callback_url",
            url(),
            Options::merchant_decline_callback_url,
        ),
        option(
            "terminal_callback_url",
            url(),
            Options::terminal_callback_url,
        ),
        option("referrer_url", url(), Options::referrer_url),
        option("description", description(), Options::description),
        option("extra_param", text255(), Options::extra_param),
        option("best_before", deadline(), Options::best_before),
        option("fast", Just(()), |options: Options, ()| options.fast()),
        option(
            "sum_for_the_customer",
            money(all),
            Options::sum_for_the_customer,
        ),
        option("success_url", url(), Options::success_url),
        option("decline_url", url(), Options::decline_url),
        option("return_url", url(), Options::return_url),
        option("account", account(), Options::account),
        option("receipt", receipt(), Options::receipt),
        option("callback_delivery", delivery(), Options::callback_delivery),
        option("recurring", recurring(), Options::recurring),
        option("register_as_recurring", Just(()), |options: Options, ()| {
            options.register_as_recurring()
        }),
        option("additional_data", text(1, 20), |options: Options, text| {
            options.additional_data(AdditionalData::new().set("customer.code", text))
        }),
        option("addendum", text(1, 20), |options: Options, text| {
            let mut addendum = JsonObject::new();
            addendum.insert("flight", Json::String(text));
            options.addendum(addendum)
        }),
        option("interface_type", 0..100_u32, Options::interface_type),
        // A path that is set twice is refused; no two numbers are the same.
        option(
            "extra",
            (any::<u64>(), text(0, 40)),
            |options: Options, (number, text)| {
                options.extra(format!("payment.mood_{number}"), text)
            },
        ),
    ]
}

fn refund_options() -> Vec<BoxedStrategy<Setter<RefundOptions>>> {
    type Options = RefundOptions;
    let id = text(1, 255).prop_map(|text| MerchantRefundId::new(text).unwrap());
    vec![
        option("merchant_refund_id", id, Options::merchant_refund_id),
        option(
            "merchant_callback_url",
            url(),
            Options::merchant_callback_url,
        ),
        option(
            "merchant_success_callback_url",
            url(),
            Options::merchant_success_callback_url,
        ),
        option(
            "merchant_decline_callback_url",
            url(),
            Options::merchant_decline_callback_url,
        ),
        option("receipt", receipt(), Options::receipt),
        option("callback_delivery", delivery(), Options::callback_delivery),
        option("interface_type", 0..100_u32, Options::interface_type),
    ]
}

fn merchant() -> Merchant {
    let keys = KeyRing::new(SecretKey::new(SECRET).unwrap());
    Merchant::new(ProjectId::new(PROJECT).unwrap(), keys)
}

fn execute<O: Operation>(operation: &O) -> Outcome {
    let prepared = operation.prepare(&merchant()).unwrap();
    send(GateRequest {
        caller: CALLER,
        path: prepared.path().to_owned(),
        body: prepared.body().to_vec(),
    })
}

fn assert_accepted(outcome: &Outcome) -> Result<(), TestCaseError> {
    let complaint = outcome.complaint();
    prop_assert_eq!((outcome.status, complaint.as_str()), (200, ""));
    Ok(())
}

/// A refund of a payment that nobody made: nothing else may be said against it.
fn assert_only_unknown(outcome: &Outcome) -> Result<(), TestCaseError> {
    let complaint = outcome.complaint();
    prop_assert_eq!(
        (outcome.status, complaint.as_str(), outcome.code()),
        (200, "general.payment_id", "3061")
    );
    Ok(())
}

fn customer() -> impl Strategy<Value = Customer> {
    (text(1, 255), ip(), some_or_all(customer_options())).prop_map(|(id, ip, options)| {
        set_all(Customer::new(CustomerId::new(id).unwrap(), ip), &options)
    })
}

const ALIPAY: &[Currency] = &[
    Currency::AUD,
    Currency::CAD,
    Currency::CNY,
    Currency::EUR,
    Currency::GBP,
    Currency::HKD,
    Currency::JPY,
    Currency::SGD,
    Currency::USD,
];
const ALFA_CLICK: &[Currency] = &[Currency::EUR, Currency::KZT, Currency::RUB, Currency::USD];
const WALLET_PARTNER: &[Currency] = &[Currency::INR];

proptest! {
    #[test]
    fn sales_of_alipay(
        id in payment_id(), sum in money(ALIPAY), customer in customer(), back in url(),
        options in some_or_all(sale_options()),
    ) {
        let sale = ecommpay_alipay::Sale::new(id, sum, customer, back)
            .without_amount_limits()
            .with(set_all(SaleOptions::new(), &options));
        assert_accepted(&execute(&sale))?;
    }

    #[test]
    fn sales_of_alfa_click(
        id in payment_id(), sum in money(ALFA_CLICK), customer in customer(),
        login in account_number(), options in some_or_all(sale_options()),
    ) {
        let sale = ecommpay_alfa_click::Sale::new(id, sum, customer, login)
            .without_amount_limits()
            .with(set_all(SaleOptions::new(), &options));
        assert_accepted(&execute(&sale))?;
    }

    #[test]
    fn sales_of_wallet_partner(
        id in payment_id(), sum in money(WALLET_PARTNER), customer_id in text(1, 255), ip in ip(),
        names in (given_name(), given_name()), phone in phone(), email in email(), back in url(),
        details in some_or_all(customer_options()), options in some_or_all(sale_options()),
    ) {
        let payer = ecommpay_wallet_partner::Payer {
            id: CustomerId::new(customer_id).unwrap(),
            ip_address: ip,
            first_name: names.0,
            last_name: names.1,
            phone,
            email,
        };
        let sale = ecommpay_wallet_partner::Sale::new(id, sum, payer, back)
            .without_amount_limits()
            .customer_details(|customer| set_all(customer, &details))
            .with(set_all(SaleOptions::new(), &options));
        assert_accepted(&execute(&sale))?;
    }

    #[test]
    fn refunds(
        id in payment_id(), text in description(), ip in ip(), part in money(ALIPAY),
        rubles in money(ALFA_CLICK), options in some_or_all(refund_options()),
    ) {
        use ecommpay_alipay::Refund as Alipay;
        use ecommpay_alfa_click::Refund as AlfaClick;
        use ecommpay_wallet_partner::Refund as WalletPartner;

        let with = || set_all(RefundOptions::new(), &options);
        let whole = Alipay::full(id.clone(), text.clone(), ip).with(with());
        assert_only_unknown(&execute(&whole))?;
        let partial = Alipay::partial(id.clone(), text.clone(), ip, part).with(with());
        assert_only_unknown(&execute(&partial))?;
        assert_only_unknown(&execute(&partial.without_currency()))?;
        let whole = AlfaClick::full(id.clone(), text.clone(), ip).with(with());
        assert_only_unknown(&execute(&whole))?;
        let partial = AlfaClick::partial(id.clone(), text.clone(), ip, rubles).with(with());
        assert_only_unknown(&execute(&partial))?;
        let whole = WalletPartner::full(id, text).with(with());
        assert_only_unknown(&execute(&whole))?;
    }
}
