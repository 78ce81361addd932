//! Stand-ins for a transport in tests: a closure, a replay list, a recorder, silence, failure.
//!
//! They do no I/O and know no clock, so tests with them need no server and no waiting.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{FailureKind, FailureStage, Reply, Request, Transport, TransportError};

/// Answers every request with what a closure returns.
///
/// ```
/// use ecommpay_transport::{Reply, Request, Transport, TransportError, doubles::AnswerWith};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), TransportError> {
/// let echo = AnswerWith::new(|request| Ok(Reply::new(200, request.into_body())));
/// let reply = echo.send(Request::post("http://127.0.0.1/", "ping")).await?;
/// assert_eq!(reply.body(), b"ping");
/// # Ok(())
/// # }
/// ```
pub struct AnswerWith<F>(F);

impl<F> AnswerWith<F>
where
    F: Fn(Request) -> Result<Reply, TransportError> + Send + Sync + 'static,
{
    /// A transport that calls `answer` for each request.
    pub fn new(answer: F) -> Self {
        AnswerWith(answer)
    }
}

impl<F> fmt::Debug for AnswerWith<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerWith")
    }
}

#[async_trait]
impl<F> Transport for AnswerWith<F>
where
    F: Fn(Request) -> Result<Reply, TransportError> + Send + Sync + 'static,
{
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        (self.0)(request)
    }
}

/// Plays a list of results, one for each request, in order.
///
/// A request after the end of the list fails [before sending](FailureStage::BeforeSend) with a
/// source that says so.
///
/// ```
/// use ecommpay_transport::{
///     FailureKind, FailureStage, Reply, Request, Transport, TransportError, doubles::Replay,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let flaky = Replay::new([
///     Err(TransportError::new(FailureStage::BeforeSend, FailureKind::Connect)),
///     Ok(Reply::new(200, "{}")),
/// ]);
/// assert!(flaky.send(Request::get("http://127.0.0.1/")).await.is_err());
/// assert!(flaky.send(Request::get("http://127.0.0.1/")).await.is_ok());
/// assert_eq!(flaky.remaining(), 0);
/// # }
/// ```
#[derive(Debug)]
pub struct Replay(Mutex<VecDeque<Result<Reply, TransportError>>>);

impl Replay {
    /// A transport that gives these results in this order.
    pub fn new(results: impl IntoIterator<Item = Result<Reply, TransportError>>) -> Self {
        Replay(Mutex::new(results.into_iter().collect()))
    }

    /// How many results have not been asked for.
    #[must_use]
    pub fn remaining(&self) -> usize {
        lock(&self.0).len()
    }
}

#[async_trait]
impl Transport for Replay {
    async fn send(&self, _request: Request) -> Result<Reply, TransportError> {
        let next = lock(&self.0).pop_front();
        next.unwrap_or_else(|| {
            Err(
                TransportError::new(FailureStage::BeforeSend, FailureKind::Other)
                    .with_source("the replay list is used up"),
            )
        })
    }
}

/// Keeps a copy of every request, then passes it on; clones share what they recorded.
///
/// ```
/// use ecommpay_transport::{Reply, Request, SharedTransport, Transport, TransportError};
/// use ecommpay_transport::doubles::{AnswerWith, Recorder};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), TransportError> {
/// let recorder = Recorder::new(AnswerWith::new(|_| Ok(Reply::new(200, "{}"))));
/// let transport = SharedTransport::new(recorder.clone());
/// transport.send(Request::post("http://127.0.0.1/a", "1")).await?;
/// assert_eq!(recorder.requests()[0].url(), "http://127.0.0.1/a");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorder<T> {
    inner: Arc<T>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl<T: Transport> Recorder<T> {
    /// Records in front of `inner`.
    pub fn new(inner: T) -> Self {
        Recorder {
            inner: Arc::new(inner),
            requests: Arc::default(),
        }
    }

    /// Copies of all requests so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    /// How many requests came.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.requests).len()
    }

    /// The transport behind the recorder.
    #[must_use]
    pub fn inner(&self) -> &T {
        &self.inner
    }
}

impl<T> Clone for Recorder<T> {
    fn clone(&self) -> Self {
        Recorder {
            inner: Arc::clone(&self.inner),
            requests: Arc::clone(&self.requests),
        }
    }
}

#[async_trait]
impl<T: Transport> Transport for Recorder<T> {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        lock(&self.requests).push(request.clone());
        self.inner.send(request).await
    }

    fn keeps_total_timeout(&self) -> bool {
        self.inner.keeps_total_timeout()
    }
}

/// Takes every request and never answers, whatever the time-out.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_transport::{Request, Transport, doubles::NeverAnswers};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let silence = NeverAnswers.send(Request::get("http://127.0.0.1/"));
/// assert!(tokio::time::timeout(Duration::from_secs(60), silence).await.is_err());
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NeverAnswers;

#[async_trait]
impl Transport for NeverAnswers {
    async fn send(&self, _request: Request) -> Result<Reply, TransportError> {
        std::future::pending().await
    }
}

/// Fails every request at one stage with one kind.
///
/// ```
/// use ecommpay_transport::{FailureKind, FailureStage, Request, Transport, doubles::BreaksAt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let broken = BreaksAt::new(FailureStage::MaybeSent, FailureKind::Reset);
/// let failure = broken.send(Request::get("http://127.0.0.1/")).await.unwrap_err();
/// assert_eq!(failure.stage(), FailureStage::MaybeSent);
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct BreaksAt {
    stage: FailureStage,
    kind: FailureKind,
}

impl BreaksAt {
    /// A transport that always fails so.
    #[must_use]
    pub fn new(stage: FailureStage, kind: FailureKind) -> Self {
        BreaksAt { stage, kind }
    }
}

#[async_trait]
impl Transport for BreaksAt {
    async fn send(&self, _request: Request) -> Result<Reply, TransportError> {
        Err(TransportError::new(self.stage, self.kind))
    }
}

/// A test that panicked while recording must not hide what it recorded.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
