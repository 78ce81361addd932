//! Payments on demand, to see how they go.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::control::{Control, Problem, path};
use super::filter::{METHODS, projects};
use super::form::{Choice, FormProblem, choices, named, refusal};
use super::page::{self, Notice, Page, Section, Shell};
use super::payments::payment_path;

const FIELDS: [&str; 6] = [
    "project",
    "method",
    "outcome",
    "amount",
    "currency",
    "payment_id",
];

/// How a payment can end, as the control API names it.
const OUTCOMES: [(&str, &str); 5] = [
    ("success", "Success: the customer pays"),
    ("decline", "Decline: the customer declines"),
    ("waiting", "Waiting: no customer comes"),
    ("expired", "Expired: the time runs out"),
    ("error", "Error: the request fails its checks"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TryForm {
    project: String,
    method: String,
    outcome: String,
    amount: String,
    currency: String,
    payment_id: String,
}

#[derive(Template)]
#[template(path = "dashboard/try.html")]
struct TryTemplate {
    shell: Shell,
    projects: Vec<Choice>,
    methods: Vec<Choice>,
    outcomes: Vec<Choice>,
    form: TryForm,
    problem: FormProblem,
}

pub(super) async fn show(State(control): State<Control>, page: Page) -> Result<Response, Problem> {
    let (form, problem) = (TryForm::default(), FormProblem::default());
    Ok(page::show(&template(&control, page, form, problem).await?))
}

async fn template(
    control: &Control,
    page: Page,
    form: TryForm,
    problem: FormProblem,
) -> Result<TryTemplate, Problem> {
    Ok(TryTemplate {
        shell: page.shell(Section::Try, "Try it"),
        projects: projects(control).await?,
        methods: choices(&METHODS),
        outcomes: named(&OUTCOMES),
        form,
        problem,
    })
}

#[derive(Debug, Deserialize)]
struct Triggered {
    payment_id: String,
}

pub(super) async fn start(
    State(control): State<Control>,
    page: Page,
    Form(form): Form<TryForm>,
) -> Result<Response, Problem> {
    let mut wish = json!({"method": form.method, "outcome": form.outcome});
    let texts = [
        ("currency", &form.currency),
        ("payment_id", &form.payment_id),
    ];
    for (name, value) in texts {
        if !value.trim().is_empty() {
            wish[name] = value.trim().into();
        }
    }
    let amount = form.amount.trim();
    let read = if amount.is_empty() {
        Ok(())
    } else {
        amount
            .parse::<i64>()
            .map(|amount| wish["amount"] = amount.into())
    };
    let triggered = match (read, form.project.trim().parse::<u32>()) {
        (Err(_), _) => Err(refusal("amount: must be a whole number of minor units")),
        (_, Err(_)) => Err(refusal("project: add a project first")),
        (Ok(()), Ok(project)) => {
            let path = path(&["projects", &project.to_string(), "trigger"]);
            let answer = control.post::<Triggered>(&path, &wish).await;
            answer.map(|triggered| payment_path(project, &triggered.payment_id))
        }
    };
    match triggered {
        Ok(payment) => Ok(page::done(&payment, Notice::Triggered).into_response()),
        Err(problem) if problem.is_refusal() => {
            let told = FormProblem::of(&problem, &FIELDS);
            let template = template(&control, page, form, told).await?;
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}
