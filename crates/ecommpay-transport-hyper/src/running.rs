//! Counts the exchanges that are running, so that shutting down can wait for them.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Set once the door is closed; the other bits count those inside.
const CLOSED: usize = 1 << (usize::BITS - 1);

/// The door: open until closed, with the number of exchanges inside.
#[derive(Debug)]
pub(crate) struct Running {
    state: AtomicUsize,
    /// Told when the last one leaves a closed door.
    empty: Notify,
}

impl Running {
    pub(crate) fn new() -> Self {
        Running {
            state: AtomicUsize::new(0),
            empty: Notify::new(),
        }
    }

    /// Lets one exchange in while the door is open; it is out when the guard is dropped.
    pub(crate) fn enter(&self) -> Option<Inside<'_>> {
        // Whoever is turned away leaves again, for a moment counted.
        let inside = Inside(self);
        let before = self.state.fetch_add(1, Ordering::AcqRel);
        (before & CLOSED == 0).then_some(inside)
    }

    /// Closes the door for good and waits until nobody is inside.
    pub(crate) async fn close(&self) {
        self.state.fetch_or(CLOSED, Ordering::AcqRel);
        loop {
            let told = self.empty.notified();
            if self.state.load(Ordering::Acquire) == CLOSED {
                return;
            }
            told.await;
        }
    }
}

/// One running exchange.
pub(crate) struct Inside<'a>(&'a Running);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let before = self.0.state.fetch_sub(1, Ordering::AcqRel);
        if before == CLOSED + 1 {
            self.0.empty.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn close_waits_for_the_last_one_inside_and_lets_nobody_in() {
        let running = Running::new();
        let first = running.enter();
        let second = running.enter();
        assert!(first.is_some() && second.is_some());

        let mut closing = std::pin::pin!(running.close());
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Pending);
        assert!(running.enter().is_none());
        drop(first);
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Pending);
        drop(second);
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Ready(()));
    }
}
