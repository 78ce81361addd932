//! Batch refunds: a CSV file is handed to the control API, and what became of its rows is shown.

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::control::{Control, Problem};
use super::form::refusal;
use super::page::{self, Page, Section, Shell};
use super::payments::payment_path;

#[derive(Debug, Deserialize)]
struct Report {
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    line: u64,
    project_id: u32,
    payment_id: String,
    status: String,
    #[serde(default)]
    errors: Vec<String>,
}

impl Row {
    fn page(&self) -> String {
        payment_path(self.project_id, &self.payment_id)
    }

    fn is_accepted(&self) -> bool {
        self.status == "accepted"
    }
}

#[derive(Template)]
#[template(path = "dashboard/batch.html")]
struct BatchTemplate {
    shell: Shell,
    rows: Vec<Row>,
    /// What is wrong with the file, fault by fault.
    faults: Vec<String>,
}

pub(super) async fn show(page: Page) -> Response {
    page::show(&BatchTemplate {
        shell: page.shell(Section::Batch, "Batch refunds"),
        rows: Vec::new(),
        faults: Vec::new(),
    })
}

pub(super) async fn upload(
    State(control): State<Control>,
    page: Page,
    form: Multipart,
) -> Result<Response, Problem> {
    let report = match file_of(form).await {
        Ok(file) => {
            control
                .upload::<Report>("/_sandbox/batch-refunds", "text/csv", file)
                .await
        }
        Err(problem) => Err(problem),
    };
    let (status, rows, faults) = match report {
        Ok(Report { rows }) => (StatusCode::OK, rows, Vec::new()),
        Err(problem) if problem.is_refusal() => {
            let faults = problem.message.split("; ").map(str::to_owned).collect();
            (problem.status, Vec::new(), faults)
        }
        Err(problem) => return Err(problem),
    };
    let template = BatchTemplate {
        shell: page.shell(Section::Batch, "Batch refunds"),
        rows,
        faults,
    };
    Ok(page::show_as(status, &template))
}

/// The bytes of the field `file`.
async fn file_of(mut form: Multipart) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        Problem::new(error.status(), error.body_text())
    };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("file") {
            let file = field.bytes().await.map_err(unreadable)?;
            if !file.is_empty() {
                return Ok(file.into());
            }
        }
    }
    Err(refusal("Choose a file first"))
}
