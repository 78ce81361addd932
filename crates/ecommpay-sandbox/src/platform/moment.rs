//! An instant of the sandbox's clock and the platform's way to print it.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Milliseconds since the Unix epoch, always inside what a calendar can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The first instant that exists here.
    pub(crate) const FIRST: Self = Self(0);

    /// The last instant that exists here: 9999-12-30T22:00:00 UTC.
    pub(crate) const LAST: Self = Self(253_402_207_200_000);

    pub(crate) fn from_unix_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::FIRST.0, Self::LAST.0))
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

    /// `YYYY-MM-DDThh:mm:ss+00:00`, as the Data API prints dates and reports do.
    pub(crate) fn report_date(self) -> String {
        self.print("%Y-%m-%dT%H:%M:%S+00:00")
    }

    /// `YYYY-MM-DD hh:mm UTC`, for people.
    pub(crate) fn minute_text(self) -> String {
        self.print("%Y-%m-%d %H:%M UTC")
    }

    /// `YYYY-MM-DD hh:mm:ss` in UTC, as the Data API writes times in tables.
    pub(crate) fn table_text(self) -> String {
        self.print("%Y-%m-%d %H:%M:%S")
    }

    /// The last millisecond of the second in which this instant lies.
    pub(crate) fn end_of_second(self) -> Self {
        Self::from_unix_millis(self.unix_seconds() * 1000 + 999)
    }

    /// `hh:mm` in UTC.
    pub(crate) fn clock_text(self) -> String {
        self.print("%H:%M")
    }

    /// When the day ends in which this instant lies, if days end `seconds` after midnight UTC.
    pub(crate) fn end_of_day(self, seconds: u64) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        let shift = i64::try_from(seconds).unwrap_or(0);
        let day = (self.unix_seconds() - shift).div_euclid(DAY) + 1;
        Self::from_unix_seconds(day * DAY + shift)
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

    /// The beginning of the month in which this instant lies, in UTC.
    pub(crate) fn month_begin(self) -> Self {
        let Ok(time) = jiff::Timestamp::from_millisecond(self.0) else {
            return self;
        };
        let date = jiff::tz::Offset::UTC.to_datetime(time).date();
        let begin = date
            .first_of_month()
            .to_datetime(jiff::civil::Time::midnight());
        let begin = jiff::tz::Offset::UTC.to_timestamp(begin);
        begin.map_or(self, |begin| Self::from_unix_millis(begin.as_millisecond()))
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
    fn a_day_ends_at_its_boundary() {
        let at = |text| Moment::parse(text).unwrap();
        let end = |text, hours: u64| at(text).end_of_day(hours * 3600).platform_date();
        assert_eq!(end("2026-01-01T12:00:00Z", 0), "2026-01-02T00:00:00+0000");
        assert_eq!(end("2026-01-01T00:00:00Z", 0), "2026-01-02T00:00:00+0000");
        assert_eq!(end("2026-01-01T12:00:00Z", 21), "2026-01-01T21:00:00+0000");
        assert_eq!(end("2026-01-01T21:00:00Z", 21), "2026-01-02T21:00:00+0000");
    }

    #[test]
    fn without_an_offset_it_is_utc_where_that_is_allowed() {
        let noon = Moment::from_unix_seconds(1_551_268_800);
        for text in [
            "2019-02-27T12:00",
            "2019-02-27T12:00:00",
            "2019-02-27T15:00+03",
        ] {
            assert_eq!(Moment::parse_utc(text), Some(noon), "{text}");
        }
        assert_eq!(Moment::parse("2019-02-27T12:00"), None);
        let begin = Moment::parse_utc("2019-02-27").map(Moment::platform_date);
        assert_eq!(begin.as_deref(), Some("2019-02-27T00:00:00+0000"));
        assert_eq!(
            noon.month_begin().platform_date(),
            "2019-02-01T00:00:00+0000"
        );
    }

    #[test]
    fn time_never_leaves_the_calendar() {
        let last = Moment::from_unix_seconds(i64::MAX).plus(Duration::MAX);
        assert!(last.platform_date().starts_with("9999-12-30"));
    }
}
