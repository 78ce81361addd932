//! `ecommpay demo`: every sequence diagram of the three methods, step by step, over loopback HTTP.

use std::time::Instant;

use clap::Args;
use ecommpay_conformance::{Environment, Flow, FlowReport, StepReport, bundled_flows, play_flow};
use serde::Serialize;

use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Play only the flows whose name holds this text, such as `alipay-gate`
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// One JSON line per step and per flow instead of text
    #[arg(long)]
    json: bool,
}

/// Plays the flows one after another, so that the steps read like the diagrams.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("tokio runtime", &error))?;
    runtime.block_on(play(arguments))
}

async fn play(arguments: &Arguments) -> Result<Outcome, Failure> {
    let flows = bundled_flows().map_err(|error| Failure::caused("flows", &error))?;
    let chosen: Vec<&Flow> = flows
        .iter()
        .filter(|flow| flow.name().contains(&arguments.only))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new(format!(
            "no flow has `{}` in its name",
            arguments.only
        )));
    }
    let environment = Environment::in_process()
        .await
        .map_err(|error| Failure::caused("sandbox", &error))?;
    let began = Instant::now();
    let mut tally = Tally::default();
    for flow in chosen {
        heading(flow, arguments.json)?;
        let mut printed = Ok(());
        let report = play_flow(flow, &environment, &mut |step: &StepReport| {
            if printed.is_ok() {
                printed = print_step(flow, step, arguments.json);
            }
        })
        .await;
        printed?;
        verdict(flow, &report, arguments.json)?;
        tally.count(&report);
    }
    eprintln!(
        "\n{} steps of {} flows in {:.1} s: {} passed, {} failed",
        tally.steps,
        tally.passed + tally.failed,
        began.elapsed().as_secs_f32(),
        tally.passed,
        tally.failed,
    );
    Ok(if tally.failed == 0 {
        Outcome::Yes
    } else {
        Outcome::No
    })
}

#[derive(Default)]
struct Tally {
    steps: usize,
    passed: usize,
    failed: usize,
}

impl Tally {
    fn count(&mut self, report: &FlowReport) {
        self.steps += report.steps().len();
        if report.passed() {
            self.passed += 1
        } else {
            self.failed += 1
        }
    }
}

#[derive(Serialize)]
struct StepLine<'a> {
    flow: &'a str,
    step: u32,
    text: &'a str,
    result: String,
    evidence: &'a [String],
}

#[derive(Serialize)]
struct FlowLine<'a> {
    flow: &'a str,
    passed: bool,
    failure: Option<&'a str>,
}

fn heading(flow: &Flow, json: bool) -> Result<(), Failure> {
    if json {
        return Ok(());
    }
    print_line(&format!(
        "\n{} — {}\n  seed {}",
        flow.diagram(),
        flow.variant(),
        flow.section()
    ))
}

fn print_step(flow: &Flow, step: &StepReport, json: bool) -> Result<(), Failure> {
    let result = step.result().to_string();
    if json {
        return print_json(&StepLine {
            flow: flow.name(),
            step: step.number(),
            text: step.text(),
            result,
            evidence: step.evidence(),
        });
    }
    print_line(&format!(
        "  {:>2}. {}\n        {result}: {}",
        step.number(),
        step.text(),
        step.evidence().join("; ")
    ))
}

fn verdict(flow: &Flow, report: &FlowReport, json: bool) -> Result<(), Failure> {
    if json {
        let (passed, failure) = (report.passed(), report.failure());
        return print_json(&FlowLine {
            flow: flow.name(),
            passed,
            failure,
        });
    }
    match report.failure() {
        None => print_line("  ok"),
        Some(failure) => print_line(&format!("  FAILED: {failure}")),
    }
}
