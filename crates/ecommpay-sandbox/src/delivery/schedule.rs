//! The documented schedule of delivery attempts.
//!
//! An attempt that is not answered with HTTP status 200 is followed by a wait that depends on the
//! attempt's number: 10 s after attempts 1 to 6, then 70 + 10·1.12^(n−4) s while that is at most
//! four hours (attempt 68), then four hours. The documentation does not say whether the first
//! delivery counts; here it is attempt 1.

use std::time::Duration;

/// How often delivery is attempted before the platform gives up.
pub(crate) const ATTEMPTS: u32 = 120;

const LONGEST: Duration = Duration::from_secs(4 * 60 * 60);

/// The wait after attempt `number` (from 1) before the next one.
pub(crate) fn wait_after(number: u32) -> Duration {
    match number {
        0..=6 => Duration::from_secs(10),
        7..=68 => {
            let exponent = i32::try_from(number).unwrap_or(0) - 4;
            let seconds = 70.0 + 10.0 * 1.12_f64.powi(exponent);
            Duration::from_millis((seconds * 1000.0).round() as u64).min(LONGEST)
        }
        _ => LONGEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total_through(number: u32) -> Duration {
        (1..=number).map(wait_after).sum()
    }

    #[test]
    fn waits_are_the_documented_ones() {
        for number in 1..=6 {
            assert_eq!(wait_after(number), Duration::from_secs(10));
        }
        for (number, seconds) in [(7, 84), (20, 131), (40, 661), (50, 1907), (68, 14194)] {
            assert_eq!(
                wait_after(number).as_secs_f64().round() as u64,
                seconds,
                "n = {number}"
            );
        }
        for number in 69..=ATTEMPTS {
            assert_eq!(wait_after(number), Duration::from_secs(14400));
        }
    }

    #[test]
    fn the_whole_schedule_takes_the_documented_time() {
        let hours = total_through(68).as_secs_f64() / 3600.0;
        assert!((hours - 37.8).abs() < 0.05, "{hours} h after attempt 68");
        let days = total_through(ATTEMPTS).as_secs_f64() / 86400.0;
        assert!((days - 10.24).abs() < 0.005, "{days} d after attempt 120");
    }

    #[test]
    fn attempt_68_is_the_last_below_four_hours() {
        assert!(wait_after(68) < LONGEST);
        assert!(70.0 + 10.0 * 1.12_f64.powi(65) > LONGEST.as_secs_f64());
    }
}
