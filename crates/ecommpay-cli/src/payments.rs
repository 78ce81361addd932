//! `ecommpay payments`: the payments of a sandbox, the newest first.

use clap::Args;
use ecommpay_model::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::control::{Project, SandboxAddress, query};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A part of the payment's or of the customer's identifier
    text: Option<String>,
    /// Only payments with this status, such as `success`
    #[arg(long)]
    status: Option<String>,
    /// Only payments by this method
    #[arg(long)]
    method: Option<String>,
    /// At most so many, 1 to 1000
    #[arg(long, default_value_t = 20)]
    limit: u32,
    #[command(flatten)]
    project: Project,
    #[command(flatten)]
    sandbox: SandboxAddress,
    /// One JSON line per payment
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Page {
    payments: Vec<Payment>,
    next: Option<u64>,
}

#[derive(Deserialize, Serialize)]
struct Payment {
    project: u32,
    payment_id: String,
    created: String,
    changed: String,
    status: String,
    method: String,
    interface: String,
    amount: i64,
    remaining: i64,
    currency: String,
    customer_id: Option<String>,
}

/// Lists the payments; none is an answer too.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let control = arguments.sandbox.control();
    let wanted = query(&[
        ("text", arguments.text.clone()),
        ("status", arguments.status.clone()),
        ("method", arguments.method.clone()),
        ("limit", Some(arguments.limit.to_string())),
        (
            "project",
            arguments.project.named().map(|id| id.to_string()),
        ),
    ]);
    let page: Page = control.get(&format!("/payments{wanted}"))?;
    if arguments.json {
        page.payments.iter().try_for_each(print_json)?;
    } else {
        table(&page.payments)?;
    }
    if page.next.is_some() {
        eprintln!("There are more; --limit shows up to 1000.");
    }
    Ok(Outcome::Yes)
}

fn table(payments: &[Payment]) -> Result<(), Failure> {
    let head = [
        "created", "project", "payment", "method", "amount", "status",
    ]
    .map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head)
        .chain(payments.iter().map(|payment| {
            [
                payment.created.clone(),
                payment.project.to_string(),
                // An id may hold what a terminal would act on.
                payment.payment_id.escape_debug().to_string(),
                payment.method.clone(),
                sum(payment.amount, &payment.currency),
                payment.status.clone(),
            ]
        }))
        .collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        print_line(cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// `10.00 CNY`; minor units where the currency is none that is known.
fn sum(minor: i64, currency: &str) -> String {
    let money = Currency::new(currency)
        .ok()
        .and_then(|currency| Money::new(minor, currency).ok());
    match money {
        Some(money) => format!("{} {currency}", money.to_decimal()),
        None => format!("{minor} minor {currency}"),
    }
}
