//! One connection that carries requests, and how it is opened.

use std::future::poll_fn;

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1};
use tower_service::Service as _;

use crate::connector::Connector;
use crate::http2::{self, Http2};
use crate::road::BoxError;
use crate::target::{Origin, in_origin_form};

/// A request with its body in one piece.
pub(crate) type Wire = Request<Full<Bytes>>;

/// A connection that takes a request at once.
pub(crate) enum Connection {
    Http1(Http1),
    Http2(Http2),
}

/// Carries one request after the other.
pub(crate) struct Http1 {
    sender: http1::SendRequest<Full<Bytes>>,
    /// What the origin is called in a request.
    host: HeaderValue,
}

impl Connection {
    /// Hands the request over: as soon as this is waited for, bytes of it may leave.
    pub(crate) async fn send(
        &mut self,
        mut request: Wire,
    ) -> Result<Response<Incoming>, TrySendError<Wire>> {
        match self {
            Connection::Http1(Http1 { sender, host }) => {
                in_origin_form(request.uri_mut());
                let headers = request.headers_mut();
                headers.entry(HOST).or_insert_with(|| host.clone());
                sender.try_send_request(request).await
            }
            Connection::Http2(sender) => sender.try_send_request(request).await,
        }
    }
}

impl Http1 {
    /// Whether the exchange before is over on both sides.
    pub(crate) fn is_ready(&self) -> bool {
        self.sender.is_ready()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Waits until it is ready, or fails because it was closed.
    pub(crate) async fn ready(&mut self) -> hyper::Result<()> {
        self.sender.ready().await
    }
}

/// Opens connections and speaks the protocol that was agreed upon.
pub(crate) struct Opener {
    pub(crate) connector: Connector,
    pub(crate) http1: http1::Builder,
    pub(crate) http2: http2::Settings,
}

impl Opener {
    /// Opens a connection to the origin; a task of its own moves its bytes from then on.
    pub(crate) async fn open(&self, origin: &Origin) -> Result<Connection, BoxError> {
        let mut connector = self.connector.clone();
        poll_fn(|context| connector.poll_ready(context)).await?;
        let stream = connector.call(origin.to_uri()?).await?;
        if http2::is_agreed(&stream) {
            return self.http2.begin(stream).await.map(Connection::Http2);
        }
        let (mut sender, connection) = self.http1.handshake(stream).await?;
        // what ends it is told to the request it carries
        tokio::spawn(async move { drop(connection.await) });
        sender.ready().await?;
        let host = origin.host_header()?;
        Ok(Connection::Http1(Http1 { sender, host }))
    }
}
