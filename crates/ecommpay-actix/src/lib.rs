//! Callbacks in actix-web 4.
//!
//! Two ways, over the same checks ([`ecommpay_receiver`]):
//!
//! * `callback_resource` (feature `inbox`) is a resource that verifies, stores and answers; 200 only when
//!   the callback is on disk.
//! * [`Verified`] is an extractor for a handler of your own. It needs no inbox; storing is yours.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use actix_web::{App, HttpServer};
//! use ecommpay_actix::{CallbackReader, Projects, Receiver, callback_resource};
//! use ecommpay_inbox::doubles::MemoryInbox;
//! use ecommpay_model::ProjectId;
//! use ecommpay_signature::{KeyRing, SecretKey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = KeyRing::new(SecretKey::new(std::env::var("ECOMMPAY_SECRET_KEY")?)?);
//! let reader = CallbackReader::new(Projects::new(ProjectId::new(201)?, keys));
//! let inbox = Arc::new(MemoryInbox::new()); // a store on disk in earnest
//! let receiver = Arc::new(Receiver::new(reader, inbox));
//!
//! let app = move || App::new().service(callback_resource("/callback", Arc::clone(&receiver)));
//! let server = HttpServer::new(app).bind("127.0.0.1:8080")?;
//! actix_web::rt::System::new().block_on(server.run())?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does not see
//!
//! A body that another extractor or a middleware has read is gone; the answer then says so. actix's
//! `PayloadConfig` does not apply: the limit is that of the reader, 256 KiB by default.

mod head;
#[cfg(feature = "inbox")]
mod resource;
mod response;
mod verified;

pub use ecommpay_receiver::{
    Answer, CallbackReader, ForwardingHeader, Networks, ProjectTwice, Projects, ReceivedCallback,
    Refusal, UnreadableNetworks,
};

#[cfg(feature = "inbox")]
pub use ecommpay_receiver::Receiver;

pub use crate::head::request_head;
#[cfg(feature = "inbox")]
pub use crate::resource::{callback_resource, callback_resource_of};
pub use crate::response::{Refused, response_of};
pub use crate::verified::Verified;

/// The examples of the README are compiled and run.
#[cfg(all(doctest, feature = "inbox"))]
#[doc = include_str!("../README.md")]
struct Readme;
