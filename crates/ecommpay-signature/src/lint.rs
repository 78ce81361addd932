//! Findings about data that is to be signed, or that has come signed.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::json::SyntaxError;

/// How grave a finding is.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// At least one other SDK signs the data differently.
    Warning,
    /// The data should not be signed.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    severity: Severity,
    path: String,
}

impl Finding {
    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The place, as `payment.sum.amount`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)
    }
}

/// Findings about a body that is to be signed.
///
/// # Errors
///
/// What is not read at all.
pub fn request(_body: &[u8]) -> Result<Vec<Finding>, SyntaxError> {
    Ok(Vec::new())
}
