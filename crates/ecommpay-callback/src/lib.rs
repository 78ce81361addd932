//! From the raw bytes of a callback to a verified, typed event and the state of the payment.
//!
//! ```text
//! raw bytes --verify--> VerifiedCallback --parse--> Callback --next--> NextAction
//!                       (store these)                  |
//!                                    ExpectedOrder --check--> Verdict | Mismatch
//!                                                      |
//!                                 PaymentState --apply_callback, apply_status, merge
//! ```
//!
//! Everything here is a pure function of its arguments: no network, no clock, no store.
//!
//! ```
//! use ecommpay_callback::{CallbackVerifier, ExpectedOrder, NextAction, PaymentState, Verdict};
//! use ecommpay_model::{Currency, Money, PaymentId, ProjectId};
//! use ecommpay_signature::{KeyRing, SecretKey, exact};
//!
//! // What the platform would send: a body, signed with the project's key.
//! let key = SecretKey::new("test-secret")?;
//! let body = r#"{"project_id":201,"payment":{"id":"order-1","type":"purchase","status":"success",
//!     "date":"2019-02-27T16:01:25+0000","method":"alipay","sum":{"amount":1000,"currency":"CNY"}},
//!     "operation":{"id":20891000000045,"type":"sale","status":"success","code":"0"}}"#;
//! let signature = exact::sign(body.as_bytes(), &key)?;
//! let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
//!
//! // Once per program: the current key, and the older ones while a change of keys lasts.
//! let verifier = CallbackVerifier::new(KeyRing::new(key));
//!
//! // When a callback arrives: verify, store the bytes, answer 200.
//! let verified = verifier.verify(raw)?;
//! let (digest, bytes) = (verified.content_digest(), verified.bytes());
//! assert_eq!((digest.len(), bytes.is_empty()), (32, false));
//!
//! // Then, here or elsewhere: read it, compare it with the order, fold it into the state.
//! let callback = verified.parse()?;
//! let order = ExpectedOrder::new(
//!     ProjectId::new(201)?,
//!     PaymentId::new("order-1")?,
//!     Money::new(1000, Currency::CNY)?,
//! );
//! let mut state = PaymentState::new(order.project_id(), order.payment_id().clone());
//! let verdict = order.check_against(&state, &callback)?;
//! state.apply_callback(&callback)?;
//! match (verdict, state.next()) {
//!     (Verdict::Matches, NextAction::Paid { sum }) => println!("paid: {sum:?}"),
//!     (verdict, next) => println!("not yet, or not so: {verdict:?} {next:?}"),
//! }
//! # assert!(matches!((verdict, state.next()), (Verdict::Matches, NextAction::Paid { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # One reader
//!
//! The signature is checked and the types are read from the same bytes with the same reader,
//! [`ecommpay_signature::json`]: a strict one that refuses names that occur twice. It does not go
//! through `serde_json`, so no feature that another crate switches on there (`arbitrary_precision`)
//! changes what is verified or what is read. The folder `arbitrary-precision-check` holds the
//! proof: `cargo test --manifest-path
//! crates/ecommpay-callback/arbitrary-precision-check/Cargo.toml`.
//!
//! # Secrets and personal data
//!
//! `Debug` of a [`VerifiedCallback`] shows no content. Bodies hide names, phones, accounts and
//! links by their types; errors name members and rules, never values.

#![forbid(unsafe_code)]

mod callback;
mod envelope;
mod next;
mod order;
mod phase;
pub mod state;
mod verified;
mod verifier;

pub use ecommpay_signature::VerifyError as CallbackError;

pub use crate::callback::Callback;
pub use crate::envelope::{Envelope, UnreadableCallback};
pub use crate::next::{
    DataRequest, Extent, HandOver, NextAction, OneTimeCode, Reason, Returned, Unclear,
};
pub use crate::order::{ExpectedOrder, Mismatch, Verdict};
pub use crate::state::{
    Amounts, Change, Conflict, ForeignPayment, OperationResult, OperationState, PaidSum,
    PaymentState, Standing, Transition,
};
pub use crate::verified::VerifiedCallback;
pub use crate::verifier::CallbackVerifier;
