//! Every row of the table in `protocol/signature.md`, section 10.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may

use ecommpay_signature::lint::{self, Reason, Sdk, Severity};

fn reasons(body: &str) -> Vec<(Reason, String)> {
    let findings = lint::request(body.as_bytes()).unwrap();
    findings
        .iter()
        .map(|f| (f.reason(), f.path().to_string()))
        .collect()
}

fn check(body: &str, reason: Reason, path: &str) {
    let found = reasons(body);
    assert!(
        found.contains(&(reason, path.to_string())),
        "{body}: {found:?}"
    );
}

#[test]
fn errors() {
    check(
        r#"{"payment":{"amount":10.5}}"#,
        Reason::Double,
        "payment.amount",
    );
    check(r#"{"list":[1,2e3]}"#, Reason::Double, "list.1");
    check(
        r#"{"a":9223372036854775808}"#,
        Reason::IntegerBeyond64Bits,
        "a",
    );
    check(r#"{"0":{"a":1}}"#, Reason::ZeroPrefix, "0");
    check(r#"{"":[1]}"#, Reason::EmptyPrefix, "");
    check(r#"{"7":1,"x":{}}"#, Reason::RenumberedName, "7");
    check(
        r#"{"a:b":1,"a":{"":{"b":2}}}"#,
        Reason::CollidingPaths,
        "a:b",
    );
    check(r#"{"p":{"a":1,"a":2}}"#, Reason::DuplicateName, "p.a");
    check(
        r#"{"p":{"signature":null}}"#,
        Reason::SignatureNull,
        "p.signature",
    );
    check(r#"{"signature":1}"#, Reason::SignatureNotText, "signature");
    check(
        r#"{"l":[{"signature":"x"}]}"#,
        Reason::SignatureInList,
        "l.0.signature",
    );
    check(
        r#"{"general":{"signature":"x"}}"#,
        Reason::SignatureBeforeSigning,
        "general.signature",
    );
    check(r#"{"p":{"a b":1}}"#, Reason::BlankInName, "p.a b");
    check(r#"{"01":1,"1":2}"#, Reason::TyingNames, "1");
    check(r#"[1]"#, Reason::TopLevelList, "");
}

#[test]
fn warnings() {
    check(
        r#"{"id":9007199254740993}"#,
        Reason::IntegerBeyond53Bits,
        "id",
    );
    check(r#"{"p":{"a":null}}"#, Reason::Null, "p.a");
    check(r#"{"l":[0,0,0,0,0,0,0,0,0,0,0]}"#, Reason::LongList, "l");
    check(r#"{"a10":1,"a9":2}"#, Reason::ByteOrder, "a9");
    check(r#"{"a":1,"a2":2}"#, Reason::LineOrder, "a");
    check(r#"{"c":{"x":1},"c-d":2}"#, Reason::LevelOrder, "c-d");
    check(r#"{"a:b":1}"#, Reason::ColonInName, "a:b");
    check(r#"{"__proto__":1}"#, Reason::ProtoName, "__proto__");
    check("{\"\u{ff5e}\":1,\"😀\":2}", Reason::Utf16Order, "\u{ff5e}");
}

#[test]
fn notes() {
    check(
        r#"{"url":"https://a.example"}"#,
        Reason::SeparatorInValue,
        "url",
    );
    check(r#"{"url":"a;b"}"#, Reason::SeparatorInValue, "url");
    check(
        r#"{"p":{"redirect":1,"redirect_on_mobile":2}}"#,
        Reason::UnderscorePair,
        "p.redirect_on_mobile",
    );
    check(r#"{"AuthCode":1}"#, Reason::UpperCaseInName, "AuthCode");
    check(r#"{"a":" True "}"#, Reason::BooleanText, "a");
    check(r#"{"p":{"a":1}}"#, Reason::Nested, "p");
}

/// Section 9: what all but .NET agree on has no finding above a note.
#[test]
fn the_safe_subset_is_clean() {
    let body = r#"{"general":{"project_id":1},"payment":{"id":"X; y: z","amount":1000},
        "list":[{"code":"a"},{"code":"b"}],"flag":true,"empty":{}}"#;
    for finding in lint::request(body.as_bytes()).unwrap() {
        assert_eq!(finding.severity(), Severity::Note, "{finding}");
    }
    assert_eq!(lint::request(br#"{"a":"x","b":1,"c":true}"#).unwrap(), []);
}

#[test]
fn what_is_not_signed_is_not_looked_at() {
    assert_eq!(reasons(r#"{"frame_mode":{"A b":1.5}}"#), []);
    let callback = lint::callback(br#"{"a":1,"signature":{"A b":1.5}}"#).unwrap();
    assert_eq!(
        callback
            .iter()
            .map(lint::Finding::reason)
            .collect::<Vec<_>>(),
        [Reason::SignatureNotText]
    );
}

#[test]
fn callbacks_have_no_errors() {
    let findings = lint::callback(br#"{"a":1.5,"p":{"signature":"x"},"signature":"y"}"#).unwrap();
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity() < Severity::Error)
    );
    let reasons: Vec<_> = findings.iter().map(lint::Finding::reason).collect();
    assert_eq!(
        reasons,
        [Reason::Double, Reason::SecondSignature, Reason::Nested]
    );
}

#[test]
fn the_gravest_come_first_and_say_who_differs() {
    let findings = lint::request(br#"{"A":{"b":null,"c":1.5}}"#).unwrap();
    assert!(findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity())));
    let text = findings[0].to_string();
    assert!(text.starts_with("A.c: a number with a fraction"), "{text}");
    assert!(
        text.ends_with("(differs in Python, JavaScript, Go, Java, .NET)"),
        "{text}"
    );
    let list = lint::request(br#"{"l":[0,0,0,0,0,0,0,0,0,0,0]}"#).unwrap();
    let long = list
        .iter()
        .find(|finding| finding.reason() == Reason::LongList)
        .unwrap();
    assert!(
        !long.sdks().contains(&Sdk::Js),
        "JavaScript keeps the order of lists"
    );
}
