//! Opens connections: host name, proxy, TCP, TLS, all within the connect time-out.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::proxy::{Rules, is_plain_http};

type BoxError = Box<dyn Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// The host name could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("the host name could not be resolved")]
pub(crate) struct DnsFailed(#[source] io::Error);

/// The proxy gave no tunnel.
#[derive(Debug, thiserror::Error)]
#[error("the proxy gave no tunnel")]
pub(crate) struct ProxyFailed(#[source] BoxError);

/// No connection within the connect time-out.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {0:?}")]
pub(crate) struct ConnectTimedOut(Duration);

/// Opens a connection ready for HTTP, TLS done where the URL asks for it.
#[derive(Clone)]
pub(crate) struct Connector {
    secure: HttpsConnector<Road>,
    limit: Duration,
}

impl Connector {
    pub(crate) fn new(tls: ClientConfig, rules: Rules, limit: Duration) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let road = Road {
            tcp,
            rules: Arc::new(rules),
        };
        Connector {
            secure: HttpsConnector::from((road, tls)),
            limit,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.secure.poll_ready(context)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let connecting = self.secure.call(destination);
        let limit = self.limit;
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(ConnectTimedOut(limit).into()),
            }
        })
    }
}

/// A TCP connection to the destination, straight or through a proxy's tunnel.
#[derive(Clone)]
struct Road {
    tcp: HttpConnector<Resolver>,
    rules: Arc<Rules>,
}

impl Service<Uri> for Road {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let Some(proxy) = self.rules.proxy_for(&destination) else {
            let direct = self.tcp.call(destination);
            return Box::pin(async move { direct.await.map_err(Into::into) });
        };
        if !is_plain_http(&proxy) {
            let unsupported = ProxyFailed("only http:// proxies are spoken to".into());
            return Box::pin(async move { Err(unsupported.into()) });
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.tcp.clone());
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        let through = tunnel.call(destination);
        Box::pin(async move {
            through
                .await
                .map_err(|failure| ProxyFailed(failure.into()).into())
        })
    }
}

/// The system's resolver, its failures marked as such.
#[derive(Clone)]
struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = DnsFailed;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, DnsFailed>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), DnsFailed>> {
        self.0.poll_ready(context).map_err(DnsFailed)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.0.call(name);
        Box::pin(async move { resolving.await.map_err(DnsFailed) })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
