//! One door to the crates of the SDK.
//!
#![doc = include_str!("../../../README.md")]
//!
//! # This crate
//!
//! Re-exports, nothing of its own: each module is one crate of the SDK, which can be taken alone.
//!
//! | feature | effect |
//! |---|---|
//! | `client` (default) | the modules for sending: [`client`], [`transport`], [`transport_hyper`] |
//!
//! Without it no HTTP, TLS or async code is compiled.

pub use ecommpay_alfa_click as alfa_click;
pub use ecommpay_alipay as alipay;
pub use ecommpay_callback as callback;
#[cfg(feature = "client")]
pub use ecommpay_client as client;
pub use ecommpay_data_api as data_api;
pub use ecommpay_gate as gate;
pub use ecommpay_handoff as handoff;
pub use ecommpay_model as model;
pub use ecommpay_payment_page as payment_page;
pub use ecommpay_signature as signature;
#[cfg(feature = "client")]
pub use ecommpay_transport as transport;
#[cfg(feature = "client")]
pub use ecommpay_transport_hyper as transport_hyper;
pub use ecommpay_wallet_partner as wallet_partner;
