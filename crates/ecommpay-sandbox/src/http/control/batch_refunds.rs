//! Batch refunds: the upload of a CSV file, as Dashboard takes it.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Refusal};
use crate::platform::batch::{RowReport, UploadRefunds};

/// The largest file, in bytes: 128 MB.
const FILE_LIMIT: usize = 128 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(upload_refunds))
        .layer(DefaultBodyLimit::max(FILE_LIMIT))
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
struct BatchReport {
    rows: Vec<RowReport>,
}

/// Refunds every row of a CSV file: UTF-8 without BOM, `;`, a header with the columns
/// `operation_type` (`refund`), `general.project_id`, `method` (`wallet/alipay`, …),
/// `general.payment_id`, `payment.description` and, if wanted, `general.operation_id`,
/// `payment.amount`, `payment.currency`, in any order. A file with faults refunds nothing.
#[utoipa::path(post, path = "/batch-refunds", tag = "payments",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = BatchReport), Refusal))]
async fn upload_refunds(
    State(shared): State<Shared>,
    file: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<BatchReport>, Refusal> {
    let file = match file {
        Ok(file) => file.into(),
        Err(_) => {
            let message = "the file must be at most 128 MB";
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
    };
    match shared.store.apply(UploadRefunds { file }).await? {
        Ok(rows) => Ok(Json(BatchReport { rows })),
        Err(problems) => Err(Refusal::bad(problems.join("; "))),
    }
}
