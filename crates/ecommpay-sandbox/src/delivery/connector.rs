//! Connections for callbacks: each goes to the very address that was checked.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;
use url::Url;

use super::address;

/// Opens connections to loopback addresses, and to hosts that were allowed by name.
#[derive(Debug, Clone)]
pub(super) struct CheckedConnector {
    allowed_hosts: Arc<[String]>,
}

/// Why no connection was opened, in a few words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotConnected(String);

impl CheckedConnector {
    pub(super) fn new(allowed_hosts: Vec<String>) -> Self {
        Self {
            allowed_hosts: allowed_hosts.into(),
        }
    }
}

impl Service<Uri> for CheckedConnector {
    type Response = TokioIo<TcpStream>;
    type Error = NotConnected;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        Box::pin(connect(target, Arc::clone(&self.allowed_hosts)))
    }
}

async fn connect(target: Uri, allowed: Arc<[String]>) -> Result<TokioIo<TcpStream>, NotConnected> {
    // Read by the rules of URLs: a host may be spelt as a number.
    let url = Url::parse(&target.to_string()).map_err(|_| NotConnected("not a URL".into()))?;
    if url.scheme() != "http" {
        return Err(NotConnected("only http is spoken here".into()));
    }
    let address = address::resolve(&url, &allowed)
        .await
        .map_err(NotConnected)?;
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| NotConnected(format!("cannot connect: {}", error.kind())))?;
    // A callback is one small write; waiting for more would only slow it down.
    stream
        .set_nodelay(true)
        .map_err(|error| NotConnected(format!("cannot connect: {}", error.kind())))?;
    Ok(TokioIo::new(stream))
}
