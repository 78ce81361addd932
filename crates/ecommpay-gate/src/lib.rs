//! Gate operations as data: path, signed body, reply.
//!
//! Gate is the platform's server-to-server interface. This crate knows what a call to it looks like
//! and how to read the answer; it never sends anything and has no clock. What it takes from outside
//! are typed values that were checked when they were made (`ecommpay-model`); what it gives are
//! bytes to post and typed answers.
//!
//! ```text
//! Sale, Refund (method crates) ─┐
//! PaymentStatusQuery            ├─ prepare ──► path + signed bytes ──► someone posts them
//! RequestStatusQuery            │
//! Clarification, CodeResend    ─┘─ decode  ◄── HTTP status + bytes ◄── and gives the reply back
//! ```
//!
//! | call | reply | signature of the reply |
//! |---|---|---|
//! | sale, refund, clarification, code resend | [`Acknowledgement`] | none: no proof of anything |
//! | [`PaymentStatusQuery`] | [`PaymentStatusReply`] | verified before anything is read |
//! | [`RequestStatusQuery`] | [`SignedReply`] | verified before anything is read |
//!
//! Everything Gate says no with is a [`DecodeError`], which tells whether the request may have been
//! taken in all the same.
//!
//! Method crates (`ecommpay-alipay`, `ecommpay-alfa-click`, `ecommpay-wallet-partner`) wrap
//! [`SaleCore`] and [`RefundCore`] and add what their method requires. What a method can do is
//! data: [`Capabilities`].

mod account;
mod additional_data;
mod body;
mod build_error;
mod callback_delivery;
mod capabilities;
mod clarification;
mod constraints;
mod customer;
mod decode_error;
mod general;
mod members;
mod merchant;
mod method_table;
mod operation;
mod ordered;
mod receipt;
mod recurring;
mod refund;
mod refusal;
mod reply;
mod sale;
mod sale_options;
mod section;
mod signed_reply;
mod status;

pub use crate::account::Account;
pub use crate::additional_data::AdditionalData;
pub use crate::build_error::{BrokenRule, BuildError, BuildRule};
pub use crate::callback_delivery::CallbackDelivery;
pub use crate::capabilities::{
    AmountLimit, Capabilities, Conversion, Handoff, Interface, TestOutcome, TestRules, Time,
};
pub use crate::clarification::{Clarification, CodeResend};
pub use crate::customer::{BillingAddress, Customer, Gender, IdentityDocument};
pub use crate::decode_error::{
    DecodeError, MisdirectedReply, Unreadable, UnreadableReply, UnverifiedReply,
};
pub use crate::merchant::Merchant;
pub use crate::method_table::methods_table;
pub use crate::operation::{Operation, OperationKind, Prepared, Repeat};
pub use crate::receipt::{Percent, Receipt, ReceiptPosition};
pub use crate::recurring::{Recurring, RecurringKind, RecurringPeriod};
pub use crate::refund::{RefundCore, RefundOptions};
pub use crate::refusal::Refusal;
pub use crate::reply::{Acknowledgement, decode_acknowledgement};
pub use crate::sale::SaleCore;
pub use crate::sale_options::SaleOptions;
pub use crate::signed_reply::SignedReply;
pub use crate::status::{
    Destination, NotKnown, PaymentStatusQuery, PaymentStatusReply, RequestStatusQuery,
};
