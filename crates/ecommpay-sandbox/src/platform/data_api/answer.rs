//! Answers of the Data API: signed reports, unsigned refusals.

use ecommpay_signature::SecretKey;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::super::signing;

/// An HTTP answer with a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataAnswer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A report under its name, and the signature behind it.
struct Signed<'a, T> {
    name: &'static str,
    content: &'a T,
    signature: Option<String>,
}

impl<T: Serialize> Serialize for Signed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.name, self.content)?;
        if let Some(signature) = &self.signature {
            map.serialize_entry("signature", signature)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Refusal<'a> {
    name: &'static str,
    message: &'a str,
    code: u16,
    status: u16,
}

impl DataAnswer {
    /// 200 with `{name: content, "signature": …}`.
    pub(super) fn report<T: Serialize>(name: &'static str, content: &T, key: &SecretKey) -> Self {
        let mut body = Signed {
            name,
            content,
            signature: None,
        };
        body.signature = signing::sign(&body, key);
        Self {
            status: 200,
            body: signing::bytes(&body),
        }
    }

    /// 400: a member breaks its rule.
    pub(crate) fn bad(member: &str, rule: &str) -> Self {
        Self::refusal(400, "Bad Request", &format!("{member}: {rule}"))
    }

    /// 401: token or signature are not known here. Which of both, nobody is told.
    pub(super) fn unauthorized() -> Self {
        Self::refusal(401, "Unauthorized", "Authorization Required")
    }

    /// 429: another long report too soon.
    pub(super) fn too_many(message: &str) -> Self {
        Self::refusal(429, "Too Many Requests", message)
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self::refusal(404, "Not Found", message)
    }

    /// 405: the Data API takes POST only.
    pub(crate) fn wrong_method() -> Self {
        Self::refusal(405, "Method Not Allowed", "the Data API takes POST only")
    }

    /// 501: an endpoint whose bodies are not public.
    pub(super) fn not_imitated() -> Self {
        let message = "the sandbox does not imitate this endpoint: its bodies are not public";
        Self::refusal(501, "Not Implemented", message)
    }

    fn refusal(status: u16, name: &'static str, message: &str) -> Self {
        let body = Refusal {
            name,
            message,
            code: status,
            status,
        };
        Self {
            status,
            body: signing::bytes(&body),
        }
    }
}
