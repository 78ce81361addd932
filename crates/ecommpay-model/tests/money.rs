//! Money and currencies: exact text, checked arithmetic, and the exponent table against ISO 4217.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use ecommpay_model::{Currency, Money, MoneyError, Rule, Seen};
use proptest::prelude::*;

fn money(minor: i64, currency: &str) -> Money {
    Money::new(minor, currency.parse().unwrap()).unwrap()
}

#[test]
fn printed_amounts_of_the_documentation_come_out() {
    // The seeds' own pairs, then the documentation's examples of minor units.
    for (minor, currency, text) in [
        (1000, "CNY", "10.00"),
        (10_000, "RUB", "100.00"),
        (15_000, "INR", "150.00"),
        (35_000, "INR", "350.00"),
        (3995, "EUR", "39.95"),
        (45_066, "GBP", "450.66"),
        (200, "JPY", "200"),
        (150_155, "KWD", "150.155"),
        (0, "INR", "0.00"),
        (5, "EUR", "0.05"),
        (5, "KWD", "0.005"),
        (0, "JPY", "0"),
        (10_000_000_000_000, "USD", "100000000000.00"),
    ] {
        let amount = money(minor, currency);
        assert_eq!(amount.to_decimal(), text);
        assert_eq!(amount.to_string(), format!("{text} {currency}"));
        assert_eq!(Money::from_decimal(text, amount.currency()), Ok(amount));
    }
}

#[test]
fn shorter_texts_of_the_same_amount_are_read() {
    for text in ["10", "10.0", "10.00", "010.0"] {
        assert_eq!(
            Money::from_decimal(text, Currency::CNY),
            Ok(money(1000, "CNY")),
            "{text}"
        );
    }
}

#[test]
fn inexact_or_foreign_texts_are_refused() {
    for text in ["", ".", ".5", "5.", "1.2.3", "1..2"] {
        let refused = Money::from_decimal(text, Currency::CNY).unwrap_err();
        assert_eq!(refused.rule(), Rule::Decimal { digits: 2 }, "{text}");
        assert_eq!(
            refused.seen(),
            Seen::Malformed { length: text.len() },
            "{text}"
        );
    }
    for text in ["-1", "+1", "1,00", " 1", "1 ", "1e3", "0x1", "１"] {
        let refused = Money::from_decimal(text, Currency::CNY).unwrap_err();
        assert!(matches!(refused.seen(), Seen::Character { .. }), "{text}");
    }
    for (text, currency) in [("1.001", "CNY"), ("1.0", "JPY"), ("1.0001", "KWD")] {
        let refused = Money::from_decimal(text, currency.parse().unwrap()).unwrap_err();
        assert!(matches!(refused.seen(), Seen::TooManyDecimals(_)), "{text}");
    }
    for text in ["100000000000.01", "99999999999999999999999999999"] {
        let refused = Money::from_decimal(text, Currency::CNY).unwrap_err();
        assert_eq!(
            refused.rule(),
            Rule::Range {
                min: 0,
                max: 10_000_000_000_000
            }
        );
        assert_eq!(refused.seen(), Seen::TooLarge, "{text}");
    }
}

#[test]
fn amounts_keep_the_limits_of_the_protocol() {
    assert!(Money::new(0, Currency::INR).unwrap().is_zero());
    assert!(Money::new(Money::MAX_MINOR, Currency::INR).is_ok());
    assert_eq!(
        Money::new(-1, Currency::INR).unwrap_err().seen(),
        Seen::TooSmall
    );
    assert_eq!(
        Money::new(Money::MAX_MINOR + 1, Currency::INR)
            .unwrap_err()
            .seen(),
        Seen::TooLarge
    );
    assert_eq!(
        Money::new(-1, Currency::INR).unwrap_err().to_string(),
        "payment.amount must be a whole number from 0 to 10000000000000, but it is smaller"
    );
}

#[test]
fn arithmetic_stays_in_one_currency_and_in_range() {
    let (six, one) = (money(60_000, "RUB"), money(10_000, "RUB"));
    assert_eq!(six.checked_sub(one), Ok(money(50_000, "RUB")));
    assert_eq!(one.checked_add(one), Ok(money(20_000, "RUB")));
    assert_eq!(one.checked_sub(six), Err(MoneyError::BelowZero));
    let most = money(Money::MAX_MINOR, "RUB");
    assert_eq!(most.checked_add(one), Err(MoneyError::AboveMaximum));
    let euro = money(10_000, "EUR");
    let mixed = MoneyError::DifferentCurrencies {
        left: Currency::RUB,
        right: Currency::EUR,
    };
    assert_eq!(one.checked_add(euro), Err(mixed));
    assert_eq!(one.checked_sub(euro), Err(mixed));
    assert_eq!(one.checked_cmp(euro), Err(mixed));
    assert_eq!(one.checked_cmp(six), Ok(std::cmp::Ordering::Less));
}

#[test]
fn serde_reads_both_members_and_names_what_is_missing() {
    let read = serde_json::from_str::<Money>;
    assert_eq!(
        read(r#"{"amount": 0, "currency": "INR"}"#).unwrap(),
        money(0, "INR")
    );
    assert_eq!(
        read(r#"{"amount": "100", "currency": "INR"}"#).unwrap(),
        money(100, "INR")
    );
    assert_eq!(
        serde_json::to_value(money(100, "INR")).unwrap(),
        serde_json::json!({"amount": 100, "currency": "INR"})
    );
    for (json, part) in [
        (r#"{"currency": "INR"}"#, "amount"),
        (r#"{"amount": 1.5, "currency": "INR"}"#, "amount"),
        (r#"{"amount": 1}"#, "currency"),
        (r#"{"amount": 1, "currency": "inr"}"#, "currency"),
        (r#"{"amount": -1, "currency": "INR"}"#, "payment.amount"),
        ("[]", "an array"),
    ] {
        let error = read(json).unwrap_err().to_string();
        assert!(error.contains(part), "{json}: {error}");
    }
}

#[test]
fn currency_codes_are_three_capital_letters() {
    for code in [
        "AUD", "CAD", "CNY", "EUR", "GBP", "HKD", "JPY", "SGD", "USD", "KZT", "RUB", "INR",
    ] {
        assert_eq!(code.parse::<Currency>().unwrap().as_str(), code);
    }
    assert_eq!(
        "cny".parse::<Currency>().unwrap_err().to_string(),
        "payment.currency must be 3 capital letters A to Z, but character 1 is a small letter"
    );
    for code in ["", "CN", "CNYX", "C Y", "CN1", "СNY"] {
        assert!(code.parse::<Currency>().is_err(), "{code}");
    }
}

/// Every code of three capital letters.
fn all_codes() -> impl Iterator<Item = String> {
    let letters = || 'A'..='Z';
    letters().flat_map(move |a| {
        letters().flat_map(move |b| letters().map(move |c| [a, b, c].iter().collect()))
    })
}

/// Where the platform's table differs from ISO 4217: code, the platform's digits, the standard's.
///
/// The platform decides, as it is the platform that reads the amounts. `CLF` is in its list without
/// digits; `UYW` is not in its list, so it has the usual two; the rest count no money, have no minor
/// unit in the standard, and get the usual two digits, but for `XDR`, which is in the list.
const DIFFERENCES: [(&str, u8, Option<u16>); 15] = [
    ("CLF", 0, Some(4)),
    ("UYW", 2, Some(4)),
    ("XAG", 2, None),
    ("XAU", 2, None),
    ("XBA", 2, None),
    ("XBB", 2, None),
    ("XBC", 2, None),
    ("XBD", 2, None),
    ("XDR", 0, None),
    ("XPD", 2, None),
    ("XPT", 2, None),
    ("XSU", 2, None),
    ("XTS", 2, None),
    ("XUA", 2, None),
    ("XXX", 2, None),
];

#[test]
fn exponents_are_those_of_iso_4217_but_for_the_listed_ones() {
    let mut differences = Vec::new();
    for code in all_codes() {
        let ours = code.parse::<Currency>().unwrap().exponent();
        if let Some(iso) = iso_currency::Currency::from_code(&code)
            && iso.exponent() != Some(u16::from(ours))
        {
            differences.push((code, ours, iso.exponent()));
        }
    }
    let expected = DIFFERENCES.map(|(code, ours, iso)| (code.to_owned(), ours, iso));
    assert_eq!(differences, expected);
}

#[test]
fn exponents_are_those_of_the_platform() {
    let none =
        "BIF BYR CLF CLP DJF GNF ISK JPY KMF KRW KZZ PYG RWF TST UGX UYI VND VUV XAF XDR XOF XPF";
    let three = "BHD IQD JOD KWD LYD OMR TND";
    for code in all_codes() {
        let expected = if none.split(' ').any(|known| known == code) {
            0
        } else if three.split(' ').any(|known| known == code) {
            3
        } else {
            2
        };
        assert_eq!(
            code.parse::<Currency>().unwrap().exponent(),
            expected,
            "{code}"
        );
    }
}

proptest! {
    #[test]
    fn text_and_amount_are_the_same_for_every_exponent(
        minor in 0..=Money::MAX_MINOR,
        currency in prop::sample::select(vec!["JPY", "EUR", "KWD"]),
    ) {
        let amount = money(minor, currency);
        let text = amount.to_decimal();
        prop_assert_eq!(Money::from_decimal(&text, amount.currency()), Ok(amount));
        let point = text.find('.').map_or(0, |at| text.len() - at - 1);
        prop_assert_eq!(point, usize::from(amount.currency().exponent()));
    }

    #[test]
    fn reading_text_never_panics(text in "\\PC*") {
        let _ = Money::from_decimal(&text, Currency::EUR);
        let _ = text.parse::<Currency>();
    }

    #[test]
    fn subtraction_undoes_addition(a in 0..=Money::MAX_MINOR / 2, b in 0..=Money::MAX_MINOR / 2) {
        let (a, b) = (money(a, "EUR"), money(b, "EUR"));
        prop_assert_eq!(a.checked_add(b).unwrap().checked_sub(b), Ok(a));
    }
}
