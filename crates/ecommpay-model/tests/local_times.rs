//! Dates and times without an offset, and names of time zones.

use ecommpay_model::{LocalDateTime, Rule, TimeZone, Timestamp};
use proptest::prelude::*;

#[test]
fn local_times_are_written_with_a_blank() {
    for (text, written) in [
        ("2020-01-01 14:53:55", "2020-01-01 14:53:55"),
        ("2020-02-29T00:00:00", "2020-02-29 00:00:00"),
        ("0000-01-01 00:00:00", "0000-01-01 00:00:00"),
        ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
    ] {
        let read = text.parse::<LocalDateTime>();
        assert_eq!(read.map(|time| time.to_string()), Ok(written.to_owned()));
    }
}

#[test]
fn what_is_no_local_time_is_refused_with_the_rule() {
    for text in [
        "",
        "2020-01-01",
        "2020-01-01 14:53",
        "2020-13-01 00:00:00",
        "2019-02-29 00:00:00",
        "2020-01-01 24:00:00",
        "2020-01-01 00:00:60",
        "2020-01-01 00:00:00Z",
        "2020-01-01_00:00:00",
        "2020-01-01 00:00:0é",
        " 2020-01-01 00:00:0",
    ] {
        let refused = text.parse::<LocalDateTime>().unwrap_err();
        assert_eq!(refused.rule(), Rule::LocalDateTime, "{text}");
    }
    for (day, hour) in [(30, 0), (1, 24), (255, 0), (0, 0)] {
        assert!(LocalDateTime::new(2024, 2, day, hour, 0, 0).is_err());
    }
    assert!(LocalDateTime::new(10_000, 1, 1, 0, 0, 0).is_err());
    assert!(LocalDateTime::new(u16::MAX, 1, 1, 0, 0, 0).is_err());
}

#[test]
fn time_zones_are_names_or_offsets() {
    for good in [
        "Asia/Singapore",
        "America/Port-au-Prince",
        "Etc/GMT+3",
        "UTC",
        "+10:30",
        "-03:00",
        "+00:00",
    ] {
        assert_eq!(TimeZone::new(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        "10:30",
        "+1030",
        "+24:00",
        "+10:60",
        "+1:300",
        "+ab:cd",
        "Asia Singapore",
        "/Asia",
        "+é:30",
        "Ä",
    ] {
        assert_eq!(
            TimeZone::new(bad).unwrap_err().rule(),
            Rule::TimeZone,
            "{bad}"
        );
    }
    assert!(TimeZone::new("A".repeat(65)).is_err());
    assert_eq!(TimeZone::utc().as_str(), "+00:00");
}

proptest! {
    #[test]
    fn a_point_in_time_is_what_a_clock_in_utc_shows(seconds in -62_167_219_200_i64..=253_402_207_200) {
        let timestamp = Timestamp::from_unix_seconds(seconds).unwrap();
        let local = LocalDateTime::in_utc(timestamp);
        let text = local.to_string();
        prop_assert_eq!(text.parse::<LocalDateTime>(), Ok(local));
        prop_assert_eq!(format!("{}Z", text.replace(' ', "T")).parse(), Ok(timestamp));
    }

    #[test]
    fn nothing_makes_reading_panic(text in "\\PC{0,24}") {
        let _ = text.parse::<LocalDateTime>();
        let _ = TimeZone::new(text);
    }
}
