//! Points in time in the platform's form, and dates as received.

use core::fmt;
use core::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::text::deserialize_text;

/// A point in time, to the second.
///
/// Written as the platform writes it, in UTC: `2019-02-27T16:01:25+0000`. Reading takes the
/// offsets `Z`, `±hh`, `±hhmm` and `±hh:mm`, and drops fractions of a second. From the year 0 to
/// 9999-12-30T22:00:00Z.
/// There is no clock here: a caller who needs "now" brings it.
///
/// ```
/// use ecommpay_model::Timestamp;
///
/// let paid: Timestamp = "2019-02-27T16:01:25+0000".parse()?;
/// assert_eq!(paid.unix_seconds(), 1_551_283_285);
/// assert_eq!("2019-02-27T19:01:25+03:00".parse(), Ok(paid));
/// assert_eq!(paid.to_string(), "2019-02-27T16:01:25+0000");
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0000-01-01T00:00:00Z.
    const MIN_SECONDS: i64 = -62_167_219_200;
    /// 9999-12-30T22:00:00Z: the last second that is in the year 9999 at every offset.
    const MAX_SECONDS: i64 = 253_402_207_200;

    /// The time so many seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] before the year 0 or after 9999-12-30T22:00:00Z.
    pub const fn from_unix_seconds(seconds: i64) -> Result<Self, InvalidValue> {
        if seconds < Self::MIN_SECONDS {
            return Err(InvalidValue::new("date", Rule::DateTime, Seen::TooSmall));
        }
        if seconds > Self::MAX_SECONDS {
            return Err(InvalidValue::new("date", Rule::DateTime, Seen::TooLarge));
        }
        Ok(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The time so many seconds later; earlier for a negative number.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] before the year 0 or after 9999-12-30T22:00:00Z.
    pub const fn plus_seconds(self, seconds: i64) -> Result<Self, InvalidValue> {
        Self::from_unix_seconds(self.0.saturating_add(seconds))
    }

    /// The form with a colon in the offset, `2019-02-27T16:01:25+00:00`: what requests such as
    /// `best_before` need, and what RFC 3339 readers take.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        format!("{}+00:00", self.date_time())
    }

    /// `YYYY-MM-DDThh:mm:ss` in UTC.
    pub(crate) fn date_time(self) -> DateTime {
        // The constructor keeps the range, which lies inside jiff's.
        jiff::Timestamp::from_second(self.0)
            .unwrap_or_default()
            .to_zoned(TimeZone::UTC)
            .datetime()
    }

    fn read(text: &str) -> Option<Self> {
        let (date_time, rest) = text.split_at_checked(19)?;
        let date_time = read_date_time(date_time, b'T')?;
        let rest = skip_fraction(rest)?;
        let offset = Offset::from_seconds(read_offset(rest)?).ok()?;
        let seconds = offset.to_timestamp(date_time).ok()?.as_second();
        Self::from_unix_seconds(seconds).ok()
    }
}

/// Reads `YYYY-MM-DDThh:mm:ss`, with `middle` in the place of the `T`.
pub(crate) fn read_date_time(text: &str, middle: u8) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, middle), (13, b':'), (16, b':')];
    let fits = |(at, mark): (usize, u8)| bytes[at].to_ascii_uppercase() == mark;
    if bytes.len() != 19 || !marks.into_iter().all(fits) {
        return None;
    }
    let year = i16::try_from(number(text, 0, 4)?).ok()?;
    let field = |at| number(text, at, 2).and_then(|n| i8::try_from(n).ok());
    DateTime::new(
        year,
        field(5)?,
        field(8)?,
        field(11)?,
        field(14)?,
        field(17)?,
        0,
    )
    .ok()
}

/// Reads `length` digits at `at`.
fn number(text: &str, at: usize, length: usize) -> Option<i32> {
    let digits = text.get(at..at + length)?;
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

fn skip_fraction(rest: &str) -> Option<&str> {
    let Some(fraction) = rest.strip_prefix('.') else {
        return Some(rest);
    };
    let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (offset.len() < fraction.len()).then_some(offset)
}

/// Reads `Z`, `±hh`, `±hhmm` or `±hh:mm` as seconds east of UTC.
fn read_offset(text: &str) -> Option<i32> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(text, 1, 2)?;
    let minutes = match text.get(3..)? {
        "" => 0,
        rest => {
            let digits = rest.strip_prefix(':').unwrap_or(rest);
            if digits.len() != 2 {
                return None;
            }
            number(digits, 0, 2)?
        }
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

impl FromStr for Timestamp {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::read(text)
            .ok_or_else(|| InvalidValue::new("date", Rule::DateTime, Seen::malformed(text)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+0000", self.date_time())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// A date of a callback or answer: the text as received, and the time if it can be read.
///
/// A form this crate does not know must not lose the message around it.
///
/// ```
/// use ecommpay_model::ReceivedDate;
///
/// let date = ReceivedDate::from("2019-03-04T11:16:29+0000");
/// assert_eq!(date.timestamp().map(|t| t.unix_seconds()), Some(1_551_698_189));
/// assert_eq!(ReceivedDate::from("yesterday").timestamp(), None);
/// assert_eq!(ReceivedDate::from("yesterday").as_str(), "yesterday");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceivedDate {
    text: String,
    timestamp: Option<Timestamp>,
}

impl ReceivedDate {
    /// The text as received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The time, if the text could be read.
    #[must_use]
    pub const fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }
}

impl From<String> for ReceivedDate {
    fn from(text: String) -> Self {
        Self {
            timestamp: text.parse().ok(),
            text,
        }
    }
}

impl From<&str> for ReceivedDate {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<Timestamp> for ReceivedDate {
    fn from(timestamp: Timestamp) -> Self {
        Self {
            text: timestamp.to_string(),
            timestamp: Some(timestamp),
        }
    }
}
