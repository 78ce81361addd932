//! The fault desk: rules that say what goes wrong on purpose.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Done, Json, Path, Refusal};
use crate::config::Fault;
use crate::config::fault_text::FaultText;
use crate::platform::faults::{AddFault, ClearFaults, FaultView, RemoveFault, ShowFaults};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_faults, add_fault, clear_faults))
        .routes(routes!(remove_fault))
}

/// The rules in force, oldest first.
#[derive(Debug, Serialize, ToSchema)]
struct FaultList {
    faults: Vec<FaultView>,
}

/// Lists the rules with how many messages each has met and how often it was applied.
#[utoipa::path(get, path = "/faults", tag = "faults",
    responses((status = 200, body = FaultList), Refusal))]
async fn list_faults(State(shared): State<Shared>) -> Result<Json<FaultList>, Refusal> {
    let faults = shared.store.ask(ShowFaults).await?;
    Ok(Json(FaultList { faults }))
}

/// A rule was added.
#[derive(Debug, Serialize, ToSchema)]
struct FaultAdded {
    /// `ok`
    status: &'static str,
    /// The number by which the rule can be removed.
    id: u64,
}

/// Adds a rule behind those in force.
#[utoipa::path(post, path = "/faults", tag = "faults", request_body = FaultText,
    responses((status = 200, body = FaultAdded), Refusal))]
async fn add_fault(
    State(shared): State<Shared>,
    Json(fault): Json<Fault>,
) -> Result<Json<FaultAdded>, Refusal> {
    let id = shared.store.apply(AddFault(fault)).await??;
    Ok(Json(FaultAdded { status: "ok", id }))
}

/// Removes all rules.
#[utoipa::path(delete, path = "/faults", tag = "faults",
    responses((status = 200, body = Done), Refusal))]
async fn clear_faults(State(shared): State<Shared>) -> Result<Json<Done>, Refusal> {
    shared.store.apply(ClearFaults).await?;
    Ok(Done::answer())
}

/// Removes one rule.
#[utoipa::path(delete, path = "/faults/{fault}", tag = "faults",
    params(("fault" = u64, Path, description = "The rule's number")),
    responses((status = 200, body = Done), Refusal))]
async fn remove_fault(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
) -> Result<Json<Done>, Refusal> {
    if shared.store.apply(RemoveFault { id }).await? {
        Ok(Done::answer())
    } else {
        Err(Refusal::not_found("no rule has this number"))
    }
}
