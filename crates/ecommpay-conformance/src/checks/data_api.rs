//! Queries of the Data API and their answers: what we build, and what we read.

use ecommpay_data_api::{DataQuery, DataToken, RefusalReason, ReportError};
use ecommpay_model::reporting::{Balance, FraudOperation, PaymentOperation, ReportedOperation};
use ecommpay_model::{Currency, JsonObject, Money, ReceivedDate};
use ecommpay_signature::{SecretKey, VerifyError};
use serde_json::{Map, Value, json};

use super::compare::{Differences, chain};
use super::data_queries::{Query, build};
use crate::fixtures::{DataExchange, ExpectedReport};
use crate::report::Row;

/// Checks one case of `data-api/`.
pub(super) fn check_exchange(name: &str, exchange: &DataExchange) -> Row {
    Row::new(
        &exchange.sections,
        format!("Data API {name}"),
        check(exchange),
    )
}

fn check(exchange: &DataExchange) -> Result<(), String> {
    let key = SecretKey::new(&exchange.secret).map_err(|error| error.to_string())?;
    let token = DataToken::new(exchange.token.as_str(), key).map_err(|error| error.to_string())?;
    let query = build(&exchange.query.path, &exchange.query.members)?;
    let mut differences = Differences::default();
    match &query {
        Query::Operations(query) => {
            let rows = run(&**query, &token, exchange, &mut differences, |report| {
                report.operations.iter().map(operation).collect()
            })?;
            let next = rows.and_then(|rows| query.next_page(rows));
            let next = next.map(|next| next.members().map_err(|error| chain(&error)));
            let offset = match next {
                Some(members) => members?.get("offset").and_then(|offset| offset.as_i64()),
                None => None,
            };
            let shown = |offset: Option<String>| offset.unwrap_or_else(|| "no page".to_owned());
            differences.compare(
                "next page",
                shown(exchange.expect.next_offset.map(|offset| offset.to_string())),
                shown(offset.map(|offset| offset.to_string())),
            );
        }
        Query::Payment(query) => {
            run(query, &token, exchange, &mut differences, |report| {
                report.operations.iter().map(payment_operation).collect()
            })?;
        }
        Query::Balance(query) => {
            run(query, &token, exchange, &mut differences, |report| {
                report.balances.iter().flat_map(balance).collect()
            })?;
        }
        Query::Fraud(query) => {
            run(query, &token, exchange, &mut differences, |report| {
                report.operations.iter().map(fraud_operation).collect()
            })?;
        }
    }
    differences.into_result()
}

/// Compares the prepared document, then the report; gives the number of its rows if it is one.
fn run<Q: DataQuery>(
    query: &Q,
    token: &DataToken,
    exchange: &DataExchange,
    differences: &mut Differences,
    rows: impl Fn(&Q::Report) -> Vec<Value>,
) -> Result<Option<usize>, String> {
    let prepared = query.prepare(token).map_err(|error| chain(&error))?;
    let body: Value = serde_json::from_slice(prepared.body()).map_err(|error| error.to_string())?;
    let mut document = exchange.query.members.clone();
    document.insert("token".to_owned(), json!(exchange.token));
    document.insert("signature".to_owned(), json!(exchange.query.signature));
    differences.compare("path", &exchange.query.path, prepared.path());
    differences.compare("query", Value::Object(document), body);

    let answer = &exchange.answer;
    match query.decode(token, answer.http_status, answer.body.as_bytes()) {
        Ok(reply) => {
            let rows = rows(reply.body());
            compare_rows(&exchange.expect, &rows, differences);
            Ok(Some(rows.len()))
        }
        Err(error) => {
            match &exchange.expect.refused {
                Some(refused) => differences.compare("refused", refused, reason(&error)),
                None => differences.wrong(chain(&error)),
            }
            Ok(None)
        }
    }
}

fn compare_rows(expect: &ExpectedReport, rows: &[Value], differences: &mut Differences) {
    let Some(expected) = &expect.rows else {
        differences.wrong("the report was believed");
        return;
    };
    differences.compare("rows", expected.len(), rows.len());
    for (place, (expected, row)) in expected.iter().zip(rows).enumerate() {
        compare_row(place, expected, row, differences);
    }
}

fn compare_row(
    place: usize,
    expected: &Map<String, Value>,
    row: &Value,
    differences: &mut Differences,
) {
    for (name, value) in expected {
        differences.compare(&format!("{name} of row {place}"), value, &row[name]);
    }
}

fn reason(error: &ReportError) -> &'static str {
    match error {
        ReportError::Refused(refusal) => match refusal.reason() {
            RefusalReason::Validation => "validation",
            RefusalReason::Authentication => "authentication",
            RefusalReason::Forbidden => "forbidden",
            RefusalReason::TooManyRequests => "too_many_requests",
            RefusalReason::Internal => "internal",
            _ => "other",
        },
        ReportError::NotVerified(unverified) => match unverified.reason() {
            VerifyError::WrongSignature => "wrong_signature",
            VerifyError::NoSignature => "no_signature",
            _ => "not_verified",
        },
        ReportError::Unreadable(_) => "no_list",
        _ => "another error",
    }
}

fn operation(operation: &ReportedOperation) -> Value {
    let sum = operation.sum_initial.as_ref().and_then(|sum| sum.money());
    json!({
        "operation_id": operation.operation_id,
        "payment_id": operation.payment_id,
        "type": operation.kind,
        "status": operation.status,
        "amount": sum.map(Money::minor),
        "currency": sum.map(Money::currency),
        "created_at": seconds(operation.created_at.as_ref()),
        "completed_at": seconds(operation.completed_at.as_ref()),
        "keeps": names(&operation.other),
    })
}

fn payment_operation(operation: &PaymentOperation) -> Value {
    json!({
        "operation_id": operation.operation_id,
        "type": operation.kind,
        "amount": operation.money().map(Money::minor),
        "currency": operation.money().map(Money::currency),
        "created_at": seconds(operation.created_at.as_ref()),
        "completed_at": seconds(operation.completed_at.as_ref()),
        "keeps": names(&operation.other),
    })
}

fn fraud_operation(operation: &FraudOperation) -> Value {
    json!({
        "operation_id": operation.operation_id.map(|id| id.to_string()),
        "payment_id": operation.payment_id,
        "amount": operation.money().map(Money::minor),
        "currency": operation.money().map(Money::currency),
        "keeps": names(&operation.other),
    })
}

fn balance(balance: &Balance) -> Vec<Value> {
    let currency = |currency: Option<Currency>| currency.map(|currency| currency.to_string());
    balance
        .sums
        .iter()
        .map(|sum| {
            json!({
                "name": balance.name,
                "amount": sum.amount,
                "currency": currency(sum.currency),
                "keeps": names(&balance.other),
            })
        })
        .collect()
}

fn seconds(date: Option<&ReceivedDate>) -> Option<i64> {
    Some(date?.timestamp()?.unix_seconds())
}

fn names(other: &JsonObject) -> Vec<&str> {
    other.iter().map(|(name, _)| name).collect()
}
