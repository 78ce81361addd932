//! The narrow door through which requests leave the program.
//!
//! A [`Transport`] carries one [`Request`] and gives back one [`Reply`]. Every HTTP status is a
//! reply; a [`TransportError`] means that no whole reply came, and says by its [`FailureStage`]
//! whether the request can have reached the other side. For payments that is the first question:
//! what failed [before sending](FailureStage::BeforeSend) may be repeated, everything else must be
//! asked about.
//!
//! This crate knows nothing of payments, of TLS or of a runtime. `ecommpay-transport-hyper` is the
//! implementation most programs want; [`doubles`] are stand-ins for tests.
//!
//! ```
//! use ecommpay_transport::{Reply, Request, Transport, TransportError, async_trait};
//!
//! /// Answers everything with an empty 204.
//! #[derive(Debug)]
//! struct Quiet;
//!
//! #[async_trait]
//! impl Transport for Quiet {
//!     async fn send(&self, _request: Request) -> Result<Reply, TransportError> {
//!         Ok(Reply::new(204, Vec::new()))
//!     }
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), TransportError> {
//! let reply = Quiet.send(Request::post("https://api.ecommpay.com/v2/payment/status", "{}")).await?;
//! assert_eq!(reply.status(), 204);
//! # Ok(())
//! # }
//! ```

pub mod doubles;
mod failure;
mod reply;
mod request;
mod transport;

pub use async_trait::async_trait;
/// The bytes of a body, shared by clones.
pub use bytes::Bytes;
pub use failure::{FailureKind, FailureStage, TransportError};
pub use reply::Reply;
pub use request::{Header, Method, Request};
pub use transport::{SharedTransport, Transport};
