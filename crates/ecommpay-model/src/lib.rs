//! The nouns of the ecommpay protocol: identifiers, money, statuses, codes, callback and status bodies.

pub mod acknowledgement;
pub mod authentication;
mod body;
pub mod callback;
pub mod clarification;
pub mod codes;
mod contact;
mod currency;
mod display;
mod identifier;
mod invalid;
mod json;
mod kind;
mod locale;
mod member;
mod money;
mod open;
mod operation_info;
mod person;
mod redirect;
mod status;
pub mod status_body;
mod sum;
mod text;
mod timestamp;
mod web_url;

pub use crate::acknowledgement::{AcknowledgementBody, ErrorBody, ErrorItem};
pub use crate::callback::{AccountInfo, CallbackBody, CustomerInfo, PaymentInfo};
pub use crate::clarification::ClarificationFields;
pub use crate::codes::OperationCode;
pub use crate::contact::{Email, IpAddress, Phone};
pub use crate::currency::Currency;
pub use crate::display::DisplayItem;
pub use crate::identifier::{
    CustomerId, MerchantRefundId, OperationId, PaymentId, ProjectId, RequestId,
};
pub use crate::invalid::{CharacterKind, InvalidValue, Rule, Seen};
pub use crate::json::{Json, JsonObject};
pub use crate::kind::{DisplayKind, MethodCode, OperationType, PaymentType};
pub use crate::locale::{Country, Language};
pub use crate::money::{Money, MoneyError};
pub use crate::open::UnknownText;
pub use crate::operation_info::{EndpointId, OperationInfo, ProviderInfo};
pub use crate::person::{DayOfBirth, Gender};
pub use crate::redirect::RedirectData;
pub use crate::status::{CancelledSpelling, OperationStatus, PaymentStatus};
pub use crate::status_body::{PaymentStatusBody, RequestStatusBody};
pub use crate::sum::{Fee, Sum};
pub use crate::text::{
    AccountNumber, AccountSecret, City, Description, Name, PrivateText, Street, Text255,
};
pub use crate::timestamp::{ReceivedDate, Timestamp};
pub use crate::web_url::{CallbackUrl, WebUrl};
