//! The Data API: operations of a period and of a payment.

use std::time::Duration;

use ecommpay_sandbox::ProjectConfig;
use ecommpay_signature::{SecretKey, exact};
use serde_json::{Value, json};

use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, Answer, Merchant, PROJECT, alfa_sale,
    alipay_sale, refund,
};

pub(crate) const TOKEN: &str = "WKiarERJ5pcceNerpM9R5TNnyPTQMl";
pub(crate) const KEY: &str = "key of the token";
pub(crate) const OPERATIONS: &str = "/v1/operations/get";
pub(crate) const BY_PAYMENT: &str = "/v1/operations/get-by-payment";

/// A merchant whose sandbox has a token of the Data API, made by the control API.
pub(crate) async fn shop(token: Value) -> Merchant {
    shop_with(token, |project| project).await
}

pub(crate) async fn shop_with(
    token: Value,
    settings: impl FnOnce(ProjectConfig) -> ProjectConfig,
) -> Merchant {
    let shop = Merchant::with(settings).await;
    let mut body = json!({"token": TOKEN, "key": KEY});
    if let (Value::Object(known), Value::Object(more)) = (&mut body, token) {
        known.extend(more);
    }
    let body = serde_json::to_vec(&body).unwrap();
    let answer = shop
        .post("/_sandbox/data-tokens", "application/json", body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop
}

/// The body with token and signature.
pub(crate) fn signed(mut body: Value) -> Vec<u8> {
    body["token"] = TOKEN.into();
    let key = SecretKey::new(KEY).unwrap();
    let signature = exact::sign(&serde_json::to_vec(&body).unwrap(), &key).unwrap();
    body["signature"] = signature.to_base64().into();
    serde_json::to_vec(&body).unwrap()
}

pub(crate) async fn ask(shop: &Merchant, path: &str, body: Value) -> Answer {
    shop.post(path, "application/json", signed(body)).await
}

/// An answer with 200, checked for its signature.
pub(crate) async fn report(shop: &Merchant, path: &str, body: Value) -> Value {
    let answer = ask(shop, path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let key = SecretKey::new(KEY).unwrap();
    assert!(exact::verify(answer.body.as_bytes(), &key));
    answer.json()
}

pub(crate) async fn operations(shop: &Merchant, body: Value) -> Vec<Value> {
    let report = report(shop, OPERATIONS, body).await;
    report["operations"].as_array().unwrap().clone()
}

fn ids(operations: &[Value]) -> Vec<String> {
    let id = |operation: &Value| operation["payment_id"].as_str().unwrap().to_owned();
    operations.iter().map(id).collect()
}

/// Everything that can have happened in the year of the tests.
fn whole_year() -> Value {
    json!({"from": "2026-01-01 00:00:00", "to": "2026-06-29 00:00:00"})
}

pub(crate) async fn refused(shop: &Merchant, path: &str, body: Value) -> (u16, String) {
    let answer = ask(shop, path, body).await;
    let refusal = answer.json();
    assert!(refusal.get("signature").is_none());
    assert_eq!(refusal["status"], answer.status);
    assert_eq!(refusal["code"], answer.status);
    assert!(refusal["name"].is_string());
    (
        answer.status,
        refusal["message"].as_str().unwrap().to_owned(),
    )
}

/// The clock starts at midnight: the sale is sent at .5 s, clicked at 1 s, paid at 2 s.
#[tokio::test]
async fn the_default_set_of_names_in_its_order() {
    let shop = shop(json!({})).await;
    shop.paid_alipay("p 1", 1000).await;
    let answer = ask(&shop, OPERATIONS, json!({})).await;
    let status = shop.status("p 1").await;
    let operation = &status["operations"][0];
    let expected = format!(
        r#"{{"operations":[{{"project_id":"239","operation_id":"{}","payment_id":"p 1","operation_type":"sale","operation_status":"success","account_number":"","customer_ip":"192.0.2.0","payment_method_name":"alipay","payment_method_type":"wallet","payment_description":"test payment","operation_created_at":"2026-01-01T00:00:00+00:00","provider_date":"2026-01-01T00:00:02+00:00","shipment_date":"","sum_initial":{{"amount":1000,"currency":"CNY"}},"sum_converted":{{"amount":1000,"currency":"CNY"}},"arn":"","rrn":"","payment_provider_code":"0","payment_provider_message":"Success"}}],"signature":""#,
        operation["id"]
    );
    assert!(
        answer.body.starts_with(&expected),
        "{}\n{expected}",
        answer.body
    );
}

#[tokio::test]
async fn fields_choose_names_and_parts_in_a_fixed_order() {
    let shop = shop(json!({})).await;
    shop.gate(ALFA_SALE, alfa_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    shop.callback();
    let fields = json!([
        "transaction_status",
        "sum_initial.amount",
        "customer_id",
        "account_number",
        "operation_completed_at",
        "payment_type",
        "payment_method_type",
        "sum_converted.currency",
    ]);
    let body = json!({"interval": whole_year(), "fields": fields});
    let answer = ask(&shop, OPERATIONS, body).await;
    let expected = r#"{"operations":[{"account_number":"account1","payment_method_type":"online-banking","operation_completed_at":"","sum_initial":{"amount":1000},"sum_converted":{"currency":"RUB"},"customer_id":"customer123","payment_type":"3","transaction_status":"awaiting redirect result"}],"signature":""#;
    assert!(answer.body.starts_with(expected), "{}", answer.body);

    for unknown in ["count", "operation_id.amount", "sum_initial.sum", ""] {
        let (status, message) = refused(&shop, OPERATIONS, json!({"fields": [unknown]})).await;
        assert_eq!(status, 400);
        assert!(message.starts_with("fields: "), "{message}");
    }
}

/// Every name of the description can be asked for.
#[tokio::test]
async fn all_documented_names_are_known() {
    const NAMES: &str = "project_id operation_id payment_id operation_type operation_status \
        account_number customer_ip payment_method_name payment_method_type payment_description \
        operation_created_at operation_completed_at provider_date shipment_date sum_initial \
        sum_converted arn rrn payment_provider_code payment_provider_message acquirer_bank_name \
        auth_code avs_post_code avs_result avs_street_address balance_id bank_name bin \
        card_enroll_check card_holder card_product_name card_token completed_refund country_by_ip \
        country_by_bin currency_rate customer_email customer_id eci expiration_date \
        legal_entity_name merchant_id payment_currency payment_type project_name project_url \
        provider_payment_id recurring_id recurring_register recurring_valid_thru remaining_refund \
        secure_3ds_check transaction_completed_at transaction_created_at transaction_status";
    let shop = shop(json!({})).await;
    shop.paid_alipay("p", 1000).await;
    let part = json!({"amount": 300, "currency": "CNY"});
    shop.gate(ALIPAY_REFUND, refund("p", part)).await;
    shop.advance(2 * A_SECOND).await;
    let fields: Vec<&str> = NAMES.split_whitespace().collect();
    let rows = operations(&shop, json!({"fields": fields})).await;
    let refund = rows[0].as_object().unwrap();
    assert_eq!(refund.len(), fields.len());
    for (name, value) in refund {
        assert!(value.is_string() || name.starts_with("sum_"), "{name}");
    }
    let values = ["completed_refund", "remaining_refund", "recurring_register"];
    assert_eq!(values.map(|name| &refund[name]), ["300", "700", "0"]);
    assert_eq!(refund["operation_type"], "refund");
    assert_eq!(refund["sum_initial"]["amount"], 300);
    assert_eq!(
        refund["transaction_created_at"],
        "2026-01-01T00:00:00+00:00"
    );
    assert_eq!(
        refund["transaction_completed_at"],
        "2026-01-01T00:00:02+00:00"
    );
    assert_eq!(refund["transaction_status"], "partially refunded");
}

/// An interval selects by the time of the last update, both ends included.
#[tokio::test]
async fn an_interval_selects_by_the_last_update() {
    let shop = shop(json!({})).await;
    shop.paid_alipay("first", 1000).await;
    shop.advance(Duration::from_secs(60 * 60)).await;
    shop.paid_alipay("second", 1000).await;
    let period = |from: &str, to: &str| {
        let day = |time: &str| format!("2026-01-01 {time}");
        json!({"interval": {"from": day(from), "to": day(to)}})
    };
    let found = operations(&shop, period("00:00:00", "23:59:59")).await;
    assert_eq!(ids(&found), ["second", "first"], "newest first");
    // Created at 00:00:00, updated for the last time at 00:00:02.
    let none: [String; 0] = [];
    assert_eq!(
        ids(&operations(&shop, period("00:00:00", "00:00:01")).await),
        none
    );
    assert_eq!(
        ids(&operations(&shop, period("00:00:02", "00:00:02")).await),
        ["first"]
    );
    assert_eq!(
        ids(&operations(&shop, period("00:00:03", "01:00:03")).await),
        none
    );
    // A refund is a newer operation; the sale keeps its place.
    shop.gate(ALIPAY_REFUND, refund("first", json!({}))).await;
    shop.advance(2 * A_SECOND).await;
    let found = operations(&shop, period("00:00:00", "23:59:59")).await;
    assert_eq!(ids(&found), ["first", "second", "first"]);
    assert_eq!(found[0]["operation_type"], "refund");

    for (interval, member) in [
        (json!({"from": "2026-01-01 00:00:00"}), "interval.to"),
        (json!({"to": "2026-01-01 00:00:00"}), "interval.from"),
        (json!("2026"), "interval"),
        (
            json!({"from": "2026-01-01", "to": "2026-01-01 00:00:00"}),
            "interval.from",
        ),
        (
            json!({"from": "2026-01-01 00:00:01", "to": "2026-01-01 00:00:00"}),
            "interval.to",
        ),
    ] {
        let (status, message) = refused(&shop, OPERATIONS, json!({"interval": interval})).await;
        assert_eq!(status, 400);
        assert!(message.starts_with(&format!("{member}: ")), "{message}");
    }
}

#[tokio::test]
async fn without_an_interval_only_completed_operations_come() {
    let shop = shop(json!({})).await;
    shop.paid_alipay("paid", 1000).await;
    shop.gate(ALIPAY_SALE, alipay_sale("open", 1000)).await;
    shop.advance(A_SECOND).await;
    assert_eq!(ids(&operations(&shop, json!({})).await), ["paid"]);
    let all = operations(&shop, json!({"interval": whole_year()})).await;
    assert_eq!(ids(&all), ["open", "paid"]);
    assert_eq!(all[0]["operation_status"], "awaiting redirect result");
}

#[tokio::test]
async fn an_interval_can_be_required() {
    let shop = shop(json!({"interval_required": true})).await;
    let (status, message) = refused(&shop, OPERATIONS, json!({})).await;
    assert_eq!((status, message.as_str()), (400, "interval: is required"));
    assert!(
        operations(&shop, json!({"interval": whole_year()}))
            .await
            .is_empty()
    );
}

/// `tz` is for the interval and for the times of the answer; else the token's zone counts.
#[tokio::test]
async fn time_zones_shift_both_ways() {
    let shop = shop(json!({"time_zone": "Asia/Singapore"})).await;
    shop.paid_alipay("p", 1000).await;
    let paid = |tz: Option<&str>, time: &str| {
        let mut body = json!({"interval": {"from": time, "to": time}});
        if let Some(tz) = tz {
            body["tz"] = tz.into();
        }
        body
    };
    for (tz, local, printed) in [
        (None, "2026-01-01 08:00:02", "2026-01-01T08:00:02+08:00"),
        (
            Some("UTC"),
            "2026-01-01 00:00:02",
            "2026-01-01T00:00:02+00:00",
        ),
        (
            Some("America/New_York"),
            "2025-12-31 19:00:02",
            "2025-12-31T19:00:02-05:00",
        ),
        (
            Some("+10:30"),
            "2026-01-01 10:30:02",
            "2026-01-01T10:30:02+10:30",
        ),
    ] {
        let found = operations(&shop, paid(tz, local)).await;
        assert_eq!(found.len(), 1, "{tz:?}");
        assert_eq!(found[0]["provider_date"], printed);
    }
    let (status, message) = refused(&shop, OPERATIONS, json!({"tz": "Moon/Crater"})).await;
    assert_eq!(status, 400);
    assert!(message.starts_with("tz: "), "{message}");
}

#[tokio::test]
async fn pages_by_limit_and_offset() {
    let shop = shop(json!({})).await;
    for number in 1..=5 {
        shop.paid_alipay(&format!("p{number}"), 1000).await;
    }
    let page = async |limit: Value, offset: Value| {
        ids(&operations(&shop, json!({"limit": limit, "offset": offset})).await)
    };
    assert_eq!(page(json!(2), json!(0)).await, ["p5", "p4"]);
    assert_eq!(page(json!("2"), json!("2")).await, ["p3", "p2"]);
    assert_eq!(page(json!(2), json!(4)).await, ["p1"]);
    assert!(page(json!(2), json!(5)).await.is_empty());
    assert!(page(json!(0), json!(0)).await.is_empty());
    for (member, value) in [
        ("limit", json!(1001)),
        ("limit", json!(-1)),
        ("limit", json!("many")),
        ("limit", json!(1.5)),
        ("offset", json!(-1)),
        ("project_id", json!(PROJECT)),
        ("project_id", json!(["x"])),
        ("operation_type", json!(1)),
        ("operation_status", json!([1])),
        ("customer_id", json!({})),
        ("customer_email", json!(["a@example.com"])),
        ("fields", json!("operation_id")),
    ] {
        let (status, message) = refused(&shop, OPERATIONS, json!({member: value})).await;
        assert_eq!(status, 400);
        assert!(message.starts_with(&format!("{member}: ")), "{message}");
    }
}

#[tokio::test]
async fn filters_take_one_text_or_several() {
    let shop = shop(json!({})).await;
    shop.paid_alipay("p", 1000).await;
    let part = json!({"amount": 300, "currency": "CNY"});
    shop.gate(ALIPAY_REFUND, refund("p", part)).await;
    let mut other = alipay_sale("q", 1000);
    other["customer"]["id"] = "456".into();
    other["customer"]["email"] = "a@example.com".into();
    shop.gate(ALIPAY_SALE, other).await;
    shop.advance(2 * A_SECOND).await;
    let count = async |filter: Value| {
        let mut body = json!({"interval": whole_year()});
        if let (Value::Object(known), Value::Object(more)) = (&mut body, filter) {
            known.extend(more);
        }
        operations(&shop, body).await.len()
    };
    assert_eq!(count(json!({})).await, 3);
    assert_eq!(count(json!({"operation_type": "refund"})).await, 1);
    assert_eq!(
        count(json!({"operation_type": ["sale", "refund"]})).await,
        3
    );
    assert_eq!(count(json!({"operation_type": "payout"})).await, 0);
    assert_eq!(count(json!({"operation_status": "success"})).await, 2);
    assert_eq!(count(json!({"customer_id": "123"})).await, 2);
    assert_eq!(count(json!({"customer_id": ["123", "456"]})).await, 3);
    assert_eq!(count(json!({"customer_email": "a@example.com"})).await, 1);
    assert_eq!(count(json!({"project_id": [PROJECT]})).await, 3);
    assert_eq!(
        count(json!({"project_id": [PROJECT.to_string(), 1]})).await,
        3
    );
    assert_eq!(count(json!({"project_id": [1]})).await, 0);
}

#[tokio::test]
async fn operations_of_a_payment_newest_first() {
    let shop = shop(json!({})).await;
    shop.paid_alipay("P 1", 1000).await;
    let part = json!({"amount": 300, "currency": "CNY"});
    shop.gate(ALIPAY_REFUND, refund("P 1", part)).await;
    shop.advance(2 * A_SECOND).await;
    let answer = ask(&shop, BY_PAYMENT, json!({"payment_id": "p 1"})).await;
    let status = shop.status("P 1").await;
    let id = |number: usize| status["operations"][number]["id"].to_string();
    let expected = format!(
        r#"{{"operations":[{{"operation_id":"{}","operation_type":"refund","operation_created_at":"2026-01-01T00:00:02+00:00","operation_completed_at":"2026-01-01T00:00:03+00:00","amount":300,"currency":"CNY","arn":"","rrn":""}},{{"operation_id":"{}","operation_type":"sale","operation_created_at":"2026-01-01T00:00:00+00:00","operation_completed_at":"2026-01-01T00:00:02+00:00","amount":1000,"currency":"CNY","arn":"","rrn":""}}],"signature":""#,
        id(1),
        id(0)
    );
    assert!(
        answer.body.starts_with(&expected),
        "{}\n{expected}",
        answer.body
    );
    let (status, message) = refused(&shop, BY_PAYMENT, json!({})).await;
    assert_eq!((status, message.as_str()), (400, "payment_id: is required"));
}
