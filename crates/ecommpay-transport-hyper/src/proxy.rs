//! Which proxy a connection goes through.

use std::error::Error;
use std::fmt;

use http::Uri;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service as _;

use crate::failure::find;
use crate::road::{BoxError, Connecting, Tcp};

/// The proxy gave no tunnel.
#[derive(Debug, thiserror::Error)]
#[error("the proxy gave no tunnel")]
struct ProxyFailed(#[source] BoxError);

/// Whether the proxy is what failed.
pub(crate) fn is_failure(error: &(dyn Error + 'static)) -> bool {
    find::<ProxyFailed>(error).is_some()
}

/// Which proxy https connections go through; plain http and loopback always go direct.
///
/// The proxy is spoken to in plain HTTP and asked for a tunnel (`CONNECT`), so it sees the host
/// name and nothing else.
///
/// ```
/// use ecommpay_transport_hyper::{HyperTransport, Proxy};
///
/// # fn main() -> Result<(), ecommpay_transport_hyper::BuildError> {
/// let transport = HyperTransport::builder()
///     .proxy(Proxy::to("http://proxy.internal:3128"))
///     .build()?;
/// # let _ = transport;
/// # Ok(())
/// # }
/// ```
pub struct Proxy(Choice);

enum Choice {
    None,
    Environment,
    To { url: String, except: String },
}

impl Proxy {
    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Proxy(Choice::None)
    }

    /// The proxy of `HTTPS_PROXY` or `ALL_PROXY` except for the hosts of `NO_PROXY`, read as curl
    /// reads them, in either letter case, once, when the transport is built.
    #[must_use]
    pub fn from_environment() -> Self {
        Proxy(Choice::Environment)
    }

    /// This proxy: `http://host:port` or `http://user:password@host:port`.
    pub fn to(url: impl Into<String>) -> Self {
        Proxy(Choice::To {
            url: url.into(),
            except: String::new(),
        })
    }

    /// Goes direct to these hosts: a comma-separated list as in `NO_PROXY`.
    ///
    /// Changes only a proxy made by [`Proxy::to`].
    #[must_use]
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        if let Choice::To { except, .. } = &mut self.0 {
            *except = hosts.into();
        }
        self
    }

    /// The rules as the connector asks them, or `None` if the URL given is no proxy's.
    pub(crate) fn into_rules(self) -> Option<Rules> {
        match self.0 {
            Choice::None => Some(Rules(None)),
            Choice::Environment => Some(Rules(Some(Matcher::from_env()))),
            Choice::To { url, except } => {
                // the matcher ignores what it cannot read, so ask it once without exceptions
                let readable = Matcher::builder().https(url.as_str()).build();
                let probe = Uri::from_static("https://probe.invalid/");
                readable.intercept(&probe).filter(is_plain_http)?;
                Some(Rules(Some(
                    Matcher::builder().https(url).no(except).build(),
                )))
            }
        }
    }
}

/// The URL may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Choice::None => "Proxy(none)",
            Choice::Environment => "Proxy(from environment)",
            Choice::To { .. } => "Proxy([redacted])",
        })
    }
}

/// Whether a proxy can be asked for a tunnel the way we do it.
fn is_plain_http(proxy: &Intercept) -> bool {
    proxy.uri().scheme() == Some(&http::uri::Scheme::HTTP)
}

/// The proxy rules of one transport.
pub(crate) struct Rules(Option<Matcher>);

impl Rules {
    /// A connection through the proxy's tunnel, or `None` where the way is direct.
    pub(crate) fn tunnel(
        &self,
        destination: &Uri,
        tcp: &Tcp,
    ) -> Option<Connecting<TokioIo<TcpStream>>> {
        let proxy = self.proxy_for(destination)?;
        if !is_plain_http(&proxy) {
            let unsupported = ProxyFailed("only http:// proxies are spoken to".into());
            return Some(Box::pin(async move { Err(unsupported.into()) }));
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp.clone());
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        let through = tunnel.call(destination.clone());
        Some(Box::pin(async move {
            through
                .await
                .map_err(|failure| ProxyFailed(failure.into()).into())
        }))
    }

    /// The proxy for an https destination that is not loopback.
    fn proxy_for(&self, destination: &Uri) -> Option<Intercept> {
        if crate::target::is_loopback(destination) || destination.scheme_str() != Some("https") {
            return None;
        }
        self.0.as_ref()?.intercept(destination)
    }
}
