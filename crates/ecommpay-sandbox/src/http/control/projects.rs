//! Projects: what they are set to, and changing it.

use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Path, Refusal};
use crate::config::ProjectConfig;
use crate::platform::PutProject;
use crate::platform::project_settings::{
    ChangeProject, NotChanged, ProjectView, RevealSecret, ShowProject, ShowProjects,
};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_projects, put_project))
        .routes(routes!(project, change_project))
        .routes(routes!(reveal_secret))
}

/// All projects.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectList {
    projects: Vec<ProjectView>,
}

/// Lists the projects with their settings, in order of their ids. Secrets are not shown.
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

/// Adds a project, or gives an existing one new settings altogether; its payments stay.
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

/// Shows the settings of a project. The secret is not shown.
#[utoipa::path(get, path = "/projects/{project}", tag = "projects",
    params(("project" = u32, Path, description = "Project id")),
    responses((status = 200, body = ProjectView), Refusal))]
async fn project(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
) -> Result<Json<ProjectView>, Refusal> {
    let project = shared.store.ask(ShowProject(project)).await?;
    project.map(Json).ok_or_else(unknown_project)
}

pub(super) fn unknown_project() -> Refusal {
    Refusal::not_found("no such project")
}

/// Changes single settings, as a JSON merge patch (RFC 7396): objects are laid over the present
/// settings, `null` brings a default back. A new `secret` signs from that moment on. The balance
/// goes on unless it is named.
#[utoipa::path(patch, path = "/projects/{project}", tag = "projects",
    params(("project" = u32, Path, description = "Project id")),
    request_body(content = Object, description = "Members of a project but for `id`"),
    responses((status = 200, body = ProjectView), Refusal))]
async fn change_project(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
    Json(changes): Json<Map<String, Value>>,
) -> Result<Json<ProjectView>, Refusal> {
    let change = ChangeProject { project, changes };
    match shared.store.apply(change).await? {
        Ok(changed) => Ok(Json(changed)),
        Err(NotChanged::UnknownProject) => Err(unknown_project()),
        Err(NotChanged::Broken(rule)) => Err(Refusal::bad(rule)),
    }
}

/// A secret key.
#[derive(Serialize, ToSchema)]
struct Secret {
    secret: String,
}

/// Tells the secret key of a project, which is told nowhere else.
#[utoipa::path(post, path = "/projects/{project}/secret/reveal", tag = "projects",
    params(("project" = u32, Path, description = "Project id")),
    responses((status = 200, body = Secret), Refusal))]
async fn reveal_secret(
    State(shared): State<Shared>,
    Path(project): Path<u32>,
) -> Result<Json<Secret>, Refusal> {
    let secret = shared.store.ask(RevealSecret(project)).await?;
    let secret = secret.ok_or_else(unknown_project)?;
    Ok(Json(Secret { secret }))
}
