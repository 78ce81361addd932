//! The registry of operations: sales and refunds, the newest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::control::{Control, Problem, with_query};
use super::filter::{Filter, FilterChoices};
use super::form::FormProblem;
use super::page::{self, Page, Section, Shell};
use super::paging::Paging;
use super::payments::{Position, payment_path};

const ROWS: &str = "50";

#[derive(Debug, Default, Deserialize)]
struct OperationList {
    operations: Vec<OperationRow>,
    next: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct OperationRow {
    project: u32,
    payment_id: String,
    id: u64,
    #[serde(rename = "type")]
    kind: String,
    status: String,
    created: String,
    method: String,
    amount: i64,
    currency: String,
    code: String,
    message: String,
}

impl OperationRow {
    fn path(&self) -> String {
        payment_path(self.project, &self.payment_id)
    }
}

#[derive(Template)]
#[template(path = "dashboard/operations.html")]
struct OperationsTemplate {
    shell: Shell,
    filter: Filter,
    choices: FilterChoices,
    problem: FormProblem,
    operations: Vec<OperationRow>,
    paging: Paging,
}

pub(super) async fn show(
    State(control): State<Control>,
    page: Page,
    Query(filter): Query<Filter>,
    Query(Position { cursor }): Query<Position>,
) -> Result<Response, Problem> {
    let mut members = filter.members().to_vec();
    members.extend([("limit", ROWS), ("cursor", cursor.as_str())]);
    let path = with_query("/_sandbox/operations", &members);
    let (list, problem) = match control.get::<OperationList>(&path).await {
        Ok(list) => (list, None),
        Err(problem) if problem.is_refusal() => (OperationList::default(), Some(problem)),
        Err(problem) => return Err(problem),
    };
    let status = problem.as_ref().map(|problem| problem.status);
    let told = problem.map(|problem| FormProblem::of(&problem, &Filter::FIELDS));
    let template = OperationsTemplate {
        shell: page.shell(Section::Operations, "Operations"),
        choices: FilterChoices::of_operations(&control).await?,
        paging: Paging::new("/dashboard/operations", &filter, &cursor, list.next),
        filter,
        problem: told.unwrap_or_default(),
        operations: list.operations,
    };
    Ok(match status {
        Some(status) => page::show_as(status, &template),
        None => page::show(&template),
    })
}
