//! `ecommpay-conformance`: runs every fixture against the crates and every flow against a platform.
//!
//! The table or the JSON report goes to stdout. Exit codes: 0 all passed, 1 something failed, 2 the
//! command line is wrong, 3 the run could not be made.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use ecommpay_conformance::{
    Environment, FixtureFolder, PlatformAddress, Report, Row, Suite, SuiteError, record_schedule,
    run_vectors,
};

/// Runs every fixture against the crates and every flow against a platform.
///
/// Without options: all fixtures of the repository, all flows against sandboxes in this process.
/// Prints a table (section of a seed, case, result) and at the end `N passed, N failed`.
#[derive(Debug, Parser)]
#[command(name = "ecommpay-conformance", version)]
struct Arguments {
    /// Print a JSON report instead of the table
    #[arg(long)]
    json: bool,

    /// Only cases whose section or name holds this text
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,

    /// The folder with the fixtures
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// Check only this file of vectors; may be given more than once.
    ///
    /// One JSON object a line, of the formats `signature` (secret, body, string_to_sign,
    /// signature), `callback-verify` (secret, body or body_base64, accept) or `payment-page-url`
    /// (secret, base_url, params_json, url); the format of a line shows by its members
    #[arg(long, value_name = "FILE", conflicts_with_all = ["base_url", "only"])]
    vectors: Vec<PathBuf>,

    /// Only record the delivery schedule of a callback that nobody accepts, and print it.
    ///
    /// Eleven days on a turned clock: 120 attempts, held against the documented times
    #[arg(long, conflicts_with_all = ["base_url", "only", "vectors"])]
    schedule: bool,

    /// Play the flows against the platform with this Gate base URL.
    ///
    /// Callbacks must reach this program (see --listen, --callback-url), and the pages where a
    /// customer presses Success or Decline must be reachable from here. Only a sandbox with this
    /// project's control API shows what the platform itself did; steps that only it can show are
    /// otherwise counted as "not observable", not as seen. Flows whose hand-off is not the
    /// project's own fail: choose with --only
    #[arg(long, value_name = "URL", requires_all = ["project", "secret_env"])]
    base_url: Option<String>,

    /// Origin of Payment Page, if it is another than that of --base-url
    #[arg(long, value_name = "URL", requires = "base_url")]
    page_url: Option<String>,

    /// Identifier of the test project
    #[arg(long, value_name = "ID", requires = "base_url")]
    project: Option<u32>,

    /// Name of the environment variable with the project's secret key
    #[arg(long, value_name = "NAME", requires = "base_url")]
    secret_env: Option<String>,

    /// Where to listen for callbacks and browsers
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:0",
        requires = "base_url"
    )]
    listen: SocketAddr,

    /// Origin under which the platform reaches --listen, if it is another
    #[arg(long, value_name = "URL", requires = "base_url")]
    callback_url: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(report) => show(&arguments, &report),
        Err(problem) => {
            eprintln!("ecommpay-conformance: {problem}");
            ExitCode::from(3)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<Report, String> {
    if !arguments.vectors.is_empty() {
        return run_vectors(&arguments.vectors).map_err(|error| chain(&error));
    }
    let fixtures = match &arguments.fixtures {
        Some(folder) => FixtureFolder::new(folder),
        None => FixtureFolder::of_the_repository(),
    };
    if arguments.schedule {
        return schedule(arguments, &fixtures).await;
    }
    let mut suite = Suite::new(fixtures);
    if let Some(pattern) = &arguments.only {
        suite = suite.only(pattern);
    }
    match platform(arguments)? {
        None => suite.run().await.map_err(|error| chain(&error)),
        Some(address) => {
            let environment = Environment::of_platform(address)
                .await
                .map_err(|error| chain(&SuiteError::from(error)))?;
            if !environment.keeps_a_timeline() {
                eprintln!("the platform keeps no timeline: its own steps are not observable");
            }
            suite
                .run_flows(&environment)
                .await
                .map_err(|error| chain(&error))
        }
    }
}

/// Records the delivery schedule; shows it to people unless a JSON report is wanted.
async fn schedule(arguments: &Arguments, fixtures: &FixtureFolder) -> Result<Report, String> {
    let recorded = record_schedule(fixtures)
        .await
        .map_err(|error| chain(&error))?;
    if !arguments.json {
        println!("attempt  days hh:mm:ss  since the one before");
        let before = std::iter::once(0).chain(recorded.attempts.iter().copied());
        for (number, (at, before)) in recorded.attempts.iter().zip(before).enumerate() {
            let (days, rest) = (at / 86_400, at % 86_400);
            let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
            println!(
                "{:>7}  {days:>4} {hours:02}:{minutes:02}:{seconds:02}  {:>5} s",
                number + 1,
                at - before
            );
        }
        println!("recorded in {:.2} s\n", recorded.real_time.as_secs_f64());
    }
    let quick = recorded.real_time < Duration::from_secs(5);
    let in_time = Row::new(
        &["Callbacks / Delivery".to_owned()],
        "recorded in less than 5 s of real time",
        quick
            .then_some(())
            .ok_or_else(|| format!("took {:.1} s", recorded.real_time.as_secs_f64())),
    );
    Ok(Report::new(vec![recorded.into_row(), in_time]))
}

/// The platform that the command line names, if it names one.
fn platform(arguments: &Arguments) -> Result<Option<PlatformAddress>, String> {
    let (Some(gate), Some(project), Some(name)) = (
        &arguments.base_url,
        arguments.project,
        &arguments.secret_env,
    ) else {
        return Ok(None);
    };
    let secret =
        std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))?;
    let mut address = PlatformAddress::new(gate, project, secret).listen(arguments.listen);
    if let Some(page) = &arguments.page_url {
        address = address.page(page);
    }
    if let Some(origin) = &arguments.callback_url {
        address = address.announced(origin);
    }
    Ok(Some(address))
}

fn show(arguments: &Arguments, report: &Report) -> ExitCode {
    if arguments.json {
        match serde_json::to_string_pretty(report) {
            Ok(text) => println!("{text}"),
            Err(error) => {
                eprintln!("ecommpay-conformance: the report can't be written: {error}");
                return ExitCode::from(3);
            }
        }
    } else {
        print!("{report}");
    }
    if report.failed() == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// An error with its reasons.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
