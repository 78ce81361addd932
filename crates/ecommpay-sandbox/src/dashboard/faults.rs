//! The fault desk: rules that say what goes wrong on purpose.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::control::{Control, Problem, path};
use super::filter::{METHODS, projects};
use super::form::{Choice, FormProblem, choices, named};
use super::page::{self, Notice, Page, Section, Shell};

/// The members of a rule, as the control API knows them.
const FIELDS: [&str; 11] = [
    "kind", "seconds", "copies", "status", "when", "project", "payment", "method", "at", "first",
    "percent",
];
/// Those whose value is a number.
const NUMBERS: [&str; 6] = ["seconds", "copies", "status", "project", "first", "percent"];

const KINDS: [(&str, &str); 10] = [
    ("delay", "Callback: put off"),
    ("duplicate", "Callback: sent several times"),
    ("reorder", "Callback: overtaken by the next"),
    ("drop", "Callback: attempts lost"),
    ("wrong_signature", "Callback: wrong signature"),
    ("unknown_status", "Callback: unknown status"),
    ("http_500", "Answer: HTTP 500"),
    ("slow_answer", "Answer: late"),
    ("time_out", "Answer: never"),
    ("connection_reset", "Answer: connection reset"),
];

const PLACES: [&str; 8] = [
    "handoff",
    "clarification",
    "result",
    "error",
    "sale",
    "refund",
    "status",
    "data_api",
];

#[derive(Debug, Deserialize)]
struct FaultList {
    faults: Vec<Rule>,
}

/// A rule: its number, how often it met something, and its other members as they are.
#[derive(Debug, Deserialize)]
struct Rule {
    id: u64,
    kind: String,
    met: u64,
    applied: u64,
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl Rule {
    /// The other members in words: `project 239, first 1`.
    fn narrowing(&self) -> String {
        let parts = self.members.iter().map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("{} {text}", name.replace('_', " "))
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    fn name(&self) -> &str {
        let known = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        known.map_or(&self.kind, |(_, name)| name)
    }
}

#[derive(Template)]
#[template(path = "dashboard/faults.html")]
struct FaultsTemplate {
    shell: Shell,
    rules: Vec<Rule>,
    kinds: Vec<Choice>,
    projects: Vec<Choice>,
    methods: Vec<Choice>,
    places: Vec<Choice>,
    whens: Vec<Choice>,
    fields: Fields,
    problem: FormProblem,
}

/// What a form sent, field by field.
#[derive(Debug, Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn at(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The members of the rule that were filled in.
    fn rule(&self) -> Result<Map<String, Value>, Problem> {
        let mut rule = Map::new();
        for name in FIELDS {
            let text = self.at(name);
            if text.is_empty() {
                continue;
            }
            let value = if NUMBERS.contains(&name) {
                let number = text.parse::<u64>().map_err(|_| {
                    let text = format!("{name}: must be a whole number");
                    Problem::new(StatusCode::BAD_REQUEST, text)
                })?;
                number.into()
            } else {
                text.into()
            };
            rule.insert(name.to_owned(), value);
        }
        Ok(rule)
    }
}

pub(super) async fn show(State(control): State<Control>, page: Page) -> Result<Response, Problem> {
    let (fields, problem) = (Fields::default(), FormProblem::default());
    Ok(page::show(
        &template(&control, page, fields, problem).await?,
    ))
}

async fn template(
    control: &Control,
    page: Page,
    fields: Fields,
    problem: FormProblem,
) -> Result<FaultsTemplate, Problem> {
    let FaultList { faults } = control.get("/_sandbox/faults").await?;
    Ok(FaultsTemplate {
        shell: page.shell(Section::Faults, "Fault desk"),
        rules: faults,
        kinds: named(&KINDS),
        projects: projects(control).await?,
        methods: choices(&METHODS),
        places: choices(&PLACES),
        whens: named(&[
            ("before", "The request is not carried out"),
            ("after", "It is carried out, its answer is lost"),
        ]),
        fields,
        problem,
    })
}

pub(super) async fn add(
    State(control): State<Control>,
    page: Page,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let fields = Fields(fields);
    let added = match fields.rule() {
        Ok(rule) => control.post::<Value>("/_sandbox/faults", &rule).await,
        Err(problem) => Err(problem),
    };
    match added {
        Ok(_) => Ok(page::done("/dashboard/faults", Notice::FaultAdded).into_response()),
        Err(problem) if problem.is_refusal() => {
            let told = FormProblem::of(&problem, &FIELDS);
            let template = template(&control, page, fields, told).await?;
            Ok(page::show_as(problem.status, &template))
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    fault: u64,
}

pub(super) async fn remove(
    State(control): State<Control>,
    Form(Which { fault }): Form<Which>,
) -> Result<Response, Problem> {
    let path = path(&["faults", &fault.to_string()]);
    control.delete::<Value>(&path).await?;
    Ok(page::done("/dashboard/faults", Notice::FaultRemoved).into_response())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filled_fields_become_a_rule() {
        let sent = [
            ("kind", "delay"),
            ("seconds", "30"),
            ("payment", ""),
            ("project", "239"),
            ("here", "/dashboard"),
        ];
        let fields = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let rule = Fields(fields.to_vec()).rule().unwrap();
        let expected = json!({"kind": "delay", "seconds": 30, "project": 239});
        assert_eq!(Value::Object(rule), expected);
        let wrong = Fields(vec![("percent".into(), "half".into())]);
        assert_eq!(
            wrong.rule().unwrap_err().message,
            "percent: must be a whole number"
        );
    }
}
