//! `/v1/operations/get-by-payment`: all operations of one payment, in every project that has one.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::super::moment::Moment;
use super::super::payment::{Operation, PaymentKey};
use super::access::Access;
use super::answer::DataAnswer;
use super::members::Members;
use super::row::completed;
use super::zone;

#[derive(Serialize)]
struct Item<'a> {
    operation_id: String,
    operation_type: &'static str,
    operation_created_at: String,
    operation_completed_at: String,
    amount: i64,
    currency: &'a str,
    arn: &'static str,
    rrn: &'static str,
}

impl<'a> Item<'a> {
    fn new(operation: &'a Operation, zone: &TimeZone) -> Self {
        Self {
            operation_id: operation.id.to_string(),
            operation_type: operation.kind.name(),
            operation_created_at: zone::print(operation.created, zone),
            operation_completed_at: completed(operation, zone),
            amount: operation.amount,
            currency: &operation.currency,
            arn: "",
            rrn: "",
        }
    }
}

pub(super) fn report(access: &Access<'_>, members: &Members) -> Result<DataAnswer, DataAnswer> {
    let payment_id = members.required_text("payment_id")?;
    let zone = zone::parse(&access.token.time_zone).unwrap_or(TimeZone::UTC);
    let mut operations: Vec<&Operation> = access
        .projects(None)
        .into_iter()
        .filter_map(|project| {
            let key = PaymentKey::new(project.config.id, payment_id);
            project.payments.get(&key)
        })
        .flat_map(|payment| &payment.operations)
        .collect();
    let newest = |operation: &&Operation| -> (Moment, u64) { (operation.created, operation.id) };
    operations.sort_by_key(|operation| std::cmp::Reverse(newest(operation)));
    let items: Vec<Item<'_>> = operations
        .into_iter()
        .map(|operation| Item::new(operation, &zone))
        .collect();
    Ok(DataAnswer::report("operations", &items, access.key))
}
