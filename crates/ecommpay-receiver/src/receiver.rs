//! From a request to an answer: read, store, and only then 200.

use std::sync::Arc;
use std::time::Duration;

use ecommpay_inbox::{Arrival, Inbox, Moment};
use futures_core::Stream;

use crate::time_limit::within;
use crate::{Answer, CallbackReader, ReceivedCallback, RequestHead, signals};

/// Receives callbacks: reads them, puts them into an inbox, and says what to answer.
///
/// 200 is answered in one place, after [`Inbox::put`] has said that the callback is on disk, now or
/// before. Whatever else happens is answered otherwise, so that the platform sends it again. If the
/// future is dropped, because the sender has gone, the callback is stored or not, and nobody was told.
#[derive(Debug)]
pub struct Receiver {
    reader: CallbackReader,
    inbox: Arc<dyn Inbox>,
    put_time: Duration,
    come_again_after: Duration,
}

impl Receiver {
    /// A receiver that stores what it reads in an inbox.
    #[must_use]
    pub fn new(reader: CallbackReader, inbox: Arc<dyn Inbox>) -> Self {
        Self {
            reader,
            inbox,
            put_time: Duration::from_secs(10),
            come_again_after: Answer::COME_AGAIN_AFTER,
        }
    }

    /// How long storing may take before 503 is answered; 10 seconds by default.
    #[must_use]
    pub fn put_time_limit(mut self, limit: Duration) -> Self {
        self.put_time = limit;
        self
    }

    /// What `Retry-After` says with 503, in whole seconds; 10 by default, the platform's own first
    /// interval.
    #[must_use]
    pub fn come_again_after(mut self, pause: Duration) -> Self {
        self.come_again_after = pause;
        self
    }

    /// Receives a callback whose body comes in chunks, and says what to answer.
    pub async fn receive<S, C, E>(&self, head: &RequestHead<'_>, body: S) -> Answer
    where
        S: Stream<Item = Result<C, E>>,
        C: AsRef<[u8]>,
    {
        match self.reader.read(head, body).await {
            Ok(received) => self.store(received).await,
            Err(refusal) => Answer::refusing(&refusal),
        }
    }

    /// Receives a callback whose body is there, and says what to answer.
    pub async fn receive_whole(&self, head: &RequestHead<'_>, body: Vec<u8>) -> Answer {
        match self.reader.read_whole(head, body) {
            Ok(received) => self.store(received).await,
            Err(refusal) => Answer::refusing(&refusal),
        }
    }

    async fn store(&self, received: ReceivedCallback) -> Answer {
        let project_id = received.project_id();
        let remote_address = received.remote_address();
        let received_at = Moment::from_epoch(received.received_at());
        let mut arrival = Arrival::callback(project_id, received.into_callback(), received_at);
        if let Some(address) = remote_address {
            arrival = arrival.from_address(address);
        }
        let put = self.inbox.put(arrival);
        let Some(put) = within(self.put_time, self.reader.the_clock(), put).await else {
            signals::not_stored("slow");
            return Answer::come_again("storing took too long", self.come_again_after);
        };
        match put {
            // The one place where success is answered.
            Ok(put) => {
                signals::stored(put);
                Answer::stored(put)
            }
            Err(error) => {
                signals::not_stored(signals::kind(&error));
                Answer::come_again("the callback could not be stored", self.come_again_after)
            }
        }
    }
}
