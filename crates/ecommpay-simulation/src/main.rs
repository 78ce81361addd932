//! `ecommpay-simulation`: runs seeds of the simulated world, and names the promise that one broke.
//!
//! Traces go to stderr, the result to stdout, as a line or as JSON. Exit codes: 0 every
//! promise holds, 1 one was broken, 2 the command line is wrong, 3 it could not be run.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use clap::Parser;
use ecommpay_simulation::{Campaign, Flaw, Outcome, Report, run_with_trace};
use serde_json::json;

/// Runs a merchant on a bad network and a bad disk against the platform, seed by seed.
#[derive(Debug, Parser)]
#[command(name = "ecommpay-simulation", version)]
struct CommandLine {
    /// How many seeds; one alone is shown step by step
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The first seed
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    from: u64,
    /// Build a mistake in: ack (200 before the commit), dedupe (none), fold (the latest word stands)
    #[arg(long, value_name = "MISTAKE")]
    broken: Option<Flaw>,
    /// How many threads; as many as there are cores by default
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// Why there is no good result.
enum Failure {
    Broken(String),
    NotRun(String),
}

fn main() -> ExitCode {
    match run(&CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Broken(text)) => {
            eprintln!("ecommpay-simulation: BROKEN: {text}");
            ExitCode::from(1)
        }
        Err(Failure::NotRun(text)) => {
            eprintln!("ecommpay-simulation: {text}");
            ExitCode::from(3)
        }
    }
}

fn run(line: &CommandLine) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let campaign = Campaign {
        first: line.from,
        count: line.seeds,
        flaw: line.broken,
        threads: line.threads.unwrap_or(cores).max(1),
    };
    let report = campaign.run().map_err(not_run)?;
    if line.seeds == 1 {
        show(&run_with_trace(line.from, line.broken).map_err(not_run)?);
    }
    if let Some(broken) = &report.broken {
        let again = run_with_trace(broken.seed, line.broken).map_err(not_run)?;
        if again.digest != broken.digest {
            let text = format!("seed {} went otherwise the second time", broken.seed);
            return Err(Failure::NotRun(text));
        }
    }
    print_result(&report, line);
    match &report.broken {
        None => Ok(()),
        Some(broken) => Err(Failure::Broken(told(broken, line.broken))),
    }
}

fn not_run(error: impl Error) -> Failure {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    Failure::NotRun(text)
}

fn show(outcome: &Outcome) {
    for line in &outcome.trace {
        eprintln!("{line}");
    }
    eprintln!("{} steps, digest {:016x}", outcome.steps, outcome.digest);
}

fn told(broken: &Outcome, flaw: Option<Flaw>) -> String {
    let what = broken
        .violation
        .as_ref()
        .map_or_else(String::new, |violation| {
            format!("{} ({})", violation.invariant(), violation.detail())
        });
    let flaw = flaw.map_or_else(String::new, |flaw| format!(" --broken {flaw}"));
    let seed = broken.seed;
    format!("seed {seed}: {what}\nreplay: cargo xtask simulate --seeds 1 --from {seed}{flaw}")
}

fn listed<K: Display>(counts: &BTreeMap<K, u64>) -> String {
    let counts = counts.iter().map(|(what, times)| format!("{what} {times}"));
    counts.collect::<Vec<_>>().join(", ")
}

fn print_result(report: &Report, line: &CommandLine) {
    if !line.json {
        println!(
            "{} seeds in {:.1} s ({:.0} a minute): {} steps, {} callbacks answered 200, {} calls for people, {} simulated hours",
            report.seeds,
            report.seconds,
            report.seeds_per_minute(),
            report.steps,
            report.answers_200,
            report.called_people,
            report.simulated_hours,
        );
        println!("faults: {}", listed(&report.faults));
        println!("results: {}", listed(&report.results));
        return;
    }
    let broken = report.broken.as_ref().map(|broken| {
        let violation = broken.violation.as_ref();
        json!({
            "seed": broken.seed,
            "invariant": violation.map(|it| it.invariant().as_str()),
            "detail": violation.map(|it| it.detail()),
        })
    });
    let result = json!({
        "from": line.from,
        "mistake": line.broken.map(Flaw::as_str),
        "seeds_per_minute": report.seeds_per_minute().round(),
        "report": report,
        "broken": broken,
    });
    println!("{result:#}");
}
