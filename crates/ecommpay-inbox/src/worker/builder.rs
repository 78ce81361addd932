//! Settings of a worker.

use std::sync::Arc;
use std::time::Duration;

use ecommpay_clock::{Backoff, Clock, Randomness, SystemRandomness, TokioClock};

use super::{Shared, Worker};
use crate::{AcknowledgeWith, Handler, Orders};

/// Settings of a [`Worker`]; every one has a default.
#[derive(Debug)]
#[must_use]
pub struct WorkerBuilder<I: ?Sized, O, H> {
    shared: Shared<I, O, H>,
}

impl<I, O, H> WorkerBuilder<I, O, H>
where
    I: AcknowledgeWith<H::Write> + ?Sized,
    O: Orders,
    H: Handler,
{
    pub(super) fn new(inbox: Arc<I>, orders: O, handler: H) -> Self {
        Self {
            shared: Shared {
                inbox,
                orders,
                handler,
                name: "worker".to_owned(),
                at_once: 16,
                lease: Duration::from_secs(60),
                attempts: 10,
                backoff: Backoff::new(Duration::from_secs(1), Duration::from_secs(10 * 60)),
                order_unknown: (Duration::from_secs(5), Duration::from_secs(60 * 60)),
                pause: Duration::from_secs(1),
                clock: Arc::new(TokioClock::new()),
                randomness: Arc::new(SystemRandomness),
            },
        }
    }

    /// The name people see with a lease; `worker` by default.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.shared.name = name.into();
        self
    }

    /// How many entries are handled at once; 16 by default, at least 1.
    pub fn at_once(mut self, count: usize) -> Self {
        self.shared.at_once = count.max(1);
        self
    }

    /// How long a lease lasts; 60 seconds by default. A handler that takes longer than nine tenths of
    /// it is dropped.
    pub fn lease(mut self, duration: Duration) -> Self {
        self.shared.lease = duration;
        self
    }

    /// After how many failed attempts an entry is laid aside; 10 by default, at least 1.
    pub fn attempts(mut self, count: u32) -> Self {
        self.shared.attempts = count.max(1);
        self
    }

    /// The pauses between attempts, which double; from 1 second to 10 minutes by default.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.shared.backoff = Backoff::new(first, longest);
        self
    }

    /// How soon and how seldom the order of a parked entry is looked for again; from 5 seconds to
    /// one hour by default. The older the entry, the longer the pause.
    pub fn look_for_orders(mut self, soonest: Duration, seldomest: Duration) -> Self {
        self.shared.order_unknown = (soonest, seldomest.max(soonest));
        self
    }

    /// How long an idle worker waits before it asks again; 1 second by default. Arrivals in the same
    /// process wake it at once.
    pub fn pause(mut self, duration: Duration) -> Self {
        self.shared.pause = duration;
        self
    }

    /// The clock; that of tokio by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.shared.clock = Arc::new(clock);
        self
    }

    /// Randomness for the pauses; the system's by default.
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.shared.randomness = Arc::new(randomness);
        self
    }

    /// The worker.
    #[must_use]
    pub fn build(self) -> Worker<I, O, H> {
        Worker {
            shared: Arc::new(self.shared),
        }
    }
}
