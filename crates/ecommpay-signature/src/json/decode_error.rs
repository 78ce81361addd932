//! Why a document was not read into a type: path and rule, never content.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use serde::de::{self, Expected, Unexpected};

use super::SyntaxError;
use super::path::path_at;

/// A document that was not read into a type.
///
/// Names the path and the rule. What stands in the document is not repeated; only words of the
/// type's own errors are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    offset: usize,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Syntax(SyntaxError),
    Type(String),
}

impl DecodeError {
    pub(super) fn new(bytes: &[u8], failure: Failure) -> Self {
        let failure = *failure.0;
        let offset = match &failure.problem {
            Problem::Syntax(error) => error.offset(),
            Problem::Type(_) => failure.offset.unwrap_or(0),
        };
        Self {
            path: path_at(bytes, offset),
            offset,
            problem: failure.problem,
        }
    }

    /// Where in the document, as `payment.sum.amount`; empty for the top level.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Byte of the document where the value begins or the syntax is broken.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The broken rule if the text is not JSON or is beyond the limits; `None` if it is JSON of
    /// another shape.
    #[must_use]
    pub fn syntax(&self) -> Option<SyntaxError> {
        match self.problem {
            Problem::Syntax(error) => Some(error),
            Problem::Type(_) => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        match &self.problem {
            Problem::Syntax(error) => error.fmt(f),
            Problem::Type(words) => f.write_str(words),
        }
    }
}

impl core::error::Error for DecodeError {}

/// A [`DecodeError`] on its way out, before its path is looked up; one pointer, because it passes
/// through results of every size.
#[derive(Debug)]
pub(super) struct Failure(Box<Failed>);

#[derive(Debug)]
struct Failed {
    problem: Problem,
    /// Where the innermost value begins that the failure has left.
    offset: Option<usize>,
}

impl Failure {
    pub(super) fn at(mut self, offset: usize) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }
}

impl From<SyntaxError> for Failure {
    fn from(error: SyntaxError) -> Self {
        Self(Box::new(Failed {
            problem: Problem::Syntax(error),
            offset: None,
        }))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.problem {
            Problem::Syntax(error) => error.fmt(f),
            Problem::Type(words) => f.write_str(words),
        }
    }
}

impl core::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(Box::new(Failed {
            problem: Problem::Type(words.to_string()),
            offset: None,
        }))
    }

    // The words serde would use repeat what stands in the document.

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!(
            "expected {expected}, found {}",
            kind_of(&unexpected)
        ))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!(
            "expected {expected}, found another {}",
            kind_of(&unexpected)
        ))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let length = variant.len();
        Self::custom(format_args!(
            "expected one of {expected:?}, found a text of {length} bytes"
        ))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("holds a member that is none of {expected:?}"))
    }
}

fn kind_of(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "integer",
        Unexpected::Float(_) => "number with a fraction",
        Unexpected::Char(_) | Unexpected::Str(_) => "string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "list",
        Unexpected::Map => "object",
        _ => "value",
    }
}
