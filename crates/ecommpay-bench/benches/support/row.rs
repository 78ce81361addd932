//! Rows of the table of measurements, handed to `cargo xtask bench` as lines of JSON.

use std::fs::OpenOptions;
use std::io::{self, Write};

use serde::Serialize;

/// Names the file that rows are appended to; without it they are printed.
const ROWS_FILE: &str = "ECOMMPAY_BENCH_ROWS";

/// One line of the table.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Letter of the row, as in the list of targets.
    pub(crate) row: &'static str,
    pub(crate) what: String,
    pub(crate) ours: f64,
    /// `ns` for times; empty for counts.
    pub(crate) unit: &'static str,
    /// What ours is held against, measured in the same run.
    pub(crate) bound: Option<Bound>,
    /// What the ratio, or without a bound the figure itself, has to be.
    pub(crate) must: Option<Goal>,
    pub(crate) stretch: Option<Goal>,
}

/// A figure that ours is held against.
#[derive(Debug, Serialize)]
pub(crate) struct Bound {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    /// Median of ours through this, sample by sample.
    pub(crate) ratio: f64,
}

/// A bound on a figure.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

impl Row {
    /// Hands the row over.
    pub(crate) fn report(&self) -> io::Result<()> {
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        match std::env::var_os(ROWS_FILE) {
            Some(path) => OpenOptions::new()
                .append(true)
                .create(true)
                .open(path)?
                .write_all(line.as_bytes()),
            None => io::stdout().write_all(line.as_bytes()),
        }
    }
}

/// Whether the row is among those asked for on the command line; all are if none is named.
pub(crate) fn wanted(row: &str) -> bool {
    let mut named = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .peekable();
    named.peek().is_none() || named.any(|word| word == row)
}
