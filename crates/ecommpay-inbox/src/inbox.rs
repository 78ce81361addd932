//! The trait that stores implement and everything else is written against.

use std::fmt;

use async_trait::async_trait;
use ecommpay_model::{PaymentId, ProjectId};

use crate::{
    Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, InboxError, Learned, Lease,
    LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery, PaymentRecord,
    Purged, Retention, WaitingTimes,
};

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Put {
    /// It is new and on disk.
    New(EntryId),
    /// The same content came before; nothing was written. The first one is on disk.
    SeenBefore(EntryId),
}

impl Put {
    /// The entry, stored now or before.
    #[must_use]
    pub fn entry_id(self) -> EntryId {
        match self {
            Self::New(id) | Self::SeenBefore(id) => id,
        }
    }
}

/// A durable inbox.
///
/// # The life of an entry
///
/// ```text
///            put                    lease
/// arrival ---------> waiting -----------------> leased --acknowledge--> finished --purge--> gone
///                       ^                        |  |
///                       |<----- retry_later -----+  +--park--> parked --+
///                       |<----- lease over ------+                      |
///                       +<-- replay, expect_payment, its time comes ----+
/// ```
///
/// # Laws
///
/// The contract suite (feature `contract`) checks each of them on any implementation.
///
/// * What `put` answers [`Put::New`] or [`Put::SeenBefore`] is durable: it outlives the process and
///   the machine's power.
/// * The same digest in the same project is one entry, however many put it at once.
/// * Every entry is handed out until it is acknowledged, parked or dismissed.
/// * Of one payment at most one entry is leased at a time, the earliest first. While it is leased
///   or waits for a retry, the later ones wait behind it. A parked one holds up nobody. Entries of
///   no payment do not wait for one another.
/// * A lease can be used once, before it is over, and not after the entry was leased again.
/// * What is learned of a payment is folded in together with the acknowledgement or the parking:
///   both hold or neither.
/// * Every method that answers `Ok` to a write has committed it.
///
/// Time is an argument. Two processes with different clocks see leases end at different moments, and
/// the fencing token keeps that harmless.
///
/// `dyn Inbox` works. Futures may be dropped at any time; a write then happens or not.
#[async_trait]
pub trait Inbox: fmt::Debug + Send + Sync + 'static {
    /// Stores an arrival unless its content came before, and answers after the commit.
    ///
    /// # Errors
    ///
    /// Any error: answer the platform with HTTP 503. [`InboxError::Full`] is back-pressure.
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError>;

    /// Hands out entries whose turn it is, those that waited for a moment before fresh ones.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError>;

    /// Finishes an entry and folds what was learned into its payment, in one transaction.
    ///
    /// # Errors
    ///
    /// [`InboxError::LeaseLost`] if the lease is over; nothing was changed.
    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError>;

    /// Gives an entry back, to be handed out again at a moment. The error text is kept for people,
    /// its first [`MOST_DETAIL`](crate::MOST_DETAIL) bytes.
    ///
    /// # Errors
    ///
    /// [`InboxError::LeaseLost`] if the lease is over; nothing was changed.
    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError>;

    /// Lays an entry aside, with the reason, where people see it. However it comes back, its
    /// attempts are counted anew.
    ///
    /// # Errors
    ///
    /// [`InboxError::LeaseLost`] if the lease is over; nothing was changed.
    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError>;

    /// Returns when something may be waiting that was not before; it may also return for nothing.
    /// Whoever waits must ask again from time to time all the same: retries and the ends of leases
    /// come by time alone.
    async fn wait_for_work(&self);

    /// One entry, finished or not.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError>;

    /// Entries with numbers after `after`, in their order: for export.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn entries(&self, after: Option<EntryId>, limit: usize)
    -> Result<Vec<Entry>, InboxError>;

    /// Entries that are laid aside with numbers after `after`, in their order.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn parked(&self, after: Option<EntryId>, limit: usize)
    -> Result<Vec<Parked>, InboxError>;

    /// Brings a parked entry back with its attempts counted anew; `false` if it is not parked.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError>;

    /// Finishes a parked entry without handling it: a person has decided; `false` if it is not
    /// parked. The entry stays until it is purged.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError>;

    /// How much is still to be done.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn backlog(&self) -> Result<Backlog, InboxError>;

    /// Takes note of a payment that the shop has begun: it is listed as overdue even if nothing is
    /// ever heard of it, and entries parked because its order was unknown are handed out. Answers
    /// how many those are.
    ///
    /// Call it when the order is saved. Calling it twice does no harm.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError>;

    /// What is known of a payment.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError>;

    /// The payments that a query asks for, the oldest first.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError>;

    /// Open payments to ask about now, in no promised order: those whose base time has passed, and
    /// those whose next moment has come.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError>;

    /// Sets when a payment is asked about next, if that still is what was `seen`; `false` if it is
    /// not, or the payment is not known.
    ///
    /// Of several that saw the same, one is answered `true`: that one asks.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError>;

    /// Deletes at most `limit` finished entries and at most `limit` finished payments that are old
    /// enough. Call it until it answers that nothing went.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError>;
}

/// An inbox that acknowledges together with a write of the shop's own.
///
/// `W` is how the store takes such a write: a closure that is given the open transaction. The
/// write, the acknowledgement and the fold hold together or not at all, so that its effect happens
/// exactly once. Every inbox takes `()`, which writes nothing.
#[async_trait]
pub trait AcknowledgeWith<W>: Inbox {
    /// [`acknowledge`](Inbox::acknowledge), with a write in the same transaction.
    ///
    /// # Errors
    ///
    /// [`InboxError::LeaseLost`] if the lease is over, before the write is run;
    /// [`InboxError::WriteFailed`] if the write fails. Nothing was changed in either case.
    async fn acknowledge_with(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: W,
    ) -> Result<(), InboxError>;
}

#[async_trait]
impl<I: Inbox + ?Sized> AcknowledgeWith<()> for I {
    async fn acknowledge_with(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        (): (),
    ) -> Result<(), InboxError> {
        self.acknowledge(lease, now, learned).await
    }
}
