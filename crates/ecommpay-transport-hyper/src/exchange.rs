//! One exchange: request out, reply in, each phase within its limit.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_transport::{
    FailureKind, FailureStage, Reply, Request, Transport, TransportError, async_trait,
};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, sleep_until};

use crate::BuildError;
use crate::alarm::{Alarm, after};
use crate::builder::HyperTransportBuilder;
use crate::connection::{Connection, Opener};
use crate::failure::{without_body, without_connection, without_head};
use crate::pool::Pool;
use crate::running::Running;
use crate::target::{Origin, PlainHttp, wire_request};

/// Sends requests over one pool of connections; clones share the pool.
///
/// Needs a tokio runtime with its timer and I/O driver when it sends. Dropping the future of
/// [`send`](Transport::send) gives the exchange up: over HTTP/1.1 its connection is closed, over
/// HTTP/2 its stream is reset.
///
/// ```no_run
/// use ecommpay_transport::{Request, Transport};
/// use ecommpay_transport_hyper::HyperTransport;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = HyperTransport::new()?;
/// let request = Request::post("https://api.ecommpay.com/v2/payment/status", "{}");
/// match transport.send(request).await {
///     Ok(reply) => println!("HTTP {}", reply.status()),
///     Err(failure) => println!("{failure} ({:?})", failure.stage()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HyperTransport(Arc<Inner>);

struct Inner {
    pool: Pool,
    opener: Opener,
    limits: Limits,
    plain_http: PlainHttp,
    running: Running,
}

/// The limits of one exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) read_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) reply_bytes: usize,
}

impl Limits {
    /// These limits, raised to what the request asks for.
    fn raised_for(self, request: &Request) -> Self {
        let silence = request.allowed_silence();
        Limits {
            read_timeout: self.read_timeout.max(silence),
            attempt_timeout: self.attempt_timeout.max(silence),
            reply_bytes: self.reply_bytes.max(request.allowed_reply_bytes()),
        }
    }
}

impl HyperTransport {
    /// A transport with the settings that [`HyperTransportBuilder`] documents as defaults.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when no roots of trust are compiled in.
    pub fn new() -> Result<Self, BuildError> {
        Self::builder().build()
    }

    /// Starts with the default settings.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::new()
    }

    pub(crate) fn from_parts(
        pool: Pool,
        opener: Opener,
        limits: Limits,
        plain_http: PlainHttp,
    ) -> Self {
        HyperTransport(Arc::new(Inner {
            pool,
            opener,
            limits,
            plain_http,
            running: Running::new(),
        }))
    }

    /// Refuses new requests from now on and waits until the running ones have ended.
    ///
    /// What is sent after this fails [before sending](FailureStage::BeforeSend). Give it a time-out
    /// of your own if the attempt time-out is too long to wait for.
    pub async fn close(&self) {
        self.0.running.close().await;
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport")
            .field("limits", &self.0.limits)
            .field("plain_http", &self.0.plain_http)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let Some(_inside) = self.0.running.enter() else {
            return Err(TransportError::new(
                FailureStage::BeforeSend,
                FailureKind::Closed,
            ));
        };
        let limits = self.0.limits.raised_for(&request);
        let allowed = request.total_timeout().unwrap_or(Duration::MAX);
        let begun = Instant::now();
        let deadline = after(begun, allowed.min(limits.attempt_timeout));
        let (origin, wire) = wire_request(request, self.0.plain_http)?;
        let mut timer = pin!(sleep_until(deadline));
        let mut alarm = Alarm::new(timer.as_mut(), begun);
        let mut connection = match self.0.pool.take(&origin, begun) {
            Some(kept) => kept,
            None => self.0.open(&origin, &mut alarm).await?,
        };
        let head = match alarm
            .within(limits.read_timeout, connection.send(wire))
            .await
        {
            Ok(answered) => answered.map_err(without_head)?,
            Err(kind) => return Err(TransportError::new(FailureStage::MaybeSent, kind)),
        };
        let reply = read_reply(head, &limits, &mut alarm).await?;
        if let Connection::Http1(connection) = connection {
            self.0.pool.keep(&origin, connection);
        }
        Ok(reply)
    }

    fn keeps_total_timeout(&self) -> bool {
        true
    }
}

impl Inner {
    /// A new connection; where others of its kind can be shared, the shared one.
    async fn open(
        &self,
        origin: &Origin,
        alarm: &mut Alarm<'_>,
    ) -> Result<Connection, TransportError> {
        // TLS and HTTP/2 make a large future, which most exchanges need no room for
        let opening = Box::pin(self.opener.open(origin));
        match alarm.by_deadline(opening).await {
            Ok(Ok(Connection::Http2(new))) => Ok(Connection::Http2(self.pool.share(origin, new))),
            Ok(opened) => opened.map_err(without_connection),
            Err(kind) => Err(TransportError::new(FailureStage::BeforeSend, kind)),
        }
    }
}

/// Reads the body up to the limit; the read time-out runs anew from each piece.
async fn read_reply(
    head: http::Response<Incoming>,
    limits: &Limits,
    alarm: &mut Alarm<'_>,
) -> Result<Reply, TransportError> {
    let (head, mut body) = head.into_parts();
    let status = head.status.as_u16();
    let unreadable =
        |kind| TransportError::new(FailureStage::ReplyUnreadable, kind).with_http_status(status);
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limits.reply_bytes {
        return Err(unreadable(FailureKind::ReplyTooLarge));
    }
    let mut bytes = Vec::with_capacity(announced);
    loop {
        let piece = match alarm.within(limits.read_timeout, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => return Err(without_body(error, status)),
            Err(kind) => return Err(unreadable(kind)),
        };
        let Ok(data) = piece.into_data() else {
            continue;
        };
        if data.len() > limits.reply_bytes - bytes.len() {
            return Err(unreadable(FailureKind::ReplyTooLarge));
        }
        bytes.extend_from_slice(&data);
    }
    let reply = head
        .headers
        .iter()
        .fold(Reply::new(status, bytes), |reply, (name, value)| {
            reply.with_header(name.as_str(), value.as_bytes())
        });
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_request_raises_limits_and_never_lowers_them() {
        let own = Limits {
            read_timeout: 30 * SECOND,
            attempt_timeout: 60 * SECOND,
            reply_bytes: 1000,
        };
        let plain = own.raised_for(&Request::post("http://127.0.0.1/", "{}"));
        assert_eq!(plain.read_timeout, 30 * SECOND);
        assert_eq!(plain.attempt_timeout, 60 * SECOND);
        assert_eq!(plain.reply_bytes, 1000);

        let report = Request::post("http://127.0.0.1/", "{}")
            .with_allowed_silence(300 * SECOND)
            .with_allowed_reply_bytes(5000);
        let raised = own.raised_for(&report);
        assert_eq!(raised.read_timeout, 300 * SECOND);
        assert_eq!(raised.attempt_timeout, 300 * SECOND);
        assert_eq!(raised.reply_bytes, 5000);
    }
}
