//! One payment: its timeline, requests, callbacks and what can be done about it.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::{Control, Problem, path};
use super::form::FormProblem;
use super::page::{self, Notice, Page, Section, Shell};
use super::payments::{payment_path, refundable};
use super::text;

/// Which payment a page or a form is about.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Which {
    project: u32,
    payment: String,
}

impl Which {
    /// Its place in the control API, or what is below it.
    fn path(&self, below: &[&str]) -> String {
        let project = self.project.to_string();
        let mut parts = vec!["projects", project.as_str(), "payments", &self.payment];
        parts.extend(below);
        path(&parts)
    }

    fn page(&self) -> String {
        payment_path(self.project, &self.payment)
    }
}

#[derive(Debug, Deserialize)]
struct Payment {
    payment_id: String,
    status: Option<String>,
    method: Option<String>,
    amount: Option<i64>,
    remaining: Option<i64>,
    currency: Option<String>,
    created: Option<String>,
    changed: Option<String>,
    purchase: Option<Purchase>,
    emulator_url: Option<String>,
    /// Its page of Payment Page, if it came through one.
    #[serde(default)]
    page_url: Option<String>,
    operations: Vec<Operation>,
    timeline: Vec<Step>,
}

impl Payment {
    fn sums(&self) -> Option<Sums> {
        let (amount, currency) = (self.amount?, self.currency.as_ref()?);
        let remaining = self.remaining.unwrap_or(amount);
        let refundable = refundable(self.status.as_deref().unwrap_or_default(), remaining);
        Some(Sums {
            amount: text::amount(amount, currency),
            minor: amount,
            refunded: text::amount(amount - remaining, currency),
            refundable: text::amount(refundable, currency),
            may_refund: (refundable > 0).then_some(refundable),
        })
    }
}

/// The sums of a payment for people, and what may be refunded in minor units.
#[derive(Debug)]
struct Sums {
    amount: String,
    minor: i64,
    refunded: String,
    refundable: String,
    may_refund: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Purchase {
    interface: String,
    description: String,
    customer_id: Option<String>,
    phone: Option<String>,
    login: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Operation {
    id: u64,
    #[serde(rename = "type")]
    kind: String,
    status: String,
    amount: i64,
    currency: String,
    code: String,
    message: String,
    request_id: String,
    created: String,
}

impl Operation {
    fn sum(&self) -> String {
        text::amount(self.amount, &self.currency)
    }
}

#[derive(Debug, Deserialize)]
struct Callback {
    id: u64,
    kind: String,
    url: String,
    body: String,
    canonical: Option<String>,
    delivered: bool,
    attempts: Vec<Attempt>,
}

#[derive(Debug, Deserialize)]
struct Attempt {
    at: String,
    answer: String,
}

#[derive(Debug, Deserialize)]
struct Step {
    at: String,
    event: String,
    detail: String,
}

impl Step {
    fn tone(&self) -> &'static str {
        let fails = ["refused", "failed", "ran_out", "not_accepted", "given_up"];
        if fails.iter().any(|end| self.event.ends_with(end)) {
            "bad"
        } else if self.event.ends_with("delivered") || self.event == "result_received" {
            "good"
        } else {
            ""
        }
    }
}

#[derive(Debug, Deserialize)]
struct Requests {
    requests: Vec<Exchange>,
}

#[derive(Debug, Deserialize)]
struct Callbacks {
    callbacks: Vec<Callback>,
}

/// A request as received, with its answer.
#[derive(Debug, Deserialize)]
struct Exchange {
    at: String,
    path: String,
    body: String,
    canonical: Option<String>,
    status: u16,
    answer: String,
}

/// How the customer's browser gets to the emulator page.
#[derive(Debug, PartialEq, Eq)]
struct Visit {
    /// Path and query on this sandbox.
    address: String,
    /// What a form has to bring; `None` where a link will do.
    form: Option<Vec<(String, String)>>,
}

#[derive(Template)]
#[template(path = "dashboard/payment.html")]
struct PaymentTemplate {
    shell: Shell,
    which: Which,
    payment: Payment,
    requests: Vec<Exchange>,
    callbacks: Vec<Callback>,
    visit: Option<Visit>,
    sums: Option<Sums>,
    refund: RefundWish,
    problem: FormProblem,
}

pub(super) async fn show(
    State(control): State<Control>,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let (refund, problem) = (RefundWish::default(), FormProblem::default());
    let template = template(&control, page, which, refund, problem).await?;
    Ok(page::show(&template))
}

async fn template(
    control: &Control,
    page: Page,
    which: Which,
    refund: RefundWish,
    problem: FormProblem,
) -> Result<PaymentTemplate, Problem> {
    let payment: Payment = control.get(&which.path(&[])).await?;
    let Requests { requests } = control.get(&which.path(&["requests"])).await?;
    let Callbacks { callbacks } = control.get(&which.path(&["callbacks"])).await?;
    let title = format!("Payment {}", payment.payment_id);
    Ok(PaymentTemplate {
        shell: page.shell(Section::Payments, title),
        visit: visit(payment.emulator_url.as_deref(), &callbacks),
        sums: payment.sums(),
        which,
        payment,
        requests,
        callbacks,
        refund,
        problem,
    })
}

impl PaymentTemplate {
    /// Whether the payment waits for its customer.
    fn is_awaited(&self) -> bool {
        let status = self.payment.status.as_deref();
        status.is_some_and(|status| status.starts_with("awaiting"))
    }

    /// What may be refunded, in minor units; the form stays while it has something to tell.
    fn may_refund(&self) -> Option<i64> {
        let may = self.sums.as_ref().and_then(|sums| sums.may_refund);
        let refused = self.problem.general().is_some() || self.problem.at("amount").is_some();
        may.or(refused.then_some(0))
    }

    /// Its page of Payment Page on this sandbox.
    fn page_address(&self) -> Option<String> {
        local(self.payment.page_url.as_deref()?)
    }
}

/// The way to the emulator page, as the newest `redirect_data` says it.
fn visit(emulator_url: Option<&str>, callbacks: &[Callback]) -> Option<Visit> {
    let emulator = local(emulator_url?)?;
    let redirect = callbacks.iter().rev().find_map(|callback| {
        let body: Value = serde_json::from_str(&callback.body).ok()?;
        body.get("redirect_data").cloned()
    });
    let Some(redirect) = redirect else {
        return Some(Visit {
            address: emulator,
            form: None,
        });
    };
    let address = local(redirect.get("url")?.as_str()?)?;
    let members: Vec<(String, String)> = redirect
        .get("body")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), text)
        })
        .collect();
    if redirect.get("method").and_then(Value::as_str) == Some("POST") {
        return Some(Visit {
            address,
            form: Some(members),
        });
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&members);
    let separator = if address.contains('?') { '&' } else { '?' };
    let address = match query.finish() {
        query if query.is_empty() => address,
        query => format!("{address}{separator}{query}"),
    };
    Some(Visit {
        address,
        form: None,
    })
}

/// Path and query of an address of this sandbox, whichever of its names was used.
fn local(address: &str) -> Option<String> {
    let uri = address.parse::<Uri>().ok()?;
    Some(uri.path_and_query()?.as_str().to_owned())
}

#[derive(Debug, Deserialize)]
pub(super) struct ResendForm {
    project: u32,
    payment: String,
    /// The number of the callback; empty for the newest.
    #[serde(default)]
    callback: String,
}

pub(super) async fn resend(
    State(control): State<Control>,
    Form(form): Form<ResendForm>,
) -> Result<Response, Problem> {
    let which = Which {
        project: form.project,
        payment: form.payment,
    };
    let body = match form.callback.parse::<u64>() {
        Ok(number) => json!({"callback": number}),
        Err(_) => json!({}),
    };
    let path = which.path(&["resend"]);
    control.post::<Value>(&path, &body).await?;
    Ok(page::done(&which.page(), Notice::Resent).into_response())
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct RefundForm {
    project: u32,
    payment: String,
    amount: String,
    description: String,
}

/// What a refund form asks for.
#[derive(Debug, Default)]
struct RefundWish {
    /// Minor units; empty for all that is left.
    amount: String,
    description: String,
}

impl RefundWish {
    fn body(&self) -> Result<Map<String, Value>, Problem> {
        let (amount, description) = (self.amount.trim(), self.description.trim());
        let mut body = Map::new();
        if !description.is_empty() {
            body.insert("description".to_owned(), description.into());
        }
        if !amount.is_empty() {
            let amount = amount.parse::<i64>().map_err(|_| {
                let rule =
                    "amount: must be a whole number of minor units, or empty for all that is left";
                Problem::new(StatusCode::BAD_REQUEST, rule)
            })?;
            body.insert("amount".to_owned(), amount.into());
        }
        Ok(body)
    }
}

pub(super) async fn refund(
    State(control): State<Control>,
    page: Page,
    Form(form): Form<RefundForm>,
) -> Result<Response, Problem> {
    let which = Which {
        project: form.project,
        payment: form.payment,
    };
    let wish = RefundWish {
        amount: form.amount,
        description: form.description,
    };
    let path = which.path(&["refunds"]);
    let refunded = match wish.body() {
        Ok(body) => control.post::<Value>(&path, &body).await,
        Err(problem) => Err(problem),
    };
    match refunded {
        Ok(_) => Ok(page::done(&which.page(), Notice::RefundBegun).into_response()),
        Err(problem) if problem.is_refusal() && problem.status != StatusCode::NOT_FOUND => {
            let told = FormProblem::of(&problem, &["amount", "description"]);
            let template = template(&control, page, which, wish, told).await?;
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit_of(redirect: &Value) -> Option<Visit> {
        let callbacks = json!([{
            "id": 1, "kind": "handoff", "url": "", "delivered": true, "attempts": [],
            "body": json!({"redirect_data": redirect}).to_string(), "canonical": null,
        }]);
        let callbacks: Vec<Callback> = serde_json::from_value(callbacks).unwrap();
        visit(Some("http://127.0.0.1:1/emulator/t"), &callbacks)
    }

    #[test]
    fn the_browser_brings_what_redirect_data_says() {
        let url = "http://127.0.0.1:1/emulator/t?orderId=1";
        let get = json!({"method": "GET", "url": url, "body": {"redirectType": "a&b"}});
        let link = visit_of(&get).unwrap();
        assert_eq!(link.address, "/emulator/t?orderId=1&redirectType=a%26b");
        assert_eq!(link.form, None);
        let post = json!({"method": "POST", "url": url, "body": {"sign": "*"}});
        let form = visit_of(&post).unwrap();
        assert_eq!(form.address, "/emulator/t?orderId=1");
        assert_eq!(form.form, Some(vec![("sign".to_owned(), "*".to_owned())]));
        let empty = json!({"method": "POST", "url": url, "body": []});
        assert_eq!(visit_of(&empty).unwrap().form, Some(Vec::new()));
    }

    #[test]
    fn addresses_stay_on_this_sandbox() {
        let elsewhere = json!({"method": "GET", "url": "http://elsewhere.example/a", "body": []});
        assert_eq!(visit_of(&elsewhere).unwrap().address, "/a");
    }
}
