//! `cargo xtask fuzz`: runs the fuzz targets, each seeded from the fixtures.

use std::path::Path;

use serde_json::Value;

use crate::command::{cargo_command, has_cargo_subcommand, root, run as run_command};

const FOLDER: &str = "crates/ecommpay-conformance/fuzz";
const TARGETS: [&str; 6] = [
    "tokenizer",
    "canonical",
    "natural_order",
    "verify",
    "callback",
    "shapes",
];
const DEFAULT_SECONDS: &str = "600";

/// `fuzz`, `fuzz TARGET`, `fuzz TARGET SECONDS`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if !has_cargo_subcommand("fuzz") {
        return Err("cargo-fuzz is not installed; `cargo install cargo-fuzz` brings it".to_owned());
    }
    let seconds = arguments.get(1).map_or(DEFAULT_SECONDS, String::as_str);
    match arguments.first().map(String::as_str) {
        None => TARGETS.iter().try_for_each(|target| one(target, seconds)),
        Some(target) if TARGETS.contains(&target) => one(target, seconds),
        Some(other) => Err(format!(
            "no target `{other}`; there are {}",
            TARGETS.join(", ")
        )),
    }
}

fn one(target: &str, seconds: &str) -> Result<(), String> {
    let longest = format!("-max_total_time={seconds}");
    let corpus = format!("corpus/{target}");
    let folder = root().join(FOLDER);
    seed(&folder.join(&corpus))?;
    let words = [
        "fuzz",
        "run",
        "--fuzz-dir",
        ".",
        target,
        &corpus,
        "--",
        &longest,
        "-max_len=8192",
    ];
    let mut command = cargo_command(&folder, &words);
    // libFuzzer's instrumentation is behind a gate that the stable compiler opens for this word.
    command.env("RUSTC_BOOTSTRAP", "1");
    run_command(command)
}

/// Puts every body of the vectors and every callback of the fixtures into the corpus.
fn seed(corpus: &Path) -> Result<(), String> {
    let said = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    std::fs::create_dir_all(corpus).map_err(|error| said("corpus", &error))?;
    let fixtures = root().join("fixtures");
    for name in [
        "vectors/signature-php.jsonl",
        "vectors/callback-verify.jsonl",
    ] {
        let lines =
            std::fs::read_to_string(fixtures.join(name)).map_err(|error| said(name, &error))?;
        for line in lines.lines() {
            let line: Value = serde_json::from_str(line).map_err(|error| said(name, &error))?;
            let (Some(case), Some(body)) = (line["name"].as_str(), line["body"].as_str()) else {
                return Err(format!("{name}: a line without name or body"));
            };
            let file = corpus.join(format!("vector-{}", case.replace('/', "-")));
            std::fs::write(file, body).map_err(|error| said(case, &error))?;
        }
    }
    for family in ["callbacks", "negative"] {
        let cases =
            std::fs::read_dir(fixtures.join(family)).map_err(|error| said(family, &error))?;
        for case in cases.flatten() {
            if let Ok(body) = std::fs::read(case.path().join("body.json")) {
                let file = corpus.join(format!("{family}-{}", case.file_name().to_string_lossy()));
                std::fs::write(file, body).map_err(|error| said(family, &error))?;
            }
        }
    }
    Ok(())
}
