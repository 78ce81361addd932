//! `cargo xtask test`: every test of the workspace and the two proofs beside it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::browser;
use crate::checks;
use crate::command::{cargo, cargo_command, has_cargo_subcommand, root, run as run_command};

/// Names the file in which each test that is left out leaves a line with the reason.
const LEFT_OUT: &str = "ECOMMPAY_TESTS_LEFT_OUT";

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
        all_tests(&words)
    } else {
        eprintln!("NOTE: cargo-nextest is not installed; the same tests run under `cargo test`");
        let targets = ["--lib", "--bins", "--tests", "--examples"];
        let mut words = vec!["test", "--workspace", "--locked", "--no-fail-fast"];
        words.extend(targets);
        words.extend(extra);
        all_tests(&words)
    }
}

/// Runs the tests, and says afterwards which could not be run on this machine.
fn all_tests(words: &[&str]) -> Result<(), String> {
    let list = root().join("target/tests-left-out.txt");
    // There is none the first time.
    let _ = std::fs::remove_file(&list);
    let mut command = cargo_command(&root(), words);
    command.env(LEFT_OUT, &list);
    let outcome = run_command(command);
    tell_left_out(&list);
    outcome
}

fn tell_left_out(list: &Path) {
    let lines = std::fs::read_to_string(list).unwrap_or_default();
    let mut reasons = BTreeMap::<&str, usize>::new();
    for reason in lines.lines() {
        *reasons.entry(reason).or_default() += 1;
    }
    for (reason, count) in reasons {
        eprintln!("NOTE: {count} tests were LEFT OUT: {reason}");
    }
}
