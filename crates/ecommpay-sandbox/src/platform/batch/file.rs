//! The file of batch refunds: CSV with `;`, UTF-8 without BOM, a header with names in any order.
//!
//! The messages are the documented ones where there are any. A file with faults is refused whole.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord};

use super::super::gate::kinds::Kind;
use crate::config::Method;

const COLUMNS: [&str; 8] = [
    "operation_type",
    "general.project_id",
    "method",
    "general.payment_id",
    "general.operation_id",
    "payment.amount",
    "payment.currency",
    "payment.description",
];

const REQUIRED: [&str; 5] = [
    "operation_type",
    "general.project_id",
    "method",
    "general.payment_id",
    "payment.description",
];

/// One refund of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Line of the file; the header is line 1.
    pub(super) line: u64,
    pub(super) project: u32,
    pub(super) method: Method,
    pub(super) payment_id: String,
    pub(super) operation: Option<u64>,
    /// What is refunded, in minor units; everything left when absent.
    pub(super) amount: Option<i64>,
    pub(super) currency: Option<String>,
    pub(super) description: String,
}

/// Reads a file.
///
/// # Errors
/// Every message about the file.
pub(super) fn read(file: &[u8]) -> Result<Vec<Row>, Vec<String>> {
    let one = |message: &str| Err(vec![message.to_owned()]);
    if file.starts_with(b"\xef\xbb\xbf") {
        return one("File must be UTF-8 without BOM");
    }
    if std::str::from_utf8(file).is_err() {
        return one("File must be UTF-8");
    }
    let mut reader = ReaderBuilder::new().delimiter(b';').from_reader(file);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(_) => return one("File does not contain required columns"),
    };
    check_header(&header)?;
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => match row(&header, &record) {
                Ok(row) => rows.push(row),
                Err(more) => problems.extend(more),
            },
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(format!("Incorrect number of values (line# {line})"));
            }
        }
    }
    if problems.is_empty() {
        Ok(rows)
    } else {
        Err(problems)
    }
}

fn check_header(header: &StringRecord) -> Result<(), Vec<String>> {
    let names: BTreeSet<&str> = header.iter().collect();
    if names.len() < header.len() {
        return Err(vec!["Columns are duplicated".to_owned()]);
    }
    if !REQUIRED.iter().all(|name| names.contains(name)) {
        return Err(vec!["File does not contain required columns".to_owned()]);
    }
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| !COLUMNS.contains(name))
        .map(|name| format!("Unknown column {name}"))
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(unknown)
    }
}

/// One line as a refund, or every message about it.
fn row(header: &StringRecord, record: &StringRecord) -> Result<Row, Vec<String>> {
    let line = record.position().map_or(0, csv::Position::line);
    let value = |name: &str| {
        let place = header.iter().position(|known| known == name);
        place
            .and_then(|place| record.get(place))
            .filter(|text| !text.is_empty())
    };
    let mut problems = Vec::new();
    let mut wrong = |what: &str| problems.push(format!("{what} (line# {line})"));
    if value("operation_type") != Some("refund") {
        wrong("Incorrect Operation_type");
    }
    let project = value("general.project_id")
        .and_then(|text| text.parse().ok())
        .filter(|id: &u32| *id > 0);
    if project.is_none() {
        wrong("Incorrect Project_id");
    }
    let method = value("method").and_then(method);
    if method.is_none() {
        wrong("Incorrect Method");
    }
    let payment_id = value("general.payment_id");
    match payment_id {
        None => wrong("Payment_id is empty"),
        Some(id) if !Kind::PaymentId.fits_text(id) => wrong("Incorrect Payment_id"),
        Some(_) => {}
    }
    let operation = value("general.operation_id").map(str::parse::<u64>);
    if matches!(operation, Some(Err(_))) {
        wrong("Incorrect Operation_id");
    }
    let sum = Kind::Integer(1, 10_000_000_000_000);
    let amount = value("payment.amount");
    if amount.is_some_and(|text| !sum.fits_text(text)) {
        wrong("Incorrect Amount");
    }
    let currency = value("payment.currency");
    if currency.is_some_and(|text| !Kind::Currency.fits_text(text)) {
        wrong("Incorrect Currency");
    }
    let description = value("payment.description");
    match description {
        None => wrong("Description is empty"),
        Some(text) if !Kind::Text(255).fits_text(text) => wrong("Incorrect Description"),
        Some(_) => {}
    }
    match (project, method, payment_id, description) {
        (Some(project), Some(method), Some(payment_id), Some(description))
            if problems.is_empty() =>
        {
            Ok(Row {
                line,
                project,
                method,
                payment_id: payment_id.to_owned(),
                operation: operation.and_then(Result::ok),
                amount: amount.and_then(|text| text.parse().ok()),
                currency: currency.map(str::to_owned),
                description: description.to_owned(),
            })
        }
        _ => Err(problems),
    }
}

/// The method that Gate's path names.
fn method(path: &str) -> Option<Method> {
    match path {
        "wallet/alipay" => Some(Method::Alipay),
        "online-banking/alfa-click" => Some(Method::AlfaClick),
        "wallet-partner" => Some(Method::WalletPartner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "method;general.payment_id;payment.description;operation_type;general.project_id;payment.amount;payment.currency";

    #[test]
    fn columns_may_stand_in_any_order() {
        let file = format!(
            "{HEADER}\nwallet/alipay;p 1;\"a;b\";refund;239;1000;CNY\nwallet-partner;p2;x;refund;239;;\n"
        );
        let rows = read(file.as_bytes()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].line, rows[0].amount), (2, Some(1000)));
        assert_eq!(rows[0].description, "a;b");
        assert_eq!(rows[1].method, Method::WalletPartner);
        assert_eq!((rows[1].line, rows[1].amount), (3, None));
    }

    #[test]
    fn messages_name_the_line() {
        let file = format!(
            "{HEADER}\nwallet/alipay;;x;refund;239;1000;CNY\nwallet/alipay;p;x;refund;239;10.00;CNY\nwallet/alipay;p;x;refund;239;1;cny\nwallet/alipay;p\n"
        );
        assert_eq!(
            read(file.as_bytes()).unwrap_err(),
            [
                "Payment_id is empty (line# 2)",
                "Incorrect Amount (line# 3)",
                "Incorrect Currency (line# 4)",
                "Incorrect number of values (line# 5)",
            ]
        );
    }

    #[test]
    fn headers_are_checked_first() {
        let refused = |file: &[u8]| read(file).unwrap_err();
        let twice = format!("{HEADER};method\n");
        assert_eq!(refused(twice.as_bytes()), ["Columns are duplicated"]);
        for file in ["", "method;payment.amount\n"] {
            assert_eq!(
                refused(file.as_bytes()),
                ["File does not contain required columns"]
            );
        }
        let misspelt = format!("{HEADER};payment.amout\n");
        assert_eq!(
            refused(misspelt.as_bytes()),
            ["Unknown column payment.amout"]
        );
        let marked = [b"\xef\xbb\xbf", HEADER.as_bytes()].concat();
        assert_eq!(refused(&marked), ["File must be UTF-8 without BOM"]);
        assert_eq!(refused(b"\xff\n"), ["File must be UTF-8"]);
    }
}
