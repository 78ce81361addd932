//! The period whose operations are compared.

use std::fmt;
use std::time::Duration;

use ecommpay_data_api::Interval;
use ecommpay_inbox::Moment;
use ecommpay_model::Timestamp;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A period from one second up to, and without, another.
///
/// A day of the shop's own time zone is given by its two ends with their offset:
///
/// ```
/// use ecommpay_reconcile::Period;
///
/// let day = Period::new("2026-03-01T00:00:00+0300".parse()?, "2026-03-02T00:00:00+0300".parse()?)?;
/// assert_eq!(day.to_string(), "2026-02-28T21:00:00+0000 to 2026-03-01T21:00:00+0000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Timestamp,
    until: Timestamp,
}

/// A period that holds no second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period must end after it begins, but is from {from} to {until}")]
pub struct EmptyPeriod {
    from: Timestamp,
    until: Timestamp,
}

impl Period {
    /// From this second up to, and without, that one.
    ///
    /// # Errors
    ///
    /// [`EmptyPeriod`] if the end is not after the beginning.
    pub fn new(from: Timestamp, until: Timestamp) -> Result<Self, EmptyPeriod> {
        if until <= from {
            return Err(EmptyPeriod { from, until });
        }
        Ok(Self { from, until })
    }

    /// The last whole day, in UTC, that has been over for at least this time.
    ///
    /// Leave callbacks the time to come and to be handled: some hours.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ecommpay_inbox::Moment;
    /// use ecommpay_reconcile::Period;
    ///
    /// let now = Moment::from_unix_millis(1_767_236_400_000); // 2026-01-01T03:00:00Z
    /// let hours = |count: u64| Duration::from_secs(count * 3600);
    /// let day = Period::day_before(now, hours(2))?;
    /// assert_eq!(day.to_string(), "2025-12-31T00:00:00+0000 to 2026-01-01T00:00:00+0000");
    /// assert_eq!(Period::day_before(now, hours(4))?.until(), day.from());
    /// # Ok::<(), ecommpay_model::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidValue`](ecommpay_model::InvalidValue) for days that the calendar of
    /// [`Timestamp`] does not have.
    pub fn day_before(
        now: Moment,
        over_for: Duration,
    ) -> Result<Self, ecommpay_model::InvalidValue> {
        let last = now.minus(over_for).unix_millis().div_euclid(1000);
        let until = last.div_euclid(DAY_SECONDS) * DAY_SECONDS;
        Ok(Self {
            from: Timestamp::from_unix_seconds(until - DAY_SECONDS)?,
            until: Timestamp::from_unix_seconds(until)?,
        })
    }

    /// The first second.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// The first second after it.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Whether this second lies in it.
    #[must_use]
    pub fn contains(&self, time: Timestamp) -> bool {
        self.from <= time && time < self.until
    }

    /// As the Data API is asked for it, in UTC. Whether it takes the end itself, and what it makes of
    /// parts of a second, is not documented; the end is named, so that nothing before it is left out
    /// either way.
    pub(super) fn interval(&self) -> Interval {
        Interval::between(self.from, self.until)
    }

    /// Its two halves; nothing if it is one second.
    pub(super) fn halves(&self) -> Option<(Self, Self)> {
        let length = self.until.unix_seconds() - self.from.unix_seconds();
        let middle = self.from.plus_seconds(length / 2).ok()?;
        let first = Self::new(self.from, middle).ok()?;
        Some((first, Self::new(middle, self.until).ok()?))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.from, self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: i64, until: i64) -> Period {
        let time = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        Period::new(time(from), time(until)).unwrap()
    }

    #[test]
    fn halves_cover_it_without_a_gap() {
        for (from, until) in [(0, 2), (5, 8), (-3, 86_397), (0, 86_400)] {
            let (first, second) = period(from, until).halves().unwrap();
            assert_eq!(first.from().unix_seconds(), from);
            assert_eq!(first.until(), second.from());
            assert_eq!(second.until().unix_seconds(), until);
        }
        assert_eq!(period(5, 6).halves(), None);
    }

    #[test]
    fn the_end_is_outside() {
        let time = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        let it = period(10, 20);
        assert!(it.contains(time(10)) && it.contains(time(19)));
        assert!(!it.contains(time(9)) && !it.contains(time(20)));
        assert!(Period::new(time(10), time(10)).is_err());
    }
}
