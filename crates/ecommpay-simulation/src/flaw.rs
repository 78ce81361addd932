//! Mistakes that can be built in on purpose, to see that the simulation finds them.

use std::fmt;
use std::str::FromStr;

/// A mistake of the shop's store or receiver. The crates under test know nothing of it: it is made
/// in the simulation's own store, or in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// A callback is answered 200 before it is committed.
    Ack,
    /// The same content twice is two entries.
    Dedupe,
    /// The latest document stands, whatever was known before.
    Fold,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 3] = [Self::Ack, Self::Dedupe, Self::Fold];

    /// Its name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Dedupe => "dedupe",
            Self::Fold => "fold",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Flaw {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|flaw| flaw.as_str() == text)
            .ok_or_else(|| "must be ack, dedupe or fold".to_owned())
    }
}
