//! Why a text was not read: the rule it broke and the byte where that was seen.

use core::fmt;

/// A text that is not strict JSON, or is beyond a limit of the reader.
///
/// Carries the place and the rule, never any content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not readable as JSON at byte {offset}: {rule}")]
pub struct SyntaxError {
    offset: usize,
    rule: SyntaxRule,
}

impl SyntaxError {
    pub(crate) fn new(offset: usize, rule: SyntaxRule) -> Self {
        Self { offset, rule }
    }

    /// Byte of the text, counted from 0, where the rule was broken.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The rule that was broken.
    #[must_use]
    pub fn rule(&self) -> SyntaxRule {
        self.rule
    }
}

/// The rules of the reader: RFC 8259 without concessions, then the limits.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxRule {
    /// The text is not UTF-8.
    NotUtf8,
    /// The text ends inside of a value.
    UnexpectedEnd,
    /// A value has to stand here.
    ExpectedValue,
    /// A member name in quotes has to stand here.
    ExpectedKey,
    /// A colon has to follow a member name.
    ExpectedColon,
    /// A comma or the closing bracket has to stand here.
    ExpectedCommaOrEnd,
    /// The number is written in a form JSON does not have.
    Number,
    /// A control character stands unescaped in a string.
    ControlCharacter,
    /// An escape sequence JSON does not have.
    Escape,
    /// A `\u` escape that is half of a surrogate pair.
    LoneSurrogate,
    /// Something other than white space follows the document.
    TrailingBytes,
    /// The top level is neither an object nor a list.
    TopLevelScalar,
    /// A member name occurs twice in one object.
    DuplicateKey,
    /// The text is longer than this many bytes.
    TooLarge(usize),
    /// Containers are nested deeper than this.
    TooDeep(usize),
    /// The document holds more values than this.
    TooManyValues(usize),
    /// A member name is longer than this many bytes.
    KeyTooLong(usize),
    /// The canonical string would be longer than this many bytes.
    CanonicalTooLong(usize),
}

impl fmt::Display for SyntaxRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::NotUtf8 => "the text has to be UTF-8",
            Self::UnexpectedEnd => "the text ends too early",
            Self::ExpectedValue => "a value has to stand here",
            Self::ExpectedKey => "a member name in quotes has to stand here",
            Self::ExpectedColon => "a colon has to follow the member name",
            Self::ExpectedCommaOrEnd => "a comma or the closing bracket has to stand here",
            Self::Number => "JSON does not write numbers this way",
            Self::ControlCharacter => "control characters in strings have to be escaped",
            Self::Escape => "JSON does not have this escape",
            Self::LoneSurrogate => "a surrogate escape has to be one of a pair",
            Self::TrailingBytes => "nothing may follow the document",
            Self::TopLevelScalar => "the top level has to be an object or a list",
            Self::DuplicateKey => "a member name may occur only once in an object",
            Self::TooLarge(limit) => return write!(f, "at most {limit} bytes are read"),
            Self::TooDeep(limit) => return write!(f, "at most {limit} nested containers are read"),
            Self::TooManyValues(limit) => return write!(f, "at most {limit} values are read"),
            Self::KeyTooLong(limit) => {
                return write!(f, "member names have at most {limit} bytes");
            }
            Self::CanonicalTooLong(limit) => {
                return write!(f, "the canonical string may have at most {limit} bytes");
            }
        };
        f.write_str(words)
    }
}
