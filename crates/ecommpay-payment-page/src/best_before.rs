//! Until when the customer may pay (`best_before`).

use std::fmt::{self, Display, Formatter};

use ecommpay_model::Timestamp;

use crate::value::Value;

/// A deadline as the form takes it: `YYYY-MM-DDThh:mm:ss±hh:mm`.
///
/// The form shows it and counts down; it covers all attempts of the customer.
///
/// ```
/// use ecommpay_model::Timestamp;
/// use ecommpay_payment_page::BestBefore;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let now: Timestamp = "2026-11-01T12:00:00+0000".parse()?;
/// let deadline: Timestamp = "2026-11-30T09:00:00+0000".parse()?;
/// let best_before = BestBefore::new(deadline, now)?.in_offset(3 * 60)?;
/// assert_eq!(best_before.to_string(), "2026-11-30T12:00:00+03:00");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BestBefore {
    deadline: Timestamp,
    offset_minutes: i16,
}

/// The form ignores a deadline that is further away: 30 days.
const FURTHEST_SECONDS: i64 = 30 * 24 * 3600;

/// Offsets from UTC in use around the world, in minutes.
const OFFSETS: std::ops::RangeInclusive<i16> = -12 * 60..=14 * 60;

impl BestBefore {
    /// A deadline, written in UTC, of a form that is opened at `now`.
    ///
    /// # Errors
    /// [`InvalidBestBefore`] if it is not after `now`, or more than 30 days after it: the form would
    /// ignore it as if there were none.
    pub fn new(deadline: Timestamp, now: Timestamp) -> Result<Self, InvalidBestBefore> {
        match deadline.unix_seconds() - now.unix_seconds() {
            ..=0 => Err(InvalidBestBefore::Over),
            1..=FURTHEST_SECONDS => Ok(Self {
                deadline,
                offset_minutes: 0,
            }),
            _ => Err(InvalidBestBefore::TooFar),
        }
    }

    /// The same moment, written in the time of a place east (positive) or west of Greenwich.
    ///
    /// # Errors
    /// [`InvalidBestBefore`] if the offset is not from -12 to +14 hours, or the date leaves the
    /// years that can be written.
    pub fn in_offset(self, minutes: i16) -> Result<Self, InvalidBestBefore> {
        if !OFFSETS.contains(&minutes) || self.local(minutes).is_none() {
            return Err(InvalidBestBefore::Offset { minutes });
        }
        Ok(Self {
            offset_minutes: minutes,
            ..self
        })
    }

    /// The moment whose time in UTC reads as this one's reads in the offset.
    fn local(self, offset_minutes: i16) -> Option<Timestamp> {
        self.deadline
            .plus_seconds(i64::from(offset_minutes) * 60)
            .ok()
    }
}

impl Display for BestBefore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let local = self
            .local(self.offset_minutes)
            .unwrap_or(self.deadline)
            .to_rfc3339();
        let date_time = local.strip_suffix("+00:00").unwrap_or(&local);
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        write!(
            f,
            "{date_time}{sign}{:02}:{:02}",
            minutes / 60,
            minutes % 60
        )
    }
}

impl From<BestBefore> for Value {
    fn from(best_before: BestBefore) -> Self {
        Self::Text(best_before.to_string())
    }
}

/// Why a moment is no deadline for the form.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBestBefore {
    /// It is not in the future.
    #[error("best_before must be later than now")]
    Over,
    /// It is more than 30 days away, where the form ignores it.
    #[error("best_before must be at most 30 days away, later ones are ignored")]
    TooFar,
    /// There is no such offset from UTC.
    #[error("best_before must have an offset from -720 to 840 minutes, not {minutes}")]
    Offset {
        /// The offset asked for.
        minutes: i16,
    },
}

#[cfg(test)]
mod tests {
    use ecommpay_model::Timestamp;

    use super::{BestBefore, InvalidBestBefore};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_offset_is_written_with_a_colon() {
        let deadline = BestBefore::new(at("2026-11-30T12:00:00+0000"), at("2026-11-30T00:00:00Z"));
        let deadline = deadline.unwrap();
        for (minutes, text) in [
            (0, "2026-11-30T12:00:00+00:00"),
            (330, "2026-11-30T17:30:00+05:30"),
            (-210, "2026-11-30T08:30:00-03:30"),
            (840, "2026-12-01T02:00:00+14:00"),
        ] {
            assert_eq!(deadline.in_offset(minutes).unwrap().to_string(), text);
        }
        assert_eq!(
            deadline.in_offset(841),
            Err(InvalidBestBefore::Offset { minutes: 841 })
        );
    }

    #[test]
    fn the_deadline_is_within_thirty_days() {
        let now = at("2026-01-01T00:00:00+0000");
        let new = |text| BestBefore::new(at(text), now);
        assert_eq!(
            new("2026-01-01T00:00:00+0000"),
            Err(InvalidBestBefore::Over)
        );
        assert!(new("2026-01-01T00:00:01+0000").is_ok());
        assert!(new("2026-01-31T00:00:00+0000").is_ok());
        assert_eq!(
            new("2026-01-31T00:00:01+0000"),
            Err(InvalidBestBefore::TooFar)
        );
    }
}
