//! An instant of the sandbox's clock and the platform's way to print it.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Milliseconds since the Unix epoch, always inside what a calendar can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The last instant that exists here: 9999-12-30T22:00:00 UTC.
    const LAST: i64 = 253_402_207_200_000;

    pub(crate) fn from_unix_millis(millis: i64) -> Self {
        Self(millis.clamp(0, Self::LAST))
    }

    pub(crate) fn from_unix_seconds(seconds: i64) -> Self {
        Self::from_unix_millis(seconds.saturating_mul(1000))
    }

    pub(crate) fn unix_millis(self) -> i64 {
        self.0
    }

    pub(crate) fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    pub(crate) fn plus(self, wait: Duration) -> Self {
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.0.saturating_add(millis))
    }

    pub(crate) fn plus_seconds(self, seconds: u64) -> Self {
        self.plus(Duration::from_secs(seconds))
    }

    /// The time from `earlier` until this instant; zero when `earlier` is later.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// `YYYY-MM-DDThh:mm:ss+0000`, as callbacks print dates.
    pub(crate) fn platform_date(self) -> String {
        self.print("%Y-%m-%dT%H:%M:%S+0000")
    }

    /// `YYYY-MM-DD hh:mm UTC`, for people.
    pub(crate) fn minute_text(self) -> String {
        self.print("%Y-%m-%d %H:%M UTC")
    }

    /// `hh:mm` in UTC.
    pub(crate) fn clock_text(self) -> String {
        self.print("%H:%M")
    }

    fn print(self, format: &str) -> String {
        // Every instant that can exist here is one that the calendar has.
        jiff::Timestamp::from_millisecond(self.0)
            .map(|time| time.strftime(format).to_string())
            .unwrap_or_default()
    }

    /// Reads `YYYY-MM-DDThh:mm:ss` with an offset written `Z`, `±hh`, `±hhmm` or `±hh:mm`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let time = text.parse::<jiff::Timestamp>().ok()?;
        Some(Self::from_unix_millis(time.as_millisecond()))
    }

    /// As [`parse`](Self::parse), or without an offset and then in UTC: `YYYY-MM-DD`, with or
    /// without `Thh:mm` or `Thh:mm:ss`.
    pub(crate) fn parse_utc(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| {
            let date = text.parse::<jiff::civil::DateTime>().ok()?;
            let time = jiff::tz::Offset::UTC.to_timestamp(date).ok()?;
            Some(Self::from_unix_millis(time.as_millisecond()))
        })
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_utc(text.trim()).ok_or_else(|| {
            D::Error::custom(
                "must be a date or a date and time, as 2026-01-31 or 2026-01-31T12:00:00Z",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_the_platform_does() {
        // 2019-02-27T16:01:25+0000, the date of the printed Alipay callback.
        assert_eq!(
            Moment::from_unix_seconds(1_551_283_285).platform_date(),
            "2019-02-27T16:01:25+0000"
        );
    }

    #[test]
    fn reads_every_offset_the_sdks_print() {
        let noon = Moment::from_unix_seconds(1_551_268_800);
        for text in [
            "2019-02-27T12:00:00Z",
            "2019-02-27T15:00:00+03",
            "2019-02-27T15:00:00+03:00",
            "2019-02-27T12:00:00+0000",
        ] {
            assert_eq!(Moment::parse(text), Some(noon), "{text}");
        }
        assert_eq!(Moment::parse("tomorrow"), None);
    }

    #[test]
    fn time_never_leaves_the_calendar() {
        let last = Moment::from_unix_seconds(i64::MAX).plus(Duration::MAX);
        assert!(last.platform_date().starts_with("9999-12-30"));
    }
}
