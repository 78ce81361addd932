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
use crate::local_date_time::LocalDateTime;
use crate::locale::Country;
use crate::reporting::{ReportedFlag, ReportedPaymentType};
use crate::status::{OperationStatus, PaymentStatus};
use crate::text::PrivateText;
use crate::timestamp::ReceivedDate;

/// A type that stands for one JSON value.
pub(crate) trait Value: Sized {
    /// Reads the value, or gives it back when it is of another kind.
    fn read(json: Json) -> Result<Self, Json>;

    fn write(&self) -> Json;

    /// Adds the paths of known members inside the value that could not be read.
    fn unread_inside(&self, _path: &str, _found: &mut Vec<String>) {}
}

/// A type that stands for a member, which may be absent.
pub(crate) trait Member: Sized {
    /// Takes the member out of `object` if it can be read; leaves it there otherwise.
    fn take_from(object: &mut JsonObject, name: &str) -> Self;

    /// Adds the member to `object` unless it is absent.
    fn put_into(&self, object: &mut JsonObject, name: &str);

    /// Adds the paths of known members inside the member that could not be read.
    fn find_unread(&self, path: &str, found: &mut Vec<String>);
}

impl<T: Value> Member for Option<T> {
    fn take_from(object: &mut JsonObject, name: &str) -> Self {
        // Empty values say nothing. They stay, so that `[]`, `{}` and `null` are written back alike.
        match T::read(object.remove_filled(name)?) {
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

    fn find_unread(&self, path: &str, found: &mut Vec<String>) {
        if let Some(value) = self {
            value.unread_inside(path, found);
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

    fn find_unread(&self, path: &str, found: &mut Vec<String>) {
        for (at, value) in self.iter().enumerate() {
            value.unread_inside(&format!("{path}[{at}]"), found);
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

    fn find_unread(&self, _path: &str, _found: &mut Vec<String>) {}
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

    fn find_unread(&self, path: &str, found: &mut Vec<String>) {
        self.unread_inside(path, found);
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
    ReportedPaymentType, ReportedPaymentType::from;
    ReportedFlag, ReportedFlag::from;
}

impl Value for ReceivedDate {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::String(text) => Ok(Self::from(text)),
            other => Err(other),
        }
    }

    fn write(&self) -> Json {
        Json::from(self.as_str())
    }

    fn unread_inside(&self, path: &str, found: &mut Vec<String>) {
        // An empty date is a date that has not come yet.
        if self.timestamp().is_none() && !self.as_str().is_empty() {
            found.push(path.to_owned());
        }
    }
}

/// Values made from a string that keeps their rule, and written as their `Display` has them.
macro_rules! checked_values {
    ($( $type:ty )+) => { $(
        impl Value for $type {
            fn read(json: Json) -> Result<Self, Json> {
                json.as_str().and_then(|text| text.parse().ok()).ok_or(json)
            }

            fn write(&self) -> Json {
                Json::from(self.to_string())
            }
        }
    )+ };
}

checked_values!(Currency Country LocalDateTime);

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
