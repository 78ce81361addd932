//! The rules of single parameters, and the error that names the parameter and the rule.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use crate::value::Value;

/// A rule of the documentation that a parameter's value has to obey.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Anything that may be sent at all.
    Any,
    /// 1 to `max` characters.
    Length {
        /// Most characters.
        max: usize,
    },
    /// 1 to `max` printable ASCII characters.
    Ascii {
        /// Most characters.
        max: usize,
    },
    /// 1 to `max` Latin letters and digits.
    LettersAndDigits {
        /// Most characters.
        max: usize,
    },
    /// `min` to `max` digits.
    Digits {
        /// Fewest digits.
        min: usize,
        /// Most digits.
        max: usize,
    },
    /// A calendar date as `DD-MM-YYYY`.
    Date,
    /// A whole number in this range.
    Range {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// A list with commas of so many codes, each of Latin letters, digits, `-` and `_`.
    CodeList {
        /// How many codes were given.
        codes: usize,
    },
    /// No `;`, which separates the parameters in the string that is signed.
    NoSemicolon,
    /// No control characters: browsers rewrite line breaks in forms, and the signature breaks.
    NoControlCharacter,
    /// 1 to 255 letters, digits, `_` and `-`: others are renamed by receivers in the platform's
    /// language.
    Name,
}

impl Rule {
    /// Checks a value of a parameter: the rules that hold for all of them, then its own.
    pub(crate) fn check(self, value: &Value) -> Result<(), (Self, Seen)> {
        let text = match value {
            Value::Text(text) => text.as_str(),
            Value::Integer(number) => {
                return match self {
                    Self::Range { min, max } if !(min..=max).contains(number) => {
                        Err((self, Seen::OutOfRange))
                    }
                    _ => Ok(()),
                };
            }
        };
        refuse_character(Self::NoSemicolon, text, |character| character == ';')?;
        refuse_character(Self::NoControlCharacter, text, char::is_control)?;
        let length = text.chars().count();
        let limited = |max| {
            if (1..=max).contains(&length) {
                Ok(())
            } else {
                Err((self, Seen::Length(length)))
            }
        };
        match self {
            Self::Length { max } => limited(max),
            Self::Ascii { max } => {
                refuse_character(self, text, |character| !matches!(character, ' '..='~'))?;
                limited(max)
            }
            Self::LettersAndDigits { max } => {
                refuse_character(self, text, |character| !character.is_ascii_alphanumeric())?;
                limited(max)
            }
            Self::Digits { min, max } => {
                refuse_character(self, text, |character| !character.is_ascii_digit())?;
                if (min..=max).contains(&length) {
                    Ok(())
                } else {
                    Err((self, Seen::Length(length)))
                }
            }
            Self::Date if !is_date(text) => Err((self, Seen::Length(length))),
            Self::CodeList { codes } => {
                refuse_character(self, text, |character| {
                    !(character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | ','))
                })?;
                let filled = text.split(',').filter(|code| !code.is_empty()).count();
                let all = codes > 0 && filled == codes && text.matches(',').count() + 1 == codes;
                if all {
                    Ok(())
                } else {
                    Err((self, Seen::Length(length)))
                }
            }
            _ => Ok(()),
        }
    }

    /// Checks the name of a parameter that is not known here.
    pub(crate) fn check_name(name: &str) -> Result<(), (Self, Seen)> {
        refuse_character(Self::Name, name, |character| {
            !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
        })?;
        if (1..=255).contains(&name.len()) {
            Ok(())
        } else {
            Err((Self::Name, Seen::Length(name.len())))
        }
    }
}

fn refuse_character(
    rule: Rule,
    text: &str,
    refused: impl Fn(char) -> bool,
) -> Result<(), (Rule, Seen)> {
    match text.chars().position(refused) {
        Some(position) => Err((
            rule,
            Seen::Character {
                position: position + 1,
            },
        )),
        None => Ok(()),
    }
}

/// `DD-MM-YYYY`, of a month that has such a day.
pub(crate) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| {
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse::<u16>().ok())
            .flatten()
    });
    let (Some(Some(day)), Some(Some(month)), Some(Some(year)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && text.as_bytes().get(2) == Some(&b'-') && (1..=days).contains(&day)
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("be a value that can be sent"),
            Self::Length { max } => write!(f, "have 1 to {max} characters"),
            Self::Ascii { max } => write!(f, "have 1 to {max} printable ASCII characters"),
            Self::LettersAndDigits { max } => write!(f, "have 1 to {max} Latin letters or digits"),
            Self::Digits { min, max } if min == max => write!(f, "be {min} digits"),
            Self::Digits { min, max } => write!(f, "be {min} to {max} digits"),
            Self::Date => f.write_str("be a date written DD-MM-YYYY"),
            Self::Range { min, max } => write!(f, "be a whole number from {min} to {max}"),
            Self::CodeList { .. } => f.write_str(
                "list codes of Latin letters, digits, hyphens and underscores, at least one",
            ),
            Self::NoSemicolon => {
                f.write_str("not hold a semicolon, which separates parameters in what is signed")
            }
            Self::NoControlCharacter => {
                f.write_str("not hold control characters or line breaks, which forms rewrite")
            }
            Self::Name => {
                f.write_str("have a name of 1 to 255 Latin letters, digits, underscores or hyphens")
            }
        }
    }
}

/// What was found instead, without the value.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// So many characters.
    Length(usize),
    /// A character that may not stand there; positions count from 1.
    Character {
        /// Which character, counted from 1.
        position: usize,
    },
    /// A number outside the range.
    OutOfRange,
}

impl Display for Seen {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "it has {length} characters"),
            Self::Character { position } => write!(f, "character {position} breaks the rule"),
            Self::OutOfRange => f.write_str("it is outside"),
        }
    }
}

/// A parameter whose value or name breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidParameter {
    parameter: Cow<'static, str>,
    rule: Rule,
    seen: Seen,
}

impl InvalidParameter {
    pub(crate) const fn new(parameter: Cow<'static, str>, (rule, seen): (Rule, Seen)) -> Self {
        Self {
            parameter,
            rule,
            seen,
        }
    }

    /// Name of the parameter.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// The rule it breaks.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What was found, in a form that gives nothing away.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        self.seen
    }
}

impl Display for InvalidParameter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} must {}, but {}",
            self.parameter.escape_debug(),
            self.rule,
            self.seen
        )
    }
}

impl std::error::Error for InvalidParameter {}

#[cfg(test)]
mod tests {
    use super::{Rule, Seen, is_date};
    use crate::value::Value;

    fn check(rule: Rule, text: &str) -> Result<(), (Rule, Seen)> {
        rule.check(&Value::from(text))
    }

    #[test]
    fn lengths_count_characters() {
        let rule = Rule::Length { max: 3 };
        assert_eq!(check(rule, "中国人"), Ok(()));
        assert_eq!(check(rule, "abcd"), Err((rule, Seen::Length(4))));
        assert_eq!(check(rule, ""), Err((rule, Seen::Length(0))));
    }

    #[test]
    fn separators_and_line_breaks_are_refused_everywhere() {
        assert_eq!(
            check(Rule::Any, "a;b"),
            Err((Rule::NoSemicolon, Seen::Character { position: 2 }))
        );
        assert_eq!(
            check(Rule::Length { max: 9 }, "ab\n"),
            Err((Rule::NoControlCharacter, Seen::Character { position: 3 }))
        );
    }

    #[test]
    fn dates_are_of_the_calendar() {
        for date in ["31-12-1990", "29-02-2024", "29-02-2000"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "29-02-2023",
            "29-02-1900",
            "31-04-2020",
            "00-01-2020",
            "1990-12-31",
        ] {
            assert!(!is_date(date), "{date}");
        }
        for date in [
            "1-12-1990",
            "31-12-90",
            "31/12/1990",
            "31-12-1990-",
            "+1-12-1990",
            "",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn a_list_has_the_codes_it_was_given() {
        let list = |codes, text| check(Rule::CodeList { codes }, text).is_ok();
        assert!(list(2, "card,alfa-click"));
        for (codes, text) in [(0, ""), (1, ""), (1, "a,b"), (2, "a,"), (1, "a b")] {
            assert!(!list(codes, text), "{text}");
        }
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let rule = Rule::Range { min: 1, max: 9 };
        assert_eq!(rule.check(&Value::Integer(9)), Ok(()));
        assert_eq!(
            rule.check(&Value::Integer(0)),
            Err((rule, Seen::OutOfRange))
        );
    }

    #[test]
    fn names_that_receivers_would_change_are_refused() {
        for name in ["a b", "a.b", "a[0]", "", "a:b", "a;b", "ключ", "a=b", "a&b"] {
            assert!(Rule::check_name(name).is_err(), "{name}");
        }
        for name in ["_plugin_version", "baseUrl", "some-future-parameter2"] {
            assert_eq!(Rule::check_name(name), Ok(()), "{name}");
        }
    }
}
