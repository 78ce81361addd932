//! HTTP/2, where both sides of a TLS connection agree on it.

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2;
use hyper_util::client::legacy::connect::Connection as _;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::road::BoxError;
use crate::tls::Stream;

/// The protocols that are offered, the preferred one first.
pub(crate) const OFFERED: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Carries many requests at a time; clones share the connection.
pub(crate) type Http2 = http2::SendRequest<Full<Bytes>>;

/// How HTTP/2 is spoken.
pub(crate) struct Settings(http2::Builder<TokioExecutor>);

impl Settings {
    /// With at most so many bytes in the head of a reply.
    pub(crate) fn new(head_bytes: usize) -> Self {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(head_bytes).unwrap_or(u32::MAX));
        Settings(builder)
    }

    /// Begins HTTP/2; a task of its own moves its bytes from then on.
    pub(crate) async fn begin(&self, stream: Stream) -> Result<Http2, BoxError> {
        let (mut sender, connection) = self.0.handshake(stream).await?;
        // what ends it is told to the requests it carries
        tokio::spawn(async move { drop(connection.await) });
        sender.ready().await?;
        Ok(sender)
    }
}

/// Whether both sides want HTTP/2.
pub(crate) fn is_agreed(stream: &Stream) -> bool {
    stream.connected().is_negotiated_h2()
}
