//! `ecommpay-crash-test`: kills a shop that receives callbacks, and looks whether one was lost or
//! handled twice.
//!
//! Progress goes to stderr, the result to stdout, as a line or as JSON. Exit codes: 0 everything
//! holds, 1 a promise was broken, 2 the command line is wrong, 3 it could not be run.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

mod backend;
mod callbacks;
mod instances;
mod kill_points;
mod kills;
mod ledger;
mod process;
mod receive;
mod report;
mod senders;
mod shop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Kills a shop that receives callbacks, and looks whether one was lost or handled twice.
#[derive(Debug, Parser)]
#[command(name = "ecommpay-crash-test", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Kill the one receiving process again and again while callbacks pour in
    Kills(kills::Arguments),
    /// Three receiving processes on one PostgreSQL, one of them killed on the way
    Instances(instances::Arguments),
    /// Run the receiving process, until it is killed
    #[command(hide = true)]
    Receive(receive::Arguments),
}

/// Why there is no good result.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A promise of the inbox does not hold.
    #[error("BROKEN: {0}")]
    Broken(String),
    /// Nothing is known.
    #[error("{0}")]
    NotRun(String),
}

impl Failure {
    /// Something needed for the run failed.
    fn not_run<E: std::error::Error>(doing: &'static str) -> impl Fn(E) -> Self {
        move |error| {
            let mut text = format!("{doing}: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                text.push_str(&format!(": {error}"));
                cause = error.source();
            }
            Self::NotRun(text)
        }
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match (runtime, CommandLine::parse().command) {
        (Err(error), _) => Err(Failure::NotRun(error.to_string())),
        (Ok(runtime), Command::Kills(arguments)) => runtime.block_on(kills::run(&arguments)),
        (Ok(runtime), Command::Instances(arguments)) => {
            runtime.block_on(instances::run(&arguments))
        }
        (Ok(runtime), Command::Receive(arguments)) => runtime.block_on(receive::run(arguments)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("ecommpay-crash-test: {failure}");
            match failure {
                Failure::Broken(_) => ExitCode::from(1),
                Failure::NotRun(_) => ExitCode::from(3),
            }
        }
    }
}
