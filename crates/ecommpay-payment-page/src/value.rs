//! What a parameter can be worth, and how each type of this protocol becomes such a value.

use ecommpay_model::{
    Country, Currency, CustomerId, Email, Language, MethodCode, PaymentId, Phone,
};
use ecommpay_model::{ProjectId, WebUrl};
use ecommpay_signature::ParameterValue;
use serde::{Serialize, Serializer};

/// The value of one parameter.
///
/// There is no boolean: flags are the integers 1 and 0 in the address, in the widget configuration
/// and in the signature alike.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
}

impl Value {
    /// The text that stands in an address or a form.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(_) => None,
        }
    }

    /// The value as it is signed.
    pub(crate) fn signed(&self) -> ParameterValue<'_> {
        match self {
            Self::Text(text) => ParameterValue::Text(text),
            Self::Integer(number) => ParameterValue::Integer(*number),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
        }
    }
}

impl From<ProjectId> for Value {
    fn from(project: ProjectId) -> Self {
        Self::Integer(i64::from(project.value()))
    }
}

macro_rules! text_values {
    ($($type:ty)+) => { $(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::Text(value.as_str().to_owned())
            }
        }
    )+ };
}

text_values! { PaymentId CustomerId Currency Country Language Email Phone WebUrl MethodCode }
