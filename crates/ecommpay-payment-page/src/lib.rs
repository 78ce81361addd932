//! Opening the hosted payment form: signed address, form post, widget configuration.
mod best_before;
mod check;
mod choices;
mod error;
pub mod exact;
mod method;
mod names;
mod opening;
mod origin;
mod parameters;
mod query;
mod received;
mod rule;
mod signed;
mod structured;
mod value;
mod widget;

pub use best_before::{BestBefore, InvalidBestBefore};
pub use check::{CheckAnswer, CheckRequest, CheckRoute};
pub use choices::{
    CryptocurrencyType, MotoType, PurchaseOperation, ReturnButton, ReturnMode, Switch,
    TokenizeReturnMode,
};
pub use ecommpay_html::{
    Framing, HtmlPage, InvalidField, InvalidNonce, Nonce, PageLanguage, PageOptions,
};
pub use error::OpeningError;
pub use opening::Opening;
pub use origin::{InvalidOrigin, Origin};
pub use query::QueryError;
pub use received::{OpeningVerifier, ReceiveError, ReceivedOpening, VerifiedOpening};
pub use rule::{InvalidParameter, Rule, Seen};
pub use signed::SignedOpening;
pub use structured::{
    Base64Json, Booker, BookingInfo, BookingItem, JsonText, Receipt, ReceiptPosition,
    StructureError,
};
pub use widget::{WidgetMethod, WidgetSnippet};
