//! Time as the client sees it: a trait, and the clock of a tokio program.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;

/// Tells the time and lets time pass; a test brings one that is turned by hand.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time since a moment of the clock's choice; never goes back.
    fn now(&self) -> Duration;

    /// The time since 1970-01-01T00:00:00Z, as the machine's wall clock has it.
    fn since_epoch(&self) -> Duration;

    /// Returns when this much time has passed.
    async fn sleep(&self, duration: Duration);
}

/// The clock of a tokio program; needs a runtime with its timer when it sleeps.
#[derive(Debug, Clone, Copy)]
pub struct TokioClock {
    started: tokio::time::Instant,
}

impl TokioClock {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        TokioClock {
            started: tokio::time::Instant::now(),
        }
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        TokioClock::new()
    }
}

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn since_epoch(&self) -> Duration {
        // a wall clock before 1970 is not set at all
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
