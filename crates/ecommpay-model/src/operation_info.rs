//! Operations in callbacks and status answers, with what the provider said.

use core::fmt;

use crate::body::body;
use crate::codes::OperationCode;
use crate::identifier::{OperationId, RequestId};
use crate::json::Json;
use crate::kind::OperationType;
use crate::member::Value;
use crate::status::OperationStatus;
use crate::sum::{Fee, Sum};
use crate::text::PrivateText;
use crate::timestamp::ReceivedDate;

body! {
    /// One operation of a payment (`operation`, `operations[]`).
    OperationInfo {
        /// Identifier of the operation.
        id: Option<OperationId> = "id",
        /// What was done: sale, refund and so on.
        kind: Option<OperationType> = "type",
        /// How far it is.
        status: Option<OperationStatus> = "status",
        /// When the status changed last.
        date: Option<ReceivedDate> = "date",
        /// When the operation began.
        created_date: Option<ReceivedDate> = "created_date",
        /// Identifier of the request that touched the operation last.
        request_id: Option<RequestId> = "request_id",
        /// The sum asked for; for a refund the refunded sum.
        sum_initial: Option<Sum> = "sum_initial",
        /// The same in the currency of the provider.
        sum_converted: Option<Sum> = "sum_converted",
        /// The sum in the answer to a status request by request id, which has no other.
        sum: Option<Sum> = "sum",
        /// Code of the result; `0` for success.
        code: Option<OperationCode> = "code",
        /// The platform's text to the code.
        message: Option<String> = "message",
        /// Electronic commerce indicator of a card payment.
        eci: Option<String> = "eci",
        /// Fee of the operation.
        operation_fee: Option<Fee> = "operation_fee",
        /// What the provider said.
        provider: Option<ProviderInfo> = "provider",
    }
}

body! {
    /// The provider's side of an operation (`operation.provider`).
    ProviderInfo {
        /// The platform's number of the provider.
        id: Option<i64> = "id",
        /// The provider's identifier of the payment.
        payment_id: Option<String> = "payment_id",
        /// The provider's date, possibly of another time zone.
        date: Option<ReceivedDate> = "date",
        /// Authorisation code, often empty.
        auth_code: Option<PrivateText> = "auth_code",
        /// The provider's end point, a number or a name.
        endpoint_id: Option<EndpointId> = "endpoint_id",
        /// The provider's own result code.
        result_code: Option<String> = "result_code",
        /// The provider's own text to it.
        result_message: Option<String> = "result_message",
    }
}

/// A provider's end point (`provider.endpoint_id`): a number in the schema, a name in practice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EndpointId {
    /// Written as a number.
    Number(i64),
    /// Written as a string.
    Name(String),
}

impl Value for EndpointId {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::Integer(number) => Ok(Self::Number(number)),
            Json::String(name) => Ok(Self::Name(name)),
            other => Err(other),
        }
    }

    fn write(&self) -> Json {
        match self {
            Self::Number(number) => Json::Integer(*number),
            Self::Name(name) => Json::from(name.as_str()),
        }
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}
