//! Points in time: the platform's form, the forms that are read, and dates that cannot be read.

use ecommpay_model::{ReceivedDate, Rule, Timestamp};
use proptest::prelude::*;

fn seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::unix_seconds)
}

#[test]
fn dates_of_the_seeds_are_read_and_written_back() {
    // Seconds by `date -u -d … +%s`.
    for (text, expected) in [
        ("2019-02-27T16:01:25+0000", 1_551_283_285),
        ("2018-10-26T07:25:18+0000", 1_540_538_718),
        ("2020-09-09T10:02:18+0000", 1_599_645_738),
        ("2023-03-10T12:26:17+0000", 1_678_451_177),
        ("1970-01-01T00:00:00+0000", 0),
        ("2000-02-29T23:59:59+0000", 951_868_799),
        ("9999-12-30T22:00:00+0000", 253_402_207_200),
        ("0000-01-01T00:00:00+0000", -62_167_219_200),
    ] {
        assert_eq!(seconds(text), Some(expected), "{text}");
        assert_eq!(
            Timestamp::from_unix_seconds(expected).unwrap().to_string(),
            text
        );
    }
}

#[test]
fn every_form_of_the_offset_is_read() {
    let expected = seconds("2026-10-02T13:00:00+0000");
    assert!(expected.is_some());
    for text in [
        "2026-10-02T13:00:00Z",
        "2026-10-02t13:00:00z",
        "2026-10-02T13:00:00+00",
        "2026-10-02T13:00:00+00:00",
        "2026-10-02T13:00:00-0000",
        "2026-10-02T16:00:00+03",
        "2026-10-02T18:30:00+0530",
        "2026-10-02T18:30:00+05:30",
        "2026-10-02T05:00:00-08:00",
        "2026-10-02T13:00:00.999+0000",
        "2026-10-02T13:00:00.123456789Z",
    ] {
        assert_eq!(seconds(text), expected, "{text}");
    }
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "2026-10-02",
        "2026-10-02T13:00:00",
        "2026-10-02 13:00:00+0000",
        "2026-10-02T13:00+0000",
        "2026-13-02T13:00:00+0000",
        "2026-02-30T13:00:00+0000",
        "2026-10-02T24:00:00+0000",
        "2026-10-02T13:60:00+0000",
        "2026-10-02T13:00:61+0000",
        "2026-10-02T13:00:00+000",
        "2026-10-02T13:00:00+00000",
        "2026-10-02T13:00:00+00:0",
        "2026-10-02T13:00:00+0:00",
        "2026-10-02T13:00:00+2400",
        "2026-10-02T13:00:00+0060",
        "2026-10-02T13:00:00.+0000",
        "2026-10-02T13:00:00+0000 ",
        " 2026-10-02T13:00:00+0000",
        "+026-10-02T13:00:00+0000",
        "2026-10-02T13:00:00 0000",
        "20261002T130000+0000",
        "1791032400",
        "0000-01-01T00:00:00+0100",
        "9999-12-30T22:00:01+0000",
        "2026-10-02T13:00:0０+0000",
    ] {
        assert_eq!(seconds(text), None, "{text}");
    }
    let refused = "yesterday".parse::<Timestamp>().unwrap_err();
    assert_eq!(refused.rule(), Rule::DateTime);
    assert_eq!(
        refused.to_string(),
        "date must be a date and time with an offset from UTC, but its 9 characters do not form \
         one; write it like 2019-02-27T16:01:25+0000"
    );
}

#[test]
fn the_form_of_requests_has_a_colon_in_the_offset() {
    let time: Timestamp = "2026-10-02T13:00:00+0000".parse().unwrap();
    assert_eq!(time.to_rfc3339(), "2026-10-02T13:00:00+00:00");
}

#[test]
fn time_moves_within_the_years_it_can_hold() {
    let time = Timestamp::from_unix_seconds(0).unwrap();
    assert_eq!(time.plus_seconds(1800).unwrap().unix_seconds(), 1800);
    assert_eq!(
        time.plus_seconds(-1).unwrap().to_string(),
        "1969-12-31T23:59:59+0000"
    );
    assert!(time.plus_seconds(i64::MAX).is_err());
    assert!(Timestamp::from_unix_seconds(i64::MIN).is_err());
}

#[test]
fn a_received_date_keeps_its_text_whatever_it_is() {
    for text in [
        "",
        "0000-00-00 00:00:00",
        "2019-03-04T11:16:29+0000",
        "soon",
    ] {
        let date = ReceivedDate::from(text);
        assert_eq!(date.as_str(), text);
        assert_eq!(date.timestamp().is_some(), text.starts_with("2019"));
    }
    let time = Timestamp::from_unix_seconds(0).unwrap();
    assert_eq!(
        ReceivedDate::from(time),
        ReceivedDate::from("1970-01-01T00:00:00+0000")
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read(seconds in -62_167_219_200_i64..=253_402_207_200) {
        let time = Timestamp::from_unix_seconds(seconds).unwrap();
        prop_assert_eq!(time.to_string().parse(), Ok(time));
        prop_assert_eq!(time.to_rfc3339().parse(), Ok(time));
        prop_assert_eq!(time.to_string().len(), 24);
    }

    #[test]
    fn reading_never_panics(text in "\\PC*|[0-9T:+Z.-]{0,30}") {
        let _ = text.parse::<Timestamp>();
    }
}
