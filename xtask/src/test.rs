//! `cargo xtask test`: every test of the workspace and the two proofs beside it.

use crate::browser;
use crate::checks;
use crate::command::{cargo, has_cargo_subcommand};

/// Runs the tests; extra arguments go to the test runner (a name pattern, for instance).
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let extra: Vec<&str> = arguments.iter().map(String::as_str).collect();
    checks::no_std()?;
    checks::arbitrary_precision()?;
    if extra.is_empty() {
        cargo(&["test", "--quiet", "--workspace", "--locked", "--doc"])?;
    }
    let outcome = workspace(&extra);
    // Behind the runner's closing lines, where it is seen.
    if let Some(line) = browser::missing() {
        eprintln!("{line}");
    }
    outcome
}

/// The runner goes last, so that its closing lines are the last lines of the output.
fn workspace(extra: &[&str]) -> Result<(), String> {
    if has_cargo_subcommand("nextest") {
        let mut words = vec![
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
        ];
        words.extend(extra);
        cargo(&words)
    } else {
        eprintln!("NOTE: cargo-nextest is not installed; the same tests run under `cargo test`");
        let targets = ["--lib", "--bins", "--tests", "--examples"];
        let mut words = vec!["test", "--workspace", "--locked", "--no-fail-fast"];
        words.extend(targets);
        words.extend(extra);
        cargo(&words)
    }
}
