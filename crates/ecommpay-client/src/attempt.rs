//! One attempt: one request on the wire, within its limit.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use ecommpay_transport::{
    FailureKind, FailureStage, Reply, Request, SharedTransport, Transport as _, TransportError,
};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug, info_span};

use crate::Clock;

/// What the transport is told to keep below the attempt's own limit, so that it, knowing the stage,
/// reports the time-out and not the guard around it, which has to assume the worst.
const REPORTING_TIME: Duration = Duration::from_millis(100);

/// Sends once, from the moment `started` on, and waits at most `limit` for the whole reply.
pub(crate) async fn attempt(
    transport: &SharedTransport,
    clock: &dyn Clock,
    request: Request,
    number: u32,
    started: Duration,
    limit: Duration,
) -> Result<Reply, TransportError> {
    let request = request.with_total_timeout(limit - REPORTING_TIME.min(limit / 10));
    let span = info_span!(
        "ecommpay.attempt",
        attempt = number,
        http_status = Empty,
        stage = Empty,
        failure = Empty,
        duration_ms = Empty,
    );
    async {
        let sending = transport.send(request);
        let result = if transport.keeps_total_timeout() {
            sending.await
        } else {
            within(clock, limit, sending)
                .await
                .unwrap_or_else(|| Err(guard_failure()))
        };
        observe(&result, clock, started);
        result
    }
    .instrument(span)
    .await
}

/// The transport did not end in time and is dropped: nobody knows how far it got.
fn guard_failure() -> TransportError {
    TransportError::new(FailureStage::MaybeSent, FailureKind::TotalTimeout)
}

fn observe(result: &Result<Reply, TransportError>, clock: &dyn Clock, started: Duration) {
    let span = Span::current();
    record_duration(&span, clock, started);
    match result {
        Ok(reply) => {
            span.record("http_status", reply.status());
        }
        Err(failure) => {
            span.record("stage", failure.stage().as_str());
            span.record("failure", failure.kind().as_str());
            if let Some(status) = failure.http_status() {
                span.record("http_status", status);
            }
        }
    }
    debug!("attempt ended");
}

/// Records how long it took from `started` until now, if anybody listens: in whole milliseconds, as
/// a number every tracing back-end takes.
pub(crate) fn record_duration(span: &Span, clock: &dyn Clock, started: Duration) {
    if !span.is_disabled() {
        let took = clock.now().saturating_sub(started);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        span.record("duration_ms", millis);
    }
}

/// What `work` gives, or nothing when the time is over first.
async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut time = pin!(clock.sleep(limit));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => time.as_mut().poll(context).map(|()| None),
    })
    .await
}
