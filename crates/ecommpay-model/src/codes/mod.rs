//! Operation codes: what they mean and what to do about them.

mod table;

use core::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::text::deserialize_text;

/// Code of a result (`operation.code`, `errors[].code`), known or not.
///
/// Read from a string or a number, written as a string.
///
/// ```
/// use ecommpay_model::codes::{CodeAction, OperationCode};
///
/// let code = OperationCode::from("20105");
/// let known = code.known().ok_or("the registry has this code")?;
/// assert_eq!(known.message, "Insufficient funds on customer account");
/// assert!(OperationCode::from("987654").known().is_none());
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationCode(String);

impl OperationCode {
    /// The code as received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the registry says about the code; nothing for a code it does not have.
    #[must_use]
    pub fn known(&self) -> Option<&'static KnownCode> {
        lookup(&self.0)
    }

    /// Whether the code is `0`, success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.0 == "0"
    }
}

impl From<&str> for OperationCode {
    fn from(code: &str) -> Self {
        Self(code.to_owned())
    }
}

impl From<String> for OperationCode {
    fn from(code: String) -> Self {
        Self(code)
    }
}

impl fmt::Display for OperationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for OperationCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OperationCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer).map(Self)
    }
}

/// An entry of the platform's registry of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownCode {
    /// The code, decimal digits.
    pub code: &'static str,
    /// The platform's text to it.
    pub message: &'static str,
    /// What the platform advises.
    pub action: CodeAction,
    /// Whether only an older page lists it.
    pub legacy: bool,
}

/// What the platform advises for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeAction {
    /// Nothing to do.
    Nothing,
    /// Nothing to do; ask support if it should not be so.
    NothingOrContactSupport,
    /// Wait for the result.
    Wait,
    /// Try again.
    Retry,
    /// Try again later.
    RetryLater,
    /// Try again after 24 hours.
    RetryAfter24Hours,
    /// Try again after 7 days.
    RetryAfter7Days,
    /// Try again after 30 days.
    RetryAfter30Days,
    /// Correct the request.
    FixRequest,
    /// Correct the amount.
    FixAmount,
    /// Have the customer decide.
    AskCustomer,
    /// Complete 3-D Secure.
    Complete3ds,
    /// Ask support.
    ContactSupport,
    /// Ask the account manager.
    ContactManager,
}

/// What the registry says about a code; nothing for a code it does not have.
#[must_use]
pub fn lookup(code: &str) -> Option<&'static KnownCode> {
    let at = table::CODES
        .binary_search_by(|known| known.code.cmp(code))
        .ok()?;
    table::CODES.get(at)
}

/// The whole registry, in the order of the codes' text.
pub fn all() -> impl Iterator<Item = &'static KnownCode> {
    table::CODES.iter()
}
