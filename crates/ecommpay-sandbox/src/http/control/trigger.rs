//! Payments on demand.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Path, Refusal};
use super::projects::unknown_project;
use crate::platform::trigger::{NotTriggered, Trigger, TriggerWish, Triggered};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(trigger_payment))
}

/// Makes a payment that ends as wished: a signed sale goes through Gate, and a customer is played.
/// The answer comes at once; what follows takes the usual time of the sandbox's clock.
#[utoipa::path(post, path = "/projects/{project}/trigger", tag = "payments",
    params(("project" = u32, Path, description = "Project id")),
    request_body = TriggerWish, responses((status = 200, body = Triggered), Refusal))]
async fn trigger_payment(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
    Json(wish): Json<TriggerWish>,
) -> Result<Json<Triggered>, Refusal> {
    match shared.store.apply(Trigger { project, wish }).await? {
        Ok(triggered) => Ok(Json(triggered)),
        Err(NotTriggered::UnknownProject) => Err(unknown_project()),
        Err(NotTriggered::Broken(rule)) => Err(Refusal::bad(rule)),
    }
}
