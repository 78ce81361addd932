//! The transport over hyper 1 and rustls.
//!
//! One [`HyperTransport`] holds one connection pool (HTTP/1.1 keep-alive and HTTP/2, chosen by
//! ALPN); clones share it. It repeats nothing, follows no redirect, reads at most
//! [`reply_limit`](HyperTransportBuilder::reply_limit) bytes, and says of every failure whether the
//! request can have left this machine.
//!
//! ```
//! use std::time::Duration;
//! use ecommpay_transport_hyper::HyperTransport;
//!
//! # fn main() -> Result<(), ecommpay_transport_hyper::BuildError> {
//! let transport = HyperTransport::builder()
//!     .connect_timeout(Duration::from_secs(5))
//!     .attempt_timeout(Duration::from_secs(20))
//!     .build()?;
//! # let _ = transport;
//! # Ok(())
//! # }
//! ```
//!
//! # How the stage of a failure is decided
//!
//! A request is handed to a connection that is open and free. A failure before that moment (host
//! name, connect, proxy, TLS, time-out) is [`BeforeSend`]. After it only one case is: hyper gives
//! back a request of which it wrote no byte, as happens when the other side closed a kept
//! connection. Everything else is [`MaybeSent`], or [`ReplyUnreadable`] once something came back.
//!
//! # TLS
//!
//! rustls with the ring provider, named explicitly: the provider of the process is neither asked
//! nor set. Roots are, by choice of the program and not of features: the bundled Mozilla list
//! (default), those of the operating system
//! (`platform_roots` of the builder, feature `platform`), the caller's
//! [`RootCertStore`](rustls::RootCertStore) or a whole [`ClientConfig`](rustls::ClientConfig).
//!
//! # Features
//!
//! * `webpki-roots` (default): the bundled roots.
//! * `platform`: adds `HyperTransportBuilder::platform_roots`.
//!
//! [`BeforeSend`]: ecommpay_transport::FailureStage::BeforeSend
//! [`MaybeSent`]: ecommpay_transport::FailureStage::MaybeSent
//! [`ReplyUnreadable`]: ecommpay_transport::FailureStage::ReplyUnreadable

mod alarm;
mod builder;
mod connection;
mod connector;
mod exchange;
mod failure;
mod pool;
mod proxy;
mod running;
mod target;
mod tls;

pub use builder::{BuildError, HyperTransportBuilder};
pub use exchange::HyperTransport;
pub use proxy::Proxy;
/// The TLS library whose types the builder takes.
pub use rustls;
