//! The registry of payments: all projects, the newest first, page by page.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Query, Refusal};
use super::page::page;
use crate::platform::registry::{ListPayments, PaymentRow};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_payments))
}

/// A page of payments.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentPage {
    payments: Vec<PaymentRow>,
    /// `cursor` of the next page; absent on the last.
    next: Option<usize>,
}

/// Lists payments that fit all members of the query, the newest first. A member without a value
/// counts as absent.
#[utoipa::path(get, path = "/payments", tag = "payments", params(ListPayments),
    responses((status = 200, body = PaymentPage), Refusal))]
async fn list_payments(
    State(shared): State<Shared>,
    Query(wanted): Query<ListPayments>,
) -> Result<Json<PaymentPage>, Refusal> {
    let (payments, next) = page(&shared, wanted).await?;
    Ok(Json(PaymentPage { payments, next }))
}
