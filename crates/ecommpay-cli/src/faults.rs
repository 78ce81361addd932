//! `ecommpay faults`: what a sandbox does wrong on purpose.

use clap::{Args, Subcommand};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::SandboxAddress;
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    sandbox: SandboxAddress,
    /// JSON instead of text
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a rule and print its number
    Set(Box<Rule>),
    /// Show the rules in force
    List,
    /// Remove one rule, or all
    Clear {
        /// Number of the rule; all when absent
        number: Option<u64>,
    },
}

/// The sandbox knows which parameters belong to which kind.
#[derive(Debug, Args, Serialize)]
struct Rule {
    /// Callbacks: delay, duplicate, reorder, drop, wrong_signature, unknown_status; answers:
    /// http_500, slow_answer, time_out, connection_reset
    kind: String,
    /// delay, reorder, slow_answer, time_out: how long
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
    /// duplicate: how many more
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    copies: Option<u32>,
    /// http_500: the status instead, up to 599
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// http_500, time_out, connection_reset: `before` or `after` the request is carried out
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<String>,
    /// Only messages of this project
    #[arg(long, value_name = "ID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<u32>,
    /// Only messages about this payment
    #[arg(long, value_name = "ID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<String>,
    /// Only messages about this method
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// Only these: handoff, clarification, result or error callbacks; sale, refund,
    /// clarification, status or data_api requests
    #[arg(long, value_name = "PLACE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Only the first so many times
    #[arg(long, value_name = "TIMES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    /// In so many of a hundred cases
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
}

#[derive(Deserialize)]
struct Added {
    id: u64,
}

#[derive(Deserialize)]
struct Rules {
    faults: Vec<Map<String, Value>>,
}

/// Adds, shows or removes rules of the fault desk.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let control = arguments.sandbox.control();
    match &arguments.action {
        Action::Set(rule) => {
            let Added { id } = control.post("/faults", rule)?;
            if arguments.json {
                print_json(&serde_json::json!({"id": id}))?;
            } else {
                print_line(&id.to_string())?;
            }
        }
        Action::List => {
            let Rules { faults } = control.get("/faults")?;
            for rule in &faults {
                if arguments.json {
                    print_json(rule)?;
                } else {
                    print_line(&line(rule))?;
                }
            }
        }
        Action::Clear { number: None } => drop(control.delete::<IgnoredAny>("/faults")?),
        Action::Clear {
            number: Some(number),
        } => drop(control.delete::<IgnoredAny>(&format!("/faults/{number}"))?),
    }
    Ok(Outcome::Yes)
}

/// `name=value` of every member that says something.
fn line(rule: &Map<String, Value>) -> String {
    let members = rule.iter().filter(|(_, value)| !value.is_null());
    let words: Vec<String> = members
        .map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name}={}", text.escape_debug()),
            None => format!("{name}={value}"),
        })
        .collect();
    words.join(" ")
}
