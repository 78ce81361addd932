//! Dates and times without an offset, as the Data API takes them.

use core::fmt;
use core::str::FromStr;

use jiff::civil::DateTime;
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::timestamp::{Timestamp, read_date_time};

/// A date and time to the second that says nothing of its time zone.
///
/// Written `YYYY-MM-DD hh:mm:ss`, as the Data API takes the ends of an interval; reading takes a
/// `T` between the two parts as well. In the years 0 to 9999.
///
/// ```
/// use ecommpay_model::LocalDateTime;
///
/// let end: LocalDateTime = "2024-08-28 23:59:59".parse()?;
/// assert_eq!(end, LocalDateTime::new(2024, 8, 28, 23, 59, 59)?);
/// assert_eq!(end.to_string(), "2024-08-28 23:59:59");
/// assert!("2024-08-28".parse::<LocalDateTime>().is_err());
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime(DateTime);

impl LocalDateTime {
    /// Takes a day of the calendar and a time of the day, without leap seconds.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for a day or a time that does not exist.
    pub fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Result<Self, InvalidValue> {
        let small = |part: u8| i8::try_from(part).ok();
        let date_time = || {
            DateTime::new(
                i16::try_from(year).ok()?,
                small(month)?,
                small(day)?,
                small(hour)?,
                small(minute)?,
                small(second)?,
                0,
            )
            .ok()
        };
        date_time().map(Self).ok_or_else(|| refused(19))
    }

    /// What a clock in UTC shows at this point in time.
    #[must_use]
    pub fn in_utc(timestamp: Timestamp) -> Self {
        Self(timestamp.date_time())
    }
}

/// The refusal of a date and time written in so many characters.
fn refused(length: usize) -> InvalidValue {
    InvalidValue::new(
        "date and time",
        Rule::LocalDateTime,
        Seen::Malformed { length },
    )
}

impl FromStr for LocalDateTime {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        read_date_time(text, b' ')
            .or_else(|| read_date_time(text, b'T'))
            .map(Self)
            .ok_or_else(|| refused(text.chars().count()))
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        write!(f, "{date} {time}")
    }
}

impl fmt::Debug for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalDateTime({self})")
    }
}

impl Serialize for LocalDateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
