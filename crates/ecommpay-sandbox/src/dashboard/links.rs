//! Payment links: made, listed, cancelled.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::{Control, Problem, path};
use super::filter::projects;
use super::form::{Choice, FormProblem, refusal};
use super::page::{self, Notice, Page, Section, Shell};
use super::payments::payment_path;
use super::text;

/// The members of a Gate request that the fields stand for.
const MEMBERS: [(&str, &str); 7] = [
    ("general.payment_id", "payment_id"),
    ("customer.id", "customer_id"),
    ("payment.amount", "amount"),
    ("payment.currency", "currency"),
    ("payment.best_before", "best_before"),
    ("payment.description", "description"),
    ("project", "project"),
];

#[derive(Debug, Deserialize)]
struct LinkList {
    payment_links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
struct Link {
    payment_id: String,
    url: String,
    status: String,
    amount: i64,
    currency: String,
    created: String,
    valid_until: String,
    /// Not told by the control API, which lists one project at a time.
    #[serde(default)]
    project: u32,
}

impl Link {
    fn page(&self) -> String {
        payment_path(self.project, &self.payment_id)
    }

    fn sum(&self) -> String {
        text::amount(self.amount, &self.currency)
    }

    fn may_be_cancelled(&self) -> bool {
        matches!(self.status.as_str(), "awaiting payment" | "invoice sent")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LinkForm {
    project: String,
    payment_id: String,
    customer_id: String,
    amount: String,
    currency: String,
    best_before: String,
    description: String,
}

impl LinkForm {
    /// The request as Gate takes it; fields that are empty are left out.
    fn request(&self) -> Result<Value, Problem> {
        let mut request = json!({"general": {}, "customer": {}, "payment": {}});
        let texts = [
            ("general", "payment_id", &self.payment_id),
            ("customer", "id", &self.customer_id),
            ("payment", "currency", &self.currency),
            ("payment", "description", &self.description),
        ];
        for (object, member, value) in texts {
            if !value.trim().is_empty() {
                request[object][member] = value.trim().into();
            }
        }
        let amount = self.amount.trim();
        if !amount.is_empty() {
            let rule = "payment.amount: must be a whole number of minor units";
            let amount: i64 = amount.parse().map_err(|_| refusal(rule))?;
            request["payment"]["amount"] = amount.into();
        }
        if let Some(until) = instant_in_utc(self.best_before.trim()) {
            request["payment"]["best_before"] = until.into();
        }
        Ok(request)
    }
}

/// A browser's field for date and time has no offset, and seconds only when they are not 0.
fn instant_in_utc(text: &str) -> Option<String> {
    match text.len() {
        0 => None,
        16 => Some(format!("{text}:00+00:00")),
        _ => Some(format!("{text}+00:00")),
    }
}

#[derive(Template)]
#[template(path = "dashboard/links.html")]
struct LinksTemplate {
    shell: Shell,
    projects: Vec<Choice>,
    links: Vec<Link>,
    form: LinkForm,
    problem: FormProblem,
}

pub(super) async fn show(State(control): State<Control>, page: Page) -> Result<Response, Problem> {
    let (form, problem) = (LinkForm::default(), FormProblem::default());
    Ok(page::show(&template(&control, page, form, problem).await?))
}

async fn template(
    control: &Control,
    page: Page,
    form: LinkForm,
    problem: FormProblem,
) -> Result<LinksTemplate, Problem> {
    let projects = projects(control).await?;
    let mut links = Vec::new();
    for project in &projects {
        let list = path(&["projects", &project.value, "payment-links"]);
        let LinkList { payment_links } = control.get(&list).await?;
        let id = project.value.parse().unwrap_or_default();
        links.extend(payment_links.into_iter().map(|link| Link {
            project: id,
            ..link
        }));
    }
    links.sort_by(|one, other| other.created.cmp(&one.created));
    Ok(LinksTemplate {
        shell: page.shell(Section::Links, "Payment links"),
        projects,
        links,
        form,
        problem,
    })
}

pub(super) async fn make(
    State(control): State<Control>,
    page: Page,
    Form(form): Form<LinkForm>,
) -> Result<Response, Problem> {
    let list = path(&["projects", form.project.trim(), "payment-links"]);
    let made = match form.request() {
        Ok(request) => control.post::<Value>(&list, &request).await,
        Err(problem) => Err(problem),
    };
    match made {
        Ok(_) => Ok(page::done("/dashboard/links", Notice::LinkCreated).into_response()),
        Err(problem) if problem.is_refusal() => {
            let told = FormProblem::of_members(&problem, &MEMBERS);
            let template = template(&control, page, form, told).await?;
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    project: u32,
    payment: String,
}

pub(super) async fn cancel(
    State(control): State<Control>,
    Form(Which { project, payment }): Form<Which>,
) -> Result<Response, Problem> {
    let project = project.to_string();
    let cancel = path(&["projects", &project, "payment-links", &payment, "cancel"]);
    control.post::<Value>(&cancel, &json!({})).await?;
    Ok(page::done("/dashboard/links", Notice::LinkCancelled).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_a_request() {
        let form = LinkForm {
            payment_id: " p ".to_owned(),
            amount: "1000".to_owned(),
            best_before: "2026-02-01T12:00".to_owned(),
            ..LinkForm::default()
        };
        let expected = json!({
            "general": {"payment_id": "p"}, "customer": {},
            "payment": {"amount": 1000, "best_before": "2026-02-01T12:00:00+00:00"},
        });
        assert_eq!(form.request().unwrap(), expected);
    }
}
