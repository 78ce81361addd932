//! The benches as programs: built by cargo, run by others.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::command::{cargo_command, root};

/// Builds a bench without running it and says where the program lies. The variables are for cargo.
pub(super) fn built(
    bench: &str,
    features: &str,
    variables: &[(&str, String)],
) -> Result<PathBuf, String> {
    let words = [
        "bench",
        "--quiet",
        "--locked",
        "--package",
        "ecommpay-bench",
        "--no-default-features",
        "--features",
        features,
        "--bench",
        bench,
        "--no-run",
        "--message-format=json",
    ];
    let mut command = cargo_command(&root(), &words);
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`cargo {}`: {error}", words.join(" ")))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == bench)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| format!("`cargo {}` built nothing", words.join(" ")))
}
