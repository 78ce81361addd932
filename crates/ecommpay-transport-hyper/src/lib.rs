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
//! (`platform_roots` of the builder, feature `platform`), the caller's `RootCertStore` or a whole
//! `ClientConfig`.
//!
//! # Features
//!
//! * `webpki-roots` (default): the bundled roots, and `tls`.
//! * `http2` (default): HTTP/2 where both sides agree on it, and `tls`.
//! * `proxy` (default): tunnels through a proxy, by default the one of the environment.
//! * `platform`: adds `HyperTransportBuilder::platform_roots`, and `tls`.
//! * `tls`: https, with roots of the program's own.
//!
//! Without any it speaks HTTP/1.1 to a sandbox, or to something beside it that does TLS; an https
//! URL is refused.
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
#[cfg_attr(not(feature = "http2"), path = "without_http2.rs")]
mod http2;
mod pool;
#[cfg_attr(not(feature = "proxy"), path = "without_proxy.rs")]
mod proxy;
mod road;
mod running;
mod target;
#[cfg_attr(not(feature = "tls"), path = "without_tls.rs")]
mod tls;

pub use builder::{BuildError, HyperTransportBuilder};
pub use exchange::HyperTransport;
#[cfg(feature = "proxy")]
pub use proxy::Proxy;
/// The TLS library whose types the builder takes.
#[cfg(feature = "tls")]
pub use rustls;
