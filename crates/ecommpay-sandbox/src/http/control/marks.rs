//! What payment systems and banks say about payments later: chargebacks and fraud.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Done, Json, Path, Refusal};
use crate::platform::data_api::{FraudNotice, ReportFraud};
use crate::platform::dispute::MarkDisputed;
use crate::platform::payment::PaymentKey;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(mark_chargeback))
        .routes(routes!(report_fraud))
}

/// Whether a payment has a chargeback.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Chargeback {
    marked: bool,
}

/// Marks a payment as having a chargeback, which prohibits refunds (3288), or takes the mark off.
#[utoipa::path(post, path = "/projects/{project}/payments/{payment}/chargeback", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    request_body = Chargeback,
    responses((status = 200, body = Done), Refusal))]
async fn mark_chargeback(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
    Json(Chargeback { marked }): Json<Chargeback>,
) -> Result<Json<Done>, Refusal> {
    let payment = PaymentKey::new(project, &payment_id);
    let mark = MarkDisputed {
        payment,
        disputed: marked,
    };
    if shared.store.apply(mark).await? {
        Ok(Done::answer())
    } else {
        Err(no_payment())
    }
}

/// Adds a payment to what `/v1/fraud/list` of the Data API answers.
#[utoipa::path(post, path = "/projects/{project}/fraud", tag = "data api",
    params(("project" = u32, Path, description = "Project id")),
    request_body = FraudNotice,
    responses((status = 200, body = Done), Refusal))]
async fn report_fraud(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
    Json(notice): Json<FraudNotice>,
) -> Result<Json<Done>, Refusal> {
    let reported = shared.store.apply(ReportFraud { project, notice }).await?;
    match reported.ok_or_else(no_payment)? {
        Ok(()) => Ok(Done::answer()),
        Err(problem) => Err(Refusal::bad(problem)),
    }
}

fn no_payment() -> Refusal {
    Refusal::not_found("the project has no such payment")
}
