//! Settings of a reconciler.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_client::Client;
use ecommpay_clock::{Clock, Randomness, SystemRandomness, TokioClock};
use ecommpay_inbox::{Inbox, WaitingTimes};

use super::schedule::Schedule;
use super::unresolved::TracesAlone;
use super::{Attention, Reconciler, Shared};

/// Settings of a [`Reconciler`]; every one has a default.
#[must_use]
pub struct ReconcilerBuilder<I: ?Sized> {
    shared: Shared<I>,
}

impl<I: Inbox + ?Sized> ReconcilerBuilder<I> {
    pub(super) fn new(inbox: Arc<I>, client: Client, times: WaitingTimes) -> Self {
        let shared = Shared {
            inbox,
            clients: BTreeMap::new(),
            schedule: Schedule::new(times),
            attention: Arc::new(TracesAlone),
            at_once: 4,
            pause: Duration::from_secs(15),
            clock: Arc::new(TokioClock::new()),
            randomness: Arc::new(SystemRandomness),
        };
        Self { shared }.project(client)
    }

    /// With the client of another project whose payments are in the inbox.
    ///
    /// Give a client for each: payments of a project without one are traced as such and asked about
    /// by nobody, also not by another reconciler that has the client.
    pub fn project(mut self, client: Client) -> Self {
        let project_id = client.merchant().project_id();
        self.shared.clients.insert(project_id, client);
        self
    }

    /// Where people are told of payments without a result; a warning in the traces by default.
    pub fn tell(mut self, attention: impl Attention) -> Self {
        self.shared.attention = Arc::new(attention);
        self
    }

    /// The pauses between questions about one payment: each is about as long as the payment has been
    /// overdue, within these limits and shortened by up to its half at random. From 1 minute to 1
    /// hour by default; at least 1 second.
    pub fn pauses(mut self, soonest: Duration, seldomest: Duration) -> Self {
        self.shared.schedule.pauses(soonest, seldomest);
        self
    }

    /// How long after the threshold time the last question is asked; 10 minutes by default. The
    /// platform counts the threshold time from a moment of its own.
    pub fn grace(mut self, duration: Duration) -> Self {
        self.shared.schedule.grace(duration);
        self
    }

    /// How many questions [`run`](Reconciler::run) has under way at once; 4 by default, at least 1.
    pub fn at_once(mut self, count: usize) -> Self {
        self.shared.at_once = count.max(1);
        self
    }

    /// How often [`run`](Reconciler::run) looks for overdue payments when there are none; every 15
    /// seconds by default.
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

    /// The reconciler.
    #[must_use]
    pub fn build(self) -> Reconciler<I> {
        Reconciler {
            shared: Arc::new(self.shared),
        }
    }
}
