//! Additional data, asked for on the page: the customer fills in what the project needs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::entry::Entry;
use super::super::gate::kinds::Kind;
use super::super::gate::tables;
use super::super::moment::Moment;
use super::super::payment::Payment;
use super::super::status::PaymentStatus;
use super::super::{Command, Platform};
use super::events::PageEvent;
use super::scene::PageView;

/// A member that the page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AskedField {
    /// Path in the sale request, such as `customer.zip`.
    pub(crate) path: String,
    /// The rule of the value.
    pub(crate) kind: Kind,
    /// What was typed before.
    pub(crate) value: String,
    /// Whether what was typed breaks the rule.
    pub(crate) wrong: bool,
}

/// The fields that the payment waits for.
pub(super) fn asked_fields(payment: &Payment) -> Vec<AskedField> {
    let Some(open) = &payment.clarification else {
        return Vec::new();
    };
    let typed = |path: &str| {
        let (object, member) = path.split_once('.')?;
        match payment.purchase.document.get(object)?.get(member)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    };
    open.missing()
        .map(|(path, wrong)| AskedField {
            kind: kind_of(path),
            value: typed(path).unwrap_or_default(),
            path: path.to_owned(),
            wrong,
        })
        .collect()
}

fn kind_of(path: &str) -> Kind {
    tables::kind_of(path).unwrap_or(Kind::Text(255))
}

/// The customer sends the form with the missing data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AnswerOnPage {
    pub(crate) session: String,
    /// Paths with what was typed.
    pub(crate) members: Vec<(String, String)>,
}

impl Command for AnswerOnPage {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        let page = platform.pages.get(&self.session)?;
        let key = page.payment.clone();
        let asked = platform
            .payment(&key)
            .filter(|payment| page.confirmed && payment.belongs_to_page(&self.session))
            .filter(|payment| payment.status == PaymentStatus::AwaitingClarification)
            .map(asked_fields)
            .unwrap_or_default();
        if asked.is_empty() {
            return platform.page_view(&self.session, now);
        }
        if let Some(page) = platform.pages.get_mut(&self.session) {
            page.tell(PageEvent::clarification_sent());
        }
        let payment_id = page_payment_id(platform, &self.session)?;
        let request_id = platform.new_request(&key, &payment_id, now);
        let data = additional_data(&asked, &self.members);
        if platform.take_data(&key, data, &request_id, now) {
            return platform.send_from_page(&self.session, &key, now);
        }
        platform.page_view(&self.session, now)
    }
}

fn page_payment_id(platform: &Platform, session: &str) -> Option<String> {
    let page = platform.pages.get(session)?;
    Some(page.parameters.payment_id().to_owned())
}

/// What was typed into the fields asked for, as `additional_data` of a Gate request would say it.
fn additional_data(asked: &[AskedField], members: &[(String, String)]) -> Map<String, Value> {
    let mut data = Map::new();
    for field in asked {
        let Some((object, member)) = field.path.split_once('.') else {
            continue;
        };
        let typed = members.iter().find(|(path, _)| *path == field.path);
        let text = typed.map_or("", |(_, text)| text.trim());
        let members = data
            .entry(object)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(members) = members {
            members.insert(member.to_owned(), value(field.kind, text));
        }
    }
    data
}

/// The JSON value of a typed text; one that is no number stays text and breaks the rule.
fn value(kind: Kind, text: &str) -> Value {
    let number = match kind {
        Kind::Integer(..) | Kind::Number | Kind::Flag => serde_json::from_str(text).ok(),
        _ => None,
    };
    number.unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_asked_for_is_taken() {
        let field = |path: &str| AskedField {
            path: path.to_owned(),
            kind: kind_of(path),
            value: String::new(),
            wrong: false,
        };
        let asked = [field("customer.zip"), field("payment.customer_amount")];
        let members = [
            ("customer.zip", " 100000 "),
            ("payment.customer_amount", "12"),
            ("payment.amount", "1"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(
            Value::Object(additional_data(&asked, &members)),
            json!({"customer": {"zip": "100000"}, "payment": {"customer_amount": 12}})
        );
        assert_eq!(value(Kind::Number, "{}"), json!({}));
        assert_eq!(value(Kind::Number, "ten"), json!("ten"));
    }
}
