//! The period a query asks about.

use ecommpay_model::{LocalDateTime, TimeZone, Timestamp};

/// A period with the time zone its ends are meant in (`interval` and `tz`).
///
/// It selects operations by the time of their last action or update, not by their beginning. How
/// the platform takes the ends themselves is not documented; in its examples a day ends at
/// 23:59:59. No greatest length is documented either, but queries over more than 180 days are slow:
/// if several of one account arrive within 10 seconds, they are worked off one after another with
/// 10 seconds in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    pub(crate) from: LocalDateTime,
    pub(crate) to: LocalDateTime,
    pub(crate) zone: Option<TimeZone>,
}

impl Interval {
    /// From one point in time to another; sent in UTC, and the times of the report come in UTC.
    #[must_use]
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Interval::in_zone(
            LocalDateTime::in_utc(from),
            LocalDateTime::in_utc(to),
            TimeZone::utc(),
        )
    }

    /// What clocks of this zone show; the times of the report come in it as well.
    #[must_use]
    pub fn in_zone(from: LocalDateTime, to: LocalDateTime, zone: TimeZone) -> Self {
        Interval {
            from,
            to,
            zone: Some(zone),
        }
    }

    /// What clocks of the token's user show: the zone is the one set in Dashboard. An older text of
    /// the documentation says UTC.
    #[must_use]
    pub fn in_zone_of_the_account(from: LocalDateTime, to: LocalDateTime) -> Self {
        Interval {
            from,
            to,
            zone: None,
        }
    }
}
