//! The one error of every validating constructor in this crate.

use core::fmt;

/// A value that breaks a rule of the protocol.
///
/// It names the member, the rule and what was seen in a harmless form: a length, a kind of
/// character, never the value, because values can be personal data.
///
/// ```
/// use ecommpay_model::{Phone, Rule};
///
/// let refused = Phone::new("+86 136").unwrap_err();
/// assert_eq!(refused.field(), "customer.phone");
/// assert_eq!(refused.rule(), Rule::Digits { min: 4, max: 24 });
/// assert_eq!(
///     refused.to_string(),
///     "customer.phone must be 4 to 24 digits and nothing else, \
///      but character 1 is a plus sign; leave out the plus sign, spaces and dashes",
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must {rule}, but {seen}{}", rule.advice())]
pub struct InvalidValue {
    field: &'static str,
    rule: Rule,
    seen: Seen,
}

impl InvalidValue {
    pub(crate) const fn new(field: &'static str, rule: Rule, seen: Seen) -> Self {
        Self { field, rule, seen }
    }

    /// The protocol member the value was meant for, as a dotted path such as `customer.phone`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The rule that was broken.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What was seen instead.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        self.seen
    }

    /// The same refusal, told of another member: for types that serve several members.
    ///
    /// ```
    /// use ecommpay_model::Name;
    ///
    /// let refused = Name::new("x".repeat(256)).map_err(|e| e.in_field("customer.last_name"));
    /// assert_eq!(refused.unwrap_err().field(), "customer.last_name");
    /// ```
    #[must_use]
    pub const fn in_field(self, field: &'static str) -> Self {
        Self { field, ..self }
    }
}

/// A rule of the protocol that a value can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// A number of characters (Unicode scalar values) between two limits, both included.
    Length {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// No space, tab, vertical tab, line feed, carriage return or NUL at either end.
    NoBlankAtEnds,
    /// ASCII digits only, so many of them.
    Digits {
        /// Fewest digits.
        min: usize,
        /// Most digits.
        max: usize,
    },
    /// A number of capital letters `A` to `Z`.
    CapitalLetters {
        /// How many.
        count: usize,
    },
    /// A whole number between two limits, both included.
    Range {
        /// Least value.
        min: u64,
        /// Greatest value.
        max: u64,
    },
    /// A decimal number with a point and at most so many digits after it.
    Decimal {
        /// Most digits after the point.
        digits: u8,
    },
    /// An e-mail address.
    Email,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// An absolute `http` or `https` URL.
    WebUrl,
    /// A language code: two letters, or two letters and further parts joined by `-`.
    Language,
    /// A date and time with seconds and an offset from UTC, in the years 0 to 9999.
    DateTime,
    /// A date and time with seconds and no offset, in the years 0 to 9999.
    LocalDateTime,
    /// A calendar date as `DD-MM-YYYY`.
    Date,
    /// A name of the IANA time zone database, or an offset from UTC.
    TimeZone,
}

impl Rule {
    /// What to do about it, ready to follow the sentence; empty where the rule says it all.
    const fn advice(self) -> &'static str {
        match self {
            Rule::Digits { .. } => "; leave out the plus sign, spaces and dashes",
            Rule::NoBlankAtEnds => "; trim it before use",
            Rule::Decimal { .. } => "; write it like 10.50 with no sign, spaces or thousands mark",
            Rule::DateTime => "; write it like 2019-02-27T16:01:25+0000",
            _ => "",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Rule::Length { min: 0, max } => write!(f, "be at most {max} characters long"),
            Rule::Length { min, max } => write!(f, "be {min} to {max} characters long"),
            Rule::NoBlankAtEnds => f.write_str(
                "not begin or end with a space, tab, vertical tab, line feed, carriage return or NUL",
            ),
            Rule::Digits { min, max } => write!(f, "be {min} to {max} digits and nothing else"),
            Rule::CapitalLetters { count } => write!(f, "be {count} capital letters A to Z"),
            Rule::Range { min, max } => write!(f, "be a whole number from {min} to {max}"),
            Rule::Decimal { digits: 0 } => f.write_str("be a whole number in decimal digits"),
            Rule::Decimal { digits } => {
                write!(f, "be a decimal number with at most {digits} digits after the point")
            }
            Rule::Email => f.write_str("be an e-mail address"),
            Rule::IpAddress => f.write_str("be an IPv4 or IPv6 address"),
            Rule::WebUrl => f.write_str("be an absolute http or https URL"),
            Rule::Language => f.write_str("be a language code like zh or zh-hant"),
            Rule::DateTime => f.write_str("be a date and time with an offset from UTC"),
            Rule::LocalDateTime => f.write_str("be a date and time like 2024-08-28 23:59:59"),
            Rule::Date => f.write_str("be a calendar date like 31-12-1990"),
            Rule::TimeZone => f.write_str("be a time zone like Asia/Singapore or +10:30"),
        }
    }
}

/// What a validating constructor saw, without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seen {
    /// So many characters.
    Length(usize),
    /// A character that may not stand there; positions count from 1.
    Character {
        /// Which character, counted from 1.
        position: usize,
        /// What kind of character.
        kind: CharacterKind,
    },
    /// A number below the least value.
    TooSmall,
    /// A number above the greatest value.
    TooLarge,
    /// More digits after the point than the rule has room for.
    TooManyDecimals(usize),
    /// Something whose parts do not fit together, of so many characters.
    Malformed {
        /// Its length in characters.
        length: usize,
    },
    /// A value of another kind, such as an object where a text belongs.
    Kind(&'static str),
}

impl Seen {
    /// The character of `text` at index `at` (counted from 0), without the character itself.
    pub(crate) fn character(at: usize, character: char) -> Self {
        Seen::Character {
            position: at + 1,
            kind: CharacterKind::of(character),
        }
    }

    /// A whole text that does not fit, told by its length.
    pub(crate) fn malformed(text: &str) -> Self {
        Seen::Malformed {
            length: text.chars().count(),
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Length(0) => f.write_str("it is empty"),
            Seen::Length(1) => f.write_str("it has 1 character"),
            Seen::Length(length) => write!(f, "it has {length} characters"),
            Seen::Character { position, kind } => write!(f, "character {position} is {kind}"),
            Seen::TooSmall => f.write_str("it is smaller"),
            Seen::TooLarge => f.write_str("it is larger"),
            Seen::TooManyDecimals(digits) => write!(f, "it has {digits}"),
            Seen::Malformed { length: 0 } => f.write_str("it is empty"),
            Seen::Malformed { length: 1 } => f.write_str("its 1 character does not form one"),
            Seen::Malformed { length } => write!(f, "its {length} characters do not form one"),
            Seen::Kind(kind) => write!(f, "it is {kind}"),
        }
    }
}

/// The kind of a character, coarse enough to say nothing about the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CharacterKind {
    /// `0` to `9`.
    Digit,
    /// `A` to `Z`.
    CapitalLetter,
    /// `a` to `z`.
    SmallLetter,
    /// A letter outside ASCII.
    OtherLetter,
    /// A space.
    Space,
    /// A tab, a line break, another blank or a control character.
    Control,
    /// `+`.
    PlusSign,
    /// `-`.
    MinusSign,
    /// Any other character.
    Sign,
}

impl CharacterKind {
    fn of(character: char) -> Self {
        match character {
            '0'..='9' => Self::Digit,
            'A'..='Z' => Self::CapitalLetter,
            'a'..='z' => Self::SmallLetter,
            ' ' => Self::Space,
            '+' => Self::PlusSign,
            '-' => Self::MinusSign,
            other if other.is_control() || other.is_whitespace() => Self::Control,
            other if other.is_alphabetic() => Self::OtherLetter,
            _ => Self::Sign,
        }
    }
}

impl fmt::Display for CharacterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digit => "a digit",
            Self::CapitalLetter => "a capital letter",
            Self::SmallLetter => "a small letter",
            Self::OtherLetter => "a letter outside ASCII",
            Self::Space => "a space",
            Self::Control => "a control or blank character",
            Self::PlusSign => "a plus sign",
            Self::MinusSign => "a minus sign",
            Self::Sign => "a sign that is neither letter nor digit",
        })
    }
}
