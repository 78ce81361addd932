//! Projects and their settings: addresses, hand-off of each method, switches; keys on demand.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::{Control, Problem, path, with_query};
use super::filter::METHODS;
use super::form::{Choice, FormProblem, named, refusal};
use super::page::{self, Notice, Page, Section, Shell};
use super::text;
use super::tokens::{self, Token};

#[derive(Debug, Deserialize)]
struct ProjectList {
    projects: Vec<Project>,
}

/// What the dashboard shows of a project; its settings beyond that are shown as they are.
#[derive(Debug, Deserialize)]
struct Project {
    id: u32,
    callback_url: Option<String>,
    return_url: Option<String>,
    mode: String,
    signature_faults: String,
    payments: u64,
    current_balance: Option<BTreeMap<String, i64>>,
    methods: BTreeMap<String, Method>,
}

#[derive(Debug, Clone, Deserialize)]
struct Method {
    enabled: bool,
    handoff: String,
}

impl Project {
    fn page(&self) -> String {
        project_page(self.id)
    }

    /// `10.00 CNY, 5.00 EUR`; `None` when refunds are always covered.
    fn balance(&self) -> Option<String> {
        let balance = self.current_balance.as_ref()?;
        let sums = balance.iter();
        let sums = sums.map(|(currency, minor)| text::amount(*minor, currency));
        Some(sums.collect::<Vec<_>>().join(", "))
    }
}

fn project_page(id: u32) -> String {
    with_query("/dashboard/project", &[("project", &id.to_string())])
}

#[derive(Template)]
#[template(path = "dashboard/projects.html")]
struct ProjectsTemplate {
    shell: Shell,
    projects: Vec<Project>,
    tokens: Vec<Token>,
    form: NewProject,
    problem: FormProblem,
}

pub(super) async fn list(State(control): State<Control>, page: Page) -> Result<Response, Problem> {
    let (form, problem) = (NewProject::default(), FormProblem::default());
    Ok(page::show(&listed(&control, page, form, problem).await?))
}

async fn listed(
    control: &Control,
    page: Page,
    form: NewProject,
    problem: FormProblem,
) -> Result<ProjectsTemplate, Problem> {
    let ProjectList { projects } = control.get("/_sandbox/projects").await?;
    Ok(ProjectsTemplate {
        shell: page.shell(Section::Projects, "Projects"),
        projects,
        tokens: tokens::list(control).await?,
        form,
        problem,
    })
}

/// A project to be added.
#[derive(Debug, Default, Deserialize)]
pub(super) struct NewProject {
    id: String,
    secret: String,
    callback_url: String,
}

pub(super) async fn add(
    State(control): State<Control>,
    page: Page,
    Form(form): Form<NewProject>,
) -> Result<Response, Problem> {
    let added = match form.id.trim().parse::<u32>() {
        Ok(id) => {
            // Adding must not change a project that is there already.
            match control
                .get::<Value>(&path(&["projects", &id.to_string()]))
                .await
            {
                Ok(_) => Err(refusal("id: this project exists already")),
                Err(_) => {
                    let mut body = json!({"id": id, "secret": form.secret});
                    if !form.callback_url.trim().is_empty() {
                        body["callback_url"] = form.callback_url.trim().into();
                    }
                    let added = control.post::<Value>("/_sandbox/projects", &body).await;
                    added.map(|_| id)
                }
            }
        }
        Err(_) => Err(refusal("id: must be a whole number")),
    };
    match added {
        Ok(id) => Ok(page::done(&project_page(id), Notice::ProjectChanged).into_response()),
        Err(problem) if problem.is_refusal() => {
            let told = told(&problem);
            let form = NewProject {
                secret: String::new(),
                ..form
            };
            let template = listed(&control, page, form, told).await?;
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}

/// Finds the setting in `project 7: callback_url must …` as well as in `callback_url: must …`.
fn told(problem: &Problem) -> FormProblem {
    let text = problem.message.split_once(": ").map(|(_, rule)| rule);
    let setting = text.and_then(|rule| rule.split_once(' '));
    if problem.message.starts_with("project ")
        && let Some((setting, rule)) = setting
    {
        let problem = Problem::new(problem.status, format!("{setting}: {rule}"));
        return FormProblem::of(&problem, &FIELDS);
    }
    FormProblem::of(problem, &FIELDS)
}

const FIELDS: [&str; 6] = [
    "id",
    "secret",
    "callback_url",
    "return_url",
    "mode",
    "changes",
];

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    project: u32,
}

#[derive(Template)]
#[template(path = "dashboard/project.html")]
struct ProjectTemplate {
    shell: Shell,
    project: Project,
    modes: Vec<Choice>,
    signature_faults: Vec<Choice>,
    handoffs: Vec<Choice>,
    /// All settings as the control API tells them.
    settings: String,
    changes: String,
    secret: Option<String>,
    problem: FormProblem,
}

pub(super) async fn show(
    State(control): State<Control>,
    page: Page,
    Query(Which { project }): Query<Which>,
) -> Result<Response, Problem> {
    let template = shown(&control, page, project, FormProblem::default()).await?;
    Ok(page::show(&template))
}

async fn shown(
    control: &Control,
    page: Page,
    project: u32,
    problem: FormProblem,
) -> Result<ProjectTemplate, Problem> {
    let settings: Value = control
        .get(&path(&["projects", &project.to_string()]))
        .await?;
    let read = |error: serde_json::Error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    };
    Ok(ProjectTemplate {
        shell: page.shell(Section::Projects, format!("Project {project}")),
        project: Project::deserialize(&settings).map_err(read)?,
        modes: named(&[
            ("test", "Test: amounts decide"),
            ("live", "Live: buttons decide"),
        ]),
        signature_faults: named(&[
            ("answer", "At once, with HTTP 400"),
            ("callback", "By an error callback"),
        ]),
        handoffs: named(&[
            ("redirect_get", "Redirect, GET"),
            ("redirect_post", "Redirect, POST"),
            ("qr_text", "QR code: text"),
            ("qr_image", "QR code: image"),
            ("qr_url", "QR code: address of an image"),
            ("instruction", "Instruction"),
        ]),
        settings: serde_json::to_string_pretty(&settings).map_err(read)?,
        changes: String::new(),
        secret: None,
        problem,
    })
}

impl ProjectTemplate {
    /// The hand-off kinds that a method's page describes.
    fn handoffs_of(&self, method: &str) -> Vec<&Choice> {
        let fits = |choice: &&Choice| match choice.value.as_str() {
            "qr_text" | "qr_image" | "qr_url" => method == "alipay",
            "instruction" => method == "alfa-click",
            _ => true,
        };
        self.handoffs.iter().filter(fits).collect()
    }
}

/// Changes settings: the usual ones by fields, or any by `changes`, a JSON merge patch.
pub(super) async fn change(
    State(control): State<Control>,
    page: Page,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim())
    };
    let id = field("project").and_then(|id| id.parse::<u32>().ok());
    let id = id.ok_or_else(|| refusal("project: must be a whole number"))?;
    let changes = match field("changes") {
        Some(text) => serde_json::from_str::<Map<String, Value>>(text)
            .map_err(|error| refusal(&format!("changes: must be a JSON object ({error})"))),
        None => Ok(usual_changes(field)),
    };
    let changed = match changes {
        Ok(changes) => {
            let path = path(&["projects", &id.to_string()]);
            control.patch::<Value>(&path, &changes).await
        }
        Err(problem) => Err(problem),
    };
    match changed {
        Ok(_) => Ok(page::done(&project_page(id), Notice::ProjectChanged).into_response()),
        Err(problem) if problem.is_refusal() => {
            let mut template = shown(&control, page, id, told(&problem)).await?;
            template.changes = field("changes").unwrap_or_default().to_owned();
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}

/// What the fields say; an empty address means none.
fn usual_changes<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Map<String, Value> {
    let mut changes = Map::new();
    for name in ["callback_url", "return_url", "mode", "signature_faults"] {
        if let Some(value) = field(name) {
            let value = if value.is_empty() {
                Value::Null
            } else {
                value.into()
            };
            changes.insert(name.to_owned(), value);
        }
    }
    let methods: Map<String, Value> = METHODS
        .into_iter()
        .filter_map(|method| {
            let handoff = field(&format!("{method}.handoff"))?;
            let enabled = field(&format!("{method}.enabled")).is_some();
            let settings = json!({"handoff": handoff, "enabled": enabled});
            Some((method.to_owned(), settings))
        })
        .collect();
    if !methods.is_empty() {
        changes.insert("methods".to_owned(), methods.into());
    }
    changes
}

#[derive(Debug, Deserialize)]
struct Secret {
    secret: String,
}

/// Shows the page with the key, which is told only when somebody asks.
pub(super) async fn reveal(
    State(control): State<Control>,
    page: Page,
    Form(Which { project }): Form<Which>,
) -> Result<Response, Problem> {
    let place = path(&["projects", &project.to_string(), "secret", "reveal"]);
    let Secret { secret } = control.post(&place, &json!({})).await?;
    let mut template = shown(&control, page, project, FormProblem::default()).await?;
    template.secret = Some(secret);
    Ok(page::show(&template))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_a_patch() {
        let fields = [
            ("callback_url", ""),
            ("mode", "live"),
            ("alipay.handoff", "qr_text"),
            ("alfa-click.handoff", "instruction"),
            ("alfa-click.enabled", "yes"),
        ];
        let field = |name: &str| {
            let found = fields.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        };
        let expected = json!({
            "callback_url": null, "mode": "live",
            "methods": {
                "alipay": {"handoff": "qr_text", "enabled": false},
                "alfa-click": {"handoff": "instruction", "enabled": true},
            },
        });
        assert_eq!(Value::Object(usual_changes(field)), expected);
    }

    #[test]
    fn a_refused_setting_is_found() {
        let told = told(&refusal("project 7: callback_url must be an http URL"));
        assert_eq!(told.at("callback_url"), Some("must be an http URL"));
    }
}
