//! The columns that a report can have. Names are those of the Data API where it has one, since
//! the names of the platform's own reports are not published.

use crate::platform::moment::Moment;
use crate::platform::reporting::ReportedOperation;

/// What stands in one place of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    /// Minor units or a number that names something.
    Number(i64),
    Time(Moment),
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&String>> for Cell {
    fn from(text: Option<&String>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.clone()))
    }
}

impl From<Option<Moment>> for Cell {
    fn from(time: Option<Moment>) -> Self {
        time.map_or(Self::Nothing, Self::Time)
    }
}

/// One column: its name and how it is filled.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    /// Whether it is there when nobody chooses.
    pub(crate) by_default: bool,
    read: fn(&ReportedOperation) -> Cell,
}

impl Column {
    pub(crate) fn cell(&self, operation: &ReportedOperation) -> Cell {
        (self.read)(operation)
    }

    /// The column with this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.name == name)
    }

    pub(crate) fn defaults() -> Vec<&'static Self> {
        COLUMNS.iter().filter(|column| column.by_default).collect()
    }
}

macro_rules! columns {
    ($($by_default:literal $name:literal $meaning:literal $read:expr;)*) => {
        /// All columns, in the order in which a form lists them.
        pub(crate) static COLUMNS: &[Column] = &[$(Column {
            name: $name,
            meaning: $meaning,
            by_default: $by_default,
            read: $read,
        },)*];
    };
}

columns! {
    true "payment_id" "Payment identifier of the merchant" |row| row.payment_id.as_str().into();
    true "operation_type" "sale or refund" |row| row.kind.into();
    true "operation_status" "Status of the operation" |row| row.status.into();
    true "sum_initial.amount" "Amount of the operation in minor units" |row| Cell::Number(row.amount);
    true "sum_initial.currency" "Its currency" |row| row.currency.as_str().into();
    true "operation_id" "Operation identifier of the platform" |row| Cell::Text(row.id.to_string());
    true "project_id" "Project" |row| Cell::Number(row.project.into());
    true "payment_method_name" "Payment method" |row| row.method.into();
    true "payment_description" "Description of the payment" |row| row.description.as_str().into();
    true "operation_created_at" "When the operation began, UTC" |row| Cell::Time(row.created);
    true "operation_completed_at" "When it got its result, UTC" |row| row.completed.into();
    false "sum_converted.amount" "Amount after conversion; the sandbox converts nothing" |row| Cell::Number(row.amount);
    false "sum_converted.currency" "Its currency" |row| row.currency.as_str().into();
    false "provider_date" "When the provider took it on, UTC" |row| row.provider_date.into();
    false "provider_payment_id" "Identifier at the provider" |row| row.provider_payment_id.as_ref().into();
    false "customer_id" "Customer identifier of the merchant" |row| row.customer_id.as_ref().into();
    false "payment_type" "Type of the payment: 3 is a sale" |_| Cell::Number(3);
    false "payment_currency" "Currency of the payment" |row| row.payment_currency.as_str().into();
    false "payment_amount" "Base amount of the payment in minor units (own name)" |row| Cell::Number(row.payment_amount);
    false "completed_refund" "Refunded so far, in minor units" |row| Cell::Number(row.refunded);
    false "remaining_refund" "Available for refund, in minor units" |row| Cell::Number(row.refundable);
    false "transaction_status" "Status of the payment" |row| row.payment_status.into();
    false "transaction_created_at" "When the payment began, UTC" |row| Cell::Time(row.payment_created);
    false "operation_code" "Code of the operation, as callbacks say it (own name)" |row| Cell::Number(row.code.into());
    false "operation_message" "Its message (own name)" |row| row.message.into();
    false "request_id" "Identifier of the request (own name)" |row| row.request_id.as_str().into();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), COLUMNS.len());
    }

    #[test]
    fn reports_begin_like_the_registry() {
        let names: Vec<_> = Column::defaults()
            .iter()
            .map(|column| column.name)
            .collect();
        let registry = [
            "payment_id",
            "operation_type",
            "operation_status",
            "sum_initial.amount",
            "sum_initial.currency",
        ];
        assert_eq!(names[..5], registry);
    }
}
