//! Reading the members of a request: what is wrong is a 400 that names the member.

use serde_json::Value;

use super::answer::DataAnswer;

/// A request body that is a JSON object.
pub(super) struct Members(Value);

impl Members {
    /// Reads the body; `None` when it is not JSON or not an object.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body)
            .ok()
            .filter(Value::is_object)
            .map(Self)
    }

    /// The member at a path of names joined with `.`; `null` counts as absent.
    pub(super) fn get(&self, path: &str) -> Option<&Value> {
        let mut value = &self.0;
        for name in path.split('.') {
            value = value.get(name)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// A text that must be there and not be empty.
    pub(super) fn required_text(&self, path: &str) -> Result<&str, DataAnswer> {
        match self.get(path) {
            None => Err(DataAnswer::bad(path, "is required")),
            Some(Value::String(text)) if !text.is_empty() => Ok(text),
            Some(_) => Err(DataAnswer::bad(path, "must be text that is not empty")),
        }
    }

    /// A text that may be absent.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>, DataAnswer> {
        match self.get(path) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(DataAnswer::bad(path, "must be text")),
        }
    }

    /// A list of texts that may be absent.
    pub(super) fn texts(&self, path: &str) -> Result<Option<Vec<&str>>, DataAnswer> {
        let Some(value) = self.get(path) else {
            return Ok(None);
        };
        let list = value.as_array();
        let texts = list.and_then(|list| list.iter().map(Value::as_str).collect());
        match texts {
            Some(texts) => Ok(Some(texts)),
            None => Err(DataAnswer::bad(path, "must be a list of texts")),
        }
    }

    /// A text or a list of texts, whichever was sent.
    pub(super) fn text_or_texts(&self, path: &str) -> Result<Option<Vec<&str>>, DataAnswer> {
        match self.get(path) {
            Some(Value::String(text)) => Ok(Some(vec![text])),
            None | Some(Value::Array(_)) => self.texts(path),
            Some(_) => Err(DataAnswer::bad(path, "must be text or a list of texts")),
        }
    }

    /// A number from `least` to `most`, as an integer or as a text of digits.
    pub(super) fn number(
        &self,
        path: &str,
        least: usize,
        most: usize,
        default: usize,
    ) -> Result<usize, DataAnswer> {
        let Some(value) = self.get(path) else {
            return Ok(default);
        };
        digits(value)
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| {
                let rule = match most {
                    usize::MAX => format!("must be an integer of at least {least}"),
                    most => format!("must be an integer from {least} to {most}"),
                };
                DataAnswer::bad(path, &rule)
            })
    }

    /// A list of project ids that may be absent.
    pub(super) fn project_ids(&self, path: &str) -> Result<Option<Vec<u32>>, DataAnswer> {
        let Some(value) = self.get(path) else {
            return Ok(None);
        };
        let id = |value: &Value| u32::try_from(digits(value)?).ok();
        let ids = value
            .as_array()
            .and_then(|list| list.iter().map(id).collect());
        match ids {
            Some(ids) => Ok(Some(ids)),
            None => Err(DataAnswer::bad(path, "must be a list of integers")),
        }
    }
}

/// An integer, or a text of digits.
fn digits(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        value => value.as_u64(),
    }
}
