//! Time zones of reports: names or offsets, local times in, times with offset out.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::super::moment::Moment;

/// What a time zone must be.
pub(crate) const RULE: &str = "must be an IANA time zone or an offset such as +10:30";

/// What a time in a request must be.
pub(super) const TIME_RULE: &str = "must be a time as YYYY-MM-DD hh:mm:ss";

/// The time zone with this name or offset. The names are those of the data built in.
pub(crate) fn parse(text: &str) -> Option<TimeZone> {
    match offset(text) {
        Some(offset) => Some(offset.to_time_zone()),
        None => TimeZone::get(text).ok(),
    }
}

/// `±hh:mm`, `±hhmm` or `±hh`.
fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => (digits.get(..2)?, digits.get(2..)?),
    };
    let number = |text: &str| match text.len() {
        2 if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse::<i32>().ok(),
        _ => None,
    };
    let minutes = if minutes.is_empty() && !digits.contains(':') {
        0
    } else {
        number(minutes).filter(|minutes| *minutes < 60)?
    };
    let hours = number(hours).filter(|hours| *hours < 24)?;
    Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()
}

/// The instant of `YYYY-MM-DD hh:mm:ss` in a time zone; an older description writes the time
/// with `T` and an offset of its own instead. A time that a clock change skips is the one after
/// the gap, of a time that comes twice the first is meant.
pub(super) fn instant(text: &str, zone: &TimeZone) -> Option<Moment> {
    let Ok(local) = DateTime::strptime("%Y-%m-%d %H:%M:%S", text) else {
        return Moment::parse(text);
    };
    let time = local.to_zoned(zone.clone()).ok()?.timestamp();
    Some(Moment::from_unix_millis(time.as_millisecond()))
}

/// `YYYY-MM-DDThh:mm:ss±hh:mm` in a time zone.
pub(super) fn print(moment: Moment, zone: &TimeZone) -> String {
    // Every instant that can exist here is one that the calendar has.
    Timestamp::from_millisecond(moment.unix_millis())
        .map(|time| {
            let time = time.to_zoned(zone.clone());
            time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str, zone: &str) -> String {
        print(Moment::parse(text).unwrap(), &parse(zone).unwrap())
    }

    #[test]
    fn names_and_offsets_are_time_zones() {
        let noon = "2026-07-01T12:00:00Z";
        assert_eq!(printed(noon, "UTC"), "2026-07-01T12:00:00+00:00");
        assert_eq!(printed(noon, "Asia/Singapore"), "2026-07-01T20:00:00+08:00");
        assert_eq!(printed(noon, "Europe/London"), "2026-07-01T13:00:00+01:00");
        assert_eq!(printed(noon, "+10:30"), "2026-07-01T22:30:00+10:30");
        assert_eq!(printed(noon, "-0330"), "2026-07-01T08:30:00-03:30");
        assert_eq!(printed(noon, "+03"), "2026-07-01T15:00:00+03:00");
        for wrong in [
            "",
            "Moon/Crater",
            "+1",
            "+10:3",
            "+10:60",
            "+:30",
            "10:30",
            "+24:00",
            "+10:",
        ] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn local_times_follow_the_zone() {
        let singapore = parse("Asia/Singapore").unwrap();
        let local = instant("2020-01-01 14:53:55", &singapore).unwrap();
        assert_eq!(local.platform_date(), "2020-01-01T06:53:55+0000");
        let own = instant("2020-01-01T14:53:55+03:00", &singapore).unwrap();
        assert_eq!(own.platform_date(), "2020-01-01T11:53:55+0000");
        for wrong in [
            "2020-01-01",
            "2020-01-01T14:53:55",
            "2020-02-30 00:00:00",
            "soon",
        ] {
            assert!(instant(wrong, &singapore).is_none(), "{wrong}");
        }
    }
}
