//! Why a request can't be built: which member, which rule, what to do.

use std::borrow::Cow;
use std::fmt;

use ecommpay_signature::SignError;

/// Why [`Operation::prepare`](crate::Operation::prepare) refuses; nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A member of the request breaks a rule of its method or of the specification.
    #[error(transparent)]
    Rule(#[from] BrokenRule),
    /// The finished body can't be signed, for example because another document would have the same
    /// signature.
    #[error("the request can't be signed")]
    Unsignable(#[source] SignError),
}

impl BuildError {
    /// The member the error is about, as a path with dots, where there is one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            BuildError::Rule(broken) => Some(broken.field()),
            BuildError::Unsignable(SignError::DuplicateKey { path }) => Some(path),
            BuildError::Unsignable(SignError::Refused(finding)) => Some(finding.path()),
            BuildError::Unsignable(SignError::Ambiguous(ambiguity)) => Some(ambiguity.path()),
            BuildError::Unsignable(_) => None,
        }
    }

    pub(crate) fn broken(field: impl Into<Cow<'static, str>>, rule: BuildRule) -> Self {
        BuildError::Rule(BrokenRule {
            field: field.into(),
            rule,
        })
    }
}

/// A member and the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    field: Cow<'static, str>,
    rule: BuildRule,
}

impl BrokenRule {
    /// This member breaks this rule; for authors of method crates.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: BuildRule) -> Self {
        BrokenRule {
            field: field.into(),
            rule,
        }
    }

    /// The member as a path with dots, for example `payment.currency`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &BuildRule {
        &self.rule
    }
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.rule)
    }
}

impl std::error::Error for BrokenRule {}

/// The rules a request can break.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildRule {
    /// The member has to be there; the text says for whom or when.
    Required(&'static str),
    /// The method does not take this currency.
    Currency {
        /// The currency that was asked for.
        seen: String,
        /// The currencies the method takes.
        accepted: String,
        /// The setter that waives the check.
        waiver: &'static str,
    },
    /// The amount is below the method's minimum.
    BelowMinimum {
        /// The smallest amount, in major units with its currency.
        minimum: String,
        /// The setter that waives the check.
        waiver: &'static str,
    },
    /// The amount is above the method's maximum.
    AboveMaximum {
        /// The largest amount, in major units with its currency.
        maximum: String,
        /// The setter that waives the check.
        waiver: &'static str,
    },
    /// The text has another number of characters than the specification allows.
    Length {
        /// Fewest characters.
        least: usize,
        /// Most characters.
        most: usize,
        /// Characters seen.
        seen: usize,
    },
    /// The number is outside of what the specification allows.
    Range {
        /// The least number.
        least: i64,
        /// The greatest number.
        most: i64,
    },
    /// The list has another number of items than the specification allows.
    Items {
        /// Fewest items.
        least: usize,
        /// Most items.
        most: usize,
        /// Items seen.
        seen: usize,
    },
    /// The period ends before it begins.
    EndsBeforeItBegins,
    /// The text is no day of the calendar as `DD-MM-YYYY`.
    Date,
    /// The text is not so many capital letters or digits.
    Code {
        /// Fewest characters.
        least: usize,
        /// Most characters.
        most: usize,
    },
    /// An extra member can't have this path: the request sets the member itself, or the method does
    /// not offer it.
    Taken,
    /// An extra member is set twice.
    Twice,
    /// The path has an empty name in it.
    EmptyName,
    /// The path leads through a member that is no object.
    NotAnObject,
    /// Members of this name are never part of what is signed, so they would travel unprotected.
    NeverSigned,
}

impl fmt::Display for BuildRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildRule::Required(when) => write!(formatter, "is required {when}"),
            BuildRule::Currency {
                seen,
                accepted,
                waiver,
            } => write!(
                formatter,
                "the method takes {accepted}, not {seen} (if your project does, call {waiver})"
            ),
            BuildRule::BelowMinimum { minimum, waiver } => write!(
                formatter,
                "is below the minimum of {minimum} (if your project has another, call {waiver})"
            ),
            BuildRule::AboveMaximum { maximum, waiver } => write!(
                formatter,
                "is above the maximum of {maximum} (if your project has another, call {waiver})"
            ),
            BuildRule::Length { least, most, seen } => {
                write!(
                    formatter,
                    "must have {least} to {most} characters, seen {seen}"
                )
            }
            BuildRule::Range { least, most } => {
                write!(formatter, "must be a whole number from {least} to {most}")
            }
            BuildRule::Items { least, most, seen } => {
                write!(formatter, "must have {least} to {most} items, seen {seen}")
            }
            BuildRule::EndsBeforeItBegins => formatter.write_str("ends before it begins"),
            BuildRule::Date => formatter.write_str("must be a day of the calendar like 31-12-1990"),
            BuildRule::Code { least, most } => {
                write!(
                    formatter,
                    "must be {least} to {most} capital letters or digits"
                )
            }
            BuildRule::Taken => formatter.write_str(
                "can't be an extra member, \
                 this request sets it by its own setter or does not offer it",
            ),
            BuildRule::Twice => formatter.write_str("is set twice as an extra member"),
            BuildRule::EmptyName => {
                formatter.write_str("a path of names joined by dots has an empty name")
            }
            BuildRule::NotAnObject => {
                formatter.write_str("leads through a member that is not an object")
            }
            BuildRule::NeverSigned => formatter.write_str(
                "members named signature or frame_mode are never signed and can't be sent",
            ),
        }
    }
}
