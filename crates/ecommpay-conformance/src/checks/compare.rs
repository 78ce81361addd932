//! Comparing what was expected with what was found.

use std::fmt::Display;

/// Differences found so far; each names the value, what was expected and what was found.
#[derive(Debug, Default)]
pub(crate) struct Differences(Vec<String>);

impl Differences {
    /// Notes a difference if there is one.
    pub(crate) fn compare(&mut self, what: &str, expected: impl Display, found: impl Display) {
        let (expected, found) = (expected.to_string(), found.to_string());
        if expected != found {
            self.0
                .push(format!("{what}: expected {expected}, found {found}"));
        }
    }

    /// As [`compare`](Self::compare), for something that may not be there.
    pub(crate) fn compare_some(
        &mut self,
        what: &str,
        expected: impl Display,
        found: Option<impl Display>,
    ) {
        match found {
            Some(found) => self.compare(what, expected, found),
            None => self
                .0
                .push(format!("{what}: expected {expected}, found nothing")),
        }
    }

    /// Notes something that is wrong in itself.
    pub(crate) fn wrong(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }

    /// All differences, one a line; none is a success.
    pub(crate) fn into_result(self) -> Result<(), String> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0.join("\n"))
        }
    }
}

/// The chain of an error, joined by colons.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
