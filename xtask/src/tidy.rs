//! `cargo xtask tidy`: habits of the house that no compiler checks.

use std::path::Path;
use std::process::Command;

use crate::command::root;

/// Past this many lines a file has a seam somewhere.
const LONGEST_FILE: usize = 600;
/// Tables written by `codegen` may be as long as their data.
const GENERATED: &str = "// @generated";

/// Looks at every tracked or new text file and reports each broken habit with its place.
pub(crate) fn run() -> Result<(), String> {
    let mut faults = Vec::new();
    for path in files()? {
        if let Ok(text) = std::fs::read_to_string(root().join(&path)) {
            faults.extend(faults_in(&path, &text));
        }
    }
    if faults.is_empty() {
        println!("tidy: every file keeps the habits of the house");
        return Ok(());
    }
    Err(faults.join("\n"))
}

fn files() -> Result<Vec<String>, String> {
    let output = Command::new("git")
        .current_dir(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()
        .map_err(|error| format!("`git ls-files`: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect())
}

fn faults_in(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let extension = Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str());
    let written_by_us = matches!(
        extension,
        Some("rs" | "md" | "toml" | "html" | "css" | "js" | "yml" | "py")
    );
    if !written_by_us {
        return faults;
    }
    for (index, line) in text.lines().enumerate() {
        let place = || format!("{path}:{}", index + 1);
        if line.ends_with([' ', '\t']) {
            faults.push(format!("{}: blanks at the end of the line", place()));
        }
        if extension == Some("rs") && path != "xtask/src/tidy.rs" {
            for word in [
                "todo!(",
                "unimplemented!(",
                "dbg!(",
                "#[ignore",
                "#[should_panic",
                "FIXME",
            ] {
                if line.contains(word) {
                    faults.push(format!("{}: `{word}` is unfinished or silenced", place()));
                }
            }
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        faults.push(format!("{path}: no newline at the end of the file"));
    }
    if extension == Some("rs") {
        faults.extend(rust_faults(path, text));
    }
    faults
}

fn rust_faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let head = text
        .lines()
        .find(|line| !line.starts_with(GENERATED) && !line.is_empty());
    if !head.is_some_and(|line| line.starts_with("//!") || line.starts_with("#!")) {
        faults.push(format!(
            "{path}: does not begin with `//!` and what it is for"
        ));
    }
    let lines = text.lines().count();
    if lines > LONGEST_FILE && !text.contains(GENERATED) {
        faults.push(format!("{path}: {lines} lines; look for a seam"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        run().unwrap();
    }

    #[test]
    fn each_habit_can_be_broken() {
        let faults = faults_in("crates/x/src/lib.rs", "fn a() {} \n// FIXME later");
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults_in("crates/x/src/lib.rs", "//! What it is for.\n").is_empty());
    }
}
