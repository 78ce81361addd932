//! Parameters with an inside of their own, as the texts they travel as.

mod booking;
mod receipt;

use std::fmt::{self, Formatter};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecommpay_signature::json;
use serde::Serialize;

pub use booking::{Booker, BookingInfo, BookingItem};
pub use receipt::{Receipt, ReceiptPosition};

use crate::rule::InvalidParameter;
use crate::value::Value;

/// A value as JSON text, for `recurring`, `payment_methods_options` and the like.
///
/// ```
/// use std::collections::BTreeMap;
/// use ecommpay_payment_page::JsonText;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let options = JsonText::encode(&BTreeMap::from([("submethod_code", "paylater")]))?;
/// assert_eq!(options.as_str(), r#"{"submethod_code":"paylater"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Writes a value compactly, in the order of its members.
    ///
    /// Characters that a parameter may not hold are written as `\u` escapes, `;` among them.
    ///
    /// # Errors
    /// [`StructureError`] if the value cannot be written, or is empty.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, StructureError> {
        let json = to_json(value)?;
        let mut text = String::with_capacity(json.len());
        for character in json.chars() {
            if character == ';' || character.is_control() {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            } else {
                text.push(character);
            }
        }
        Ok(Self(text))
    }

    /// The text as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.0.len())
    }
}

/// A value as Base64 of JSON, for `booking_info`, `receipt_data` and the like.
#[derive(Clone, PartialEq, Eq)]
pub struct Base64Json(String);

impl Base64Json {
    /// Writes a value compactly, in the order of its members, in the standard alphabet with padding.
    ///
    /// # Errors
    /// [`StructureError`] if the value cannot be written, or is empty.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, StructureError> {
        Ok(Self(STANDARD.encode(to_json(value)?)))
    }

    /// The text as it is sent, before it is encoded for an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Base64Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Base64Json({} bytes)", self.0.len())
    }
}

fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StructureError> {
    let bytes = json::to_vec(value).map_err(|_| StructureError::Unwritable)?;
    if matches!(bytes.as_slice(), b"{}" | b"[]" | b"null") {
        return Err(StructureError::Empty);
    }
    String::from_utf8(bytes).map_err(|_| StructureError::Unwritable)
}

impl From<JsonText> for Value {
    fn from(text: JsonText) -> Self {
        Self::Text(text.0)
    }
}

impl From<Base64Json> for Value {
    fn from(text: Base64Json) -> Self {
        Self::Text(text.0)
    }
}

/// Why a value cannot be made a structured parameter.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StructureError {
    /// It cannot be written as JSON.
    #[error("the value cannot be written as JSON")]
    Unwritable,
    /// It is an empty object or list; leave the parameter out instead.
    #[error("the value is empty, leave the parameter out instead")]
    Empty,
    /// One of its members breaks a rule.
    #[error(transparent)]
    Invalid(#[from] InvalidParameter),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Base64Json, JsonText, StructureError};

    #[test]
    fn json_text_holds_no_separator() {
        let text = JsonText::encode(&BTreeMap::from([("a;b", "c\u{7f};")])).unwrap();
        assert_eq!(text.as_str(), r#"{"a\u003bb":"c\u007f\u003b"}"#);
        let read: BTreeMap<String, String> = serde_json::from_str(text.as_str()).unwrap();
        assert_eq!(read["a;b"], "c\u{7f};");
    }

    /// Base64 by coreutils.
    #[test]
    fn base64_is_padded_and_of_the_standard_alphabet() {
        let value = BTreeMap::from([("a", "??>")]);
        assert_eq!(
            Base64Json::encode(&value).unwrap().as_str(),
            "eyJhIjoiPz8+In0="
        );
    }

    #[test]
    fn empty_values_are_refused() {
        let empty = BTreeMap::<&str, &str>::new();
        assert_eq!(Base64Json::encode(&empty), Err(StructureError::Empty));
        assert_eq!(JsonText::encode(&[0_u8; 0]), Err(StructureError::Empty));
    }
}
