//! Callbacks in axum 0.8.
//!
//! Two ways, over the same checks ([`ecommpay_receiver`]):
//!
//! * `callback_route` (feature `inbox`) is a route that verifies, stores and answers; 200 only when the
//!   callback is on disk.
//! * [`Verified`] is an extractor for a handler of your own. It needs no inbox; storing is yours.
//!
//! ```no_run
//! use std::net::SocketAddr;
//! use std::sync::Arc;
//!
//! use axum::Router;
//! use ecommpay_axum::{CallbackReader, Projects, Receiver, callback_route};
//! use ecommpay_inbox::doubles::MemoryInbox;
//! use ecommpay_model::ProjectId;
//! use ecommpay_signature::{KeyRing, SecretKey};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = KeyRing::new(SecretKey::new(std::env::var("ECOMMPAY_SECRET_KEY")?)?);
//! let reader = CallbackReader::new(Projects::new(ProjectId::new(201)?, keys));
//! let inbox = Arc::new(MemoryInbox::new()); // a store on disk in earnest
//! let receiver = Arc::new(Receiver::new(reader, inbox));
//!
//! let routes: Router = Router::new().route("/callback", callback_route(receiver));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! // With the address of the connection, which is stored and held against a list, if there is one.
//! let service = routes.into_make_service_with_connect_info::<SocketAddr>();
//! axum::serve(listener, service).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does not see
//!
//! A body that a middleware has read is gone; the answer then says so. axum's `DefaultBodyLimit` does
//! not apply: the limit is that of the reader, 256 KiB by default.

mod head;
mod response;
#[cfg(feature = "inbox")]
mod route;
mod verified;

pub use ecommpay_receiver::{
    Answer, CallbackReader, ForwardingHeader, Networks, ProjectTwice, Projects, ReceivedCallback,
    Refusal, UnreadableNetworks,
};

#[cfg(feature = "inbox")]
pub use ecommpay_receiver::Receiver;

pub use crate::head::request_head;
pub use crate::response::{Refused, response_of};
#[cfg(feature = "inbox")]
pub use crate::route::{callback_route, callback_route_of};
pub use crate::verified::Verified;

/// The examples of the README are compiled and run.
#[cfg(all(doctest, feature = "inbox"))]
#[doc = include_str!("../README.md")]
struct Readme;
