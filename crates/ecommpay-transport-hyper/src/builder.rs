//! The settings of a transport and what they are when nothing is said.

use std::fmt;
use std::time::Duration;

use hyper::client::conn::http1;
#[cfg(feature = "tls")]
use rustls::{ClientConfig, RootCertStore};

use crate::HyperTransport;
use crate::connection::Opener;
use crate::connector::Connector;
use crate::exchange::Limits;
use crate::http2;
use crate::pool::Pool;
use crate::proxy::Proxy;
use crate::road::Road;
use crate::target::PlainHttp;
use crate::tls::{self, Roots};

/// hyper reads the head of an HTTP/1.1 reply into a buffer that may not be smaller.
const SMALLEST_HEAD_BYTES: usize = 8 * 1024;

/// Settings of a [`HyperTransport`].
///
/// | setting | default |
/// |---|---|
/// | [`connect_timeout`](Self::connect_timeout) | 10 s |
/// | [`read_timeout`](Self::read_timeout) | 30 s |
/// | [`attempt_timeout`](Self::attempt_timeout) | 60 s |
/// | [`reply_limit`](Self::reply_limit) | 1 MiB |
/// | [`head_limit`](Self::head_limit) | 64 KiB, always at most 100 header lines |
/// | [`idle_timeout`](Self::idle_timeout) | 20 s |
/// | proxy | [from the environment](Proxy::from_environment) |
/// | roots | bundled |
/// | plain http | to loopback only |
#[must_use = "a transport is made by build()"]
pub struct HyperTransportBuilder {
    connect_timeout: Duration,
    limits: Limits,
    head_bytes: usize,
    idle_timeout: Duration,
    plain_http: PlainHttp,
    proxy: Proxy,
    roots: Roots,
}

impl HyperTransportBuilder {
    pub(crate) fn new() -> Self {
        HyperTransportBuilder {
            connect_timeout: Duration::from_secs(10),
            limits: Limits {
                read_timeout: Duration::from_secs(30),
                attempt_timeout: Duration::from_secs(60),
                reply_bytes: 1024 * 1024,
            },
            head_bytes: 64 * 1024,
            idle_timeout: Duration::from_secs(20),
            plain_http: PlainHttp::LoopbackOnly,
            proxy: Proxy::from_environment(),
            roots: Roots::by_default(),
        }
    }

    /// Limits opening a connection: host name, TCP, proxy and TLS together.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Limits silence: from sending to the head of the reply, and between two pieces of its body.
    ///
    /// A longer [`Request::allowed_silence`](ecommpay_transport::Request::allowed_silence) wins.
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.limits.read_timeout = limit;
        self
    }

    /// Limits the whole exchange, connecting included.
    ///
    /// A shorter [`Request::total_timeout`](ecommpay_transport::Request::total_timeout) wins, and
    /// so does a longer [`Request::allowed_silence`](ecommpay_transport::Request::allowed_silence).
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.limits.attempt_timeout = limit;
        self
    }

    /// Limits the body of a reply, in bytes.
    ///
    /// A larger [`Request::allowed_reply_bytes`](ecommpay_transport::Request::allowed_reply_bytes)
    /// wins.
    pub fn reply_limit(mut self, bytes: usize) -> Self {
        self.limits.reply_bytes = bytes;
        self
    }

    /// Limits the head of a reply (status line and headers), in bytes; 8 KiB is the least.
    ///
    /// Over HTTP/1.1 the head that comes whole within one read beyond the limit still passes, so
    /// reading stops below twice the limit.
    pub fn head_limit(mut self, bytes: usize) -> Self {
        self.head_bytes = bytes.max(SMALLEST_HEAD_BYTES);
        self
    }

    /// How long an unused connection is kept for the next request.
    ///
    /// Keep it below the other side's own limit: a kept connection that the other side closes in
    /// the very moment a request is written leaves it open whether the request arrived.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit;
        self
    }

    /// Which proxy https connections go through.
    #[cfg(feature = "proxy")]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Lets plain http go to any host, where everyone on the way can read and change it.
    ///
    /// For a sandbox in another container; never for the platform itself.
    pub fn allow_plain_http_anywhere(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Trusts what the operating system trusts.
    #[cfg(feature = "platform")]
    pub fn platform_roots(mut self) -> Self {
        self.roots = Roots::Platform;
        self
    }

    /// Trusts these roots and no others.
    #[cfg(feature = "tls")]
    pub fn root_certificates(mut self, roots: RootCertStore) -> Self {
        self.roots = Roots::Store(roots);
        self
    }

    /// Uses this TLS configuration, with its provider, roots and client certificate; only its list
    /// of ALPN protocols is replaced.
    #[cfg(feature = "tls")]
    pub fn tls_config(mut self, config: ClientConfig) -> Self {
        self.roots = Roots::Config(Box::new(config));
        self
    }

    /// Makes the transport; opens no connection yet.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when there are no roots to trust, the proxy's URL is not one, or TLS cannot
    /// be set up.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
        let rules = self.proxy.into_rules().ok_or(BuildError::ProxyUrl)?;
        let secure = tls::secure(Road::new(rules), self.roots)?;
        let mut http1 = http1::Builder::new();
        // at most 100 header lines, as hyper has it; setting that number costs an allocation per reply
        http1.max_buf_size(self.head_bytes);
        let opener = Opener {
            connector: Connector::new(secure, self.connect_timeout),
            http1,
            http2: http2::Settings::new(self.head_bytes),
        };
        Ok(HyperTransport::from_parts(
            Pool::new(self.idle_timeout),
            opener,
            self.limits,
            self.plain_http,
        ))
    }
}

impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("limits", &self.limits)
            .field("head_bytes", &self.head_bytes)
            .field("idle_timeout", &self.idle_timeout)
            .field("plain_http", &self.plain_http)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

/// A transport cannot be made from these settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is nothing to trust: no roots given and none compiled in.
    #[error("no root certificates: enable a roots feature or give a store that is not empty")]
    NoRoots,
    /// The proxy's URL is not `http://host:port`.
    #[error("the proxy's URL is not http://host:port")]
    ProxyUrl,
    /// TLS cannot be set up.
    #[cfg(feature = "tls")]
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}
