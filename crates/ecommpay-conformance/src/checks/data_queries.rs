//! Queries of the Data API, built by our setters from the members of a document.

use ecommpay_data_api::{
    BalanceQuery, FraudQuery, Interval, OperationsQuery, PaymentOperationsQuery,
};
use ecommpay_model::reporting::ReportField;
use ecommpay_model::{
    Country, CustomerId, Email, LocalDateTime, OperationStatus, OperationType, PaymentId,
    ProjectId, TimeZone,
};
use serde_json::{Map, Value};

type Members = Map<String, Value>;

/// A query of any kind.
pub(super) enum Query {
    Operations(Box<OperationsQuery>),
    Payment(PaymentOperationsQuery),
    Balance(BalanceQuery),
    Fraud(FraudQuery),
}

/// The query of this path with these members; every member must have a setter.
pub(super) fn build(path: &str, members: &Members) -> Result<Query, String> {
    match path {
        "/operations/get" => Ok(Query::Operations(Box::new(operations(members)?))),
        "/operations/get-by-payment" => {
            let id = text(members.get("payment_id").unwrap_or(&Value::Null))?;
            let id = PaymentId::new(id).map_err(told)?;
            Ok(Query::Payment(PaymentOperationsQuery::new(id)))
        }
        "/balance/get" => Ok(Query::Balance(BalanceQuery::new())),
        "/fraud/list" => Ok(Query::Fraud(fraud(members)?)),
        other => Err(format!("there is no query of {other}")),
    }
}

fn operations(members: &Members) -> Result<OperationsQuery, String> {
    let mut query = match members.get("interval") {
        Some(interval) => {
            let (from, to) = (time(&interval["from"])?, time(&interval["to"])?);
            OperationsQuery::of(match members.get("tz") {
                Some(zone) => {
                    Interval::in_zone(from, to, TimeZone::new(text(zone)?).map_err(told)?)
                }
                None => Interval::in_zone_of_the_account(from, to),
            })
        }
        None => OperationsQuery::latest(),
    };
    for (name, value) in members {
        query = match name.as_str() {
            "interval" | "tz" => query,
            "project_id" => query.projects(list(value, project)?),
            "limit" => query.limit(u32::try_from(number(value)?).map_err(told)?),
            "offset" => query.offset(number(value)?),
            "operation_type" => {
                query.types(list(value, |item| text(item).map(OperationType::from))?)
            }
            "operation_status" => {
                query.statuses(list(value, |item| text(item).map(OperationStatus::from))?)
            }
            "customer_id" => query.customers(list(value, |item| {
                CustomerId::new(text(item)?).map_err(told)
            })?),
            "customer_email" => query.customer_email(Email::new(text(value)?).map_err(told)?),
            "fields" => query.fields(list(value, |item| text(item).map(ReportField::from))?),
            other => return Err(format!("no setter for {other}")),
        };
    }
    Ok(query)
}

fn fraud(members: &Members) -> Result<FraudQuery, String> {
    let mut query = FraudQuery::new();
    for (section, inner) in members {
        for (name, value) in inner.as_object().into_iter().flatten() {
            let ends = || Ok::<_, String>((time(&value[0])?, time(&value[1])?));
            query = match (section.as_str(), name.as_str()) {
                ("filter", "received_on") => {
                    ends().map(|(from, to)| query.received_on(from, to))?
                }
                ("filter", "purchase_date") => {
                    ends().map(|(from, to)| query.purchase_date(from, to))?
                }
                ("filter", "fraud_report_date") => {
                    ends().map(|(from, to)| query.fraud_report_date(from, to))?
                }
                ("filter", "issuer_country") => query
                    .issuer_countries(list(value, |item| Country::new(text(item)?).map_err(told))?),
                ("pagination", "limit") => {
                    query.limit(u32::try_from(number(value)?).map_err(told)?)
                }
                ("pagination", "offset") => query.offset(number(value)?),
                _ => return Err(format!("no setter for {section}.{name}")),
            };
        }
    }
    Ok(query)
}

fn project(value: &Value) -> Result<ProjectId, String> {
    let number = u32::try_from(number(value)?).map_err(told)?;
    ProjectId::new(number).map_err(told)
}

fn time(value: &Value) -> Result<LocalDateTime, String> {
    text(value)?.parse().map_err(told)
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let items = value.as_array().ok_or("a list was expected")?;
    items.iter().map(read).collect()
}

fn text(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| "a text was expected".to_owned())
}

fn number(value: &Value) -> Result<u64, String> {
    value
        .as_u64()
        .ok_or_else(|| "a number was expected".to_owned())
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
