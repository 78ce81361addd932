//! The reconciler: asks about payments whose callbacks stay out.

mod builder;
mod question;
mod schedule;
mod signals;
mod unresolved;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_client::Client;
use ecommpay_clock::{Backoff, Clock, Randomness};
use ecommpay_inbox::{
    Asking, Inbox, InboxError, Lateness, Moment, OverduePayment, PaymentRecord, WaitingTimes,
};
use ecommpay_model::{PaymentId, ProjectId};
use tokio::task::JoinSet;
use tracing::Instrument as _;

pub use self::builder::ReconcilerBuilder;
pub use self::question::Finding;
use self::schedule::Schedule;
pub use self::unresolved::{Attention, Unresolved, Why};

/// Asks the platform for the status of payments whose base time has passed without a result, and
/// puts the answers into the inbox.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use ecommpay_client::Client;
/// use ecommpay_gate::Merchant;
/// use ecommpay_inbox::doubles::MemoryInbox;
/// use ecommpay_inbox::{HandlerError, WaitingTime, WaitingTimes, async_trait};
/// use ecommpay_model::{MethodCode, ProjectId};
/// use ecommpay_reconcile::{Attention, Reconciler, Unresolved};
/// use ecommpay_signature::{KeyRing, SecretKey};
/// # use ecommpay_transport::{FailureKind, FailureStage, doubles::BreaksAt};
/// # fn transport() -> BreaksAt { BreaksAt::new(FailureStage::BeforeSend, FailureKind::Connect) }
///
/// struct Support;
///
/// #[async_trait]
/// impl Attention for Support {
///     async fn unresolved(&self, payment: &Unresolved) -> Result<(), HandlerError> {
///         println!("please look: {payment}"); // a mail, a ticket
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = Arc::new(MemoryInbox::new()); // the one the callbacks go into
/// let merchant = Merchant::new(ProjectId::new(201)?, KeyRing::new(SecretKey::new("secret")?));
/// let client = Client::builder(merchant).transport(transport()).build()?;
///
/// // As agreed with the account manager. A bank invoice of Alfa-Click can be paid for 7 days.
/// let minutes = |count: u64| Duration::from_secs(count * 60);
/// let times = WaitingTimes::new(WaitingTime::new(minutes(60), minutes(24 * 60)))
///     .with(MethodCode::AlfaClick, WaitingTime::new(minutes(60), minutes(7 * 24 * 60)));
///
/// let reconciler = Reconciler::builder(inbox, client, times).tell(Support).build();
/// # let stop_signal = async {};
/// reconciler.run(stop_signal).await; // beside the worker, until the signal
/// # Ok(())
/// # }
/// ```
///
/// # The life of a question
///
/// | when | what |
/// |---|---|
/// | base time of the method | the first question, unless a result is known |
/// | after that | again after about as long as the payment has been overdue, at random a little sooner |
/// | threshold time and [grace](ReconcilerBuilder::grace) | the last question: the platform itself has declined by now what was not paid |
/// | still no result | [`Attention`] is told, and nobody asks any more |
///
/// The last question is one that was *answered*: while the platform cannot be reached, or refuses to
/// answer, it is repeated with the longest pause.
///
/// # What an answer is worth
///
/// * A status goes into the inbox as a [status answer]: the same guard, fold and handler as for
///   callbacks. So a late callback and an answer that say the same count once, and if they say
///   otherwise, the worker warns, and the handler is told by [`Event::disagreement`] or the callback is
///   parked with the reason.
/// * "Not found" (codes 3061, 3062) is no status: nothing that is known changes.
/// * Neither do HTTP 4xx and 5xx, silence and broken replies change anything.
///
/// # Several instances
///
/// Any number of reconcilers may share an inbox. Who asks about a payment has first moved its next
/// moment ([`ask_again`]), and of several that try, one succeeds. After a crash between that and the
/// answer the payment is asked about at its next moment. The clocks of the machines should agree
/// within seconds.
///
/// # Tracing and metrics
///
/// Span `ecommpay.reconcile.ask` for each question: `because`, `outcome`, `duration_ms`, an event at
/// its end and a warning if a person has to look. No identifiers and no values. With the feature
/// `metrics`:
///
/// | name | kind | labels |
/// |---|---|---|
/// | `ecommpay_reconcile_asked_total` | counter | `outcome`: `news`, `nothing new`, `not known`, `refused`, `unanswered`, `not kept` |
/// | `ecommpay_reconcile_unresolved_total` | counter | |
/// | `ecommpay_reconcile_without_client_total` | counter | |
///
/// [status answer]: ecommpay_inbox::Arrival::status_answer
/// [`Event::disagreement`]: ecommpay_inbox::Event::disagreement
/// [`ask_again`]: Inbox::ask_again
pub struct Reconciler<I: ?Sized> {
    shared: Arc<Shared<I>>,
}

/// What all tasks of a reconciler share.
struct Shared<I: ?Sized> {
    inbox: Arc<I>,
    clients: BTreeMap<ProjectId, Client>,
    schedule: Schedule,
    attention: Arc<dyn Attention>,
    at_once: usize,
    pause: Duration,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

/// A payment that this reconciler, and no other, asks about now.
struct Claimed {
    record: PaymentRecord,
    lateness: Lateness,
    client: Client,
    /// What its asking is set to meanwhile.
    meanwhile: Asking,
    is_last: bool,
}

/// What one [`pass`](Reconciler::pass) has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Pass {
    /// Questions.
    pub asked: u64,
    /// Answers that the inbox did not have.
    pub news: u64,
    /// Answers that the platform does not know the payment.
    pub not_known: u64,
    /// Questions that were refused or not answered, and answers that could not be put into the inbox.
    pub failed: u64,
    /// Payments for people to look at.
    pub unresolved: u64,
    /// Overdue payments of projects without a client.
    pub without_client: u64,
}

impl<I: Inbox + ?Sized> Reconciler<I> {
    /// A reconciler for the payments in an inbox that are of the client's project, with the waiting
    /// times agreed for each method.
    ///
    /// A base time should be 10 seconds at least: the platform needs them to register a payment.
    pub fn builder(inbox: Arc<I>, client: Client, times: WaitingTimes) -> ReconcilerBuilder<I> {
        ReconcilerBuilder::new(inbox, client, times)
    }

    /// Asks until `stop` is ready, then waits for the answers to what was asked and returns.
    ///
    /// A store that fails is asked again after a pause. Needs a tokio runtime.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut begun = JoinSet::new();
        loop {
            let room = self.shared.at_once - begun.len();
            let now = self.shared.now();
            // An error is in the trace, and a pause follows.
            let taken = self.shared.take(now, room).await.unwrap_or_default();
            let is_full = taken.claimed.len() == room;
            for one in taken.claimed {
                let shared = Arc::clone(&self.shared);
                begun.spawn(async move { shared.bring_to_end(one).await });
            }
            // So that several instances do not look at the same moments.
            let pause = Backoff::new(self.shared.pause, self.shared.pause);
            let pause = pause.pause(1, &*self.shared.randomness);
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = begun.join_next() => while begun.try_join_next().is_some() {},
                () = self.shared.clock.sleep(pause), if !is_full => {}
            }
        }
        while begun.join_next().await.is_some() {}
    }

    /// Asks about every payment that is due now, one after the other, and answers what that brought.
    ///
    /// For tests and simulations: the same inbox, clock and transport make the same steps.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the inbox could not say which payments are due.
    pub async fn pass(&self) -> Result<Pass, InboxError> {
        let now = self.shared.now();
        let mut pass = Pass::default();
        loop {
            let taken = self.shared.take(now, self.shared.at_once).await?;
            pass.without_client += taken.without_client;
            if taken.claimed.is_empty() && taken.without_client == 0 {
                return Ok(pass);
            }
            for one in taken.claimed {
                let ended = self.shared.bring_to_end(one).await;
                pass.asked += 1;
                match ended.finding {
                    Finding::News(_) => pass.news += 1,
                    Finding::OldNews(_) => {}
                    Finding::NotKnown(_) => pass.not_known += 1,
                    Finding::Refused | Finding::Unanswered | Finding::NotKept => pass.failed += 1,
                }
                pass.unresolved += u64::from(ended.is_unresolved);
            }
        }
    }

    /// Asks about one payment now, whatever is known of it, and puts the answer into the inbox: for
    /// people who look at a payment, and for what a [`Comparison`](crate::Comparison) finds. Nothing if
    /// there is no client for the project.
    ///
    /// This brings in a refund whose callback was lost, too: the answer has all operations.
    pub async fn ask_now(&self, project_id: ProjectId, payment_id: &PaymentId) -> Option<Finding> {
        let client = self.shared.clients.get(&project_id)?;
        let span = signals::span(None);
        Some(self.shared.ask(client, payment_id).instrument(span).await)
    }
}

/// Payments of which this reconciler has moved the next moment.
#[derive(Default)]
struct Taken {
    claimed: Vec<Claimed>,
    without_client: u64,
}

/// How a question ended.
struct Ended {
    finding: Finding,
    is_unresolved: bool,
}

impl<I: Inbox + ?Sized> Shared<I> {
    fn now(&self) -> Moment {
        Moment::from_epoch(self.clock.since_epoch())
    }

    /// Takes up to so many payments that are due.
    async fn take(&self, due: Moment, room: usize) -> Result<Taken, InboxError> {
        let mut taken = Taken::default();
        if room == 0 {
            return Ok(taken);
        }
        let overdue = self.inbox.overdue(due, &self.schedule.times, room).await;
        for OverduePayment { record, lateness } in
            overdue.inspect_err(|_| signals::inbox_failed())?
        {
            let now = self.now();
            let client = self.clients.get(&record.project_id());
            let next = match client {
                Some(_) => self.schedule.next(&record, now, &*self.randomness),
                None => self.schedule.much_later(now),
            };
            let meanwhile = Asking::At(next);
            match self.set_asking(&record, record.asking(), meanwhile).await {
                Ok(true) => {}
                // Another instance asks.
                Ok(false) => continue,
                // What was taken is asked about all the same.
                Err(_) if !taken.claimed.is_empty() => return Ok(taken),
                Err(error) => return Err(error),
            }
            if let Some(client) = client.cloned() {
                let is_last = now >= self.schedule.end(&record);
                taken.claimed.push(Claimed {
                    record,
                    lateness,
                    client,
                    meanwhile,
                    is_last,
                });
            } else {
                signals::no_client();
                taken.without_client += 1;
            }
        }
        Ok(taken)
    }

    async fn bring_to_end(&self, claimed: Claimed) -> Ended {
        let span = signals::span(Some(claimed.lateness));
        async {
            let payment_id = claimed.record.payment_id();
            let finding = self.ask(&claimed.client, payment_id).await;
            let why = if claimed.is_last {
                no_result(&finding)
            } else {
                None
            };
            let is_unresolved = why.is_some();
            if let Some(why) = why {
                self.give_up(&claimed, why).await;
            }
            Ended {
                finding,
                is_unresolved,
            }
        }
        .instrument(span)
        .await
    }

    async fn ask(&self, client: &Client, payment_id: &PaymentId) -> Finding {
        let begun = self.clock.now();
        let finding = question::ask(client, &*self.inbox, payment_id, || self.now()).await;
        let taken = self.clock.now().saturating_sub(begun);
        signals::asked(&tracing::Span::current(), &finding, taken);
        finding
    }

    /// Tells people first and notes it then, so that an end of the process between the two makes
    /// them told twice and not never.
    async fn give_up(&self, claimed: &Claimed, why: Why) {
        let unresolved = Unresolved::new(claimed.record.clone(), why);
        let told = self.attention.unresolved(&unresolved).await;
        signals::unresolved(told.is_ok());
        if told.is_ok() {
            // If it cannot be noted, the payment is asked about and told again.
            let noted = self.set_asking(&claimed.record, claimed.meanwhile, Asking::Never);
            drop(noted.await);
        }
    }

    async fn set_asking(
        &self,
        record: &PaymentRecord,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        let (project_id, payment_id) = (record.project_id(), record.payment_id());
        let set = self
            .inbox
            .ask_again(project_id, payment_id, seen, next)
            .await;
        set.inspect_err(|_| signals::inbox_failed())
    }
}

/// Why there is no result, if the platform has answered.
fn no_result(finding: &Finding) -> Option<Why> {
    match finding {
        Finding::News(standing) | Finding::OldNews(standing) if !standing.is_final() => {
            Some(Why::StillOpen(standing.clone()))
        }
        // It came once and should have been taken in since.
        Finding::OldNews(standing) => Some(Why::NotTakenIn(standing.clone())),
        Finding::NotKnown(reason) => Some(Why::NotKnown(*reason)),
        // A result, to be taken in; or no answer: ask again.
        Finding::News(_) | Finding::Refused | Finding::Unanswered | Finding::NotKept => None,
    }
}

impl<I: ?Sized> Clone for Reconciler<I> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<I: ?Sized> fmt::Debug for Reconciler<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler")
            .field("clients", &self.shared.clients)
            .field("schedule", &self.shared.schedule)
            .finish_non_exhaustive()
    }
}

impl<I: ?Sized> fmt::Debug for ReconcilerBuilder<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReconcilerBuilder")
    }
}
