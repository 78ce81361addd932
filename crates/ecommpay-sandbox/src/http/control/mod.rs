//! The control API under `/_sandbox`, as JSON: one file per topic. Its OpenAPI document is made
//! from the same routes, so that neither can name what the other does not have.

mod analytics;
mod answer;
mod batch_refunds;
mod clock;
mod data_tokens;
mod events;
mod faults;
mod marks;
mod operations;
mod page;
mod payment;
mod payment_links;
mod payments;
mod projects;
mod reports;
mod service;
mod trigger;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::Shared;
pub(super) use answer::Refusal;

#[derive(OpenApi)]
#[openapi(
    components(schemas(answer::ErrorAnswer)),
    info(
        title = "Control API of the ecommpay sandbox",
        description = "Drives the sandbox: its clock, projects, payments and callbacks. It is no part of the platform. \
        Amounts are minor units of their currency; times are UTC as the platform prints them. \
        A request that is refused is answered `{\"status\": \"error\", \"message\": …}`.",
        license(name = "MIT OR Apache-2.0"),
    )
)]
struct Document;

/// Every topic with its routes, relative to the root of the sandbox.
fn topics() -> OpenApiRouter<Shared> {
    let topics = OpenApiRouter::new()
        .merge(service::routes())
        .merge(clock::routes())
        .merge(projects::routes())
        .merge(payments::routes())
        .merge(faults::routes())
        .merge(operations::routes())
        .merge(payment::routes())
        .merge(trigger::routes())
        .merge(events::routes())
        .merge(payment_links::routes())
        .merge(batch_refunds::routes())
        .merge(marks::routes())
        .merge(data_tokens::routes())
        .merge(reports::routes())
        .merge(analytics::routes());
    OpenApiRouter::with_openapi(Document::openapi()).nest("/_sandbox", topics)
}

pub(super) fn router() -> Router<Shared> {
    topics().into()
}

/// The OpenAPI document of the control API.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    topics().into_openapi()
}
