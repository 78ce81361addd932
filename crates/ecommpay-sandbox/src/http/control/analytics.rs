//! Figures over operations, for charts.

use axum::extract::{RawQuery, State};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Refusal, read_members};
use super::reports::split;
use crate::platform::registry::ListOperations;
use crate::reports::OperationReader;
use crate::reports::figures::{Adding, Figures, Step};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(analytics))
}

/// How the time line is divided.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct StepQuery {
    /// `hour`, `day` or `month`, in UTC; chosen to fit when absent.
    step: Option<String>,
}

/// Adds up operations by method, status, currency and time. Amounts of different currencies are
/// never added.
#[utoipa::path(get, path = "/analytics", tag = "reports", params(StepQuery, ListOperations),
    responses((status = 200, body = Figures), Refusal))]
async fn analytics(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Json<Figures>, Refusal> {
    let (own, others) = split(query.as_deref(), &["step"])?;
    let mut step = None;
    for (_, name) in own {
        let rule = "step: must be hour, day or month";
        step = Some(Step::named(&name).ok_or_else(|| Refusal::bad(rule))?);
    }
    let wanted: ListOperations = read_members(others.into_iter())?;
    let mut rows = OperationReader::new(shared.store, wanted);
    let mut adding = Adding::default();
    while let Some(operations) = rows.next().await? {
        operations
            .iter()
            .for_each(|operation| adding.add(operation));
    }
    adding.finish(step).map(Json).map_err(Refusal::bad)
}
