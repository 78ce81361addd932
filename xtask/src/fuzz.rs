//! `cargo xtask fuzz`: runs the fuzz targets, each from its committed seeds.

use crate::command::{cargo_command, has_cargo_subcommand, root, run as run_command};

const FOLDER: &str = "crates/ecommpay-conformance/fuzz";
const TARGETS: [&str; 5] = [
    "tokenizer",
    "canonical",
    "natural_order",
    "verify",
    "callback",
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
    let seeds = format!("seeds/{target}");
    let corpus = format!("corpus/{target}");
    let folder = root().join(FOLDER);
    std::fs::create_dir_all(folder.join(&corpus)).map_err(|error| format!("{corpus}: {error}"))?;
    let words = [
        "fuzz",
        "run",
        "--fuzz-dir",
        ".",
        target,
        &corpus,
        &seeds,
        "--",
        &longest,
        "-max_len=8192",
    ];
    let mut command = cargo_command(&folder, &words);
    // libFuzzer's instrumentation is behind a gate that the stable compiler opens for this word.
    command.env("RUSTC_BOOTSTRAP", "1");
    run_command(command)
}
