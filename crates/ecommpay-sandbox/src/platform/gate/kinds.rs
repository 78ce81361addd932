//! Kinds of values and their rules, as the specification of Gate limits them.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::super::moment::Moment;
use crate::delivery::is_callback_url;

/// The rule a member's value obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An integer between both ends.
    Integer(i64, i64),
    /// A number, or text of digits with at most one point between them: how a number with a
    /// fraction is signed depends on a setting of the platform, and printed samples have text.
    Number,
    /// `true` or `false`.
    Flag,
    /// Text of at most so many characters.
    Text(usize),
    /// Text of 1 to so many characters.
    FilledText(usize),
    /// A payment id: 1 to 255 characters, no white space or NUL at either end.
    PaymentId,
    /// Three capital letters.
    Currency,
    /// Two capital letters.
    Country,
    /// 4 to 24 digits.
    Phone,
    /// `local@domain`, at most 255 characters.
    Email,
    /// An IP address.
    Ip,
    /// An address that callbacks can go to.
    CallbackUrl,
    /// A date and time with offset.
    DateTime,
    /// `DD-MM-YYYY`.
    Day,
    /// `male` or `female`.
    Gender,
    /// `merchant` or `terminal`: whom a status query is for.
    Destination,
    Object,
    List,
}

impl Kind {
    /// Checks a value that is present and not `null`.
    ///
    /// # Errors
    /// The rule in words.
    pub(crate) fn check(self, value: &Value) -> Result<(), String> {
        let fits = match self {
            Self::Integer(least, most) => value
                .as_i64()
                .is_some_and(|number| (least..=most).contains(&number)),
            Self::Number => value.is_number() || value.as_str().is_some_and(is_decimal),
            Self::Flag => value.is_boolean() || value.as_i64().is_some_and(|flag| flag | 1 == 1),
            Self::Object => value.is_object(),
            Self::List => value.is_array(),
            _ => value.as_str().is_some_and(|text| self.fits_text(text)),
        };
        if fits { Ok(()) } else { Err(self.rule()) }
    }

    /// Checks a text, as a Payment Page parameter carries it.
    pub(crate) fn fits_text(self, text: &str) -> bool {
        let length = text.chars().count();
        match self {
            Self::Integer(least, most) => {
                text.bytes().all(|byte| byte.is_ascii_digit())
                    && text
                        .parse()
                        .is_ok_and(|number: i64| (least..=most).contains(&number))
            }
            Self::Number => is_decimal(text),
            Self::Flag => matches!(text, "0" | "1" | "true" | "false" | "True" | "False"),
            Self::Text(most) => length <= most,
            Self::FilledText(most) => (1..=most).contains(&length),
            Self::PaymentId => {
                let edge = |letter: char| "\t\n\x0b\r\0 ".contains(letter);
                (1..=255).contains(&length) && !text.starts_with(edge) && !text.ends_with(edge)
            }
            Self::Currency => length == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
            Self::Country => length == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
            Self::Phone => {
                (4..=24).contains(&length) && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Email => {
                length <= 255
                    && text.split_once('@').is_some_and(|(local, domain)| {
                        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
                    })
            }
            Self::Ip => text.parse::<IpAddr>().is_ok(),
            Self::CallbackUrl => is_callback_url(text),
            Self::DateTime => Moment::parse(text).is_some(),
            Self::Day => is_day(text),
            Self::Gender => matches!(text, "male" | "female"),
            Self::Destination => matches!(text, "merchant" | "terminal"),
            Self::Object | Self::List => false,
        }
    }

    /// The rule in words.
    pub(crate) fn rule(self) -> String {
        match self {
            Self::Integer(least, most) => format!("an integer from {least} to {most}"),
            Self::Text(usize::MAX) => "text".to_owned(),
            Self::Text(most) => format!("text of at most {most} characters"),
            Self::FilledText(most) => format!("text of 1 to {most} characters"),
            Self::Number => "a number, or the text of one".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::PaymentId => "1 to 255 characters without white space at the ends".to_owned(),
            Self::Currency => "three capital letters".to_owned(),
            Self::Country => "two capital letters".to_owned(),
            Self::Phone => "4 to 24 digits".to_owned(),
            Self::Email => "local@domain of at most 255 characters".to_owned(),
            Self::Ip => "an IP address".to_owned(),
            Self::CallbackUrl => "an http or https URL of at most 255 bytes".to_owned(),
            Self::DateTime => "a date and time with offset".to_owned(),
            Self::Day => "a day as DD-MM-YYYY".to_owned(),
            Self::Gender => "male or female".to_owned(),
            Self::Destination => "merchant or terminal".to_owned(),
            Self::Object => "an object".to_owned(),
            Self::List => "a list".to_owned(),
        }
    }

    /// The rule as the schema form of `clarification_fields` writes it.
    pub(crate) fn schema(self) -> Value {
        match self {
            Self::Integer(least, most) => {
                json!({"type": "integer", "minimum": least, "maximum": most})
            }
            Self::Number => json!({"type": "number"}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Text(most) | Self::FilledText(most) => {
                json!({"type": "string", "maxLength": most})
            }
            Self::Currency => json!({"type": "string", "pattern": "^[A-Z]{3}$"}),
            Self::Country => json!({"type": "string", "pattern": "^[A-Z]{2}$"}),
            Self::Phone => json!({"type": "string", "pattern": "^[0-9]{4,24}$"}),
            Self::Email => json!({"type": "string", "format": "email", "maxLength": 255}),
            Self::Ip => json!({"type": "string", "format": "ip"}),
            Self::DateTime => json!({"type": "string", "format": "date-time"}),
            Self::Object => json!({"type": "object"}),
            Self::List => json!({"type": "array"}),
            Self::PaymentId | Self::CallbackUrl | Self::Day | Self::Gender | Self::Destination => {
                json!({"type": "string"})
            }
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        None => digits(text),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
    }
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [day, month, year] = parts[..] else {
        return false;
    };
    let number = |part: &str, length: usize| {
        (part.len() == length)
            .then(|| part.parse::<i16>().ok())
            .flatten()
    };
    let (Some(day), Some(month), Some(year)) = (number(day, 2), number(month, 2), number(year, 4))
    else {
        return false;
    };
    let (Ok(day), Ok(month)) = (i8::try_from(day), i8::try_from(month)) else {
        return false;
    };
    jiff::civil::Date::new(year, month, day).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_knows_good_from_bad() {
        let cases: [(Kind, Value, bool); 26] = [
            (Kind::Integer(1, 600), json!(600), true),
            (Kind::Integer(1, 600), json!(601), false),
            (Kind::Integer(1, 600), json!("5"), false),
            (Kind::Integer(1, 600), json!(5.5), false),
            (Kind::Text(3), json!("之的张"), true),
            (Kind::Text(3), json!("four"), false),
            (Kind::FilledText(3), json!(""), false),
            (Kind::PaymentId, json!("Payment 12"), true),
            (Kind::PaymentId, json!(" Payment 12"), false),
            (Kind::PaymentId, json!("id\n"), false),
            (Kind::Currency, json!("CNY"), true),
            (Kind::Currency, json!("cny"), false),
            (Kind::Country, json!("CHN"), false),
            (Kind::Phone, json!("13632264148"), true),
            (Kind::Phone, json!("+13632264148"), false),
            (Kind::Phone, json!(13_632_264_148_i64), false),
            (Kind::Email, json!("2524243674@example.com"), true),
            (Kind::Email, json!("example.com"), false),
            (Kind::Ip, json!("192.0.2.0"), true),
            (Kind::Ip, json!("2001:db8::1"), true),
            (Kind::Ip, json!("192.0.2"), false),
            (Kind::Day, json!("29-02-2024"), true),
            (Kind::Day, json!("29-02-2023"), false),
            (Kind::Flag, json!(1), true),
            (Kind::Flag, json!(2), false),
            (Kind::DateTime, json!("2026-10-02T13:00:00+00"), true),
        ];
        for (kind, value, good) in cases {
            assert_eq!(kind.check(&value).is_ok(), good, "{kind:?} {value}");
        }
    }
}
