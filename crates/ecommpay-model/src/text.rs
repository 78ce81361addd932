//! Plain texts with a length limit, and text whose value must not be printed.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::json::Json;

/// Checks a length in characters (Unicode scalar values).
///
/// Characters and not bytes: the limits come from JSON schemas, whose `maxLength` counts them so.
pub(crate) fn check_length(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<(), InvalidValue> {
    let length = text.chars().count();
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(InvalidValue::new(
        field,
        Rule::Length { min, max },
        Seen::Length(length),
    ))
}

/// Reads a string or a whole number as text, as identifiers and codes come both ways.
pub(crate) fn deserialize_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    let json = Json::deserialize(deserializer)?;
    json.to_text().ok_or_else(|| {
        D::Error::custom(format_args!(
            "expected a string or a whole number, found {}",
            json.kind()
        ))
    })
}

/// Declares newtypes of text; `visible` ones print themselves in `Debug`, `redacted` ones do not.
///
/// The last part is the check of the text, a function `(&str) -> Result<(), InvalidValue>`.
macro_rules! text_types {
    ($( $(#[$meta:meta])* $visibility:ident $name:ident, $check:expr; )+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it keeps the rule.
            ///
            /// # Errors
            ///
            /// [`InvalidValue`](crate::InvalidValue) names the member and the rule that is broken.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::invalid::InvalidValue> {
                let text = text.into();
                let check: fn(&str) -> Result<(), $crate::invalid::InvalidValue> = $check;
                check(&text)?;
                Ok(Self(text))
            }

            /// The text as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::invalid::InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = $crate::text::deserialize_text(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }

        $crate::text::text_types!(@$visibility $name);
    )+ };
    (@visible $name:ident) => {
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
    (@redacted $name:ident) => {
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

pub(crate) use text_types;

text_types! {
    /// Description of a payment or refund (`payment.description`): at most 255 characters.
    visible Description, |text| check_length("payment.description", text, 0, 255);

    /// Any text with the schema's usual limit of 255 characters, such as `payment.extra_param`.
    visible Text255, |text| check_length("text", text, 0, 255);

    /// A name of a person (`customer.first_name`, `middle_name`, `last_name`): at most 255
    /// characters. Personal data: `Debug` does not show it.
    redacted Name, |text| check_length("customer name", text, 0, 255);

    /// Town (`customer.city`) or state (`customer.state`): at most 256 characters. Personal data.
    redacted City, |text| check_length("customer.city", text, 0, 256);

    /// Street, district or building (`customer.street`, …): at most 255 characters. Personal data.
    redacted Street, |text| check_length("customer.street", text, 0, 255);

    /// Number of a wallet or bank account (`account.number`): 1 to 100 characters. Personal data.
    redacted AccountNumber, |text| check_length("account.number", text, 1, 100);

    /// Secret of a wallet account (`account.secret`): 1 to 255 characters. Confidential.
    redacted AccountSecret, |text| check_length("account.secret", text, 1, 255);
}

/// Text that can be personal or confidential and for which the protocol gives no rule.
///
/// That is whatever the platform sends of the kind (a phone number, a name, an account, a token, a
/// link), and members of requests without a limit (`customer.account_id`, `customer.zip`,
/// `customer.address`). Nothing is checked; `Debug` does not show it.
///
/// ```
/// use ecommpay_model::PrivateText;
///
/// let phone = PrivateText::from("1234567890");
/// assert_eq!(format!("{phone:?}"), "PrivateText([redacted])");
/// assert_eq!(phone.as_str(), "1234567890");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrivateText(String);

impl PrivateText {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateText([redacted])")
    }
}

impl From<&str> for PrivateText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for PrivateText {
    fn from(text: String) -> Self {
        Self(text)
    }
}
