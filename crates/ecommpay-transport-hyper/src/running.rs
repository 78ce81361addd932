//! Counts the exchanges that are running, so that shutting down can wait for them.

use tokio::sync::watch;

/// The door: open until closed, with the number of exchanges inside.
#[derive(Debug)]
pub(crate) struct Running(watch::Sender<Count>);

#[derive(Debug, Clone, Copy)]
struct Count {
    open: bool,
    inside: usize,
}

impl Running {
    pub(crate) fn new() -> Self {
        Running(watch::Sender::new(Count {
            open: true,
            inside: 0,
        }))
    }

    /// Lets one exchange in while the door is open; it is out when the guard is dropped.
    pub(crate) fn enter(&self) -> Option<Inside<'_>> {
        let entered = self.0.send_if_modified(|count| {
            if count.open {
                count.inside += 1;
            }
            count.open
        });
        entered.then(|| Inside(self))
    }

    /// Closes the door for good and waits until nobody is inside.
    pub(crate) async fn close(&self) {
        self.0.send_modify(|count| count.open = false);
        // fails only when the sender is gone, and `self` holds it
        let _ = self.0.subscribe().wait_for(|count| count.inside == 0).await;
    }
}

/// One running exchange.
pub(crate) struct Inside<'a>(&'a Running);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| count.inside -= 1);
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
