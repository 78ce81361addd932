//! Identifiers, texts, contacts, countries and dates: the limits of the protocol and the errors.

use ecommpay_model::{
    AccountNumber, AccountSecret, CallbackUrl, CharacterKind, City, Country, CustomerId,
    DayOfBirth, Description, Email, InvalidValue, IpAddress, Language, MerchantRefundId, Name,
    OperationId, PaymentId, Phone, ProjectId, RequestId, Rule, Seen, Street, Text255, WebUrl,
};
use proptest::prelude::*;

/// A constructor whose value does not matter.
type Construct = fn(&str) -> Result<(), InvalidValue>;

macro_rules! construct {
    ($type:ident) => {
        |text| $type::new(text).map(drop)
    };
}

#[test]
fn lengths_keep_the_limits_of_the_protocol_in_characters() {
    let limits: [(Construct, &str, usize, usize); 11] = [
        (construct!(PaymentId), "payment_id", 1, 255),
        (construct!(CustomerId), "customer.id", 1, 255),
        (construct!(RequestId), "request_id", 1, 100),
        (
            construct!(MerchantRefundId),
            "payment.merchant_refund_id",
            1,
            255,
        ),
        (construct!(Description), "payment.description", 0, 255),
        (construct!(Text255), "text", 0, 255),
        (construct!(Name), "customer name", 0, 255),
        (construct!(City), "customer.city", 0, 256),
        (construct!(Street), "customer.street", 0, 255),
        (construct!(AccountNumber), "account.number", 1, 100),
        (construct!(AccountSecret), "account.secret", 1, 255),
    ];
    for (new, field, min, max) in limits {
        // A letter of two bytes: the limit is in characters, not bytes.
        for letter in ["x", "ж", "之"] {
            assert_eq!(new(&letter.repeat(max)), Ok(()), "{field}");
            let refused = new(&letter.repeat(max + 1)).unwrap_err();
            assert_eq!(refused.field(), field);
            assert_eq!(refused.rule(), Rule::Length { min, max });
            assert_eq!(refused.seen(), Seen::Length(max + 1));
        }
        assert_eq!(new("").is_ok(), min == 0, "{field}");
    }
}

#[test]
fn payment_ids_have_no_blank_at_their_ends() {
    for blank in [' ', '\t', '\u{b}', '\n', '\r', '\0'] {
        for (text, position) in [
            (format!("{blank}a"), 1),
            (format!("ab{blank}"), 3),
            (blank.to_string(), 1),
        ] {
            let refused = PaymentId::new(text).unwrap_err();
            assert_eq!(refused.rule(), Rule::NoBlankAtEnds);
            assert!(matches!(refused.seen(), Seen::Character { position: p, .. } if p == position));
        }
        assert!(PaymentId::new(format!("a{blank}b")).is_ok());
    }
    // Not in the list of the protocol, so allowed.
    for other in ["\u{c}a", "\u{a0}a", "a\u{2003}"] {
        assert!(PaymentId::new(other).is_ok());
    }
    assert!(PaymentId::new("Payment 12").is_ok(), "as a seed prints it");
}

#[test]
fn payment_ids_are_compared_as_the_platform_does_by_a_named_method() {
    let id = |text: &str| PaymentId::new(text).unwrap();
    assert!(id("order_314").same_payment(&id("Order_314")));
    assert!(id("заказ").same_payment(&id("ЗАКАЗ")));
    assert!(!id("order_314").same_payment(&id("order_315")));
    assert_ne!(id("order_314"), id("Order_314"));
}

#[test]
fn phones_are_digits() {
    for good in ["1234", "13632264148", "0000000000009999", &"9".repeat(24)] {
        assert_eq!(Phone::new(good).unwrap().as_str(), good);
    }
    for (bad, seen) in [
        ("123", Seen::Length(3)),
        (&*"9".repeat(25), Seen::Length(25)),
        ("", Seen::Length(0)),
        (
            "+7912",
            Seen::Character {
                position: 1,
                kind: CharacterKind::PlusSign,
            },
        ),
        (
            "7 912",
            Seen::Character {
                position: 2,
                kind: CharacterKind::Space,
            },
        ),
        (
            "791-2",
            Seen::Character {
                position: 4,
                kind: CharacterKind::MinusSign,
            },
        ),
        (
            "791２",
            Seen::Character {
                position: 4,
                kind: CharacterKind::Sign,
            },
        ),
    ] {
        let refused = Phone::new(bad).unwrap_err();
        assert_eq!(refused.rule(), Rule::Digits { min: 4, max: 24 });
        assert_eq!(refused.seen(), seen, "{bad}");
    }
}

#[test]
fn e_mail_addresses_have_two_parts() {
    for good in [
        "smith@example.com",
        "2524243674@example.com",
        "a@localhost",
        "ж@пример.рф",
    ] {
        assert!(Email::new(good).is_ok(), "{good}");
    }
    let long = format!("{}@example.com", "a".repeat(244));
    for bad in [
        "",
        "smith",
        "@example.com",
        "smith@",
        "a@b@c",
        "a@b..c",
        "a@.c",
        "a b@c",
        "a@b\n",
        &long,
    ] {
        assert!(Email::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn ip_addresses_are_read_and_written_plainly() {
    for good in ["192.0.2.0", "1.1.1.1", "2001:db8::1"] {
        assert_eq!(IpAddress::new(good).unwrap().to_text(), good);
    }
    for bad in [
        "",
        "111.222.333.444",
        "1.1.1",
        "1.1.1.1 ",
        "example.com",
        "1.1.1.1:80",
    ] {
        assert_eq!(
            IpAddress::new(bad).unwrap_err().rule(),
            Rule::IpAddress,
            "{bad}"
        );
    }
}

#[test]
fn web_urls_are_http_and_nothing_else() {
    for (good, host) in [
        ("http://example.com/return", "example.com"),
        (
            "https://example.com:443/payment/otoSoft/v3/h5.html",
            "example.com",
        ),
        (
            "https://alfa-click.ru/checkout/payments/?orderId=2540-a000-1fc",
            "alfa-click.ru",
        ),
        ("HTTPS://EXAMPLE.COM", "EXAMPLE.COM"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
        ("http://[2001:db8::1]:8080/x", "[2001:db8::1]"),
        ("https://пример.рф/x", "пример.рф"),
        ("https://example.com?a=b", "example.com"),
        ("https://example.com#a", "example.com"),
    ] {
        let url = WebUrl::new(good).unwrap();
        assert_eq!(url.as_str(), good);
        assert_eq!(url.host(), host);
        assert_eq!(url.is_https(), good.to_lowercase().starts_with("https"));
    }
    for bad in [
        "",
        "example.com",
        "//example.com",
        "/return",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " https://example.com",
        "https://example.com ",
        "vbscript:x",
        "data:text/html,x",
        "ftp://example.com",
        "file:///etc/passwd",
        "https:/example.com",
        "https:///x",
        "https://",
        "https://:80/",
        "https://example.com:x/",
        "https://example.com:99999/",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example/",
        "https://example.com/\"><script>",
        "https://example.com/a b",
        "https://[::1/",
        "https://a:b:c/",
        "http",
        "héttp://x",
    ] {
        assert_eq!(WebUrl::new(bad).unwrap_err().rule(), Rule::WebUrl, "{bad}");
    }
}

#[test]
fn callback_urls_are_limited_in_length() {
    let url = |length: usize| format!("https://example.com/{}", "x".repeat(length - 20));
    assert!(CallbackUrl::new(url(255)).is_ok());
    let refused = CallbackUrl::new(url(256)).unwrap_err();
    assert_eq!(refused.rule(), Rule::Length { min: 1, max: 255 });
    assert_eq!(refused.field(), "general.merchant_callback_url");
    assert_eq!(
        CallbackUrl::new("x").unwrap_err().field(),
        "general.merchant_callback_url"
    );
}

#[test]
fn project_and_operation_ids_are_numbers_in_range() {
    assert_eq!("4294967295".parse::<ProjectId>().unwrap().value(), u32::MAX);
    for bad in [
        "0",
        "4294967296",
        "-1",
        "",
        "1.0",
        "+1",
        " 1",
        "99999999999999999999999",
    ] {
        assert!(bad.parse::<ProjectId>().is_err(), "{bad}");
    }
    let id: OperationId = serde_json::from_str("5048925000004552").unwrap();
    assert_eq!(id, serde_json::from_str(r#""5048925000004552""#).unwrap());
    assert_eq!(id.to_string(), "5048925000004552");
    assert!(serde_json::from_str::<OperationId>("-1").is_err());
    assert!(serde_json::from_str::<OperationId>("1.5").is_err());
    assert_eq!(
        serde_json::to_string(&ProjectId::new(386).unwrap()).unwrap(),
        "386"
    );
}

#[test]
fn text_identifiers_are_read_from_strings_and_numbers_and_checked() {
    let id: PaymentId = serde_json::from_str("580").unwrap();
    assert_eq!(id.as_str(), "580");
    assert_eq!(serde_json::to_string(&id).unwrap(), r#""580""#);
    let error = serde_json::from_str::<PaymentId>(r#"" secret""#)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("payment_id") && !error.contains("secret"),
        "{error}"
    );
    assert!(serde_json::from_str::<PaymentId>("[1]").is_err());
}

#[test]
fn every_country_of_the_world_fits() {
    for country in celes::Country::get_countries() {
        assert_eq!(
            Country::new(country.alpha2).unwrap().as_str(),
            country.alpha2
        );
    }
    for bad in ["", "C", "CHN", "cn", "C1", "ÇN", "中国"] {
        assert_eq!(
            Country::new(bad).unwrap_err().field(),
            "customer.country",
            "{bad}"
        );
    }
}

#[test]
fn languages_of_the_payment_page_fit() {
    let basic =
        "ar bg de el en es et fr hi id it ja kk ko lt lv ms pl pt ru th tr uk vi zh zh-hant";
    for code in basic.split(' ') {
        assert_eq!(Language::new(code).unwrap().as_str(), code);
        assert_eq!(Language::new(&code.to_uppercase()).unwrap().as_str(), code);
    }
    for bad in [
        "",
        "z",
        "zho",
        "zh_hant",
        "zh-",
        "-zh",
        "zh-h",
        "zh hant",
        "中文",
        "zh-hantttttt",
    ] {
        assert_eq!(
            Language::new(bad).unwrap_err().rule(),
            Rule::Language,
            "{bad}"
        );
    }
}

#[test]
fn days_of_birth_are_days_of_the_calendar() {
    for good in ["01-01-1970", "29-02-2000", "31-12-9999"] {
        assert_eq!(good.parse::<DayOfBirth>().unwrap().to_text(), good);
    }
    for bad in [
        "",
        "1-1-1970",
        "30-02-2000",
        "29-02-1900",
        "1970-01-01",
        "01.01.1970",
        "+1-01-1970",
    ] {
        assert!(bad.parse::<DayOfBirth>().is_err(), "{bad}");
    }
    assert!(DayOfBirth::new(2000, 13, 1).is_err());
}

#[test]
fn errors_are_sentences_that_say_what_to_do() {
    for (error, text) in [
        (
            PaymentId::new("a ").unwrap_err(),
            "payment_id must not begin or end with a space, tab, vertical tab, line feed, carriage \
             return or NUL, but character 2 is a space; trim it before use",
        ),
        (
            RequestId::new("").unwrap_err(),
            "request_id must be 1 to 100 characters long, but it is empty",
        ),
        (
            Description::new("x".repeat(256)).unwrap_err(),
            "payment.description must be at most 255 characters long, but it has 256 characters",
        ),
        (
            WebUrl::new("javascript:alert(1)")
                .unwrap_err()
                .in_field("return_url.success"),
            "return_url.success must be an absolute http or https URL, but its 19 characters do \
             not form one",
        ),
        (
            ProjectId::new(0).unwrap_err(),
            "project_id must be a whole number from 1 to 4294967295, but it is smaller",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

proptest! {
    #[test]
    fn no_constructor_panics_and_no_error_tells_the_value(text in "\\PC{0,40}|.{0,40}") {
        let constructors: [Construct; 12] = [
            construct!(PaymentId),
            construct!(RequestId),
            construct!(Phone),
            construct!(Email),
            construct!(WebUrl),
            construct!(CallbackUrl),
            |text| Language::new(text).map(drop),
            |text| Country::new(text).map(drop),
            |text| IpAddress::new(text).map(drop),
            |text| text.parse::<DayOfBirth>().map(drop),
            |text| text.parse::<ProjectId>().map(drop),
            |text| text.parse::<ecommpay_model::Timestamp>().map(drop),
        ];
        for new in constructors {
            if let Err(refused) = new(&text)
                && text.chars().count() > 12
            {
                let told = format!("{refused} {refused:?}");
                prop_assert!(!told.contains(&text));
            }
        }
    }

    #[test]
    fn a_web_url_has_a_host_inside_its_text(text in "https?://[a-z0-9.:@/?#\\[\\]-]{0,30}") {
        if let Ok(url) = WebUrl::new(text.clone()) {
            prop_assert!(!url.host().is_empty());
            prop_assert!(text.contains(url.host()));
            prop_assert!(!url.host().contains(['/', '?', '#', '@']));
        }
    }
}
