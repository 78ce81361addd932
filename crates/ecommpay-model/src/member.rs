//! Reading typed members out of JSON objects and writing them back.
//!
//! Every body is read the same way: each typed member takes its value out of the object if it can
//! read it; whatever is left (unknown members, known ones of an unexpected kind, empty values)
//! stays in `other` and is written back from there. So nothing is lost and nothing is invented.

use crate::callback::PaymentInfo;
use crate::codes::OperationCode;
use crate::currency::Currency;
use crate::identifier::{
    CustomerId, MerchantRefundId, OperationId, PaymentId, ProjectId, RequestId,
};
use crate::json::{Json, JsonObject};
use crate::kind::{DisplayKind, MethodCode, OperationType, PaymentType};
use crate::status::{OperationStatus, PaymentStatus};
use crate::text::PrivateText;
use crate::timestamp::ReceivedDate;

/// A type that stands for one JSON value.
pub(crate) trait Value: Sized {
    /// Reads the value, or gives it back when it is of another kind.
    fn read(json: Json) -> Result<Self, Json>;

    fn write(&self) -> Json;
}

/// A type that stands for a member, which may be absent.
pub(crate) trait Member: Sized {
    /// Takes the member out of `object` if it can be read; leaves it there otherwise.
    fn take_from(object: &mut JsonObject, name: &str) -> Self;

    /// Adds the member to `object` unless it is absent.
    fn put_into(&self, object: &mut JsonObject, name: &str);
}

impl<T: Value> Member for Option<T> {
    fn take_from(object: &mut JsonObject, name: &str) -> Self {
        // Empty values say nothing. They stay, so that `[]`, `{}` and `null` are written back alike.
        if object.get(name)?.is_empty() {
            return None;
        }
        match T::read(object.remove(name)?) {
            Ok(value) => Some(value),
            Err(unread) => {
                object.insert(name, unread);
                None
            }
        }
    }

    fn put_into(&self, object: &mut JsonObject, name: &str) {
        if let Some(value) = self {
            object.insert(name, value.write());
        }
    }
}

impl<T: Value> Member for Vec<T> {
    fn take_from(object: &mut JsonObject, name: &str) -> Self {
        Option::<List<T>>::take_from(object, name)
            .map(|list| list.0)
            .unwrap_or_default()
    }

    fn put_into(&self, object: &mut JsonObject, name: &str) {
        if !self.is_empty() {
            object.insert(name, Json::Array(self.iter().map(Value::write).collect()));
        }
    }
}

impl Member for JsonObject {
    fn take_from(object: &mut JsonObject, name: &str) -> Self {
        Option::take_from(object, name).unwrap_or_default()
    }

    fn put_into(&self, object: &mut JsonObject, name: &str) {
        if !self.is_empty() {
            object.insert(name, self.clone());
        }
    }
}

/// The payment, without which a body would say nothing: an absent one has no members.
impl Member for PaymentInfo {
    fn take_from(object: &mut JsonObject, name: &str) -> Self {
        Option::take_from(object, name).unwrap_or_default()
    }

    fn put_into(&self, object: &mut JsonObject, name: &str) {
        if *self != Self::default() {
            object.insert(name, self.write());
        }
    }
}

/// An array of which every element can be read.
struct List<T>(Vec<T>);

impl<T: Value> Value for List<T> {
    fn read(json: Json) -> Result<Self, Json> {
        let Json::Array(elements) = json else {
            return Err(json);
        };
        match elements.iter().cloned().map(T::read).collect() {
            Ok(list) => Ok(Self(list)),
            Err(_) => Err(Json::Array(elements)),
        }
    }

    fn write(&self) -> Json {
        Json::Array(self.0.iter().map(Value::write).collect())
    }
}

impl Value for Json {
    fn read(json: Json) -> Result<Self, Json> {
        Ok(json)
    }

    fn write(&self) -> Json {
        self.clone()
    }
}

impl Value for JsonObject {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::Object(object) => Ok(object),
            other => Err(other),
        }
    }

    fn write(&self) -> Json {
        Json::Object(self.clone())
    }
}

impl Value for bool {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::Bool(flag) => Ok(flag),
            other => Err(other),
        }
    }

    fn write(&self) -> Json {
        Json::Bool(*self)
    }
}

/// A whole number, as a number or as a string of digits with an optional minus sign.
impl Value for i64 {
    fn read(json: Json) -> Result<Self, Json> {
        let number = match &json {
            Json::Integer(number) => Some(*number),
            Json::String(text) if !text.starts_with('+') => text.parse().ok(),
            _ => None,
        };
        number.ok_or(json)
    }

    fn write(&self) -> Json {
        Json::Integer(*self)
    }
}

/// Values made from a string or the digits of a whole number, and written as a string.
macro_rules! text_values {
    ($( $type:ty, $from:expr; )+) => { $(
        impl Value for $type {
            fn read(json: Json) -> Result<Self, Json> {
                match json {
                    Json::String(text) => Ok($from(text)),
                    other => other.to_text().map($from).ok_or(other),
                }
            }

            fn write(&self) -> Json {
                Json::from(self.as_str())
            }
        }
    )+ };
}

text_values! {
    String, core::convert::identity;
    PrivateText, PrivateText::from;
    PaymentId, PaymentId::received;
    CustomerId, CustomerId::received;
    RequestId, RequestId::received;
    MerchantRefundId, MerchantRefundId::received;
    PaymentStatus, PaymentStatus::from;
    OperationStatus, OperationStatus::from;
    PaymentType, PaymentType::from;
    OperationType, OperationType::from;
    MethodCode, MethodCode::from;
    DisplayKind, DisplayKind::from;
    OperationCode, OperationCode::from;
    ReceivedDate, ReceivedDate::from;
}

impl Value for Currency {
    fn read(json: Json) -> Result<Self, Json> {
        json.as_str()
            .and_then(|code| Currency::new(code).ok())
            .ok_or(json)
    }

    fn write(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Value for ProjectId {
    fn read(json: Json) -> Result<Self, Json> {
        ProjectId::from_json(&json).map_err(|_| json)
    }

    fn write(&self) -> Json {
        Json::from(self.value())
    }
}

impl Value for OperationId {
    fn read(json: Json) -> Result<Self, Json> {
        OperationId::from_json(&json).map_err(|_| json)
    }

    fn write(&self) -> Json {
        Json::from(self.value())
    }
}

/// Declares a body: a struct of members, each with its name in the protocol.
///
/// One listing gives the struct, its reading and its writing, so the two cannot disagree.
macro_rules! body {
    (
        $(#[$body_meta:meta])*
        $body:ident { $( $(#[$meta:meta])* $field:ident: $type:ty = $name:literal, )+ }
    ) => {
        $(#[$body_meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        #[non_exhaustive]
        pub struct $body {
            $( $(#[$meta])* pub $field: $type, )+
            /// Members without a typed place: unknown ones, known ones whose value could not be
            /// read, and empty ones. Written back as they came.
            pub other: $crate::json::JsonObject,
        }

        impl $crate::member::Value for $body {
            fn read(json: $crate::json::Json) -> Result<Self, $crate::json::Json> {
                use $crate::member::Member;
                let $crate::json::Json::Object(mut other) = json else { return Err(json) };
                Ok(Self { $( $field: Member::take_from(&mut other, $name), )+ other })
            }

            fn write(&self) -> $crate::json::Json {
                use $crate::member::Member;
                let mut object = self.other.clone();
                $( self.$field.put_into(&mut object, $name); )+
                $crate::json::Json::Object(object)
            }
        }

        $crate::member::body_serde!($body);
    };
}

/// Reads and writes a body by way of its JSON value, from and to any serde format.
macro_rules! body_serde {
    ($body:ident) => {
        impl serde::Serialize for $body {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::member::Value::write(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $body {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = <$crate::json::Json as serde::Deserialize>::deserialize(deserializer)?;
                $crate::member::Value::read(json).map_err(|other| {
                    serde::de::Error::custom(format_args!(
                        "expected an object, found {}",
                        other.kind()
                    ))
                })
            }
        }
    };
}

pub(crate) use {body, body_serde};
