//! In the place of HTTP/2 where it is not compiled in: every connection speaks HTTP/1.1.

use std::convert::Infallible;

use http::Response;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;

use crate::connection::Wire;
use crate::road::BoxError;
use crate::tls::Stream;

/// The protocols that are offered.
#[cfg(feature = "tls")]
pub(crate) const OFFERED: [&[u8]; 1] = [b"http/1.1"];

/// A connection that never comes about.
#[derive(Clone)]
pub(crate) struct Http2(Infallible);

impl Http2 {
    pub(crate) fn is_ready(&self) -> bool {
        match self.0 {}
    }

    pub(crate) async fn try_send_request(
        &mut self,
        _: Wire,
    ) -> Result<Response<Incoming>, TrySendError<Wire>> {
        match self.0 {}
    }
}

pub(crate) struct Settings;

impl Settings {
    pub(crate) fn new(_: usize) -> Self {
        Settings
    }

    #[expect(clippy::unused_async, reason = "as the one in whose place it is")]
    pub(crate) async fn begin(&self, _: Stream) -> Result<Http2, BoxError> {
        Err("HTTP/2 is not compiled in".into())
    }
}

/// Whether both sides want HTTP/2.
pub(crate) fn is_agreed(_: &Stream) -> bool {
    false
}
