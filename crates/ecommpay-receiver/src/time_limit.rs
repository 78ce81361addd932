//! Waiting for something, but not for ever.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use ecommpay_clock::Clock;

/// What a future gives, or `None` if it is not ready by the time.
///
/// The clock is asked only when the future is not ready at once, as it is for nearly every body and
/// for every repetition.
pub(crate) async fn within<F: Future>(
    time: Duration,
    clock: &dyn Clock,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    let at_once = poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
    if let Poll::Ready(output) = at_once.await {
        return Some(output);
    }
    tokio::select! {
        biased;
        output = future => Some(output),
        () = clock.sleep(time) => None,
    }
}
