//! What ours is held against: the bare hash, and the code that everybody would write.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha512;

/// HMAC-SHA-512 of the same hash crate, with the state behind the key kept.
pub(crate) struct BareMac {
    mac: Hmac<Sha512>,
}

impl BareMac {
    pub(crate) fn new(secret: &str) -> Self {
        // HMAC takes keys of any length.
        let mac = Hmac::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!());
        Self { mac }
    }

    pub(crate) fn tag(&self, canonical: &[u8]) -> [u8; 64] {
        let mut mac = self.mac.clone();
        mac.update(canonical);
        mac.finalize().into_bytes().into()
    }
}

/// Signs as most programs do: into a tree, every value as `path:text`, sorted, joined, hashed.
///
/// Its order is that of bytes and its doubles are printed as they come, so it is right on ordinary
/// bodies only; the real rules would cost it more.
pub(crate) fn usual_signature(body: &[u8], secret: &str) -> Option<String> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    value.as_object_mut()?.remove("signature");
    let mut lines = Vec::new();
    flatten(&value, String::new(), &mut lines);
    lines.sort();
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(lines.join(";").as_bytes());
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

/// Verifies as most programs do.
pub(crate) fn usual_verification(body: &[u8], secret: &str) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    let claimed = value["signature"].as_str().unwrap_or_default();
    usual_signature(body, secret).is_some_and(|expected| expected == claimed)
}

fn flatten(value: &Value, path: String, lines: &mut Vec<String>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}:{name}")
        }
    };
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                flatten(member, below(name), lines);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(item, below(&index.to_string()), lines);
            }
        }
        Value::String(text) => lines.push(format!("{path}:{text}")),
        Value::Bool(flag) => lines.push(format!("{path}:{}", u8::from(*flag))),
        Value::Null => lines.push(format!("{path}:")),
        Value::Number(number) => lines.push(format!("{path}:{number}")),
    }
}
