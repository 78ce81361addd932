//! The visible text of Payment Page in English, Russian and Chinese.

mod chinese;
mod english;
mod russian;

use crate::config::{Language, Method};
use crate::platform::gate::kinds::Kind;

/// All sentences of Payment Page.
#[derive(Debug)]
pub(crate) struct PageText {
    pub(crate) title: &'static str,
    pub(crate) sandbox: &'static str,
    pub(crate) order: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) payment: &'static str,
    pub(crate) description: &'static str,
    pub(crate) pay_before: &'static str,
    pub(crate) time_left: &'static str,
    pub(crate) last_minutes: &'static str,
    pub(crate) clock_stands: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) confirm: &'static str,
    /// `{}` stands for the method.
    pay_with: &'static str,
    pub(crate) other_ways: &'static str,
    pub(crate) choose_again: &'static str,
    pub(crate) withheld: &'static str,
    pub(crate) login_title: &'static str,
    pub(crate) login: &'static str,
    pub(crate) login_hint: &'static str,
    pub(crate) login_refused: &'static str,
    pub(crate) clarify_title: &'static str,
    pub(crate) clarify: &'static str,
    pub(crate) field_wrong: &'static str,
    pub(crate) send: &'static str,
    pub(crate) go_on: &'static str,
    /// `{}` stands for the method.
    redirect: &'static str,
    pub(crate) redirect_new_tab: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) qr_alt: &'static str,
    pub(crate) qr_left: &'static str,
    pub(crate) qr_over: &'static str,
    pub(crate) open_wallet: &'static str,
    pub(crate) instruction_title: &'static str,
    pub(crate) instruction: [&'static str; 3],
    pub(crate) valid_until: &'static str,
    pub(crate) open_bank: &'static str,
    pub(crate) waiting_title: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) check_now: &'static str,
    pub(crate) paid: &'static str,
    pub(crate) declined: &'static str,
    pub(crate) going_back: &'static str,
    pub(crate) back_to_shop: &'static str,
    pub(crate) leave: &'static str,
    pub(crate) time_over: &'static str,
    pub(crate) not_charged: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) cannot_open: &'static str,
    pub(crate) ask_shop: &'static str,
    pub(crate) for_developers: &'static str,
    alipay: &'static str,
    alfa_click: &'static str,
    wallet_partner: &'static str,
    /// Names of members that may be asked for, by their path.
    fields: [(&'static str, &'static str); 14],
    hints: Hints,
}

/// How to fill in a field. `{}` stands for a number.
#[derive(Debug)]
struct Hints {
    phone: &'static str,
    email: &'static str,
    country: &'static str,
    currency: &'static str,
    day: &'static str,
    number: &'static str,
    at_most: &'static str,
}

impl PageText {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXT,
            Language::Russian => &russian::TEXT,
            Language::Chinese => &chinese::TEXT,
        }
    }

    /// What stands on the button of a method.
    pub(crate) fn pay_with(&self, method: &Method) -> String {
        self.pay_with.replace("{}", self.method(method))
    }

    /// The way to the provider.
    pub(crate) fn redirect(&self, method: &Method) -> String {
        self.redirect.replace("{}", self.method(method))
    }

    pub(crate) fn method(&self, method: &Method) -> &'static str {
        match method {
            Method::Alipay => self.alipay,
            Method::AlfaClick => self.alfa_click,
            Method::WalletPartner => self.wallet_partner,
        }
    }

    /// The name of a member as a label; the path itself when there is no better one.
    pub(crate) fn label<'a>(&self, path: &'a str) -> &'a str {
        let known = self.fields.iter().find(|(known, _)| *known == path);
        known.map_or(path, |(_, label)| *label)
    }

    /// How to fill in a field of this kind.
    pub(crate) fn hint(&self, kind: &Kind) -> String {
        let hints = &self.hints;
        match kind {
            Kind::Phone => hints.phone.to_owned(),
            Kind::Email => hints.email.to_owned(),
            Kind::Country => hints.country.to_owned(),
            Kind::Currency => hints.currency.to_owned(),
            Kind::Day => hints.day.to_owned(),
            Kind::Integer(..) | Kind::Number => hints.number.to_owned(),
            // Nobody types more by accident.
            Kind::Text(101..) | Kind::FilledText(101..) => String::new(),
            Kind::Text(most) | Kind::FilledText(most) => {
                hints.at_most.replace("{}", &most.to_string())
            }
            other => other.rule(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_the_same_fields() {
        let english = PageText::of(Language::English);
        for language in [Language::Russian, Language::Chinese] {
            let text = PageText::of(language);
            for ((path, label), (other, translated)) in english.fields.iter().zip(text.fields) {
                assert_eq!(*path, other);
                assert!(!label.is_empty() && !translated.is_empty());
            }
            for sentence in [text.hints.at_most, text.pay_with, text.redirect] {
                assert!(sentence.contains("{}"), "{sentence}");
            }
        }
        assert_eq!(english.label("customer.zip"), "Postal code");
        assert_eq!(english.label("avs_data.post_code"), "avs_data.post_code");
        assert_eq!(english.hint(&Kind::Text(10)), "At most 10 characters");
        assert_eq!(english.hint(&Kind::Text(255)), "");
    }
}
