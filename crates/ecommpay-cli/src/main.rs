//! `ecommpay`, the command line of the SDK: demo, sandbox and its control, sign, verify, explain.
//!
//! Text for people goes to stderr, data to stdout. Exit codes:
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; a signature was right; every step was seen |
//! | 1 | the answer is no: a wrong signature, a document refused by the policy, a missing step, a request that the sandbox refuses |
//! | 2 | the command line is wrong |
//! | 3 | something could not be read, written or started |
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

mod clock;
mod codes;
mod control;
mod control_api;
mod demo;
mod exact_lines;
mod explain;
mod faults;
mod input;
mod listen;
mod methods;
mod outcome;
mod payments;
mod resend;
mod sandbox;
mod sign;
mod trigger;
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
    /// Make a payment in a sandbox that ends as wished
    Trigger(trigger::Arguments),
    /// Take the callbacks of a sandbox's project, print them and hand them on
    Listen(listen::Arguments),
    /// Have a sandbox send a callback once more
    Resend(resend::Arguments),
    /// Tell or turn a sandbox's clock
    Clock(clock::Arguments),
    /// Have a sandbox do something wrong on purpose
    Faults(faults::Arguments),
    /// List the payments of a sandbox
    Payments(payments::Arguments),
    /// Print the OpenAPI document of a sandbox's control API
    ControlApi,
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
        Command::Trigger(arguments) => trigger::run(&arguments),
        Command::Listen(arguments) => listen::run(&arguments),
        Command::Resend(arguments) => resend::run(&arguments),
        Command::Clock(arguments) => clock::run(&arguments),
        Command::Faults(arguments) => faults::run(&arguments),
        Command::Payments(arguments) => payments::run(&arguments),
        Command::ControlApi => control_api::run(),
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
            ExitCode::from(failure.exit_code())
        }
    }
}
