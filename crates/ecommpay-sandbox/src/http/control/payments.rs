//! Payments of a project: what they are, what happened to them, and their callbacks once more.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Done, Json, Path, Refusal};
use crate::platform::deliveries::Resend;
use crate::platform::payment::PaymentKey;
use crate::platform::view::{PaymentView, ShowPayment, ShowPayments};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(payments_of_project))
        .routes(routes!(payment))
        .routes(routes!(resend_callback))
}

/// Payments with everything that happened to them.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentsOfProject {
    payments: Vec<PaymentView>,
}

/// All payments of a project, in order of their ids.
#[utoipa::path(get, path = "/projects/{project}/payments", tag = "payments",
    params(("project" = u32, Path, description = "Project id")),
    responses((status = 200, body = PaymentsOfProject), Refusal))]
async fn payments_of_project(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
) -> Result<Json<PaymentsOfProject>, Refusal> {
    let payments = shared.store.ask(ShowPayments { project }).await?;
    let payments = payments.ok_or_else(|| Refusal::not_found("no such project"))?;
    Ok(Json(PaymentsOfProject { payments }))
}

/// One payment: status, operations, callbacks with every attempt, timeline.
#[utoipa::path(get, path = "/projects/{project}/payments/{payment}", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    responses((status = 200, body = PaymentView), Refusal))]
async fn payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Json<PaymentView>, Refusal> {
    let question = ShowPayment {
        project,
        payment_id,
    };
    let payment = shared.store.ask(question).await?;
    payment.map(Json).ok_or_else(never_seen)
}

fn never_seen() -> Refusal {
    Refusal::not_found("this payment id was never seen in the project")
}

/// Sends the newest callback of a payment once more.
#[utoipa::path(post, path = "/projects/{project}/payments/{payment}/resend", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    responses((status = 200, body = Done), Refusal))]
async fn resend_callback(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Json<Done>, Refusal> {
    let payment = PaymentKey::new(project, &payment_id);
    if shared.store.apply(Resend { payment }).await? {
        Ok(Done::answer())
    } else {
        Err(Refusal::not_found("the payment has no callback"))
    }
}
