//! `ecommpay explain`: what is signed, line by line, and why a signature does not match.
//!
//! A diagnostic: it never prints the signature that would have been right, and never accepts.

use clap::{Args, ValueEnum};
use ecommpay_signature::explain::{self, Explanation, Line, Outcome as Match};
use ecommpay_signature::lint::{self, Finding, Severity};
use serde::Serialize;

use crate::input::{Document, Secret};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    document: Document,
    #[command(flatten)]
    secret: Secret,
    /// Whether the document carries a signature
    #[arg(long = "as", value_enum, default_value_t = Kind::Callback)]
    kind: Kind,
    /// Show the values, which may be personal data, instead of their lengths
    #[arg(long)]
    values: bool,
    /// One JSON object instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A callback or a signed reply or request: its signature is looked at, not signed along
    Callback,
    /// A document that is still to be signed; needs no secret
    Request,
}

#[derive(Serialize)]
struct Report<'a> {
    matches: bool,
    outcome: String,
    lines: Vec<ReportLine<'a>>,
    findings: Vec<ReportFinding>,
}

#[derive(Serialize)]
struct ReportLine<'a> {
    path: &'a str,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

#[derive(Serialize)]
struct ReportFinding {
    severity: &'static str,
    finding: String,
}

/// Explains the document; the answer is yes unless a signature was looked at and does not match.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let body = arguments.document.read()?;
    let unreadable =
        |error: ecommpay_signature::json::SyntaxError| Failure::caused("the document", &error);
    let (explanation, findings) = match arguments.kind {
        Kind::Callback => {
            let key = arguments.secret.key()?;
            let explanation = explain::callback(&body, &key).map_err(unreadable)?;
            (explanation, lint::callback(&body).map_err(unreadable)?)
        }
        Kind::Request => {
            let explanation = explain::request(&body).map_err(unreadable)?;
            (explanation, lint::request(&body).map_err(unreadable)?)
        }
    };
    if arguments.json {
        print_json(&report(arguments, &explanation, &findings))?;
    } else {
        print_text(arguments, &explanation, &findings)?;
    }
    Ok(match explanation.outcome() {
        Match::Matches | Match::NothingToCheck => Outcome::Yes,
        _ => Outcome::No,
    })
}

fn print_text(
    arguments: &Arguments,
    explanation: &Explanation,
    findings: &[Finding],
) -> Result<(), Failure> {
    if arguments.values {
        for line in explanation.lines() {
            print_line(&format!("{}:{}", line.path(), line.value()))?;
        }
    } else {
        print_line(explanation.masked().to_string().trim_end())?;
    }
    for finding in findings {
        eprintln!("{}: {finding}", severity(finding));
    }
    eprintln!("{}", explanation.outcome());
    Ok(())
}

fn report<'a>(
    arguments: &Arguments,
    explanation: &'a Explanation,
    findings: &[Finding],
) -> Report<'a> {
    let line = |line: &'a Line| ReportLine {
        path: line.path(),
        bytes: line.value().len(),
        value: arguments.values.then(|| line.value()),
    };
    let finding = |finding: &Finding| ReportFinding {
        severity: severity(finding),
        finding: finding.to_string(),
    };
    Report {
        matches: matches!(explanation.outcome(), Match::Matches),
        outcome: explanation.outcome().to_string(),
        lines: explanation.lines().iter().map(line).collect(),
        findings: findings.iter().map(finding).collect(),
    }
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}
