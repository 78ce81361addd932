//! Further particulars of a customer: gender and day of birth.

use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};

/// Gender of a customer (`customer.gender`). The protocol has these two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    /// `female`.
    Female,
    /// `male`.
    Male,
}

impl Gender {
    /// The text of the protocol.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

impl Serialize for Gender {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Day of birth of a customer (`customer.day_of_birth`), as `DD-MM-YYYY`. Personal data.
///
/// ```
/// use ecommpay_model::DayOfBirth;
///
/// let day: DayOfBirth = "29-02-2000".parse()?;
/// assert_eq!(day, DayOfBirth::new(2000, 2, 29)?);
/// assert_eq!(day.to_text(), "29-02-2000");
/// assert!("2000-02-29".parse::<DayOfBirth>().is_err());
/// assert!("29-02-1999".parse::<DayOfBirth>().is_err());
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayOfBirth(Date);

impl DayOfBirth {
    /// Takes a day of the calendar, in the years 0 to 9999.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for a day that does not exist.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidValue> {
        let date = || {
            let (year, month, day) = (year.try_into(), month.try_into(), day.try_into());
            Date::new(year.ok()?, month.ok()?, day.ok()?).ok()
        };
        date().map(Self).ok_or_else(|| refused(10))
    }

    /// The day as it is sent.
    #[must_use]
    pub fn to_text(self) -> String {
        format!(
            "{:02}-{:02}-{:04}",
            self.0.day(),
            self.0.month(),
            self.0.year()
        )
    }
}

/// The refusal of a day written in so many characters.
fn refused(length: usize) -> InvalidValue {
    InvalidValue::new(
        "customer.day_of_birth",
        Rule::Date,
        Seen::Malformed { length },
    )
}

impl FromStr for DayOfBirth {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let read = || {
            let [day, month, year] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
            let digits = |part: &str, length| {
                part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            let fits = digits(day, 2) && digits(month, 2) && digits(year, 4);
            let parts = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
            fits.then(|| Self::new(parts.0, parts.1, parts.2).ok())?
        };
        read().ok_or_else(|| refused(text.chars().count()))
    }
}

impl fmt::Debug for DayOfBirth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DayOfBirth([redacted])")
    }
}

impl Serialize for DayOfBirth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}
