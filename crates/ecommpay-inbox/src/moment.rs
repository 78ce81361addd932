//! Points in time as the inbox counts them.

use std::fmt;
use std::time::Duration;

use ecommpay_model::Timestamp;

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// The inbox has no clock: whoever calls it says what time it is. Arithmetic stops at the ends of
/// the range instead of overflowing.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_inbox::Moment;
///
/// let now = Moment::from_unix_millis(1_700_000_000_000);
/// let later = now.plus(Duration::from_secs(30));
/// assert_eq!(later.unix_millis(), 1_700_000_030_000);
/// assert_eq!(later.since(now), Duration::from_secs(30));
/// assert_eq!(now.since(later), Duration::ZERO);
/// assert_eq!(now.to_string(), "2023-11-14T22:13:20+0000");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The moment this many milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The moment this long after 1970-01-01T00:00:00Z; parts of a millisecond are dropped.
    #[must_use]
    pub fn from_epoch(since_epoch: Duration) -> Self {
        Self(millis(since_epoch))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// The moment this much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// The moment this much earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// How long ago `earlier` was; nothing if it was not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Display for Moment {
    /// The second it lies in, as the platform writes dates; the bare number beyond the year 9999.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_unix_seconds(self.0.div_euclid(1000)) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let last = Moment::from_unix_millis(i64::MAX);
        assert_eq!(last.plus(Duration::MAX), last);
        let first = Moment::from_unix_millis(i64::MIN);
        assert_eq!(first.minus(Duration::MAX), first);
        assert_eq!(last.since(first), Duration::from_millis(i64::MAX as u64));
        assert_eq!(last.to_string(), "9223372036854775807 ms");
    }
}
