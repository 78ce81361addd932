//! The registry of operations: all projects, the newest first, page by page.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Query, Refusal};
use super::page::page;
use crate::platform::registry::{ListOperations, OperationRow};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_operations))
}

/// A page of operations.
#[derive(Debug, Serialize, ToSchema)]
struct OperationPage {
    operations: Vec<OperationRow>,
    /// `cursor` of the next page; absent on the last.
    next: Option<usize>,
}

/// Lists operations that fit all members of the query, the newest first. A member without a value
/// counts as absent.
#[utoipa::path(get, path = "/operations", tag = "payments", params(ListOperations),
    responses((status = 200, body = OperationPage), Refusal))]
async fn list_operations(
    State(shared): State<Shared>,
    Query(wanted): Query<ListOperations>,
) -> Result<Json<OperationPage>, Refusal> {
    let (operations, next) = page(&shared, wanted).await?;
    Ok(Json(OperationPage { operations, next }))
}
