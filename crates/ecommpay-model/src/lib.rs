//! The nouns of the ecommpay protocol: identifiers, money, statuses, codes, callback and status
//! bodies.
//!
//! There is no I/O, no clock and no signature here. Values that are *sent* are made by constructors
//! that keep the protocol's rules, and [`InvalidValue`] says which rule a value broke. Bodies that
//! are *received* are read as they come: unknown statuses and members are kept, and a value that
//! cannot be read never loses the message around it.
//!
//! ```
//! use ecommpay_model::callback::CallbackBody;
//! use ecommpay_model::{Currency, Money, PaymentStatus};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Verify the signature of the bytes first; that is another crate's business.
//! let bytes = br#"{
//!     "project_id": 197,
//!     "payment": {
//!         "id": "TEST_554862", "type": "purchase", "status": "refunded",
//!         "sum": {"amount": 0, "currency": "INR"}
//!     },
//!     "operation": {"id": 90266010010271, "type": "refund", "status": "success", "code": "0"},
//!     "signature": "..."
//! }"#;
//! let body: CallbackBody = serde_json::from_slice(bytes)?;
//!
//! assert_eq!(body.payment.status, Some(PaymentStatus::Refunded));
//! let left = body.payment.sum.as_ref().and_then(|sum| sum.money());
//! assert_eq!(left, Some(Money::new(0, Currency::INR)?));
//! assert!(body.unread().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! | for | see |
//! |---|---|
//! | identifiers | [`ProjectId`], [`PaymentId`], [`CustomerId`], [`RequestId`], [`OperationId`], [`MerchantRefundId`] |
//! | amounts | [`Money`], [`Currency`]; as received [`Sum`] |
//! | customers | [`Name`], [`Phone`], [`Email`], [`IpAddress`], [`Country`], [`Language`], … |
//! | time | [`Timestamp`], [`LocalDateTime`], [`TimeZone`]; as received [`ReceivedDate`] |
//! | statuses and kinds | [`PaymentStatus`], [`OperationStatus`], [`OperationType`], [`MethodCode`], … |
//! | results | [`OperationCode`] and the registry in [`codes`] |
//! | bodies | [`callback`], [`status_body`], [`acknowledgement`], [`reporting`] |
//! | anything else in JSON | [`Json`] |
//!
//! `Debug` of every type leaves out personal data, tokens and links. The only foreign types in the
//! interface are the traits of `serde`; reading needs a format that knows its own types
//! (`deserialize_any`), as JSON does. There are no features.

pub mod acknowledgement;
pub mod authentication;
mod body;
pub mod callback;
pub mod clarification;
pub mod codes;
mod contact;
mod currency;
mod hand_off;
mod identifier;
mod invalid;
mod json;
mod kind;
mod local_date_time;
mod locale;
mod member;
mod money;
mod open;
mod operation_info;
mod person;
pub mod reporting;
mod status;
pub mod status_body;
mod sum;
mod text;
mod time_zone;
mod timestamp;
mod web_url;

pub use crate::acknowledgement::{AcknowledgementBody, ErrorBody, ErrorItem};
pub use crate::callback::{AccountInfo, CallbackBody, CustomerInfo, PaymentInfo};
pub use crate::clarification::ClarificationFields;
pub use crate::codes::OperationCode;
pub use crate::contact::{Email, IpAddress, Phone};
pub use crate::currency::Currency;
pub use crate::hand_off::{DisplayItem, RedirectData};
pub use crate::identifier::{
    CustomerId, MerchantRefundId, OperationId, PaymentId, ProjectId, RequestId,
};
pub use crate::invalid::{CharacterKind, InvalidValue, Rule, Seen};
pub use crate::json::{Json, JsonObject};
pub use crate::kind::{DisplayKind, MethodCode, OperationType, PaymentType};
pub use crate::local_date_time::LocalDateTime;
pub use crate::locale::{Country, Language};
pub use crate::money::{Money, MoneyError};
pub use crate::open::UnknownText;
pub use crate::operation_info::{EndpointId, OperationInfo, ProviderInfo};
pub use crate::person::{DayOfBirth, Gender};
pub use crate::status::{CancelledSpelling, OperationStatus, PaymentStatus};
pub use crate::status_body::{PaymentStatusBody, RequestStatusBody};
pub use crate::sum::{Fee, Sum};
pub use crate::text::{
    AccountNumber, AccountSecret, City, Description, Name, PrivateText, Street, Text255,
};
pub use crate::time_zone::TimeZone;
pub use crate::timestamp::{ReceivedDate, Timestamp};
pub use crate::web_url::{CallbackUrl, WebUrl};
