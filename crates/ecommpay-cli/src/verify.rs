//! `ecommpay verify`: whether a callback is signed with the project's key.

use clap::Args;
use ecommpay_signature::{Verifier, VerifyError, exact};
use serde::Serialize;

use crate::exact_lines::for_each_line;
use crate::input::{Document, Secret};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    document: Document,
    #[command(flatten)]
    secret: Secret,
    /// Accept whatever the platform's language would accept; no limits, no policy
    #[arg(long)]
    exact: bool,
    /// Read lines `{"secret": …, "body": "<raw JSON text>"}`, answer each with a line; needs --exact
    #[arg(long, requires = "exact")]
    jsonl: bool,
    /// `{"accept": …}` instead of a sentence
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    accept: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ambiguities: Vec<String>,
}

impl Answer {
    fn of(accept: bool) -> Self {
        Self {
            accept,
            reason: None,
            ambiguities: Vec::new(),
        }
    }
}

/// Checks the document, or each line.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.jsonl {
        return for_each_line(arguments.document.open()?, |task| {
            Ok(Answer::of(exact::verify(&task.body, &task.key)))
        });
    }
    let body = arguments.document.read()?;
    let answer = if arguments.exact {
        Answer::of(exact::verify(&body, &arguments.secret.key()?))
    } else {
        by_policy(&Verifier::new(arguments.secret.keys()?), &body)
    };
    let outcome = if answer.accept {
        Outcome::Yes
    } else {
        Outcome::No
    };
    if arguments.json {
        print_json(&answer)?;
        return Ok(outcome);
    }
    match (&answer.reason, answer.accept) {
        (_, true) => print_line("accepted: the signature is right")?,
        (Some(reason), false) => print_line(&format!("rejected: {reason}"))?,
        (None, false) => print_line("rejected")?,
    }
    for ambiguity in &answer.ambiguities {
        eprintln!("ecommpay: note: {ambiguity}");
    }
    if answer.reason.as_deref() == Some(&VerifyError::WrongSignature.to_string()) {
        eprintln!(
            "ecommpay: `ecommpay explain` shows what was signed and which other reading would match"
        );
    }
    Ok(outcome)
}

fn by_policy(verifier: &Verifier, body: &[u8]) -> Answer {
    match verifier.verify(body) {
        Ok(verified) => Answer {
            accept: true,
            reason: None,
            ambiguities: verified
                .ambiguities()
                .iter()
                .map(ToString::to_string)
                .collect(),
        },
        Err(error) => Answer {
            reason: Some(error.to_string()),
            ..Answer::of(false)
        },
    }
}
