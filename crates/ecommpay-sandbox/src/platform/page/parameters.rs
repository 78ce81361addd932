//! Opening parameters of Payment Page: the sandbox's own table of names and rules.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::gate::kinds::Kind;
use super::super::moment::Moment;
use super::super::payment::{CallbackUrls, CallbackWishes, Origin, Purchase, ReturnUrls};
use crate::config::Method;

const REQUIRED: [&str; 5] = [
    "project_id",
    "payment_id",
    "payment_amount",
    "payment_currency",
    "customer_id",
];

const NAME: Kind = Kind::Text(255);

/// Parameters with their rules; others are let through.
const RULES: &[(&str, Kind)] = &[
    ("project_id", Kind::Integer(1, 4_294_967_295)),
    ("payment_id", Kind::PaymentId),
    ("payment_amount", Kind::Integer(1, 10_000_000_000_000)),
    ("payment_currency", Kind::Currency),
    ("payment_description", NAME),
    ("payment_extra_param", NAME),
    ("customer_id", NAME),
    ("customer_first_name", NAME),
    ("customer_last_name", NAME),
    ("customer_middle_name", NAME),
    ("customer_address", NAME),
    ("customer_street", NAME),
    ("customer_city", NAME),
    ("customer_state", NAME),
    ("customer_email", Kind::Email),
    ("customer_phone", Kind::Phone),
    ("customer_zip", Kind::Text(10)),
    ("customer_country", Kind::Country),
    ("customer_day_of_birth", Kind::Day),
    ("customer_account_number", NAME),
    ("region_code", Kind::Country),
    ("best_before", Kind::DateTime),
    ("merchant_callback_url", Kind::CallbackUrl),
    ("merchant_success_callback_url", Kind::CallbackUrl),
    ("merchant_decline_callback_url", Kind::CallbackUrl),
    ("redirect", Kind::Flag),
    ("redirect_on_mobile", Kind::Flag),
    ("close_on_missclick", Kind::Flag),
];

/// Something wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ParameterFault {
    pub(crate) field: &'static str,
    pub(crate) message: String,
}

/// The parameters as the browser brought them, in order. Of repeated names the last one counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// The language of the visible text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Russian,
    Chinese,
}

impl Parameters {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        let mut last: Vec<(String, String)> = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            match last.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => last.push((name, value)),
            }
        }
        Self(last)
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// A parameter that is present and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub(crate) fn project(&self) -> Option<u32> {
        self.text("project_id")?.parse().ok()
    }

    pub(crate) fn payment_id(&self) -> &str {
        self.text("payment_id").unwrap_or_default()
    }

    pub(crate) fn amount(&self) -> i64 {
        self.text("payment_amount")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// Whatever is missing or breaks its rule; the signature is not looked at.
    pub(crate) fn faults(&self) -> Vec<ParameterFault> {
        let missing = REQUIRED
            .iter()
            .filter(|name| self.text(name).is_none())
            .map(|name| ParameterFault {
                field: name,
                message: "is required".to_owned(),
            });
        let wrong = RULES.iter().filter_map(|(name, kind)| {
            let text = self.text(name)?;
            (!kind.fits_text(text)).then(|| ParameterFault {
                field: name,
                message: kind.rule(),
            })
        });
        let mut faults: Vec<ParameterFault> = missing.chain(wrong).collect();
        if self.text("mode").is_some_and(|mode| mode != "purchase") {
            faults.push(ParameterFault {
                field: "mode",
                message: "the sandbox knows the mode purchase only".to_owned(),
            });
        }
        faults
    }

    /// The text's language: English unless Russian or Chinese is asked for.
    pub(crate) fn language(&self) -> Language {
        let code = self
            .text("language_code")
            .unwrap_or_default()
            .to_lowercase();
        match code.as_str() {
            "ru" => Language::Russian,
            "zh" | "zh-hant" => Language::Chinese,
            _ => Language::English,
        }
    }

    pub(crate) fn language_is_zh(&self) -> bool {
        self.text("language_code")
            .is_some_and(|code| code.eq_ignore_ascii_case("zh"))
    }

    pub(crate) fn hides(&self, method: Method) -> bool {
        self.text("hide")
            .is_some_and(|list| list.split(',').any(|code| code.trim() == method.code()))
    }

    /// Until when the customer may pay; a time more than 30 days ahead is ignored.
    pub(crate) fn deadline(&self, opened: Moment) -> Option<Moment> {
        const LONGEST: u64 = 30 * 24 * 60 * 60;
        let deadline = self.text("best_before").and_then(Moment::parse)?;
        (deadline <= opened.plus_seconds(LONGEST)).then_some(deadline)
    }

    /// The purchase that these parameters describe.
    pub(crate) fn purchase(
        &self,
        method: Method,
        login: Option<String>,
        session: &str,
    ) -> Purchase {
        Purchase {
            payment_id: self.payment_id().to_owned(),
            method,
            amount: self.amount(),
            currency: self.owned("payment_currency").unwrap_or_default(),
            description: self.owned("payment_description").unwrap_or_default(),
            customer_id: self.owned("customer_id"),
            phone: self.owned("customer_phone"),
            login,
            callback_urls: CallbackUrls {
                all: self.owned("merchant_callback_url"),
                success: self.owned("merchant_success_callback_url"),
                decline: self.owned("merchant_decline_callback_url"),
            },
            callback_wishes: CallbackWishes::default(),
            return_urls: ReturnUrls {
                back: self.owned("redirect_return_url"),
                ..ReturnUrls::default()
            },
            origin: Origin::Page(session.to_owned()),
            document: self.document(),
        }
    }

    /// The parameters as a Gate request would carry them, for clarification.
    fn document(&self) -> Value {
        let mut document = json!({"customer": {}, "payment": {}});
        for (name, value) in &self.0 {
            if let Some(member) = name.strip_prefix("customer_") {
                document["customer"][member] = value.as_str().into();
            } else if let Some(member) = name.strip_prefix("payment_") {
                document["payment"][member] = value.as_str().into();
            }
        }
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(changes: &[(&str, &str)]) -> Parameters {
        let mut pairs: Vec<(String, String)> = [
            ("project_id", "120"),
            ("payment_id", "580"),
            ("payment_amount", "1000"),
            ("payment_currency", "CNY"),
            ("customer_id", "customer1"),
            ("language_code", "zh"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        pairs.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        );
        Parameters::new(pairs)
    }

    #[test]
    fn the_printed_opening_has_no_fault() {
        assert_eq!(parameters(&[]).faults(), []);
    }

    #[test]
    fn faults_name_the_parameter() {
        let faults = parameters(&[("payment_amount", "10.00"), ("customer_id", "")]).faults();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["customer_id", "payment_amount"]);
    }

    #[test]
    fn a_deadline_too_far_away_is_ignored() {
        let opened = Moment::parse("2026-10-01T00:00:00Z").unwrap();
        let near = parameters(&[("best_before", "2026-10-02T13:00:00+00")]);
        assert_eq!(near.deadline(opened), Moment::parse("2026-10-02T13:00:00Z"));
        let far = parameters(&[("best_before", "2026-11-02T13:00:00+00:00")]);
        assert_eq!(far.deadline(opened), None);
    }

    #[test]
    fn hide_takes_a_list() {
        let parameters = parameters(&[("hide", "alipay, wallet-partner")]);
        assert!(parameters.hides(Method::Alipay) && parameters.hides(Method::WalletPartner));
        assert!(!parameters.hides(Method::AlfaClick));
    }
}
