//! A request body as JSON, read without any of the types that merchants' programs use.

use serde_json::Value;

use super::super::fault::{Code, Fault};
use super::kinds::Kind;
use super::tables::{MEMBERS, REQUIRED_INSIDE};

/// A request body that is a JSON object.
#[derive(Debug)]
pub(crate) struct Document(Value);

impl Document {
    /// Reads the body; `None` when it is not JSON or not an object.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body)
            .ok()
            .filter(Value::is_object)
            .map(Self)
    }

    /// A document that was read already.
    pub(crate) fn new(value: Value) -> Self {
        Self(value)
    }

    pub(crate) fn into_value(self) -> Value {
        self.0
    }

    /// The member at a path of names joined with `.`; `null` counts as absent.
    pub(crate) fn member(&self, path: &str) -> Option<&Value> {
        let mut value = &self.0;
        for name in path.split('.') {
            value = value.get(name)?;
        }
        (!value.is_null()).then_some(value)
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.member(path)?.as_str()
    }

    pub(crate) fn owned_text(&self, path: &str) -> Option<String> {
        self.text(path).map(str::to_owned)
    }

    pub(crate) fn integer(&self, path: &str) -> Option<i64> {
        self.member(path)?.as_i64()
    }

    /// Whether a flag is set, as `true` or as 1.
    pub(crate) fn is_set(&self, path: &str) -> bool {
        self.member(path)
            .is_some_and(|flag| *flag == Value::Bool(true) || *flag == 1)
    }

    /// Those of `paths` that are absent or empty text.
    pub(crate) fn missing(&self, paths: &[&'static str]) -> Vec<&'static str> {
        let is_missing = |path: &&str| match self.member(path) {
            None => true,
            Some(value) => value.as_str().is_some_and(str::is_empty),
        };
        paths.iter().copied().filter(is_missing).collect()
    }

    /// Every listed member that breaks its rule or is missing in its object.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (path, kind) in MEMBERS {
            match path.split_once("[].") {
                None => match self.member(path) {
                    Some(value) => check(path, *kind, value, &mut faults),
                    None if REQUIRED_INSIDE.contains(path) && self.is_in_object(path) => {
                        faults.push(absent(path));
                    }
                    None => {}
                },
                Some((list, member)) => {
                    let entries = self.member(list).and_then(Value::as_array);
                    for (index, entry) in entries.into_iter().flatten().enumerate() {
                        let place = format!("{list}.{index}.{member}");
                        match entry.get(member) {
                            Some(value) => check(&place, *kind, value, &mut faults),
                            None if REQUIRED_INSIDE.contains(path) => faults.push(absent(&place)),
                            None => {}
                        }
                    }
                }
            }
        }
        faults
    }

    /// Whether the object that the member belongs to is there.
    fn is_in_object(&self, path: &str) -> bool {
        path.rsplit_once('.')
            .and_then(|(around, _)| self.member(around))
            .is_some_and(Value::is_object)
    }
}

fn absent(path: &str) -> Fault {
    Fault::of_member(Code::VALIDATION_ERROR, path, "is required")
}

fn check(path: &str, kind: Kind, value: &Value, faults: &mut Vec<Fault>) {
    if let Err(rule) = kind.check(value) {
        faults.push(Fault::of_member(Code::VALIDATION_ERROR, path, rule));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_member_in_a_list() {
        let document = Document::read(
            br#"{"receipt_data":{"positions":[{"amount":1},{"amount":"1"},{}]},"customer":{"phone":"+7"}}"#,
        )
        .unwrap();
        let faults: Vec<String> = document.faults().iter().map(Fault::summary).collect();
        assert_eq!(
            faults,
            [
                "502 customer.ip_address: is required",
                "502 customer.phone: 4 to 24 digits",
                "502 receipt_data.positions.1.amount: an integer from 0 to 10000000000000",
                "502 receipt_data.positions.2.amount: is required",
            ]
        );
    }

    #[test]
    fn null_and_empty_text_are_missing() {
        let document = Document::read(br#"{"customer":{"id":null,"ip_address":""}}"#).unwrap();
        assert_eq!(
            document.missing(&["customer.id", "customer.ip_address", "payment.amount"]),
            ["customer.id", "customer.ip_address", "payment.amount"]
        );
        assert!(Document::read(b"[]").is_none());
    }
}
