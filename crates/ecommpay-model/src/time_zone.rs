//! The name of a time zone.

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::text::text_types;

text_types! {
    /// A time zone of a Data API request (`tz`): a name of the IANA database or an offset.
    ///
    /// The form is checked; whether the zone exists only the platform knows.
    ///
    /// ```
    /// use ecommpay_model::TimeZone;
    ///
    /// assert_eq!(TimeZone::new("Asia/Singapore")?.as_str(), "Asia/Singapore");
    /// assert_eq!(TimeZone::new("+10:30")?.as_str(), "+10:30");
    /// assert!(TimeZone::new("10:30").is_err());
    /// # Ok::<(), ecommpay_model::InvalidValue>(())
    /// ```
    visible TimeZone, check_zone;
}

/// No name of the database is nearly as long.
const LONGEST_NAME: usize = 64;

impl TimeZone {
    /// UTC, written as the offset `+00:00`.
    #[must_use]
    pub fn utc() -> Self {
        TimeZone("+00:00".to_owned())
    }
}

fn check_zone(text: &str) -> Result<(), InvalidValue> {
    if is_offset(text) || is_name(text) {
        return Ok(());
    }
    Err(InvalidValue::new(
        "tz",
        Rule::TimeZone,
        Seen::malformed(text),
    ))
}

/// `±hh:mm`.
fn is_offset(text: &str) -> bool {
    let [b'+' | b'-', hours @ .., b':', tens, ones] = text.as_bytes() else {
        return false;
    };
    let digits = hours.len() == 2 && hours.iter().chain([tens, ones]).all(u8::is_ascii_digit);
    digits && hours < b"24" && *tens < b'6'
}

/// Letters first, then what occurs in names such as `America/Port-au-Prince` and `Etc/GMT+3`.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte);
    text.len() <= LONGEST_NAME
        && text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(fits)
}
