//! Countries and languages.

use core::fmt;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::currency::capital_letters;
use crate::invalid::{InvalidValue, Rule, Seen};
use crate::text::deserialize_text;

/// A country by its two capital letters (`customer.country`), such as `CN`.
///
/// Any two capital letters are accepted, as in the protocol's schema.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// China.
    pub const CN: Country = Country(*b"CN");
    /// India.
    pub const IN: Country = Country(*b"IN");
    /// Kazakhstan.
    pub const KZ: Country = Country(*b"KZ");
    /// Russia.
    pub const RU: Country = Country(*b"RU");

    /// Takes a code of two capital letters `A` to `Z`.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for any other text.
    pub fn new(code: &str) -> Result<Self, InvalidValue> {
        capital_letters("customer.country", code).map(Self)
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters come in, so the text is always there.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A language of the Payment Page (`language_code`): two letters, or an agreed longer code such as
/// `zh-hant`. The platform does not regard case; this type writes small letters.
///
/// ```
/// use ecommpay_model::Language;
///
/// assert_eq!(Language::new("ZH")?, Language::zh());
/// assert_eq!(Language::new("zh-Hant")?.as_str(), "zh-hant");
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// Takes two letters, or two letters and further parts of 2 to 8 letters or digits joined by
    /// `-`; at most 255 characters.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for any other text.
    pub fn new(code: &str) -> Result<Self, InvalidValue> {
        let mut parts = code.split('-');
        let primary = parts.next().unwrap_or_default();
        let fits = code.len() <= 255
            && primary.len() == 2
            && primary.bytes().all(|b| b.is_ascii_alphabetic())
            && parts.all(|part| {
                (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if !fits {
            return Err(InvalidValue::new(
                "language_code",
                Rule::Language,
                Seen::malformed(code),
            ));
        }
        Ok(Self(code.to_ascii_lowercase()))
    }

    /// Chinese, which Alipay requires.
    #[must_use]
    pub fn zh() -> Self {
        Self("zh".to_owned())
    }

    /// English.
    #[must_use]
    pub fn en() -> Self {
        Self("en".to_owned())
    }

    /// Russian.
    #[must_use]
    pub fn ru() -> Self {
        Self("ru".to_owned())
    }

    /// The code in small letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! code_traits {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(code: &str) -> Result<Self, InvalidValue> {
                Self::new(code)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(&deserialize_text(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

code_traits!(Country);
code_traits!(Language);
