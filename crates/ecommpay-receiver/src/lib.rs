//! Receives callbacks for any web framework: header values and a body in, a status and a text out.
//!
//! ```text
//! RequestHead ----> CallbackReader --------> ReceivedCallback --put--> Inbox --> Answer 200
//! body, in chunks   source, type, size,      verified bytes               \
//!                   time, signature  \                                      --> Answer 503
//!                                      --> Refusal: Answer 400, 403, 408, 413, 415, …
//! ```
//!
//! It knows no HTTP library, so that frameworks with different ones share it; the crates
//! `ecommpay-axum` and `ecommpay-actix` are thin over it. [`CallbackReader`] verifies and needs no
//! store. `Receiver` (feature `inbox`) stores as well, and answers 200 only when the inbox has said
//! that the callback is on disk.
//!
//! ```
//! use std::sync::Arc;
//!
//! use ecommpay_inbox::doubles::MemoryInbox;
//! use ecommpay_model::ProjectId;
//! use ecommpay_receiver::{CallbackReader, Projects, Receiver, RequestHead};
//! use ecommpay_signature::{KeyRing, SecretKey, exact};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Once per program; a store on disk in earnest.
//! let projects = Projects::new(ProjectId::new(201)?, KeyRing::new(SecretKey::new("test-secret")?));
//! let receiver = Receiver::new(CallbackReader::new(projects), Arc::new(MemoryInbox::new()));
//!
//! // What the platform would send.
//! let body = r#"{"project_id":201,"payment":{"id":"order-1","status":"success"}}"#;
//! let signature = exact::sign(body.as_bytes(), &SecretKey::new("test-secret")?)?;
//! let body = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
//!
//! // For every request: the address of the connection, the headers, the body.
//! let headers = [("content-type", b"application/json".as_slice())];
//! let head = RequestHead::new(Some("192.0.2.7".parse()?), headers);
//! let answer = receiver.receive_whole(&head, body.into()).await;
//! assert_eq!(answer.status(), 200);
//!
//! let answer = receiver.receive_whole(&head, b"{}".to_vec()).await;
//! assert_eq!(answer.status(), 400);
//! # Ok(())
//! # }
//! ```
//!
//! # Secrets and personal data
//!
//! Refusals, answers and traces name rules, limits and member names, never values.

mod answer;
mod body;
mod content;
#[cfg(feature = "contract")]
pub mod contract;
mod forwarded;
mod head;
mod networks;
mod projects;
mod reader;
#[cfg(feature = "inbox")]
mod receiver;
mod refusal;
mod signals;
mod time_limit;

pub use crate::answer::Answer;
pub use crate::forwarded::ForwardingHeader;
pub use crate::head::RequestHead;
pub use crate::networks::{Networks, UnreadableNetworks};
pub use crate::projects::{ProjectTwice, Projects};
pub use crate::reader::{CallbackReader, ReceivedCallback};
#[cfg(feature = "inbox")]
pub use crate::receiver::Receiver;
pub use crate::refusal::Refusal;

/// The examples of the README are compiled and run.
#[cfg(all(doctest, feature = "inbox"))]
#[doc = include_str!("../README.md")]
struct Readme;
