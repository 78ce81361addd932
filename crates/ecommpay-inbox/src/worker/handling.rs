//! One entry from its lease to its end.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use ecommpay_callback::Change;
use tracing::Instrument;

use super::{Shared, signals};
use crate::event::{self, Passed};
use crate::handler::Again;
use crate::{
    AcknowledgeWith, Document, Handler, HandlerError, InboxError, Learned, Leased, Orders,
    ParkReason, Parking,
};

/// What is to become of an entry.
enum Decision<W> {
    /// Finished, with nothing to tell the shop.
    Acknowledge(Learned),
    /// Finished, with the shop's own write.
    AcknowledgeWith(Learned, W),
    Park(Parking),
    Failed(HandlerError),
}

/// What became of an entry: labels of traces and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Handled,
    NothingNew,
    Retried,
    Parked(ParkReason),
    LeaseLost,
    StoreFailed,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::NothingNew => "nothing new",
            Self::Retried => "retried",
            Self::Parked(reason) => reason.as_str(),
            Self::LeaseLost => "lease lost",
            Self::StoreFailed => "store failed",
        }
    }
}

impl<I, O, H> Shared<I, O, H>
where
    I: AcknowledgeWith<H::Write> + ?Sized,
    O: Orders,
    H: Handler,
{
    /// Handles a leased entry and tells the inbox.
    pub(super) async fn bring_to_end(&self, leased: Leased) {
        let span = signals::span(leased.attempt());
        let begun = self.clock.now();
        async {
            let decision = self.decide_in_time(&leased).await;
            let outcome = match self.settle(&leased, decision).await {
                Ok(outcome) => outcome,
                Err(InboxError::LeaseLost) => Outcome::LeaseLost,
                // The lease ends by itself, and the entry comes again.
                Err(_) => Outcome::StoreFailed,
            };
            let taken = self.clock.now().saturating_sub(begun);
            signals::ended(&tracing::Span::current(), outcome, taken);
        }
        .instrument(span)
        .await;
    }

    /// Decides, unless it takes longer than the lease or panics.
    async fn decide_in_time(&self, leased: &Leased) -> Decision<H::Write> {
        if leased.attempt() > self.attempts {
            let text = format!(
                "{} attempts ended without a result: the worker died, or its lease ran out",
                leased.attempt() - 1
            );
            return Decision::Park(Parking::new(ParkReason::Poison, &text));
        }
        // A tenth of the lease is kept for telling the inbox.
        let left = leased.lease().until().since(self.now()) / 10 * 9;
        tokio::select! {
            biased;
            decided = without_panic(self.decide(leased)) => decided.unwrap_or_else(|Panicked| {
                Decision::Failed(HandlerError::retry("the handler panicked"))
            }),
            () = self.clock.sleep(left) => {
                Decision::Failed(HandlerError::retry("handling took longer than the lease"))
            }
        }
    }

    async fn decide(&self, leased: &Leased) -> Decision<H::Write> {
        let entry = leased.entry();
        let document = match entry.read() {
            Ok(document) => document,
            Err(error) => {
                let parking = Parking::new(ParkReason::Unreadable, &error.to_string());
                return Decision::Park(parking);
            }
        };
        let Some(payment_id) = entry.payment_id() else {
            return Decision::Park(Parking::new(ParkReason::NoPayment, "it names no payment"));
        };
        let order = match self.orders.expected(entry.project_id(), payment_id).await {
            Ok(Some(order)) => order,
            Ok(None) => return Decision::Park(self.until_order_is_known(leased)),
            Err(error) => return Decision::Failed(error),
        };
        let Passed { event, learned } = match event::judge(entry, document, leased.payment(), order)
        {
            Ok(passed) => *passed,
            Err(parking) => {
                let learned = parking.learned();
                if learned.is_some_and(|it| event::contradicts(leased.payment(), it)) {
                    signals::contradiction(entry.kind());
                }
                return Decision::Park(parking);
            }
        };
        if !event.disagreement().is_empty() {
            signals::contradiction(entry.kind());
        }
        let is_answer = matches!(event.document(), Document::StatusAnswer(_));
        if is_answer && event.change() == Change::Nothing {
            return Decision::Acknowledge(learned);
        }
        match self.handler.handle(&event).await {
            Ok(write) => Decision::AcknowledgeWith(learned, write),
            Err(error) => Decision::Failed(error),
        }
    }

    /// The older the entry, the longer until the next look.
    fn until_order_is_known(&self, leased: &Leased) -> Parking {
        let (now, (soonest, seldomest)) = (self.now(), self.order_unknown);
        let age = now.since(leased.entry().received_at());
        let text = "the shop does not know the order yet";
        Parking::new(ParkReason::OrderUnknown, text).until(now.plus(age.clamp(soonest, seldomest)))
    }

    async fn settle(
        &self,
        leased: &Leased,
        decision: Decision<H::Write>,
    ) -> Result<Outcome, InboxError> {
        let (lease, inbox) = (leased.lease(), &self.inbox);
        match decision {
            Decision::Acknowledge(learned) => {
                inbox.acknowledge(lease, self.now(), Some(learned)).await?;
                Ok(Outcome::NothingNew)
            }
            Decision::AcknowledgeWith(learned, write) => {
                let done = inbox
                    .acknowledge_with(lease, self.now(), Some(learned), write)
                    .await;
                match done {
                    Ok(()) => Ok(Outcome::Handled),
                    Err(error @ InboxError::WriteFailed { .. }) => {
                        self.failed(leased, HandlerError::from(error)).await
                    }
                    Err(error) => Err(error),
                }
            }
            Decision::Park(parking) => self.park(leased, parking).await,
            Decision::Failed(error) => self.failed(leased, error).await,
        }
    }

    async fn park(&self, leased: &Leased, parking: Parking) -> Result<Outcome, InboxError> {
        let outcome = Outcome::Parked(parking.reason());
        self.inbox.park(leased.lease(), self.now(), parking).await?;
        Ok(outcome)
    }

    async fn failed(&self, leased: &Leased, error: HandlerError) -> Result<Outcome, InboxError> {
        if error.again() == Again::Never || leased.attempt() >= self.attempts {
            return self
                .park(leased, Parking::new(ParkReason::Poison, error.text()))
                .await;
        }
        let now = self.now();
        let pause = self.backoff.pause(leased.attempt(), &*self.randomness);
        self.inbox
            .retry_later(leased.lease(), now, now.plus(pause), error.text())
            .await?;
        Ok(Outcome::Retried)
    }
}

/// The code of the shop has panicked.
struct Panicked;

/// Turns a panic of the shop's code into an answer: the entry is tried again, and the worker lives.
async fn without_panic<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        },
    )
    .await
}
