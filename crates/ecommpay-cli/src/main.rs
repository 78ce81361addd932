//! `ecommpay`, the command line of the SDK: demo, sandbox, sign, verify, explain.
//!
//! Text for people goes to stderr, data to stdout. Exit codes:
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; a signature was right; every step was seen |
//! | 1 | the answer is no: a wrong signature, a document refused by the policy, a missing step |
//! | 2 | the command line is wrong |
//! | 3 | something could not be read, written or started |
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

mod codes;
mod demo;
mod exact_lines;
mod explain;
mod input;
mod methods;
mod outcome;
mod sandbox;
mod sign;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::outcome::Outcome;

/// Payments with Alipay, Alfa-Click and wallet-partner over ecommpay: sign, verify, try offline.
#[derive(Debug, Parser)]
#[command(
    name = "ecommpay",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play every sequence diagram of the three methods against a sandbox in this process
    Demo(demo::Arguments),
    /// Run the platform in a box on this machine
    Sandbox(sandbox::Arguments),
    /// Sign a JSON document
    Sign(sign::Arguments),
    /// Check the signature of a callback
    Verify(verify::Arguments),
    /// Show what is signed, and why a signature does not match
    Explain(explain::Arguments),
    /// Show what each method can do, as a Markdown table
    Methods,
    /// Show what an operation code means
    Codes(codes::Arguments),
}

fn main() -> ExitCode {
    // Usage errors leave through clap, with exit code 2.
    let outcome = match CommandLine::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
        Command::Sign(arguments) => sign::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Methods => methods::run(),
        Command::Codes(arguments) => codes::run(&arguments),
    };
    match outcome {
        Ok(Outcome::Yes) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("ecommpay: {failure}");
            ExitCode::from(3)
        }
    }
}
