//! Payment links, as Dashboard makes, shows and cancels them.

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Done, Json, Path, Refusal};
use crate::platform::fault::Fault;
use crate::platform::link::{LinkView, MakeLink, NotCancelled, ShowLinks, StopLink};
use crate::platform::payment::PaymentKey;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(links_of_project, make_link))
        .routes(routes!(cancel_link))
}

/// Payment links of a project.
#[derive(Debug, Serialize, ToSchema)]
struct LinksOfProject {
    payment_links: Vec<LinkView>,
}

/// All payment links of a project, in order of their payment ids.
#[utoipa::path(get, path = "/projects/{project}/payment-links", tag = "payment links",
    params(("project" = u32, Path, description = "Project id")),
    responses((status = 200, body = LinksOfProject), Refusal))]
async fn links_of_project(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
) -> Result<Json<LinksOfProject>, Refusal> {
    let links = shared.store.ask(ShowLinks { project }).await?;
    let payment_links = links.ok_or_else(no_project)?;
    Ok(Json(LinksOfProject { payment_links }))
}

/// Makes a payment link. The body has the members of `/v2/payment/invoice/create`, without
/// `general.project_id` and `general.signature`. A callback tells the merchant.
#[utoipa::path(post, path = "/projects/{project}/payment-links", tag = "payment links",
    params(("project" = u32, Path, description = "Project id")),
    request_body(content = Object, description = "As Gate takes it, for instance \
        {\"general\": {\"payment_id\": …}, \"customer\": {\"id\": …}, \
        \"payment\": {\"amount\": …, \"currency\": …, \"best_before\": …}}"),
    responses((status = 200, body = LinkView), Refusal))]
async fn make_link(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
    Json(request): Json<Value>,
) -> Result<Json<LinkView>, Refusal> {
    let made = shared.store.apply(MakeLink { project, request }).await?;
    match made.ok_or_else(no_project)? {
        Ok(link) => Ok(Json(link)),
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(Fault::summary).collect();
            Err(Refusal::bad(faults.join("; ")))
        }
    }
}

/// Cancels a payment link that the customer has not confirmed. A callback tells the merchant.
#[utoipa::path(post, path = "/projects/{project}/payment-links/{payment}/cancel",
    tag = "payment links",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    responses((status = 200, body = Done), Refusal))]
async fn cancel_link(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Json<Done>, Refusal> {
    let link = PaymentKey::new(project, &payment_id);
    match shared.store.apply(StopLink { link }).await? {
        Ok(()) => Ok(Done::answer()),
        Err(NotCancelled::Unknown) => Err(Refusal::not_found("the project has no such link")),
        Err(NotCancelled::TooLate) => Err(Refusal::bad(
            "the link was confirmed, cancelled or expired already",
        )),
    }
}

fn no_project() -> Refusal {
    Refusal::not_found("no such project")
}
