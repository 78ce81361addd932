//! Stand-ins for time and randomness in tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::{Clock, Randomness};

/// A clock turned by hand; clones share the hand.
///
/// It also turns itself: who sleeps on it moves it forward to the end of the sleep and goes on at
/// once. So a time-out comes as soon as the thing waited for is not ready, which suits transports
/// that answer at once or never, and not real connections.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_clock::{Clock, doubles::HandClock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let clock = HandClock::new();
/// clock.advance(Duration::from_secs(60));
/// clock.sleep(Duration::from_secs(30 * 60)).await;
/// assert_eq!(clock.now(), Duration::from_secs(31 * 60));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct HandClock {
    started_since_epoch: Duration,
    hand: Arc<Mutex<Hand>>,
}

#[derive(Debug, Default)]
struct Hand {
    now: Duration,
    sleeps: Vec<Duration>,
}

impl HandClock {
    /// A clock at 2026-01-01T00:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        HandClock::starting_at(Duration::from_secs(1_767_225_600))
    }

    /// A clock that starts this long after 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn starting_at(since_epoch: Duration) -> Self {
        HandClock {
            started_since_epoch: since_epoch,
            hand: Arc::default(),
        }
    }

    /// Turns the hand forward.
    pub fn advance(&self, by: Duration) {
        let mut hand = self.hand();
        hand.now = hand.now.saturating_add(by);
    }

    /// How long every finished sleep was, oldest first.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.hand().sleeps.clone()
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for HandClock {
    fn default() -> Self {
        HandClock::new()
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> Duration {
        self.hand().now
    }

    fn since_epoch(&self) -> Duration {
        self.started_since_epoch + self.now()
    }

    async fn sleep(&self, duration: Duration) {
        let mut hand = self.hand();
        hand.now = hand.now.saturating_add(duration);
        hand.sleeps.push(duration);
    }
}

/// Gives the same number again and again.
///
/// ```
/// use ecommpay_clock::{Randomness, doubles::Always};
///
/// assert_eq!(Always(7).next_u64(), 7);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Always(pub u64);

impl Randomness for Always {
    fn next_u64(&self) -> u64 {
        self.0
    }
}
