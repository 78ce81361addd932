//! The checks that `ci` runs in turn, each a task of its own where it helps.

use std::path::Path;

use crate::command::{cargo, cargo_command, cargo_in, root, run};
use crate::{codegen as operation_codes, graph, test, tidy};

/// Everything that must be green before a change lands.
pub(crate) fn ci() -> Result<(), String> {
    tidy::run()?;
    graph::run()?;
    codegen(true)?;
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ])?;
    each_package_alone()?;
    documentation()?;
    conformance(&[])?;
    simulate(&["--seeds", "20000"].map(str::to_owned))?;
    test::run(&[])
}

/// A workspace build unifies features and so hides a missing one; a package alone does not.
fn each_package_alone() -> Result<(), String> {
    for package in graph::packages()? {
        for features in [&["--no-default-features"][..], &[], &["--all-features"]] {
            let mut words = vec![
                "check",
                "--quiet",
                "--locked",
                "--package",
                package.as_str(),
            ];
            words.extend(features);
            cargo(&words)?;
        }
    }
    Ok(())
}

fn documentation() -> Result<(), String> {
    let mut command = cargo_command(
        &root(),
        &[
            "doc",
            "--quiet",
            "--workspace",
            "--no-deps",
            "--locked",
            "--document-private-items",
        ],
    );
    command.env("RUSTDOCFLAGS", "-D warnings");
    run(command)
}

/// The fixtures and flows, optimised: the table is the product of the run.
pub(crate) fn conformance(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-conformance", &[], arguments)
}

/// Eleven days of attempts to deliver one callback, against the documented times.
pub(crate) fn schedule(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-conformance", &["--schedule"], arguments)
}

/// Payments per second through a sandbox in a process of its own.
pub(crate) fn load(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-bench", &["load"], arguments)
}

/// A shop that receives callbacks is killed again and again.
pub(crate) fn crash_test(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-crash-test", &["kills"], arguments)
}

/// Three shops share one PostgreSQL, and one of them is killed.
pub(crate) fn instances(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-crash-test", &["instances"], arguments)
}

/// A shop, a bad network, a bad disk and the platform, seed by seed.
pub(crate) fn simulate(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-simulation", &[], arguments)
}

/// What the README's first command shows.
pub(crate) fn demo(arguments: &[String]) -> Result<(), String> {
    program("ecommpay-cli", &["demo"], arguments)
}

fn program(package: &str, first: &[&str], arguments: &[String]) -> Result<(), String> {
    let mut words = vec![
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        package,
        "--",
    ];
    words.extend(first);
    words.extend(arguments.iter().map(String::as_str));
    cargo(&words)
}

/// Builds a program without std around the signature core. Any std below it would bring a second
/// panic handler, which the compiler refuses.
pub(crate) fn no_std() -> Result<(), String> {
    outside_workspace(
        "crates/ecommpay-signature/no-std-check",
        &["build", "--quiet"],
    )
}

/// Runs the callback proof in a program that switches on `serde_json/arbitrary_precision`.
pub(crate) fn arbitrary_precision() -> Result<(), String> {
    outside_workspace(
        "crates/ecommpay-callback/arbitrary-precision-check",
        &["test", "--quiet"],
    )
}

fn outside_workspace(folder: &str, words: &[&str]) -> Result<(), String> {
    cargo_in(&root().join(Path::new(folder)), words)
}

/// Writes the generated files, or fails where a committed one differs.
pub(crate) fn codegen(check: bool) -> Result<(), String> {
    operation_codes::run(check)?;
    printed_file("docs/METHODS.md", "methods", check)?;
    printed_file("docs/control-api.json", "control-api", check)
}

/// The file `name` is what a command of `ecommpay` prints.
fn printed_file(name: &str, subcommand: &str, check: bool) -> Result<(), String> {
    let words = [
        "run",
        "--quiet",
        "--locked",
        "--package",
        "ecommpay-cli",
        "--",
        subcommand,
    ];
    let output = cargo_command(&root(), &words)
        .output()
        .map_err(|error| format!("`cargo {}`: {error}", words.join(" ")))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`ecommpay {subcommand}` ended with {}: {text}",
            output.status
        ));
    }
    let path = root().join(name);
    if !check {
        return std::fs::write(&path, &output.stdout).map_err(|error| format!("{name}: {error}"));
    }
    match std::fs::read(&path) {
        Ok(committed) if committed == output.stdout => Ok(()),
        _ => Err(format!(
            "{name} is not what the code says; run `cargo xtask codegen`"
        )),
    }
}
