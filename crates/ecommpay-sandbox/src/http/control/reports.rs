//! Reports of operations as files, with chosen columns.

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Refusal, read_members};
use crate::platform::registry::ListOperations;
use crate::reports::columns::{COLUMNS, Column};
use crate::reports::{OperationReader, csv_body, xlsx_body};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(report_columns))
        .routes(routes!(operations_csv))
        .routes(routes!(operations_xlsx))
}

/// The columns a report can have.
#[derive(Debug, Serialize, ToSchema)]
struct ReportColumns {
    columns: Vec<ReportColumn>,
}

/// One column of a report.
#[derive(Debug, Serialize, ToSchema)]
struct ReportColumn {
    /// Its name, mostly that of the Data API.
    name: &'static str,
    meaning: &'static str,
    /// Whether it is there when no columns are chosen.
    by_default: bool,
}

/// Lists the columns that a report can have.
#[utoipa::path(get, path = "/reports/columns", tag = "reports",
    responses((status = 200, body = ReportColumns)))]
async fn report_columns() -> Json<ReportColumns> {
    let columns = COLUMNS.iter().map(|column| ReportColumn {
        name: column.name,
        meaning: column.meaning,
        by_default: column.by_default,
    });
    Json(ReportColumns {
        columns: columns.collect(),
    })
}

/// Which columns are wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct ColumnQuery {
    /// Names separated by commas, in the order wanted; the member may also come several times.
    columns: Option<String>,
}

/// Operations as CSV: UTF-8, commas, one line with the names, times in UTC, amounts in minor
/// units. Texts that a spreadsheet would take for a formula begin with an apostrophe.
#[utoipa::path(get, path = "/reports/operations.csv", tag = "reports",
    params(ColumnQuery, ListOperations),
    responses((status = 200, content_type = "text/csv", body = String), Refusal))]
async fn operations_csv(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let Wish { columns, wanted } = Wish::read(query.as_deref())?;
    let rows = OperationReader::new(shared.store, wanted);
    Ok(file(
        "csv",
        "text/csv; charset=utf-8",
        csv_body(columns, rows),
    ))
}

/// Operations as XLSX: the same, with times as dates of the spreadsheet. A full sheet is followed
/// by another.
#[utoipa::path(get, path = "/reports/operations.xlsx", tag = "reports",
    params(ColumnQuery, ListOperations),
    responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refusal))]
async fn operations_xlsx(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let Wish { columns, wanted } = Wish::read(query.as_deref())?;
    let rows = OperationReader::new(shared.store, wanted);
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file("xlsx", kind, xlsx_body(columns, rows)))
}

fn file(ending: &str, kind: &'static str, body: axum::body::Body) -> Response {
    let name = format!("attachment; filename=\"operations.{ending}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, body).into_response()
}

/// What a query asks for.
#[derive(Debug)]
struct Wish {
    columns: Vec<&'static Column>,
    wanted: ListOperations,
}

impl Wish {
    fn read(query: Option<&str>) -> Result<Self, Refusal> {
        let (own, others) = split(query, &["columns"])?;
        let mut columns = Vec::new();
        for (_, names) in own {
            for name in names.split(',').map(str::trim) {
                columns.push(Column::named(name).ok_or_else(|| no_column(name))?);
            }
        }
        if columns.is_empty() {
            columns = Column::defaults();
        }
        let wanted = read_members(others.into_iter())?;
        Ok(Self { columns, wanted })
    }
}

type Members = Vec<(String, String)>;

/// The members of a query that have a value: those with these names, and the others, which choose
/// operations.
pub(super) fn split(query: Option<&str>, names: &[&str]) -> Result<(Members, Members), Refusal> {
    let query = query.unwrap_or_default().as_bytes();
    let members: Members = form_urlencoded::parse(query)
        .into_owned()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let paged = members
        .iter()
        .find(|(name, _)| matches!(name.as_str(), "limit" | "cursor"));
    if let Some((name, _)) = paged {
        return Err(Refusal::bad(format!("{name}: this answer has no pages")));
    }
    let own = |(name, _): &(String, String)| names.contains(&name.as_str());
    Ok(members.into_iter().partition(own))
}

fn no_column(name: &str) -> Refusal {
    Refusal::bad(format!(
        "columns: there is no column {name:?}; /_sandbox/reports/columns lists them"
    ))
}
