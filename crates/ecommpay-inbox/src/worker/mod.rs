//! The worker: takes entries out of an inbox and brings them to the shop's handler.

mod builder;
mod handling;
mod signals;

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_clock::{Backoff, Clock, Randomness};
use tokio::task::JoinSet;

pub use self::builder::WorkerBuilder;
use crate::{AcknowledgeWith, Handler, InboxError, LeaseRequest, Leased, Moment, Orders};

/// Takes entries out of an inbox, holds them against the shop's orders, and brings them to its
/// handler.
///
/// ```
/// use std::sync::Arc;
/// use ecommpay_callback::{ExpectedOrder, NextAction};
/// use ecommpay_inbox::{Event, Handler, HandlerError, Orders, Worker, async_trait};
/// use ecommpay_inbox::doubles::MemoryInbox;
/// use ecommpay_model::{Currency, Money, PaymentId, ProjectId};
///
/// struct Shop;
///
/// #[async_trait]
/// impl Orders for Shop {
///     async fn expected(
///         &self,
///         project_id: ProjectId,
///         payment_id: &PaymentId,
///     ) -> Result<Option<ExpectedOrder>, HandlerError> {
///         let price = Money::new(1000, Currency::CNY)?; // look it up in the database
///         Ok(Some(ExpectedOrder::new(project_id, payment_id.clone(), price)))
///     }
/// }
///
/// struct Ship;
///
/// #[async_trait]
/// impl Handler for Ship {
///     type Write = (); // nothing in the inbox's transaction
///
///     async fn handle(&self, event: &Event) -> Result<(), HandlerError> {
///         match event.paid() {
///             Some(sum) => println!("{} is paid: {sum}", event.payment_id()),
///             None => println!("{}: {:?}", event.payment_id(), event.next()),
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let inbox = Arc::new(MemoryInbox::new());
/// let worker = Worker::builder(inbox, Shop, Ship).name("shop-1").build();
/// # let stop_signal = async {};
/// worker.run(stop_signal).await; // until the signal; what was begun is finished
/// # }
/// ```
///
/// # What becomes of an entry
///
/// | the worker finds | it |
/// |---|---|
/// | it cannot be read, or is about no payment | parks it for a person |
/// | the shop does not know the order | parks it and looks again, or [`expect_payment`] releases it |
/// | it is not for the order, or cannot be true together with what is known | parks it for a person, with the reason |
/// | a status answer that tells nothing new | acknowledges it |
/// | all is well | calls the handler, then acknowledges it, with the handler's write in the same transaction |
/// | the handler fails, panics or takes longer than the lease | gives it back, with a pause that doubles |
/// | that happens too often | parks it with the error text |
///
/// Any number of workers, in any number of processes, may share an inbox.
///
/// # Tracing and metrics
///
/// Span `ecommpay.inbox.handle` for each entry: `attempt`, `outcome`, `duration_ms`, and an event at
/// its end. A document that contradicts what is known of its payment is a warning in that span, each
/// time it is handled. No identifiers and no values. With the feature `metrics`:
///
/// | name | kind | labels |
/// |---|---|---|
/// | `ecommpay_inbox_handled_total` | counter | `outcome` |
/// | `ecommpay_inbox_contradictions_total` | counter | `document`: `callback` or `status answer` |
/// | `ecommpay_inbox_handling_seconds` | histogram | |
/// | `ecommpay_inbox_waiting`, `_leased`, `_parked` | gauge | |
///
/// [`expect_payment`]: crate::Inbox::expect_payment
pub struct Worker<I: ?Sized, O, H> {
    shared: Arc<Shared<I, O, H>>,
}

/// What all tasks of a worker share.
#[derive(Debug)]
pub(crate) struct Shared<I: ?Sized, O, H> {
    inbox: Arc<I>,
    orders: O,
    handler: H,
    name: String,
    at_once: usize,
    lease: Duration,
    attempts: u32,
    backoff: Backoff,
    order_unknown: (Duration, Duration),
    pause: Duration,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

impl<I, O, H> Worker<I, O, H>
where
    I: AcknowledgeWith<H::Write> + ?Sized,
    O: Orders,
    H: Handler,
{
    /// A worker for an inbox, with the shop's orders and handler.
    pub fn builder(inbox: Arc<I>, orders: O, handler: H) -> WorkerBuilder<I, O, H> {
        WorkerBuilder::new(inbox, orders, handler)
    }

    /// Works until `stop` is ready, then finishes what was begun and returns.
    ///
    /// A store that fails is asked again after a pause. Needs a tokio runtime.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut begun = JoinSet::new();
        loop {
            let room = self.shared.at_once - begun.len();
            // An error is in the trace, and a pause follows.
            let leased = self.shared.take(room).await.unwrap_or_default();
            let is_full = leased.len() == room;
            for one in leased {
                let shared = Arc::clone(&self.shared);
                begun.spawn(async move { shared.bring_to_end(one).await });
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = begun.join_next() => while begun.try_join_next().is_some() {},
                () = self.shared.wait(), if !is_full => {}
            }
        }
        while begun.join_next().await.is_some() {}
    }

    /// Handles what may be handled now, one after the other, and answers how many entries that were.
    ///
    /// For tests and simulations: the same inbox and clock make the same steps.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if no entries could be leased.
    pub async fn pass(&self) -> Result<usize, InboxError> {
        let mut handled = 0;
        loop {
            let leased = self.shared.take(self.shared.at_once).await?;
            if leased.is_empty() {
                return Ok(handled);
            }
            handled += leased.len();
            for one in leased {
                self.shared.bring_to_end(one).await;
            }
        }
    }
}

impl<I, O, H> Shared<I, O, H>
where
    I: AcknowledgeWith<H::Write> + ?Sized,
    O: Orders,
    H: Handler,
{
    fn now(&self) -> Moment {
        Moment::from_epoch(self.clock.since_epoch())
    }

    async fn take(&self, room: usize) -> Result<Vec<Leased>, InboxError> {
        if room == 0 {
            return Ok(Vec::new());
        }
        let request = LeaseRequest::new(self.name.clone(), room, self.lease);
        let leased = self.inbox.lease(self.now(), request).await;
        if let Err(error) = &leased {
            signals::lease_failed(error);
        }
        leased
    }

    /// Returns when something may be waiting.
    async fn wait(&self) {
        tokio::select! {
            () = self.inbox.wait_for_work() => {}
            () = self.clock.sleep(self.pause) => signals::report_backlog(&*self.inbox).await,
        }
    }
}

impl<I: ?Sized, O, H> Clone for Worker<I, O, H> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<I: ?Sized, O, H> fmt::Debug for Worker<I, O, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("name", &self.shared.name)
            .finish_non_exhaustive()
    }
}
