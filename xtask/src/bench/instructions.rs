//! `cargo xtask bench --check`: the instructions of rows a, a2, b and b1 against those kept in the tree.
//!
//! Counted by callgrind, so that a busy machine does not matter. A count is the difference between
//! two runs of different length: what a program does before and after its work falls out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::command::root;

use super::program;

const KEPT: &str = "docs/instructions.json";
const ROWS: [&str; 6] = ["mac", "a", "a2", "a2-fresh", "b", "b1"];
/// More than this may no row cost, in parts of what was kept.
const TOLERANCE: f64 = 0.03;
/// The bare hash is the same code every time; if it differs, processor or compiler do.
const SAME_MACHINE: f64 = 0.01;
/// Both after the warm-up.
const RUNS: [u64; 2] = [1024, 2048];

type Counts = BTreeMap<String, f64>;

/// Fails if a row costs more than it did.
pub(super) fn check() -> Result<(), String> {
    if !has_valgrind() {
        eprintln!("LEFT OUT: instructions were not counted, valgrind is not installed");
        return Ok(());
    }
    let kept = kept()?;
    let counted = count()?;
    let mac = |counts: &Counts| counts.get("mac").copied().unwrap_or(f64::NAN);
    if change(mac(&kept), mac(&counted)).abs() > SAME_MACHINE {
        eprintln!(
            "LEFT OUT: the bare hash takes {} instructions here and {} in {KEPT}: another processor or \
             compiler. Numbers can't be compared; `cargo xtask bench --keep` takes new ones.",
            mac(&counted),
            mac(&kept)
        );
        return Ok(());
    }
    let dearer = compare(&kept, &counted)?;
    if dearer.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more instructions than kept: {}; if that is meant, `cargo xtask bench --keep`",
        dearer.join(", ")
    ))
}

/// Counts and keeps the numbers.
pub(super) fn keep() -> Result<(), String> {
    let counts = count()?;
    let text = serde_json::to_string_pretty(&counts).map_err(|error| error.to_string())?;
    std::fs::write(root().join(KEPT), text + "\n").map_err(|error| format!("{KEPT}: {error}"))
}

fn kept() -> Result<Counts, String> {
    let text =
        std::fs::read_to_string(root().join(KEPT)).map_err(|error| format!("{KEPT}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{KEPT}: {error}"))
}

/// Prints every row and returns those that have become dearer.
fn compare(kept: &Counts, counted: &Counts) -> Result<Vec<String>, String> {
    let mut dearer = Vec::new();
    for row in ROWS {
        let before = kept
            .get(row)
            .ok_or_else(|| format!("{KEPT} has no row `{row}`"))?;
        let now = counted
            .get(row)
            .ok_or_else(|| format!("row `{row}` was not counted"))?;
        let per_cent = change(*before, *now) * 100.0;
        println!("{row}: {now} instructions, {before} kept, {per_cent:+.1} %");
        if change(*before, *now) > TOLERANCE {
            dearer.push(format!("{row} ({per_cent:+.1} %)"));
        }
    }
    Ok(dearer)
}

fn change(before: f64, now: f64) -> f64 {
    now / before - 1.0
}

fn has_valgrind() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn count() -> Result<Counts, String> {
    // It does the work and nothing else.
    let program = program::built("instructions", "", &[])?;
    let mut counts = Counts::new();
    for row in ROWS {
        let [few, many] = RUNS;
        let difference = collected(&program, row, many)? - collected(&program, row, few)?;
        counts.insert(row.to_owned(), (difference / (many - few) as f64).round());
    }
    Ok(counts)
}

/// Instructions of one run of the program, as callgrind collects them.
fn collected(program: &PathBuf, row: &str, runs: u64) -> Result<f64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([row, &runs.to_string()])
        .current_dir(root())
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!(
            "row {row} under valgrind ended with {}: {told}",
            output.status
        ));
    }
    told.lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
        .ok_or_else(|| format!("valgrind told no number of instructions: {told}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(a: f64) -> Counts {
        ROWS.map(|row| (row.to_owned(), if row == "a" { a } else { 50.0 }))
            .into()
    }

    #[test]
    fn three_per_cent_more_is_too_much() {
        let kept = counts(1000.0);
        assert_eq!(
            compare(&kept, &counts(1029.0)).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(
            compare(&kept, &counts(900.0)).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(compare(&kept, &counts(1031.0)).unwrap(), ["a (+3.1 %)"]);
        assert!(compare(&Counts::new(), &kept).is_err());
    }
}
