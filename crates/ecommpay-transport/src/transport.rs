//! The trait, and a handle that shares one implementation between owners.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Reply, Request, TransportError};

/// Carries one request to the platform and brings its reply back.
///
/// An implementation
/// * returns a [`Reply`] for **every** HTTP status and follows no redirect;
/// * repeats nothing on its own: one call is at most one request on the wire;
/// * ends within [`Request::total_timeout`] where one is set;
/// * waits as long, and reads as much, as [`Request::allowed_silence`] and
///   [`Request::allowed_reply_bytes`] ask for, even if its own limits are lower;
/// * reports [`FailureStage::BeforeSend`](crate::FailureStage::BeforeSend) only where no byte of the
///   request can have left, and [`FailureStage::MaybeSent`](crate::FailureStage::MaybeSent) whenever
///   it is in doubt;
/// * stops working on the request when the future is dropped.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and reads the whole reply.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when no whole reply came; its stage says how far the exchange got.
    async fn send(&self, request: Request) -> Result<Reply, TransportError>;

    /// Whether [`send`](Self::send) ends within [`Request::total_timeout`] by a timer of its own,
    /// whatever the other side does; whoever sends sets no second timer then.
    ///
    /// `false` unless an implementation says so.
    fn keeps_total_timeout(&self) -> bool {
        false
    }
}

/// One transport shared by several owners; cloning shares, it does not copy.
///
/// ```
/// use ecommpay_transport::{SharedTransport, doubles::NeverAnswers};
///
/// let one = SharedTransport::new(NeverAnswers);
/// let same = one.clone();
/// # let _ = same;
/// ```
#[derive(Clone)]
pub struct SharedTransport(Arc<dyn Transport>);

impl SharedTransport {
    /// Shares `transport`.
    pub fn new(transport: impl Transport) -> Self {
        SharedTransport(Arc::new(transport))
    }
}

impl From<Arc<dyn Transport>> for SharedTransport {
    fn from(transport: Arc<dyn Transport>) -> Self {
        SharedTransport(transport)
    }
}

impl fmt::Debug for SharedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedTransport").field(&self.0).finish()
    }
}

impl Transport for SharedTransport {
    // What the macro would make, without a box around the box.
    fn send<'a, 'sending>(
        &'a self,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = Result<Reply, TransportError>> + Send + 'sending>>
    where
        'a: 'sending,
        Self: 'sending,
    {
        self.0.send(request)
    }

    fn keeps_total_timeout(&self) -> bool {
        self.0.keeps_total_timeout()
    }
}
