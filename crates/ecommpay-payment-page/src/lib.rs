//! Opening the hosted payment form: typed parameters, their signature, and every form in which a
//! browser can be given them.
//!
//! ```
//! use ecommpay_model::{Currency, CustomerId, Money, PaymentId, ProjectId};
//! use ecommpay_payment_page::{Opening, Origin};
//! use ecommpay_signature::SecretKey;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SecretKey::new("the secret key of the project")?;
//! let signed = Opening::wallet_partner(
//!     ProjectId::new(101)?,
//!     PaymentId::new("X03936")?,
//!     Money::new(1000, Currency::INR)?,
//!     CustomerId::new("customer1")?,
//! )
//! .preselect()
//! .sign(&key)?;
//!
//! // Answer with 303 and this address in the header `Location`.
//! let location = signed.url(&Origin::payment_page());
//! # assert!(location.contains("&force_payment_method=wallet-partner&signature="));
//! # Ok(())
//! # }
//! ```
//!
//! | to open the form | use |
//! | --- | --- |
//! | by a link or a redirect | [`SignedOpening::url`] |
//! | by a form post, for long parameters | [`SignedOpening::form_page`] |
//! | as a modal window or a frame in a page of the shop | [`SignedOpening::widget_snippet`], or [`SignedOpening::widget_configuration`] in a script of your own |
//!
//! Nothing here connects anywhere or looks at a clock. The platform creates no payment until the
//! customer confirms one, and it tells the result by a callback: the browser's return proves
//! nothing.
//!
//! The other side is here too, for gateways, emulators and tests: [`ReceivedOpening`] and
//! [`OpeningVerifier`] read and verify what a browser brings. [`exact`] makes addresses as the
//! platform's own library does, without any policy.

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
