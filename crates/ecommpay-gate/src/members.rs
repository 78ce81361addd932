//! One object of a request body: its members in the order of the specification, each at most once.

use std::fmt;

use ecommpay_model::{Json, JsonObject};

use crate::ordered::Scalar;
use crate::section::{Known, Section};

/// The members set so far, out of a section that fixes their names and their order.
#[derive(Clone)]
pub(crate) struct Members {
    section: &'static Section,
    /// Index of the name in the section, rising.
    set: Vec<(usize, Json)>,
    /// Whether a value was set that is more than a scalar its member takes as it is.
    unusual: bool,
}

impl Members {
    /// No member yet.
    pub(crate) const fn new(section: &'static Section) -> Self {
        Members {
            section,
            set: Vec::new(),
            unusual: false,
        }
    }

    /// Sets a member, replacing an earlier value.
    pub(crate) fn set(&mut self, name: &'static str, value: Json) {
        self.put(self.section.index(name), value);
    }

    fn put(&mut self, index: usize, value: Json) {
        let known = &self.section.members[index];
        self.unusual |= !Scalar::of(&value).is_some_and(|scalar| known.takes(scalar));
        let place = self.set.partition_point(|(set, _)| *set < index);
        match self.set.get_mut(place) {
            Some(member) if member.0 == index => member.1 = value,
            _ => self.set.insert(place, (index, value)),
        }
    }

    /// Sets a text member.
    pub(crate) fn text(&mut self, name: &'static str, value: &str) {
        self.set(name, Json::String(value.to_owned()));
    }

    /// Sets a whole number.
    pub(crate) fn integer(&mut self, name: &'static str, value: impl Into<i64>) {
        self.set(name, Json::Integer(value.into()));
    }

    /// Sets a flag to true; flags that are not set are left out.
    pub(crate) fn flag(&mut self, name: &'static str) {
        self.set(name, Json::Bool(true));
    }

    /// Takes over the members of `other`, of the same section, which replace those set here.
    pub(crate) fn merge(&mut self, other: Members) {
        for (index, value) in other.set {
            self.put(index, value);
        }
    }

    /// The value of a member that has been set.
    pub(crate) fn value(&self, name: &str) -> Option<&Json> {
        self.iter()
            .find(|(set, _)| *set == name)
            .map(|(_, value)| value)
    }

    /// The object these members are of.
    pub(crate) fn section(&self) -> &'static Section {
        self.section
    }

    /// The members that have been set, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Json)> {
        let names = self.section.names;
        self.set.iter().map(|(index, value)| (names[*index], value))
    }

    /// Whether no member has been set.
    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether every value is surely a scalar that its member [takes](Known::takes) as it is.
    pub(crate) fn are_usual(&self) -> bool {
        !self.unusual
    }

    /// The members that have been set, in order, with what is known of them.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&'static Known, &Json)> {
        let members = self.section.members;
        self.set
            .iter()
            .map(|(index, value)| (&members[*index], value))
    }

    /// The members as a JSON object.
    pub(crate) fn to_object(&self) -> JsonObject {
        self.iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }
}

/// Members of one section are compared.
impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.set == other.set
    }
}

/// Names only: values may be personal data.
impl fmt::Debug for Members {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::section::section;

    const CUSTOMER: &Section =
        &section!("customer", depth 1, "customer", "customer:", ["id", "ip_address", "phone"]);

    #[test]
    fn members_are_sent_in_the_order_of_the_list_whatever_the_order_of_setting() {
        let mut members = Members::new(CUSTOMER);
        members.text("phone", "13632264148");
        members.text("id", "123");
        members.text("ip_address", "192.0.2.0");
        members.text("id", "124");
        let names: Vec<_> = members.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["id", "ip_address", "phone"]);
        assert_eq!(members.value("id"), Some(&Json::String("124".to_owned())));
    }

    #[test]
    fn texts_that_are_written_otherwise_are_noticed() {
        let everywhere =
            (0..=0x7F_u8).flat_map(|special| (0..12).map(move |place| (special, place)));
        for (special, place) in everywhere {
            let (before, behind) = ("\u{7f}ж".repeat(place), "a".repeat(12 - place));
            let text = format!("{before}{}{behind}", char::from(special));
            let mut members = Members::new(CUSTOMER);
            members.text("id", &text);
            let escaped =
                serde_json::to_string(&text).is_ok_and(|json| json != format!("\"{text}\""));
            assert_eq!(
                members.are_usual(),
                !(escaped || special == b';'),
                "{special}"
            );
        }
    }

    #[test]
    fn values_that_break_a_rule_or_are_no_scalars_are_noticed() {
        let usual = |section, name, value: Json| {
            let mut members = Members::new(section);
            members.set(name, value);
            members.are_usual()
        };
        let text = |length: usize| Json::String("a".repeat(length));
        use crate::general::GENERAL;
        use crate::sale_options::PAYMENT;
        assert!(usual(GENERAL, "merchant_callback_url", text(255)));
        assert!(!usual(GENERAL, "merchant_callback_url", text(256)));
        assert!(!usual(GENERAL, "merchant_callback_url", text(0)));
        assert!(usual(PAYMENT, "amount", Json::Integer(1)));
        assert!(!usual(PAYMENT, "amount", Json::Integer(0)));
        assert!(!usual(PAYMENT, "amount", text(1)));
        assert!(usual(PAYMENT, "is_fast", Json::Bool(true)));
        for value in [
            Json::Bool(false),
            Json::Null,
            Json::Double(1.5),
            Json::Array(Vec::new()),
        ] {
            assert!(!usual(PAYMENT, "is_fast", value));
        }
    }

    #[test]
    fn debug_shows_names_and_no_value() {
        let mut members = Members::new(CUSTOMER);
        members.text("phone", "13632264148");
        assert_eq!(format!("{members:?}"), r#"{"phone"}"#);
    }
}
