//! The program: what it prints and how it ends.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::process::{Command, Output};

use ecommpay_conformance::FixtureFolder;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ecommpay-conformance"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_last_line_counts_and_the_exit_code_is_0() {
    let output = run(&["--only", "Object redirect_data"]);
    assert_eq!(
        text(&output.stdout).lines().last(),
        Some("1 passed, 0 failed")
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_failure_makes_the_exit_code_1() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("wrong.jsonl");
    std::fs::write(
        &file,
        "{\"name\": \"a\", \"secret\": \"s\", \"body\": \"{\\\"a\\\":1}\", \"signature\": \"x\"}\n",
    )
    .unwrap();
    let output = run(&["--vectors", file.to_str().unwrap()]);
    assert_eq!(
        text(&output.stdout).lines().last(),
        Some("0 passed, 1 failed")
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn json_holds_the_same_counts() {
    let output = run(&["--json", "--only", "Object redirect_data"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["passed"], 1);
    assert_eq!(report["failed"], 0);
    assert_eq!(
        report["rows"][0]["case"],
        "callback alipay-hand-off-redirect"
    );
}

#[test]
fn vectors_of_the_repository_run_alone() {
    let file = FixtureFolder::of_the_repository()
        .root()
        .join("vectors/callback-verify.jsonl");
    let output = run(&["--vectors", file.to_str().unwrap()]);
    assert_eq!(
        text(&output.stdout).lines().last(),
        Some("159 passed, 0 failed")
    );
}

#[test]
fn a_wrong_command_line_ends_with_2_and_an_impossible_run_with_3() {
    assert_eq!(
        run(&["--base-url", "http://127.0.0.1:9"]).status.code(),
        Some(2)
    );
    assert_eq!(run(&["--fixtures", "/nowhere"]).status.code(), Some(3));
    let output = run(&[
        "--base-url",
        "http://127.0.0.1:9",
        "--project",
        "1",
        "--secret-env",
        "NO_SUCH",
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("NO_SUCH is not set"));
}

#[test]
fn help_names_every_option() {
    let help = text(&run(&["--help"]).stdout);
    for option in [
        "--json",
        "--only",
        "--vectors",
        "--base-url",
        "--secret-env",
        "--project",
    ] {
        assert!(help.contains(option), "{option}");
    }
}
