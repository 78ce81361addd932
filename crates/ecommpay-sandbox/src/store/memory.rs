//! The state in memory: one lock, one command at a time, on the sandbox's clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::platform::deliveries::Send;
use crate::platform::moment::Moment;
use crate::platform::{Command, PassTime, Platform};

/// The platform, its clock and the callbacks that wait to be sent.
#[derive(Debug)]
pub(crate) struct Store {
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Debug)]
struct Inner {
    platform: Platform,
    clock: Clock,
}

/// What is to do next.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) sends: Vec<Send>,
    /// How long until the next timer; `None` when nothing is set or time stands still.
    pub(crate) wait: Option<Duration>,
}

impl Store {
    pub(crate) fn new(platform: Platform, clock: Clock) -> Self {
        Self {
            inner: Mutex::new(Inner { platform, clock }),
            changed: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Commands leave no half-made change behind that a later one could trip over.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a command out now.
    pub(crate) fn apply<C: Command>(&self, command: C) -> C::Reply {
        let mut inner = self.lock();
        let now = inner.clock.now();
        let reply = inner.platform.apply(command, now);
        drop(inner);
        self.changed.notify_one();
        reply
    }

    pub(crate) fn now(&self) -> Moment {
        self.lock().clock.now()
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.lock().clock.is_virtual()
    }

    /// Lets time pass until now; gives what is to be sent and when to look again.
    pub(crate) fn due(&self) -> Due {
        let mut inner = self.lock();
        let now = inner.clock.now();
        inner.platform.apply(PassTime, now);
        let sends = inner.platform.take_sends();
        let next = inner.platform.next_due();
        let wait = next.and_then(|due| inner.clock.wait_for(due));
        Due { sends, wait }
    }

    /// Moves the clock to the next timer, but not beyond `limit`, and lets it happen. `None` when
    /// nothing is left to do until `limit`.
    pub(crate) fn step_towards(&self, limit: Moment) -> Option<Vec<Send>> {
        let mut inner = self.lock();
        let waiting = inner.platform.take_sends();
        if !waiting.is_empty() {
            return Some(waiting);
        }
        let next = inner.platform.next_due().filter(|due| *due <= limit);
        inner.clock.move_to(next.unwrap_or(limit));
        if next.is_none() {
            // Whoever sleeps until the next timer has to look at the clock again.
            self.changed.notify_one();
            return None;
        }
        let now = inner.clock.now();
        inner.platform.apply(PassTime, now);
        Some(inner.platform.take_sends())
    }

    /// Returns when a command may have changed what is due.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}
