//! The sandbox's own table of opening parameters and their rules. Names it does not list are let
//! through, as the platform does.

use base64::Engine as _;
use serde_json::Value;
use url::Url;

use super::super::gate::kinds::Kind;
use super::super::moment::Moment;

/// Without these nothing opens.
pub(super) const REQUIRED: [&str; 5] = [
    "project_id",
    "payment_id",
    "payment_amount",
    "payment_currency",
    "customer_id",
];

/// The group codes that the documentation names.
pub(super) const GROUPS: [&str; 1] = ["openbanking"];

/// What a parameter has to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    Is(Kind),
    OneOf(&'static [&'static str]),
    /// A JSON text.
    Json,
    /// Base64 of a JSON object that is not empty.
    JsonInBase64,
    /// Where a browser can be sent.
    Address,
    /// A date and time; without an offset it is UTC, as the Python SDK prints it.
    Deadline,
    /// Method codes, separated by commas.
    Methods,
    /// At most so many Latin letters and digits.
    LettersAndDigits(usize),
    /// At most so many Latin letters, digits, blanks and marks.
    Latin(usize),
}

impl Rule {
    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            Self::Is(kind) => kind.fits_text(text),
            Self::OneOf(words) => words.contains(&text),
            Self::Json => serde_json::from_str::<Value>(text).is_ok(),
            Self::JsonInBase64 => is_encoded_object(text),
            Self::Address => is_address(text),
            Self::Deadline => deadline(text).is_some(),
            Self::Methods => text.split(',').all(|code| {
                let code = code.trim();
                !code.is_empty() && !GROUPS.contains(&code)
            }),
            Self::LettersAndDigits(most) => {
                text.len() <= most && text.bytes().all(|letter| letter.is_ascii_alphanumeric())
            }
            Self::Latin(most) => {
                text.len() <= most && text.bytes().all(|letter| (b' '..=b'~').contains(&letter))
            }
        }
    }

    /// The rule in words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Is(kind) => kind.rule(),
            Self::OneOf(words) => format!("one of: {}", words.join(", ")),
            Self::Json => "a JSON text".to_owned(),
            Self::JsonInBase64 => "Base64 of a JSON object that is not empty".to_owned(),
            Self::Address => {
                "a full URL whose scheme is not javascript, vbscript or data".to_owned()
            }
            Self::Deadline => "a date and time as YYYY-MM-DDThh:mm:ss+hh:mm".to_owned(),
            Self::Methods => "method codes separated by commas, no group codes".to_owned(),
            Self::LettersAndDigits(most) => format!("at most {most} Latin letters and digits"),
            Self::Latin(most) => format!("at most {most} Latin letters, digits and marks"),
        }
    }
}

/// Whether a browser may be sent to this address: any full URL but one that would run a script.
/// An address of an app on the customer's phone is welcome.
pub(crate) fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| !matches!(url.scheme(), "javascript" | "vbscript" | "data"))
}

/// The instant that `best_before` names.
pub(super) fn deadline(text: &str) -> Option<Moment> {
    Moment::parse(text).or_else(|| Moment::parse(&format!("{text}Z")))
}

fn is_encoded_object(text: &str) -> bool {
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .and_then(|json| serde_json::from_slice::<Value>(&json).ok())
        .is_some_and(|value| value.as_object().is_some_and(|object| !object.is_empty()))
}

const NAME: Rule = Rule::Is(Kind::Text(255));
const FLAG: Rule = Rule::Is(Kind::Flag);
const COUNTRY: Rule = Rule::Is(Kind::Country);
const CALLBACK: Rule = Rule::Is(Kind::CallbackUrl);
const NUMBER: Rule = Rule::Is(Kind::Integer(0, 4_294_967_295));
const MODE: Rule = Rule::OneOf(&["iframe", "parent_page", "blank_page"]);
const ENABLED: Rule = Rule::OneOf(&["0", "1", "2"]);

/// Parameters with their rules, in the order of the documentation.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("payment_id", Rule::Is(Kind::PaymentId)),
    (
        "payment_amount",
        Rule::Is(Kind::Integer(1, 10_000_000_000_000)),
    ),
    ("payment_currency", Rule::Is(Kind::Currency)),
    ("customer_id", NAME),
    // The sandbox imitates purchases in one step only.
    ("mode", Rule::OneOf(&["purchase"])),
    ("operation_type", Rule::OneOf(&["sale"])),
    ("card_operation_type", Rule::OneOf(&["sale"])),
    ("payment_description", NAME),
    ("payment_extra_param", NAME),
    ("interface_type", Rule::Json),
    ("moto_type", Rule::OneOf(&["1", "2"])),
    ("terminal_id", NUMBER),
    ("style_id", NUMBER),
    ("region_code", COUNTRY),
    ("best_before", Rule::Deadline),
    ("merchant_callback_url", CALLBACK),
    ("merchant_success_callback_url", CALLBACK),
    ("merchant_decline_callback_url", CALLBACK),
    ("descriptor", Rule::Latin(13)),
    ("uuid", Rule::Is(Kind::Text(64))),
    ("debt_account", Rule::LettersAndDigits(10)),
    (
        "payment_cryptocurrency_type",
        Rule::OneOf(&["cbdc", "stablecoins_fiat_backed", "native_tokens", "other"]),
    ),
    ("checkout_script", FLAG),
    // Choice of methods.
    ("hide", Rule::Methods),
    ("payment_methods_options", Rule::Json),
    ("force_acs_new_window", FLAG),
    // Customer, billing, parties.
    ("customer_first_name", NAME),
    ("customer_last_name", NAME),
    ("customer_middle_name", NAME),
    ("customer_address", NAME),
    ("customer_street", NAME),
    ("customer_city", NAME),
    ("customer_state", NAME),
    ("customer_birthplace", NAME),
    ("customer_email", Rule::Is(Kind::Email)),
    ("customer_phone", Rule::Is(Kind::Phone)),
    ("customer_zip", Rule::Is(Kind::Text(10))),
    ("customer_country", COUNTRY),
    ("customer_day_of_birth", Rule::Is(Kind::Day)),
    ("customer_ssn", Rule::Is(Kind::Integer(0, 9999))),
    ("customer_account_number", NAME),
    ("billing_country", COUNTRY),
    ("sender_first_name", NAME),
    ("sender_last_name", NAME),
    ("sender_zip", NAME),
    ("sender_address", Rule::Is(Kind::Text(99))),
    ("sender_city", Rule::Is(Kind::Text(25))),
    ("sender_wallet_id", Rule::Is(Kind::Text(64))),
    ("recipient_first_name", NAME),
    ("recipient_last_name", NAME),
    ("recipient_card_holder", NAME),
    ("recipient_wallet_owner", NAME),
    ("recipient_address", Rule::Is(Kind::Text(99))),
    ("recipient_city", Rule::Is(Kind::Text(25))),
    ("recipient_wallet_id", Rule::Is(Kind::Text(64))),
    ("customer_installment_count", NUMBER),
    // Display and redirects.
    ("redirect", FLAG),
    ("redirect_on_mobile", FLAG),
    ("close_on_missclick", FLAG),
    ("redirect_success_url", Rule::Address),
    ("redirect_fail_url", Rule::Address),
    ("redirect_return_url", Rule::Address),
    ("redirect_tokenize_url", Rule::Address),
    ("redirect_success_mode", MODE),
    ("redirect_fail_mode", MODE),
    (
        "redirect_tokenize_mode",
        Rule::OneOf(&["iframe", "parent_page"]),
    ),
    ("redirect_success_enabled", ENABLED),
    ("redirect_fail_enabled", ENABLED),
    ("merchant_success_url", Rule::Address),
    ("merchant_fail_url", Rule::Address),
    ("merchant_return_url", Rule::Address),
    ("merchant_success_enabled", ENABLED),
    ("merchant_fail_enabled", ENABLED),
    ("merchant_return_enabled", ENABLED),
    ("merchant_success_redirect_mode", MODE),
    ("merchant_fail_redirect_mode", MODE),
    ("merchant_return_redirect_mode", MODE),
    // Structured values.
    ("booking_info", Rule::JsonInBase64),
    ("receipt_data", Rule::JsonInBase64),
    ("cash_voucher_data", Rule::JsonInBase64),
    ("addendum_data", Rule::JsonInBase64),
    ("customer_account_info", Rule::JsonInBase64),
    ("customer_shipping", Rule::JsonInBase64),
    ("customer_mpi_result", Rule::JsonInBase64),
    ("payment_merchant_risk", Rule::JsonInBase64),
    ("recurring", Rule::Json),
    ("recurring_register", FLAG),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(name: &str, text: &str) -> bool {
        let (_, rule) = RULES.iter().find(|(known, _)| *known == name).unwrap();
        rule.fits(text)
    }

    #[test]
    fn each_rule_knows_good_from_bad() {
        for (name, text, good) in [
            ("mode", "purchase", true),
            ("mode", "payout", false),
            ("operation_type", "auth", false),
            ("interface_type", r#"{"id": 24}"#, true),
            ("interface_type", "33", true),
            ("interface_type", "{id:24}", false),
            ("best_before", "2055-05-05T00:00:00", true),
            ("best_before", "2200-12-12T12:12:12+03:00", true),
            ("best_before", "2026-10-02T13:00:00Z", true),
            ("best_before", "2026-10-02T13:00:00+03", true),
            ("best_before", "2026-10-02", false),
            ("hide", "card, alipay", true),
            ("hide", "openbanking", false),
            ("hide", "card,,alipay", false),
            ("merchant_success_url", "https://shop.example/paid", true),
            ("merchant_success_url", "shopapp://paid", true),
            ("merchant_success_url", "/paid", false),
            ("merchant_success_url", "javascript:alert(1)", false),
            ("merchant_success_url", " JavaScript:alert(1)", false),
            ("redirect_fail_url", "data:text/html,x", false),
            ("redirect_fail_url", "vbscript:x", false),
            ("redirect_success_mode", "blank_page", true),
            ("redirect_success_mode", "popup", false),
            ("redirect_tokenize_mode", "blank_page", false),
            ("merchant_return_enabled", "2", true),
            ("merchant_return_enabled", "3", false),
            // {"start_date":"11-11-2030"} and the empty object
            ("booking_info", "eyJzdGFydF9kYXRlIjoiMTEtMTEtMjAzMCJ9", true),
            ("booking_info", "e30=", false),
            ("receipt_data", "%7B%7D", false),
            ("descriptor", "Shop 1", true),
            ("descriptor", "A name of 14 l", false),
            ("customer_zip", "12345678901", false),
        ] {
            assert_eq!(fits(name, text), good, "{name}={text}");
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let mut names: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
