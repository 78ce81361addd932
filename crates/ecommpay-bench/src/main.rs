//! `ecommpay-bench`: measures the SDK and the sandbox on the machine it runs on.
//!
//! Figures go to stdout, as a table or as JSON. Exit codes: 0 measured, 2 the command line is
//! wrong, 3 it could not be measured.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

mod load;
mod memory;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures the SDK and the sandbox on the machine it runs on.
#[derive(Debug, Parser)]
#[command(name = "ecommpay-bench", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Payments per second through a sandbox, from the sale to the final callback
    Load(load::Arguments),
    /// Run the sandbox that `load` measures, until standard input is closed
    #[command(hide = true)]
    Platform(load::PlatformArguments),
}

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Load(arguments) => load::run(&arguments),
        Command::Platform(arguments) => load::run_platform(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("ecommpay-bench: {problem}");
            ExitCode::from(3)
        }
    }
}
