//! `ecommpay codes`: what an operation code means.

use clap::Args;
use ecommpay_model::codes::{self, CodeAction, KnownCode};
use serde::Serialize;

use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The codes to look up, such as 20105
    #[arg(required = true)]
    codes: Vec<String>,
    /// One JSON line per code
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    message: Option<&'a str>,
    advice: Option<&'a str>,
    legacy: bool,
}

/// Looks each code up; a code the registry does not know makes the answer no.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Yes;
    for code in &arguments.codes {
        let known = codes::lookup(code);
        if known.is_none() {
            outcome = Outcome::No;
        }
        if arguments.json {
            print_json(&line(code, known))?;
            continue;
        }
        match known {
            Some(known) => print_line(&format!(
                "{}  {}  ({}{})",
                known.code,
                known.message,
                advice(known.action),
                if known.legacy {
                    "; a code of older versions"
                } else {
                    ""
                },
            ))?,
            None => print_line(&format!("{code}  unknown; codes can be added at any time"))?,
        }
    }
    Ok(outcome)
}

fn line<'a>(code: &'a str, known: Option<&'static KnownCode>) -> Line<'a> {
    Line {
        code,
        message: known.map(|known| known.message),
        advice: known.map(|known| advice(known.action)),
        legacy: known.is_some_and(|known| known.legacy),
    }
}

fn advice(action: CodeAction) -> &'static str {
    match action {
        CodeAction::Nothing => "nothing to do",
        CodeAction::NothingOrContactSupport => "nothing to do, or ask support",
        CodeAction::Wait => "wait for the result",
        CodeAction::Retry => "try again",
        CodeAction::RetryLater => "try again later",
        CodeAction::RetryAfter24Hours => "try again after 24 hours",
        CodeAction::RetryAfter7Days => "try again after 7 days",
        CodeAction::RetryAfter30Days => "try again after 30 days",
        CodeAction::FixRequest => "correct the request",
        CodeAction::FixAmount => "correct the amount",
        CodeAction::AskCustomer => "have the customer decide",
        CodeAction::Complete3ds => "complete 3-D Secure",
        CodeAction::ContactManager => "ask the account manager",
        _ => "ask support",
    }
}
