//! Answers of the Data API: every documented member, texts that are numbers, unknown members.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use ecommpay_model::reporting::{
    Balance, BalanceReport, FraudOperation, FraudReport, OperationsReport, PaymentOperationsReport,
    ReportErrorBody, ReportField, ReportedFlag, ReportedOperation, ReportedPaymentType,
};
use ecommpay_model::{Currency, Money, OperationId, OperationStatus, PaymentStatus};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The 20 members of the default set, and the 35 that have to be asked for (protocol notes, Data
/// API, section 4).
const DEFAULT_SET: [&str; 20] = [
    "project_id",
    "operation_id",
    "payment_id",
    "operation_type",
    "operation_status",
    "account_number",
    "customer_ip",
    "payment_method_name",
    "payment_method_type",
    "payment_description",
    "operation_created_at",
    "operation_completed_at",
    "provider_date",
    "shipment_date",
    "sum_initial",
    "sum_converted",
    "arn",
    "rrn",
    "payment_provider_code",
    "payment_provider_message",
];
const BY_NAME: &str = "acquirer_bank_name auth_code avs_post_code avs_result avs_street_address \
    balance_id bank_name bin card_enroll_check card_holder card_product_name card_token \
    completed_refund country_by_ip country_by_bin currency_rate customer_email customer_id eci \
    expiration_date legal_entity_name merchant_id payment_currency payment_type project_name \
    project_url provider_payment_id recurring_id recurring_register recurring_valid_thru \
    remaining_refund secure_3ds_check transaction_completed_at transaction_created_at \
    transaction_status";

/// Reads a document and expects that writing gives it back, but for numbers that come as texts.
fn read<T: DeserializeOwned + Serialize>(document: Value) -> T {
    let body: T = serde_json::from_value(document.clone()).unwrap();
    let written = serde_json::to_value(&body).unwrap();
    assert_eq!(as_texts(written), as_texts(document));
    body
}

fn as_texts(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.to_string()),
        Value::Array(items) => items.into_iter().map(as_texts).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, as_texts(value)))
            .collect(),
        other => other,
    }
}

fn full_operation() -> Value {
    let mut operation = json!({
        "project_id": "12345", "operation_id": "20891000000045", "payment_id": "order-17",
        "operation_type": "sale", "operation_status": "success",
        "account_number": "424242******4242", "customer_ip": "192.0.2.17",
        "payment_method_name": "Alipay", "payment_method_type": "wallet",
        "payment_description": "tea",
        "operation_created_at": "2024-11-22T13:13:04+00:00",
        "operation_completed_at": "2024-11-22T21:13:09+08:00",
        "provider_date": "2024-11-22T13:13:08+00:00", "shipment_date": "",
        "sum_initial": {"amount": 1000, "currency": "CNY"},
        "sum_converted": {"amount": 141, "currency": "USD"},
        "arn": "", "rrn": "", "payment_provider_code": "0", "payment_provider_message": "ok",
    });
    for name in BY_NAME.split_whitespace() {
        operation[name] = json!("x");
    }
    operation["completed_refund"] = json!("250");
    operation["remaining_refund"] = json!("750");
    operation["payment_currency"] = json!("CNY");
    operation["payment_type"] = json!("3");
    operation["recurring_register"] = json!("0");
    operation["secure_3ds_check"] = json!("1");
    operation["transaction_status"] = json!("partially refunded");
    operation["transaction_created_at"] = json!("2024-11-22T13:13:04+00:00");
    operation["transaction_completed_at"] = json!("");
    operation
}

#[test]
fn every_documented_member_of_an_operation_has_its_place() {
    let report: OperationsReport =
        read(json!({"operations": [full_operation()], "signature": "c2ln"}));
    assert_eq!(report.unread(), [""; 0]);
    let operation = &report.operations[0];
    assert!(operation.other.is_empty(), "{:?}", operation.other);

    assert_eq!(operation.project_id.map(|id| id.value()), Some(12345));
    assert_eq!(operation.operation_id.as_deref(), Some("20891000000045"));
    assert_eq!(
        operation.callback_id(),
        Some(OperationId::new(20_891_000_000_045))
    );
    assert_eq!(operation.status, Some(OperationStatus::Success));
    assert_eq!(
        operation.payment_status,
        Some(PaymentStatus::PartiallyRefunded)
    );
    assert_eq!(operation.payment_type, Some(ReportedPaymentType::Sale));
    assert_eq!(operation.secure_3ds_check, Some(ReportedFlag::Yes));
    assert_eq!(operation.completed_refund, Some(250));
    // both by `date -u -d … +%s`
    let seconds = |date: &Option<ecommpay_model::ReceivedDate>| {
        let date = date.as_ref().unwrap();
        date.timestamp().map(|time| time.unix_seconds())
    };
    assert_eq!(seconds(&operation.created_at), Some(1_732_281_184));
    assert_eq!(seconds(&operation.completed_at), Some(1_732_281_189));
}

#[test]
fn empty_times_and_absent_members_are_nothing_and_no_fault() {
    let operation: ReportedOperation = read(json!({
        "operation_id": "1", "operation_completed_at": null, "sum_initial": {"amount": -5},
    }));
    assert_eq!(operation.completed_at, None);
    assert_eq!(operation.unread(), [""; 0]);
    let sum = operation.sum_initial.unwrap();
    assert_eq!((sum.amount, sum.money()), (Some(-5), None));

    let empty: ReportedOperation = read(json!({"shipment_date": ""}));
    assert_eq!(empty.unread(), [""; 0]);
    let shipped = empty.shipment_date.and_then(|date| date.timestamp());
    assert_eq!(shipped, None);
}

#[test]
fn every_documented_name_can_be_asked_for() {
    let parts = [
        "sum_initial.amount",
        "sum_initial.currency",
        "sum_converted.amount",
        "sum_converted.currency",
    ];
    let names = DEFAULT_SET
        .into_iter()
        .chain(BY_NAME.split_whitespace())
        .chain(parts);
    for name in names.clone() {
        let field = ReportField::from(name);
        assert!(!matches!(field, ReportField::Other(_)), "{name}");
        assert_eq!(field.as_str(), name);
    }
    assert_eq!(names.count(), 59);
}

#[test]
fn operations_of_a_payment_are_read() {
    let report: PaymentOperationsReport = read(json!({"operations": [{
        "operation_id": "3087201000010235", "operation_type": "refund",
        "operation_created_at": "2024-11-22 13:13:04", "operation_completed_at": "",
        "amount": 1500, "currency": "EUR", "arn": "", "rrn": "424111567890",
    }], "signature": "c2ln"}));
    let operation = &report.operations[0];
    assert_eq!(operation.money(), Money::new(1500, Currency::EUR).ok());
    assert!(operation.kind.as_ref().unwrap().gives_money_back());
    let created = operation.created_at.as_ref().unwrap();
    let local: ecommpay_model::LocalDateTime = created.as_str().parse().unwrap();
    assert_eq!(local.to_string(), "2024-11-22 13:13:04");
}

#[test]
fn balances_are_named_by_their_currency() {
    let report: BalanceReport = read(json!({"balance": [
        {"name": "Shop OUT USD", "SGD": "120050"},
        {"name": "Shop OUT", "EUR": "-7", "JPY": "90000000000000"},
        {"name": "broken", "GBP": "1.50", "note": "x"},
    ], "signature": "c2ln"}));
    let sums = |balance: &Balance| -> Vec<_> {
        let parts = balance.sums.iter();
        parts
            .map(|sum| (sum.amount.unwrap(), sum.currency.unwrap().to_string()))
            .collect()
    };
    assert_eq!(sums(&report.balances[0]), [(120_050, "SGD".to_owned())]);
    assert_eq!(
        sums(&report.balances[1]),
        [
            (-7, "EUR".to_owned()),
            (90_000_000_000_000, "JPY".to_owned())
        ]
    );
    assert!(report.balances[2].sums.is_empty());
    assert_eq!(report.unread(), ["balance[2].GBP"]);
    assert!(report.balances[2].other.get("note").is_some());
}

#[test]
fn fraud_sums_in_major_units_become_minor_units_exactly() {
    let report: FraudReport = read(json!({"operations": [{
        "payment_id": "p", "operation_id": 20_891_000_000_045_u64, "tr_amount": "180.00",
        "tr_ccy": "EUR", "account_number": "424242******4242", "payment_method_type": "card",
        "row_updated_at": "2024-11-22 13:13:04", "customer_id": "c", "project_name": "Shop",
        "project_id": 12345, "arn": "1", "fraud_type": "6", "fraud_report_date": "2024-11-20",
        "issuer_country": "FR", "received_on": "2024-11-21", "purchase_date": "2024-10-01",
        "channel_amount_in_usd": "190.10", "issuer_bank_name": "Bank", "bin": "424242",
        "country_by_ip": "FR", "customer_email": "a@example.com",
        "report_and_purchase_date_difference": 50,
    }], "signature": "c2ln"}));
    assert_eq!(report.unread(), [""; 0]);
    let operation = &report.operations[0];
    assert!(operation.other.is_empty(), "{:?}", operation.other);
    assert_eq!(operation.money(), Money::new(18_000, Currency::EUR).ok());
    assert_eq!(operation.usd(), Money::new(19_010, Currency::USD).ok());
    assert_eq!(operation.days_to_report, Some(50));

    let sum = |amount: &str, currency: &str| {
        let operation: FraudOperation =
            serde_json::from_value(json!({"tr_amount": amount, "tr_ccy": currency})).unwrap();
        operation.money().map(|money| money.minor())
    };
    assert_eq!(sum("200.00", "JPY"), Some(200));
    assert_eq!(sum("200.50", "JPY"), None);
    assert_eq!(sum("1.5", "KWD"), Some(1500));
    assert_eq!(sum("1.50000", "EUR"), Some(150));
    assert_eq!(sum("1.505", "EUR"), None);
    assert_eq!(sum("200.", "JPY"), None);
    assert_eq!(sum("1.é", "JPY"), None);
    assert_eq!(sum("-1.00", "EUR"), None);
}

#[test]
fn an_error_tells_what_it_has() {
    let full: ReportErrorBody =
        read(json!({"name": "n", "message": "m", "code": 0, "status": 400}));
    assert_eq!((full.status, full.code.as_deref()), (Some(400), Some("0")));
    let least: ReportErrorBody = read(json!({"status": 500}));
    assert_eq!((least.status, least.message), (Some(500), None));
}

#[test]
fn reports_show_nothing_personal() {
    let mut operation = full_operation();
    let private = [
        "account_number",
        "customer_ip",
        "auth_code",
        "avs_post_code",
        "avs_street_address",
        "bin",
        "card_holder",
        "card_token",
        "customer_email",
        "expiration_date",
        "brand_new",
    ];
    for name in private {
        operation[name] = json!("79121234567");
    }
    let shown = [
        format!("{:?}", read::<ReportedOperation>(operation)),
        format!(
            "{:?}",
            read::<FraudOperation>(
                json!({"customer_email": "79121234567", "account_number": "79121234567"})
            )
        ),
        format!(
            "{:?}",
            read::<Balance>(json!({"name": "n", "x": "79121234567"}))
        ),
    ];
    assert!(!shown.concat().contains("79121234567"), "{shown:?}");
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[A-Z]{3}|[0-9]{1,25}|\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = "[A-Z]{3}|name|operations|balance|tr_amount|tr_ccy|operation_id|sum_initial|x";
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..5).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn no_object_is_refused_and_no_member_is_lost(value in anything()) {
        let object = json!({"operations": [value.clone()], "balance": [value.clone()], "x": value});
        let names = |value: &Value| -> usize {
            as_texts(value.clone()).to_string().matches("\":").count()
        };
        macro_rules! kept {
            ($($body:ty)+) => { $(
                let body: $body = serde_json::from_value(object.clone()).unwrap();
                prop_assert_eq!(names(&serde_json::to_value(&body).unwrap()), names(&object));
                for operation in body.unread() {
                    prop_assert!(!operation.is_empty());
                }
            )+ };
        }
        kept!(OperationsReport PaymentOperationsReport BalanceReport FraudReport);
    }
}
