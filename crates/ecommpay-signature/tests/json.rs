//! Types in and out of JSON.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

use std::collections::BTreeMap;

use ecommpay_signature::json::{Limits, SyntaxRule, Token, Tokens, from_slice, to_vec};
use serde::{Deserialize, Serialize};

fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, String> {
    from_slice(text.as_bytes(), &Limits::STRICT).map_err(|error| error.to_string())
}

fn write<T: Serialize>(value: T) -> String {
    String::from_utf8(to_vec(&value).unwrap()).unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Callback<'a> {
    id: u64,
    #[serde(borrow, default)]
    note: Option<&'a str>,
    payment: Payment,
    #[serde(flatten)]
    other: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Payment {
    sum: Sum,
    status: Status,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Sum {
    amount: i64,
    currency: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Success,
    Failed(u8),
    Waiting {
        seconds: u32,
    },
    Pair(u8, u8),
    #[serde(untagged)]
    Other(String),
}

#[test]
fn structures_survive_the_round_trip() {
    for status in [
        Status::Success,
        Status::Failed(7),
        Status::Waiting { seconds: 30 },
        Status::Pair(1, 2),
        Status::Other("awaiting customer action".into()),
    ] {
        let callback = Callback {
            id: 9_223_372_036_854_775_807,
            note: Some("plain"),
            payment: Payment {
                sum: Sum {
                    amount: -5,
                    currency: "\"CNY\\\n\u{1}é😀".into(),
                },
                status,
            },
            other: BTreeMap::from([("x".into(), serde_json::json!([1, null, {"y": 1.5}]))]),
        };
        let text = write(&callback);
        assert_eq!(read::<Callback<'_>>(&text).unwrap(), callback, "{text}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            serde_json::to_value(&callback).unwrap()
        );
    }
}

#[test]
fn strings_are_borrowed_unless_they_hold_escapes() {
    assert_eq!(read::<&str>("\"plain é\"").unwrap(), "plain é");
    assert!(read::<&str>("\"es\\u0063aped\"").is_err());
    assert_eq!(
        read::<String>("\"es\\u0063aped \\ud83d\\ude00\"").unwrap(),
        "escaped 😀"
    );
}

#[test]
fn a_struct_is_not_read_from_a_list_by_position() {
    #[derive(Debug, serde::Deserialize)]
    struct General {
        #[allow(dead_code, reason = "only whether it is read matters")]
        payment_id: String,
    }

    assert!(read::<General>(r#"{"payment_id":"order-17"}"#).is_ok());
    assert!(read::<General>(r#"["order-17"]"#).is_err());
}

#[test]
fn numbers_are_integers_where_they_fit() {
    assert_eq!(read::<i64>("-9223372036854775808").unwrap(), i64::MIN);
    // Beyond that they are signed as doubles, so that is what they are.
    assert!(read::<u64>("9223372036854775808").is_err());
    assert_eq!(read::<i64>("-0").unwrap(), 0);
    assert_eq!(read::<f64>("1").unwrap(), 1.0);
    assert_eq!(
        read::<f64>("18446744073709551616").unwrap(),
        18446744073709551616.0
    );
    assert_eq!(read::<f64>("1e400").unwrap(), f64::INFINITY);
    assert!(read::<f64>("-0.0").unwrap().is_sign_negative());
    assert!(read::<i64>("1.0").is_err());
    assert!(read::<u8>("256").is_err());
    assert!(read::<u64>("-1").is_err());
}

#[test]
fn names_may_be_integers() {
    let map: BTreeMap<i32, u8> = read(r#"{"1":1,"-2":2}"#).unwrap();
    assert_eq!(map, BTreeMap::from([(1, 1), (-2, 2)]));
    assert_eq!(write(&map), r#"{"-2":2,"1":1}"#);
    assert!(to_vec(&BTreeMap::from([(true, 1)])).is_err());
    assert!(to_vec(&BTreeMap::from([(vec![1], 1)])).is_err());
}

#[test]
fn doubles_are_written_so_that_they_are_read_back() {
    for double in [
        0.1,
        1.0,
        -0.0,
        1e300,
        5e-324,
        f64::MAX,
        123456789012345680.0,
    ] {
        let text = write(double);
        assert_eq!(
            read::<f64>(&text).unwrap().to_bits(),
            double.to_bits(),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<f64>(&text).unwrap(), double);
    }
    assert!(to_vec(&f64::NAN).is_err());
    assert!(to_vec(&f32::INFINITY).is_err());
}

#[test]
fn errors_name_the_path_and_no_content() {
    let error = |text: &str| read::<Callback<'_>>(text).unwrap_err();
    assert_eq!(
        error(
            r#"{"id":1,"payment":{"sum":{"amount":"CANARY","currency":"CNY"},"status":"success"}}"#
        ),
        "payment.sum.amount: expected i64, found string",
    );
    assert_eq!(
        error(r#"{"id":1,"payment":{"sum":{"amount":1},"status":"success"}}"#),
        "payment.sum: missing field `currency`",
    );
    assert_eq!(
        error(r#"{"id":-1}"#),
        "id: expected u64, found another integer"
    );
    assert_eq!(
        error(r#"{"id":1,"payment":{"sum":[],"status":"success"}}"#),
        "payment.sum: expected struct Sum, found list",
    );
    assert_eq!(
        error(r#"{"id":1,"payment":{"sum":{"amount":1,"amount":2}}}"#),
        "payment.sum.amount: not readable as JSON at byte 37: a member name may occur only once in an object",
    );
    let syntax =
        from_slice::<Callback<'_>>(b"{\"id\":1,\"payment\":{\"sum\":{nope", &Limits::STRICT);
    let syntax = syntax.unwrap_err();
    assert_eq!(
        syntax.syntax().map(|e| (e.offset(), e.rule())),
        Some((26, SyntaxRule::ExpectedKey))
    );
}

#[test]
fn repeated_names_are_refused_everywhere() {
    #[derive(Debug, Deserialize)]
    struct Nothing {}
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"x":[{"b":{"a":1,"\u0061":2}}]}"#,
        r#"{"b":1,"c":2,"d":3,"e":4,"f":5,"g":6,"h":7,"i":8,"j":9,"k":10,"l":11,"m":12,"n":13,"a":1,"\u0061":2}"#,
    ] {
        assert!(read::<Nothing>(text).is_err(), "{text}");
        assert!(read::<serde::de::IgnoredAny>(text).is_err(), "{text}");
        assert!(
            read::<BTreeMap<String, serde::de::IgnoredAny>>(text).is_err(),
            "{text}"
        );
        assert!(read::<serde_json::Value>(text).is_err(), "{text}");
    }
}

#[test]
fn tuples_take_lists_of_their_length() {
    assert_eq!(read::<(u8, u8)>("[1,2]").unwrap(), (1, 2));
    assert!(read::<(u8, u8)>("[1]").is_err());
    assert!(read::<(u8, u8)>("[1,2,3]").is_err());
    assert!(read::<Status>(r#"{"failed":1,"success":2}"#).is_err());
    assert!(read::<Status>("{}").is_err());
}

/// `protocol/signature.md`, section 2: what is no JSON.
#[test]
fn syntax_is_strict() {
    let refused = [
        "",
        " ",
        "\u{feff}{}",
        "\u{a0}{}",
        "{}\u{0}",
        "TRUE",
        "Null",
        "nul",
        "nulll",
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "-01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "1e",
        "1e+",
        "-",
        "--1",
        "1.2.3",
        "\"\u{1f}\"",
        "\"\u{0}\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\\ud800\"",
        "\"",
        "'a'",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{\"a\"}",
        "[",
        "{",
        "]",
        "}",
        "{]",
        "[}",
        "[1}",
        "{} {}",
        "{},",
        "//\n{}",
        "[1]//",
    ];
    for text in refused {
        assert!(read::<serde::de::IgnoredAny>(text).is_err(), "{text:?}");
    }
    for bytes in [
        &b"\"\xc0\x80\""[..],
        b"\"\xed\xa0\x80\"",
        b"\"\xff\"",
        b"\"\xf5\x80\x80\x80\"",
        b"\xff{}",
    ] {
        let read = from_slice::<serde::de::IgnoredAny>(bytes, &Limits::STRICT);
        assert_eq!(
            read.unwrap_err().syntax().unwrap().rule(),
            SyntaxRule::NotUtf8
        );
    }
    let taken = [
        "0",
        "-0",
        "-0.0e-0",
        "1E+5",
        "\"\\u0000\"",
        "\"\u{ffff}\"",
        "\"\u{7f}\"",
        "\" \\/ \"",
        "\t\r\n [ ] ",
        "{ }",
        "[[],{}]",
        "\"\\ud83d\\ude00\"",
    ];
    for text in taken {
        assert!(read::<serde::de::IgnoredAny>(text).is_ok(), "{text:?}");
    }
}

#[test]
fn tokens_say_where_they_are() {
    let text = br#" {"a" : [1, "x"]}"#;
    let mut tokens = Tokens::new(text, &Limits::STRICT).unwrap();
    let mut offsets = Vec::new();
    while let Some(token) = tokens.next().unwrap() {
        offsets.push((tokens.offset(), matches!(token, Token::Key(_))));
    }
    let starts: Vec<_> = offsets.iter().map(|(offset, _)| *offset).collect();
    assert_eq!(starts, [1, 2, 8, 9, 12, 15, 16]);
    assert!(offsets[1].1);
}
