//! One object of a request body: its members in the order of the specification, each at most once.

use std::fmt;

use ecommpay_model::{Json, JsonObject};

/// The members set so far, out of a fixed list of names that fixes their order as well.
#[derive(Clone, PartialEq)]
pub(crate) struct Members {
    names: &'static [&'static str],
    set: Vec<(&'static str, Json)>,
}

impl Members {
    /// No member yet; `names` is the order in which members are sent.
    pub(crate) const fn new(names: &'static [&'static str]) -> Self {
        Members {
            names,
            set: Vec::new(),
        }
    }

    /// Sets a member, replacing an earlier value.
    pub(crate) fn set(&mut self, name: &'static str, value: Json) {
        if let Some(member) = self.set.iter_mut().find(|(set, _)| *set == name) {
            member.1 = value;
            return;
        }
        let rank = self.rank(name);
        let place = self.set.partition_point(|(set, _)| self.rank(set) < rank);
        self.set.insert(place, (name, value));
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

    /// Takes over the members of `other`, which replace those set here.
    pub(crate) fn merge(&mut self, other: Members) {
        for (name, value) in other.set {
            self.set(name, value);
        }
    }

    /// The value of a member that has been set.
    pub(crate) fn value(&self, name: &str) -> Option<&Json> {
        self.set
            .iter()
            .find(|(set, _)| *set == name)
            .map(|(_, value)| value)
    }

    /// The names this object may hold.
    pub(crate) fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// The members that have been set, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Json)> {
        self.set.iter().map(|(name, value)| (*name, value))
    }

    /// The members as a JSON object.
    pub(crate) fn to_object(&self) -> JsonObject {
        self.iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    fn rank(&self, name: &str) -> usize {
        self.names
            .iter()
            .position(|known| *known == name)
            .unwrap_or(self.names.len())
    }
}

/// Names only: values may be personal data.
impl fmt::Debug for Members {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.set.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sent_in_the_order_of_the_list_whatever_the_order_of_setting() {
        let mut members = Members::new(&["id", "ip_address", "phone"]);
        members.text("phone", "13632264148");
        members.text("id", "123");
        members.text("ip_address", "192.0.2.0");
        members.text("id", "124");
        let names: Vec<_> = members.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["id", "ip_address", "phone"]);
        assert_eq!(members.value("id"), Some(&Json::String("124".to_owned())));
    }

    #[test]
    fn debug_shows_names_and_no_value() {
        let mut members = Members::new(&["phone"]);
        members.text("phone", "13632264148");
        assert_eq!(format!("{members:?}"), r#"{"phone"}"#);
    }
}
