//! Reports of operations as files: which columns there are, and how CSV and XLSX are written while
//! the operations are still being read.

pub(crate) mod columns;
mod csv;
pub(crate) mod figures;
mod reader;
mod stream;
mod xlsx;

pub(crate) use reader::OperationReader;
pub(crate) use stream::{csv_body, xlsx_body};

/// Whether a spreadsheet might take the text for a formula.
fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod samples {
    use crate::platform::moment::Moment;
    use crate::platform::reporting::ReportedOperation;

    /// A sale of 10.00 CNY that succeeded half a minute after noon of 2026-01-31.
    pub(super) fn operation(payment_id: &str, description: &str) -> ReportedOperation {
        let began = Moment::parse("2026-01-31T12:00:00Z").unwrap();
        ReportedOperation {
            project: 239,
            payment_id: payment_id.to_owned(),
            method: "alipay",
            payment_status: "success",
            payment_created: began,
            payment_amount: 1000,
            payment_currency: "CNY".to_owned(),
            refunded: 0,
            refundable: 1000,
            description: description.to_owned(),
            customer_id: None,
            id: 9_007_199_254_740_993,
            kind: "sale",
            status: "success",
            created: began,
            completed: Some(began.plus_seconds(30)),
            amount: 1000,
            currency: "CNY".to_owned(),
            code: 0,
            message: "Success",
            request_id: "request".to_owned(),
            provider_payment_id: None,
            provider_date: None,
        }
    }
}
