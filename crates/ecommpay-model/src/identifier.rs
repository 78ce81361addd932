//! Identifiers: of projects, payments, customers, requests, operations and refunds.

use core::fmt;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::json::Json;
use crate::text::{check_length, text_types};

text_types! {
    /// The merchant's identifier of a payment (`general.payment_id`, `payment.id`).
    ///
    /// 1 to 255 characters; any UTF-8, but no space, tab, vertical tab, line feed, carriage return
    /// or NUL as first or last character. Unique per project. The platform compares without regard
    /// to case; `==` compares the text, [`PaymentId::same_payment`] compares as the platform does.
    ///
    /// ```
    /// use ecommpay_model::PaymentId;
    ///
    /// let id = PaymentId::new("order_314")?;
    /// assert!(id.same_payment(&PaymentId::new("Order_314")?));
    /// assert!(PaymentId::new(" order_314").is_err());
    /// # Ok::<(), ecommpay_model::InvalidValue>(())
    /// ```
    visible PaymentId, |text| {
        check_length("payment_id", text, 1, 255)?;
        check_ends("payment_id", text)
    };

    /// The merchant's identifier of a customer (`customer.id`): 1 to 255 characters.
    visible CustomerId, |text| check_length("customer.id", text, 1, 255);

    /// The platform's identifier of a request (`request_id`): 1 to 100 characters.
    ///
    /// Usually two strings of 40 hexadecimal digits and one of 8 decimal digits joined by `-`.
    visible RequestId, |text| check_length("request_id", text, 1, 100);

    /// The merchant's identifier of a refund (`payment.merchant_refund_id`): 1 to 255 characters.
    ///
    /// Unique: a second refund with the same identifier is refused with code `3230`, which makes
    /// it the key that keeps a repeated refund request from giving money back twice.
    visible MerchantRefundId, |text| check_length("payment.merchant_refund_id", text, 1, 255);
}

/// Blanks that may not stand at the ends of a payment id.
fn is_end_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{b}' | '\n' | '\r' | '\0')
}

fn check_ends(field: &'static str, text: &str) -> Result<(), InvalidValue> {
    let refuse = |at, character| {
        Err(InvalidValue::new(
            field,
            Rule::NoBlankAtEnds,
            Seen::character(at, character),
        ))
    };
    match (text.chars().next(), text.chars().next_back()) {
        (Some(first), _) if is_end_blank(first) => refuse(0, first),
        (_, Some(last)) if is_end_blank(last) => refuse(text.chars().count() - 1, last),
        _ => Ok(()),
    }
}

impl PaymentId {
    /// Whether both name the same payment to the platform, which does not regard case.
    #[must_use]
    pub fn same_payment(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.to_lowercase() == other.0.to_lowercase()
    }
}

macro_rules! received_identifiers {
    ($($name:ident)+) => { $(
        impl $name {
            /// Takes an identifier the platform has accepted already, whatever rule it breaks:
            /// its message about a payment must not be lost over a rule for what is sent.
            pub(crate) fn received(text: String) -> Self {
                Self(text)
            }
        }
    )+ };
}

received_identifiers!(PaymentId CustomerId RequestId MerchantRefundId);

/// The platform's identifier of a project (`project_id`): 1 to 4294967295.
///
/// ```
/// use ecommpay_model::ProjectId;
///
/// assert_eq!(ProjectId::new(386)?.value(), 386);
/// assert!(ProjectId::new(0).is_err());
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectId(u32);

impl ProjectId {
    const RULE: Rule = Rule::Range {
        min: 1,
        max: u32::MAX as u64,
    };

    /// Takes the number if it is not zero.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for zero.
    pub const fn new(id: u32) -> Result<Self, InvalidValue> {
        if id == 0 {
            return Err(InvalidValue::new("project_id", Self::RULE, Seen::TooSmall));
        }
        Ok(Self(id))
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    pub(crate) fn from_json(json: &Json) -> Result<Self, InvalidValue> {
        let id = whole_number("project_id", Self::RULE, json)?;
        match u32::try_from(id) {
            Ok(id) => Self::new(id),
            Err(_) => Err(InvalidValue::new("project_id", Self::RULE, Seen::TooLarge)),
        }
    }
}

/// The platform's identifier of an operation (`operation.id`): up to 16 digits, 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(u64);

impl OperationId {
    const RULE: Rule = Rule::Range {
        min: 0,
        max: u64::MAX,
    };

    /// Takes the number.
    #[must_use]
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }

    pub(crate) fn from_json(json: &Json) -> Result<Self, InvalidValue> {
        whole_number("operation.id", Self::RULE, json).map(Self)
    }
}

/// A number, or a string of its digits.
fn whole_number(field: &'static str, rule: Rule, json: &Json) -> Result<u64, InvalidValue> {
    let refuse = |seen| Err(InvalidValue::new(field, rule, seen));
    match json {
        Json::Integer(number) => u64::try_from(*number).or_else(|_| refuse(Seen::TooSmall)),
        Json::Unsigned(number) => Ok(*number),
        Json::String(text) => digits(field, rule, text),
        other => refuse(Seen::Kind(other.kind())),
    }
}

fn digits(field: &'static str, rule: Rule, text: &str) -> Result<u64, InvalidValue> {
    let refuse = |seen| Err(InvalidValue::new(field, rule, seen));
    if text.is_empty() {
        return refuse(Seen::Length(0));
    }
    if let Some((at, other)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return refuse(Seen::character(at, other));
    }
    text.parse().or_else(|_| refuse(Seen::TooLarge))
}

macro_rules! number_identifier {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::from_json(&Json::from(text))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::from_json(&Json::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

number_identifier!(ProjectId);
number_identifier!(OperationId);
