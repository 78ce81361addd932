//! Projects: what they are set to, and changing it.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Refusal};
use crate::config::ProjectConfig;
use crate::platform::PutProject;
use crate::platform::view::ShowProjects;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_projects, put_project))
}

/// The ids of all projects.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectList {
    projects: Vec<u32>,
}

/// Lists the projects.
#[utoipa::path(get, path = "/projects", tag = "projects",
    responses((status = 200, body = ProjectList), Refusal))]
async fn list_projects(State(shared): State<Shared>) -> Result<Json<ProjectList>, Refusal> {
    let projects = shared.store.ask(ShowProjects).await?;
    Ok(Json(ProjectList { projects }))
}

/// A project was added or has new settings.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectPut {
    /// `ok`
    status: &'static str,
    id: u32,
}

/// Adds a project, or gives an existing one new settings; its payments stay.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = ProjectConfig,
    responses((status = 200, body = ProjectPut), Refusal))]
async fn put_project(
    State(shared): State<Shared>,
    Json(project): Json<ProjectConfig>,
) -> Result<Json<ProjectPut>, Refusal> {
    let id = project.id;
    shared.store.apply(PutProject(project)).await??;
    Ok(Json(ProjectPut { status: "ok", id }))
}
