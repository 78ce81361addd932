//! Reports as files: columns, filters and period are chosen here, the control API makes the file.

use askama::Template;
use axum::extract::{Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::control::{Control, Problem, with_query};
use super::filter::{Filter, FilterChoices};
use super::form::FormProblem;
use super::page::{self, Page, Section, Shell};

#[derive(Debug, Deserialize)]
struct ColumnList {
    columns: Vec<Column>,
}

#[derive(Debug, Deserialize)]
struct Column {
    name: String,
    meaning: String,
    by_default: bool,
}

#[derive(Template)]
#[template(path = "dashboard/reports.html")]
struct ReportsTemplate {
    shell: Shell,
    filter: Filter,
    choices: FilterChoices,
    problem: FormProblem,
    columns: Vec<Column>,
}

pub(super) async fn show(
    State(control): State<Control>,
    page: Page,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let template = template(&control, page, filter, FormProblem::default()).await?;
    Ok(page::show(&template))
}

async fn template(
    control: &Control,
    page: Page,
    filter: Filter,
    problem: FormProblem,
) -> Result<ReportsTemplate, Problem> {
    let ColumnList { columns } = control.get("/_sandbox/reports/columns").await?;
    Ok(ReportsTemplate {
        shell: page.shell(Section::Reports, "Reports"),
        filter,
        choices: FilterChoices::of_operations(control).await?,
        problem,
        columns,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    format: String,
}

/// The file, or the form again with what is wrong.
pub(super) async fn file(
    State(control): State<Control>,
    page: Page,
    Query(Wanted { format }): Query<Wanted>,
    Query(filter): Query<Filter>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let path = match format.as_str() {
        "csv" => "/_sandbox/reports/operations.csv",
        "xlsx" => "/_sandbox/reports/operations.xlsx",
        _ => {
            let rule = "format: must be csv or xlsx";
            return Err(Problem::new(StatusCode::BAD_REQUEST, rule));
        }
    };
    let query = query.unwrap_or_default();
    let columns: Vec<String> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "columns")
        .map(|(_, value)| value.into_owned())
        .collect();
    let mut members = filter.members().to_vec();
    members.extend(columns.iter().map(|column| ("columns", column.as_str())));
    match control.file(&with_query(path, &members)).await {
        Ok(file) => Ok(file.into_response()),
        Err(problem) if problem.is_refusal() => {
            let told = FormProblem::of(&problem, &Filter::FIELDS);
            let template = template(&control, page, filter, told).await?;
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}
