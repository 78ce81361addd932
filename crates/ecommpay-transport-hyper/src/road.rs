//! A TCP connection to the destination: host name, and a proxy's tunnel where there is one.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::proxy::Rules;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
pub(crate) type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Resolves a host name and connects.
pub(crate) type Tcp = HttpConnector<Resolver>;

/// The host name could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("the host name could not be resolved")]
pub(crate) struct DnsFailed(#[source] io::Error);

/// A TCP connection to the destination, straight or through a proxy's tunnel.
#[derive(Clone)]
pub(crate) struct Road {
    tcp: Tcp,
    rules: Arc<Rules>,
}

impl Road {
    pub(crate) fn new(rules: Rules) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        // whether https may be asked for is decided elsewhere
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        Road {
            tcp,
            rules: Arc::new(rules),
        }
    }
}

impl Service<Uri> for Road {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        self.rules
            .tunnel(&destination, &self.tcp)
            .unwrap_or_else(|| {
                let direct = self.tcp.call(destination);
                Box::pin(async move { direct.await.map_err(Into::into) })
            })
    }
}

/// The system's resolver, its failures marked as such.
#[derive(Clone)]
pub(crate) struct Resolver(GaiResolver);

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
