//! `cargo xtask browser`: the tests in a real browser, and whether there is one.

use std::env;
use std::path::PathBuf;

use crate::command::cargo;
use crate::graph;

/// What has to be in `PATH`, each under any of its names.
const PROGRAMS: [&[&str]; 2] = [&["chromedriver"], &["chromium", "chromium-browser"]];

/// Runs the browser tests alone; extra arguments go to the test runner.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    // As many threads as the tests open browsers; the runner's own number follows the processors.
    let mut words = vec![
        "test",
        "--locked",
        "--package",
        "ecommpay-browser",
        "--test",
        "browser",
        "--",
        "--test-threads=2",
    ];
    words.extend(arguments.iter().map(String::as_str));
    let outcome = cargo(&words);
    match missing() {
        Some(line) => eprintln!("{line}"),
        None => println!("screenshots: {}", screenshots()?.display()),
    }
    outcome
}

/// The line that says that browser tests were left out, if they were.
///
/// The tests print it too, but a runner hides what passing tests print.
pub(crate) fn missing() -> Option<String> {
    let program = PROGRAMS.iter().find(|names| !names.iter().any(in_path))?;
    let name = program.first()?;
    Some(format!(
        "LEFT OUT: browser tests: no {name}; install chromium and chromium-driver"
    ))
}

fn in_path(program: &&str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

fn screenshots() -> Result<PathBuf, String> {
    Ok(graph::target_folder()?.join("browser"))
}
