//! Opening parameters of Payment Page, as the browser brought them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::moment::Moment;
use super::super::payment::{CallbackUrls, CallbackWishes, Origin, Purchase, ReturnUrls};
use super::super::signing;
use super::rules::{self, REQUIRED, RULES};
use crate::config::Method;

/// Something wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ParameterFault {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// The parameters as the browser brought them, in order. Of repeated names the last one counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        let mut places = BTreeMap::new();
        let mut last: Vec<(String, String)> = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let place = *places.entry(name.clone()).or_insert(last.len());
            match last.get_mut(place) {
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
        let id = self.text("project_id")?.parse().ok()?;
        (id > 0).then_some(id)
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
        let fault = |field: &str, message: String| ParameterFault {
            field: field.to_owned(),
            message,
        };
        let missing = REQUIRED
            .iter()
            .filter(|name| self.text(name).is_none())
            .map(|name| fault(name, "is required".to_owned()));
        let wrong = RULES.iter().filter_map(|(name, rule)| {
            let text = self.text(name)?;
            (!rule.fits(text)).then(|| fault(name, rule.words()))
        });
        let mut faults: Vec<ParameterFault> = missing.chain(wrong).collect();
        if self.text("project_id").is_some() && self.project().is_none() {
            let rule = "an integer from 1 to 4294967295".to_owned();
            faults.insert(0, fault("project_id", rule));
        }
        // The separator of the string to sign would make two sets of parameters look the same.
        let ambiguous = self.0.iter().filter(|(name, value)| {
            signing::is_signed(name) && (name.contains(';') || value.contains(';'))
        });
        faults.extend(ambiguous.map(|(name, _)| fault(name, "must not contain ;".to_owned())));
        faults
    }

    pub(crate) fn language_is_zh(&self) -> bool {
        self.text("language_code")
            .is_some_and(|code| code.eq_ignore_ascii_case("zh"))
    }

    pub(crate) fn opens_provider_in_new_tab(&self) -> bool {
        self.text("force_acs_new_window")
            .is_some_and(|flag| matches!(flag, "1" | "true" | "True"))
    }

    pub(crate) fn hides(&self, method: Method) -> bool {
        self.text("hide")
            .is_some_and(|list| list.split(',').any(|code| code.trim() == method.code()))
    }

    /// Until when the customer may pay; a time more than 30 days ahead is ignored.
    pub(crate) fn deadline(&self, opened: Moment) -> Option<Moment> {
        const LONGEST: u64 = 30 * 24 * 60 * 60;
        let deadline = self.text("best_before").and_then(rules::deadline)?;
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
            ip_address: None,
            email: self.owned("customer_email"),
            // The page itself keeps the customer from paying too late.
            best_before: None,
            document: self.document(login.as_deref()),
            login,
        }
    }

    /// The parameters as a Gate request would carry them, for clarification.
    fn document(&self, login: Option<&str>) -> Value {
        let mut document = json!({"customer": {}, "payment": {}});
        for (name, value) in &self.0 {
            if let Some(member) = name.strip_prefix("customer_") {
                document["customer"][member] = value.as_str().into();
            } else if let Some(member) = name.strip_prefix("payment_") {
                document["payment"][member] = value.as_str().into();
            }
        }
        document["payment"]["amount"] = self.amount().into();
        if let Some(login) = login {
            // Payment Page and Gate have different names for it.
            document["customer"]["account_id"] = login.into();
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
        let fields: Vec<&str> = faults.iter().map(|fault| &*fault.field).collect();
        assert_eq!(fields, ["customer_id", "payment_amount"]);
        let faults = parameters(&[("project_id", "0")]).faults();
        assert_eq!(faults[0].field, "project_id");
    }

    #[test]
    fn the_separator_of_the_string_to_sign_is_refused_where_it_is_signed() {
        let faults = parameters(&[
            ("payment_description", "a;b"),
            ("c;d", "1"),
            ("_referrer", "http://shop.example/?a;b"),
        ])
        .faults();
        let fields: Vec<&str> = faults.iter().map(|fault| &*fault.field).collect();
        assert_eq!(fields, ["payment_description", "c;d"]);
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
