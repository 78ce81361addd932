//! The one clock: it stands still while anything can be done, and then jumps to what comes next.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use ecommpay_clock::Clock;

/// When the simulated world begins: 2026-01-01T00:00:00Z.
const START_SINCE_EPOCH: Duration = Duration::from_secs(1_767_225_600);

/// The clock of the simulated world; clones share its hand.
#[derive(Debug, Clone)]
pub(crate) struct WorldClock {
    timers: Arc<Mutex<Timers>>,
    /// What this clock shows of the epoch when the world begins: a machine's clock may be wrong.
    start: Duration,
}

#[derive(Debug, Default)]
struct Timers {
    now: Duration,
    set: u64,
    queue: BTreeMap<(Duration, u64), Waker>,
}

impl WorldClock {
    pub(crate) fn new() -> Self {
        Self {
            timers: Arc::default(),
            start: START_SINCE_EPOCH,
        }
    }

    /// The same hand, read on a machine whose clock is so many seconds fast.
    pub(crate) fn fast_by(&self, seconds: i64) -> Self {
        let by = Duration::from_secs(seconds.unsigned_abs());
        let start = if seconds < 0 {
            START_SINCE_EPOCH.saturating_sub(by)
        } else {
            START_SINCE_EPOCH.saturating_add(by)
        };
        Self {
            timers: Arc::clone(&self.timers),
            start,
        }
    }

    /// When the next sleeper is due.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let timers = self.timers();
        timers.queue.first_key_value().map(|((due, _), _)| *due)
    }

    /// Moves the hand, never back, and wakes whoever is due.
    pub(crate) fn move_to(&self, now: Duration) {
        let mut timers = self.timers();
        timers.now = timers.now.max(now);
        let mut due = Vec::new();
        while let Some(first) = timers.queue.first_entry() {
            if first.key().0 > now {
                break;
            }
            due.push(first.remove());
        }
        drop(timers);
        due.into_iter().for_each(Waker::wake);
    }

    /// The instant at which the epoch is this long ago.
    pub(crate) fn at_epoch(&self, since_epoch: Duration) -> Duration {
        since_epoch.saturating_sub(self.start)
    }

    fn timers(&self) -> MutexGuard<'_, Timers> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> Duration {
        self.timers().now
    }

    fn since_epoch(&self) -> Duration {
        self.start.saturating_add(self.now())
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now().saturating_add(duration);
        Sleep {
            timers: Arc::clone(&self.timers),
            until,
            key: None,
        }
        .await;
    }
}

/// A sleep takes its timer with it when it is dropped.
struct Sleep {
    timers: Arc<Mutex<Timers>>,
    until: Duration,
    key: Option<(Duration, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let timers = Arc::clone(&self.timers);
        let mut timers = timers.lock().unwrap_or_else(PoisonError::into_inner);
        if timers.now >= self.until {
            return Poll::Ready(());
        }
        let key = self.key.unwrap_or_else(|| {
            timers.set += 1;
            (self.until, timers.set)
        });
        self.key = Some(key);
        timers.queue.insert(key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
            timers.queue.remove(&key);
        }
    }
}

/// What `work` gives, or nothing when the time is over first.
pub(crate) async fn within<T>(
    clock: &WorldClock,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    let mut time = std::pin::pin!(clock.sleep(limit));
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => time.as_mut().poll(context).map(|()| None),
    })
    .await
}
