//! The loop of attempts: a signed body is sent until an answer comes, or no attempt may follow.

use std::time::Duration;

use ecommpay_gate::{Prepared, Repeat};
use ecommpay_transport::{Bytes, FailureKind, FailureStage, Reply, Request, TransportError};
use tracing::Span;

use crate::attempt::attempt;
use crate::repeat::{Ended, RetryAfter, may_repeat, retry_after};
use crate::{BaseUrl, Client};

const USER_AGENT: &str = concat!("ecommpay-rust/", env!("CARGO_PKG_VERSION"));

/// What is sent, where to, and within which bounds.
pub(crate) struct Sending<'a> {
    pub(crate) base_url: &'a BaseUrl,
    pub(crate) path: &'a str,
    /// Shared by all attempts.
    pub(crate) body: Bytes,
    pub(crate) repeat: Repeat,
    pub(crate) budget: Budget,
    pub(crate) allowance: Allowance,
}

/// How long and how often one call may try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// By the client's clock.
    pub(crate) deadline: Duration,
    /// Of one attempt.
    pub(crate) attempt_timeout: Duration,
    pub(crate) retries: u32,
}

/// What the other side may take beyond the usual.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Allowance {
    /// How long it may be silent, if that is longer than the transport's own limit.
    pub(crate) silence: Duration,
    /// How long its reply may be, if that is more than the transport's own limit.
    pub(crate) reply_bytes: usize,
    /// The least pause after HTTP 429 without `Retry-After`.
    pub(crate) pause_when_crowded: Duration,
}

/// Why an attempt gave no answer, with what its reply said of a repeat.
pub(crate) enum Failure<E> {
    Transport(TransportError),
    Reply {
        error: E,
        http_status: u16,
        retry_after: RetryAfter,
    },
}

/// The last attempt gave no answer, and none may follow.
pub(crate) struct Exhausted<E> {
    pub(crate) failure: Failure<E>,
    pub(crate) attempts: u32,
    /// When the last attempt began, since 1970.
    pub(crate) requested_at: Duration,
}

impl Client {
    /// Sends until `decode` reads an answer out of a reply's status and body.
    pub(crate) async fn send<T, E>(
        &self,
        sending: Sending<'_>,
        decode: impl Fn(u16, &[u8]) -> Result<T, E>,
    ) -> Result<T, Exhausted<E>> {
        let mut attempts: u32 = 0;
        let answer = loop {
            attempts = attempts.saturating_add(1);
            let requested_at = self.0.clock.since_epoch();
            let started = self.0.clock.now();
            let failure = match self.send_once(&sending, attempts, started).await {
                Err(failure) => Failure::Transport(failure),
                Ok(reply) => match decode(reply.status(), reply.body()) {
                    Ok(answer) => break Ok(answer),
                    Err(error) => Failure::Reply {
                        error,
                        http_status: reply.status(),
                        retry_after: retry_after(reply.status(), reply.header("retry-after")),
                    },
                },
            };
            let Some(pause) = self.pause_before_repeat(&sending, &failure, attempts) else {
                break Err(Exhausted {
                    failure,
                    attempts,
                    requested_at,
                });
            };
            self.0.clock.sleep(pause).await;
        };
        Span::current().record("attempts", attempts);
        answer
    }

    async fn send_once(
        &self,
        sending: &Sending<'_>,
        number: u32,
        started: Duration,
    ) -> Result<Reply, TransportError> {
        let budget = sending.budget;
        let left = budget.deadline.saturating_sub(started);
        if left.is_zero() {
            return Err(TransportError::new(
                FailureStage::BeforeSend,
                FailureKind::TotalTimeout,
            ));
        }
        let limit = left.min(budget.attempt_timeout);
        let (transport, clock) = (&self.0.transport, &*self.0.clock);
        attempt(transport, clock, sending.request(), number, started, limit).await
    }

    /// The pause before the next attempt, if there may be one and the pause ends before the deadline.
    fn pause_before_repeat<E>(
        &self,
        sending: &Sending<'_>,
        failure: &Failure<E>,
        attempts: u32,
    ) -> Option<Duration> {
        let budget = sending.budget;
        let (ended, asked) = failure.ended();
        if attempts > budget.retries || !may_repeat(sending.repeat, ended) {
            return None;
        }
        let backoff = self.0.backoff.pause(attempts, &*self.0.randomness);
        let pause = match (asked, ended) {
            (RetryAfter::Unsaid, Ended::WithStatus(429)) => {
                backoff.max(sending.allowance.pause_when_crowded)
            }
            (RetryAfter::Unsaid, _) => backoff,
            (RetryAfter::Pause(asked), _) => backoff.max(asked),
            (RetryAfter::Later, _) => return None,
        };
        (self.0.clock.now().saturating_add(pause) < budget.deadline).then_some(pause)
    }
}

impl Sending<'_> {
    fn request(&self) -> Request {
        let url = self.base_url.with_path(self.path);
        Request::post(url, self.body.clone())
            .with_header("content-type", Prepared::CONTENT_TYPE)
            .with_header("accept", Prepared::CONTENT_TYPE)
            .with_header("user-agent", USER_AGENT)
            .with_allowed_silence(self.allowance.silence)
            .with_allowed_reply_bytes(self.allowance.reply_bytes)
    }
}

impl<E> Failure<E> {
    /// How the attempt ended, and what its reply asked for.
    fn ended(&self) -> (Ended<'_>, RetryAfter) {
        match self {
            Failure::Transport(failure) => (Ended::Without(failure), RetryAfter::Unsaid),
            Failure::Reply {
                http_status,
                retry_after,
                ..
            } => (Ended::WithStatus(*http_status), *retry_after),
        }
    }
}
