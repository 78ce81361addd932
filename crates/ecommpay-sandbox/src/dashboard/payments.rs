//! The registry of payments: the newest first, searched and filtered.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::control::{Control, Problem, with_query};
use super::filter::{Filter, FilterChoices};
use super::form::FormProblem;
use super::page::{self, Page, Section, Shell};
use super::paging::Paging;

/// Rows of one page.
const ROWS: &str = "50";

#[derive(Debug, Deserialize)]
struct PaymentList {
    payments: Vec<PaymentRow>,
    next: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct PaymentRow {
    project: u32,
    payment_id: String,
    created: String,
    status: String,
    method: String,
    /// The base amount: what the status applies to, in minor units.
    amount: i64,
    remaining: i64,
    currency: String,
}

impl PaymentRow {
    fn path(&self) -> String {
        payment_path(self.project, &self.payment_id)
    }

    fn refunded(&self) -> i64 {
        self.amount - self.remaining
    }

    /// Nothing can be refunded before a payment succeeded.
    fn refundable(&self) -> i64 {
        refundable(&self.status, self.remaining)
    }
}

/// What of a payment may still be refunded.
pub(super) fn refundable(status: &str, remaining: i64) -> i64 {
    match status {
        "success" | "partially refunded" => remaining,
        _ => 0,
    }
}

/// The page of one payment. Its id is a member of the query, since an id may be `..`.
pub(super) fn payment_path(project: u32, payment_id: &str) -> String {
    let project = project.to_string();
    let members = [("project", project.as_str()), ("payment", payment_id)];
    with_query("/dashboard/payment", &members)
}

#[derive(Template)]
#[template(path = "dashboard/payments.html")]
struct PaymentsTemplate {
    shell: Shell,
    filter: Filter,
    choices: FilterChoices,
    problem: FormProblem,
    payments: Vec<PaymentRow>,
    paging: Paging,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Position {
    pub(super) cursor: String,
}

pub(super) async fn show(
    State(control): State<Control>,
    page: Page,
    Query(filter): Query<Filter>,
    Query(Position { cursor }): Query<Position>,
) -> Result<Response, Problem> {
    let filter = filter.without_kind();
    let mut members = filter.members().to_vec();
    members.extend([("limit", ROWS), ("cursor", cursor.as_str())]);
    let path = with_query("/_sandbox/payments", &members);
    let (list, problem) = match control.get(&path).await {
        Ok(list) => (list, None),
        Err(problem) if problem.is_refusal() => (PaymentList::empty(), Some(problem)),
        Err(problem) => return Err(problem),
    };
    let status = problem.as_ref().map(|problem| problem.status);
    let told = problem.map(|problem| FormProblem::of(&problem, &Filter::FIELDS));
    let template = PaymentsTemplate {
        shell: page.shell(Section::Payments, "Payments"),
        choices: FilterChoices::of_payments(&control).await?,
        paging: Paging::new("/dashboard/payments", &filter, &cursor, list.next),
        filter,
        problem: told.unwrap_or_default(),
        payments: list.payments,
    };
    Ok(match status {
        Some(status) => page::show_as(status, &template),
        None => page::show(&template),
    })
}

impl PaymentList {
    fn empty() -> Self {
        Self {
            payments: Vec::new(),
            next: None,
        }
    }
}
