//! How a command ends: yes, no, or it could not be tried.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

/// The answer of a command that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Yes,
    /// Exit code 1.
    No,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    refused: bool,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            text: what.into(),
            refused: false,
        }
    }

    /// The sandbox understood and said no, with this reason.
    pub(crate) fn refused(reason: impl Into<String>) -> Self {
        Self {
            text: reason.into(),
            refused: true,
        }
    }

    /// 1 when somebody said no, 3 when something could not be read, written or started.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.refused { 1 } else { 3 }
    }

    /// Names the thing that failed and the reason, with all its causes.
    pub(crate) fn caused(what: &str, error: &dyn std::error::Error) -> Self {
        let mut text = format!("{what}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Self::new(text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Prints one line of data.
pub(crate) fn print_line(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").map_err(|error| Failure::caused("stdout", &error))
}

/// Prints one line of JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::caused("stdout", &error))?;
    print_line(&text)
}
