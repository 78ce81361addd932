//! Opens connections: host name, proxy, TCP, TLS, all within the connect time-out.

use std::fmt;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use tower_service::Service;

use crate::road::{BoxError, Connecting};
use crate::tls::{Secure, Stream};

/// No connection within the connect time-out.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {0:?}")]
pub(crate) struct ConnectTimedOut(Duration);

/// Opens a connection ready for HTTP, TLS done where the URL asks for it.
#[derive(Clone)]
pub(crate) struct Connector {
    secure: Secure,
    limit: Duration,
}

impl Connector {
    pub(crate) fn new(secure: Secure, limit: Duration) -> Self {
        Connector { secure, limit }
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
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

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
