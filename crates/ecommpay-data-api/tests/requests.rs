//! Requests: the document, the string to sign and the signature of each query; and refused members.
//!
//! The first signature is printed in the platform's documentation; the others were computed with
//! Python's `hmac` and the signing rule read from its description.

mod support;

use ecommpay_data_api::{
    BalanceQuery, DataQuery, FraudQuery, Interval, OperationsQuery, PaymentOperationsQuery,
};
use ecommpay_gate::BuildError;
use ecommpay_model::reporting::ReportField;
use ecommpay_model::{
    Country, CustomerId, Email, OperationStatus, OperationType, PaymentId, ProjectId, TimeZone,
};
use ecommpay_signature::{SignError, exact};
use serde_json::{Value, json};
use support::{TOKEN, TestResult, token};

/// Compares what a query prepares with a document, its canonical string and its signature.
fn assert_prepared(
    query: &impl DataQuery,
    path: &str,
    mut document: Value,
    canonical: &str,
    signature: &str,
) -> TestResult {
    let prepared = query.prepare(&token()?)?;
    assert_eq!(prepared.path(), path);
    assert_eq!(exact::canonical_callback(prepared.body())?, canonical);
    document["token"] = json!(TOKEN);
    document["signature"] = json!(signature);
    let body: Value = serde_json::from_slice(prepared.body())?;
    assert_eq!(body, document);
    Ok(())
}

fn august() -> Result<Interval, ecommpay_model::InvalidValue> {
    Ok(Interval::in_zone_of_the_account(
        "2024-08-01 00:00:00".parse()?,
        "2024-08-28 23:59:59".parse()?,
    ))
}

#[test]
fn the_printed_request_has_the_printed_signature() -> TestResult {
    let interval = Interval::in_zone(
        "2020-01-01 14:53:55".parse()?,
        "2020-01-30 13:53:59".parse()?,
        TimeZone::new("Asia/Singapore")?,
    );
    assert_prepared(
        &OperationsQuery::of(interval)
            .projects([ProjectId::new(183)?])
            .limit(3)
            .offset(0),
        "/operations/get",
        json!({
            "interval": {"from": "2020-01-01 14:53:55", "to": "2020-01-30 13:53:59"},
            "limit": 3, "offset": 0, "project_id": [183], "tz": "Asia/Singapore",
        }),
        "interval:from:2020-01-01 14:53:55;interval:to:2020-01-30 13:53:59;limit:3;offset:0;\
         project_id:0:183;token:WKiarERJ5pcceNerpM9R5TNnyPTQMl;tz:Asia/Singapore",
        "Ini3aKje6aZskajTuRS761YOzVqierlVRafZdxIz48wmVnL7yxgy9vDsp7T2/LGPGHJ/DHoKOgP7VqObJALrUA==",
    )
}

#[test]
fn members_to_be_reported_are_a_list_of_names() -> TestResult {
    assert_prepared(
        &OperationsQuery::of(august()?)
            .projects([ProjectId::new(11)?])
            .limit(2)
            .fields([ReportField::OperationId, ReportField::PaymentId]),
        "/operations/get",
        json!({
            "interval": {"from": "2024-08-01 00:00:00", "to": "2024-08-28 23:59:59"},
            "limit": 2, "project_id": [11], "fields": ["operation_id", "payment_id"],
        }),
        "fields:0:operation_id;fields:1:payment_id;interval:from:2024-08-01 00:00:00;\
         interval:to:2024-08-28 23:59:59;limit:2;project_id:0:11;\
         token:WKiarERJ5pcceNerpM9R5TNnyPTQMl",
        "IhoiV3sVFmjcfoIKEAbCE7EB52H9oDXKF13SwU1IybXEO4w+Aij80zEk52eSDUhJJDV8Kxli721lnwRFluQ1kg==",
    )
}

#[test]
fn every_filter_of_operations_goes_out_under_its_name() -> TestResult {
    let between = Interval::between(
        "2024-08-01T02:00:00+02:00".parse()?,
        "2024-08-28T23:59:59Z".parse()?,
    );
    assert_prepared(
        &OperationsQuery::of(between)
            .projects([ProjectId::new(11)?, ProjectId::new(12)?])
            .limit(0)
            .offset(2000)
            .types([OperationType::Sale, OperationType::RefundReverse])
            .statuses([OperationStatus::Success, OperationStatus::Decline])
            .customers([CustomerId::new("c-1")?])
            .customer_email(Email::new("mary@example.com")?)
            .fields([ReportField::OperationId, ReportField::SumInitialAmount]),
        "/operations/get",
        json!({
            "interval": {"from": "2024-08-01 00:00:00", "to": "2024-08-28 23:59:59"},
            "tz": "+00:00", "project_id": [11, 12], "limit": 0, "offset": 2000,
            "operation_type": ["sale", "refund reverse"],
            "operation_status": ["success", "decline"],
            "customer_id": ["c-1"], "customer_email": "mary@example.com",
            "fields": ["operation_id", "sum_initial.amount"],
        }),
        "customer_email:mary@example.com;customer_id:0:c-1;fields:0:operation_id;\
         fields:1:sum_initial.amount;interval:from:2024-08-01 00:00:00;\
         interval:to:2024-08-28 23:59:59;limit:0;offset:2000;operation_status:0:success;\
         operation_status:1:decline;operation_type:0:sale;operation_type:1:refund reverse;\
         project_id:0:11;project_id:1:12;token:WKiarERJ5pcceNerpM9R5TNnyPTQMl;tz:+00:00",
        "p+v6fRCXeJMHSrX3xnedvwmflhJyuXJffZ3Yek4nCGnVlS/UtKB/D4nyFqPcopM8CRAcxuiXocmX2xV0GvqZyg==",
    )
}

#[test]
fn queries_without_members_sign_the_token_alone() -> TestResult {
    let canonical = "token:WKiarERJ5pcceNerpM9R5TNnyPTQMl";
    let signature = "st/AZWyEqDx3fQHOekIlaC5fU5TquA3KB6hJzEausr9TP/2eXN1Du34a5j3l9+05LaEVOcolgxEy\
                     2JiqO5Zgkw==";
    let nothing = || json!({});
    let operations = OperationsQuery::latest();
    assert_prepared(
        &operations,
        "/operations/get",
        nothing(),
        canonical,
        signature,
    )?;
    assert_prepared(
        &BalanceQuery::new(),
        "/balance/get",
        nothing(),
        canonical,
        signature,
    )?;
    assert_prepared(
        &FraudQuery::new(),
        "/fraud/list",
        nothing(),
        canonical,
        signature,
    )
}

#[test]
fn a_payment_is_asked_for_by_its_identifier() -> TestResult {
    assert_prepared(
        &PaymentOperationsQuery::new(PaymentId::new("order-17")?),
        "/operations/get-by-payment",
        json!({"payment_id": "order-17"}),
        "payment_id:order-17;token:WKiarERJ5pcceNerpM9R5TNnyPTQMl",
        "ldLHngY2jZimjU3ifaJ6dglICZ5clIDvpgmoWb5puuEiT/SBzsXJY2YWkP9yE5ouxKaJGoS9ukwdzho5j66zIw==",
    )
}

#[test]
fn filters_of_fraud_are_lists_of_two_ends() -> TestResult {
    let query = FraudQuery::new()
        .received_on(
            "2024-08-01 00:00:00".parse()?,
            "2024-08-31 23:59:59".parse()?,
        )
        .purchase_date(
            "2024-07-01 00:00:00".parse()?,
            "2024-07-31 23:59:59".parse()?,
        )
        .fraud_report_date(
            "2024-08-01 00:00:00".parse()?,
            "2024-08-31 23:59:59".parse()?,
        )
        .issuer_countries([Country::new("FR")?, Country::new("DE")?])
        .limit(100)
        .offset(200);
    assert_prepared(
        &query,
        "/fraud/list",
        json!({
            "filter": {
                "received_on": ["2024-08-01 00:00:00", "2024-08-31 23:59:59"],
                "purchase_date": ["2024-07-01 00:00:00", "2024-07-31 23:59:59"],
                "fraud_report_date": ["2024-08-01 00:00:00", "2024-08-31 23:59:59"],
                "issuer_country": ["FR", "DE"],
            },
            "pagination": {"limit": 100, "offset": 200},
        }),
        "filter:fraud_report_date:0:2024-08-01 00:00:00;\
         filter:fraud_report_date:1:2024-08-31 23:59:59;filter:issuer_country:0:FR;\
         filter:issuer_country:1:DE;filter:purchase_date:0:2024-07-01 00:00:00;\
         filter:purchase_date:1:2024-07-31 23:59:59;filter:received_on:0:2024-08-01 00:00:00;\
         filter:received_on:1:2024-08-31 23:59:59;pagination:limit:100;pagination:offset:200;\
         token:WKiarERJ5pcceNerpM9R5TNnyPTQMl",
        "q6MVRSNO33YPBI9V6wUB2R4vYS6M9WSJUA6Gqdke5Hza15uhnqeQ9lV1rOz3zdckTdNgagmUxYz5+NenePYR2g==",
    )
}

/// The member and the words of a refusal.
fn refused(query: &impl DataQuery) -> Result<String, Box<dyn std::error::Error>> {
    match query.prepare(&token()?) {
        Err(BuildError::Rule(broken)) => Ok(broken.to_string()),
        Err(error) => Err(error.into()),
        Ok(_) => Err("not refused".into()),
    }
}

#[test]
fn broken_rules_name_the_member() -> TestResult {
    let all = OperationsQuery::latest;
    assert_eq!(
        refused(&all().limit(1001))?,
        "limit: must be a whole number from 0 to 1000"
    );
    let backwards = Interval::between(
        "2024-08-02T00:00:00Z".parse()?,
        "2024-08-01T00:00:00Z".parse()?,
    );
    assert_eq!(
        refused(&OperationsQuery::of(backwards))?,
        "interval: ends before it begins"
    );
    let empty = "is required at least once; leave the setter out to ask for all";
    assert_eq!(
        refused(&all().projects([]))?,
        format!("project_id: {empty}")
    );
    assert_eq!(
        refused(&all().types([]))?,
        format!("operation_type: {empty}")
    );
    assert_eq!(
        refused(&all().statuses([]))?,
        format!("operation_status: {empty}")
    );
    assert_eq!(
        refused(&all().customers([]))?,
        format!("customer_id: {empty}")
    );
    assert_eq!(refused(&all().fields([]))?, format!("fields: {empty}"));

    let fraud = FraudQuery::new;
    let (late, early) = (
        "2024-08-02 00:00:00".parse()?,
        "2024-08-01 00:00:00".parse()?,
    );
    assert_eq!(
        refused(&fraud().purchase_date(late, early))?,
        "filter.purchase_date: ends before it begins"
    );
    assert_eq!(
        refused(&fraud().issuer_countries([]))?,
        format!("filter.issuer_country: {empty}")
    );
    assert_eq!(
        refused(&fraud().limit(0))?,
        "pagination.limit: must be a whole number from 1 to 4294967295"
    );
    Ok(())
}

#[test]
fn a_text_that_reads_as_a_line_is_not_signed() -> TestResult {
    let query = OperationsQuery::latest().fields([ReportField::from("x;project_id:0:1")]);
    let error = query.prepare(&token()?).err().ok_or("signed")?;
    assert_eq!(error.field(), Some("fields.0"));
    let BuildError::Unsignable(SignError::Ambiguous(_)) = error else {
        return Err(error.into());
    };
    Ok(())
}

#[test]
fn the_next_page_begins_behind_this_one() -> TestResult {
    let offset = |query: Option<OperationsQuery>| -> Result<Value, Box<dyn std::error::Error>> {
        let members = query.ok_or("no page")?.members()?;
        Ok(serde_json::to_value(&members)?["offset"].clone())
    };
    // 1125 operations are two pages in the platform's example
    let first = OperationsQuery::latest();
    let second = first.next_page(1000);
    assert_eq!(offset(second.clone())?, json!(1000));
    assert_eq!(second.and_then(|second| second.next_page(125)), None);

    assert_eq!(first.next_page(0), None);
    assert_eq!(first.next_page(999), None);
    let tens = OperationsQuery::latest().limit(10).offset(7);
    assert_eq!(offset(tens.next_page(10))?, json!(17));
    assert_eq!(tens.next_page(9), None);
    assert_eq!(OperationsQuery::latest().limit(0).next_page(0), None);
    Ok(())
}
