//! The inbox over its connections.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Client, Pool, Transaction};
use ecommpay_inbox::{
    AcknowledgeWith, Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError,
    Learned, Lease, LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery,
    PaymentRecord, Purged, Put, Retention, WaitingBytes, WaitingTimes,
};
use ecommpay_model::{PaymentId, ProjectId};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::AbortHandle;

use crate::connection::{self, Locks};
use crate::error::{no_connection, unavailable};
use crate::lease::Handout;
use crate::listen::{channel, wake};
use crate::queue::Released;
use crate::writer::Job;
use crate::{PostgresWrite, doctor, keeping, lease, payments, queue};

/// After which time entries are looked at again that others were deciding about.
const AGAIN_AFTER: Duration = Duration::from_millis(20);

/// An inbox in a PostgreSQL database, shared by any number of instances.
///
/// Clones share the connections. See the head of [the crate](crate) for an example.
#[derive(Clone)]
pub struct PostgresInbox {
    pub(crate) pool: Pool,
    pub(crate) locks: Locks,
    pub(crate) jobs: mpsc::Sender<Job>,
    pub(crate) waiting: WaitingBytes,
    pub(crate) work: Arc<Notify>,
    /// Ends with the last clone.
    pub(crate) listener: Arc<Listener>,
}

/// The task that listens; dropping this ends it.
pub(crate) struct Listener(pub(crate) AbortHandle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl PostgresInbox {
    /// Stores what waits, closes the connections and returns. Whatever is asked of the inbox, or of
    /// a clone, afterwards is answered [`InboxError::Closed`].
    pub async fn close(&self) {
        let (caller, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(caller)).await.is_ok() {
            // An end of the task is an end as well.
            let _ = closed.await;
        }
        self.listener.0.abort();
        self.pool.close();
    }

    /// Looks whether the tables fit together, and says what is wrong in sentences; none for tables
    /// that are whole. Reads everything, so it takes its time; others may go on writing.
    ///
    /// # Errors
    ///
    /// [`InboxError`] if the store fails.
    pub async fn doctor(&self) -> Result<Vec<String>, InboxError> {
        doctor::faults(&mut *self.client().await?).await
    }

    async fn client(&self) -> Result<Client, InboxError> {
        connection::client(&self.pool)
            .await
            .map_err(|error| no_connection(&error))
    }

    /// Wakes the workers of this instance if others were waiting behind what was finished.
    fn wake_after(&self, released: Released) {
        if released == Released::Something {
            wake(&self.work);
        }
    }

    /// Tells all instances within a transaction that has given them something to do.
    async fn tell_all(&self, transaction: &Transaction<'_>) -> Result<(), InboxError> {
        transaction
            .execute("SELECT pg_notify($1, '')", &[&channel(self.locks)])
            .await
            .map(drop)
            .map_err(unavailable("waking workers"))
    }

    async fn finish(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: Option<PostgresWrite>,
    ) -> Result<(), InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let learned = learned.as_ref();
        let result = queue::acknowledge(&transaction, self.locks, lease, now, learned, write).await;
        self.wake_after(settle(transaction, result).await?);
        Ok(())
    }

    /// Wakes a worker a little later, when others have decided about what was left.
    fn look_again(&self) {
        let work = Arc::clone(&self.work);
        tokio::spawn(async move {
            tokio::time::sleep(AGAIN_AFTER).await;
            work.notify_one();
        });
    }
}

async fn begin(client: &mut Client) -> Result<Transaction<'_>, InboxError> {
    client
        .transaction()
        .await
        .map_err(unavailable("beginning a transaction"))
}

/// Commits what went well and undoes what did not. An answer that is not an error is committed.
async fn settle<T>(
    transaction: Transaction<'_>,
    result: Result<T, InboxError>,
) -> Result<T, InboxError> {
    match result {
        Ok(value) => transaction
            .commit()
            .await
            .map(|()| value)
            .map_err(unavailable("committing")),
        Err(error) => {
            // If this fails too, the server undoes the transaction when the connection ends.
            let _ = transaction.rollback().await;
            Err(error)
        }
    }
}

#[async_trait]
impl Inbox for PostgresInbox {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        let (caller, answer) = oneshot::channel();
        let bytes = arrival.bytes().len();
        self.waiting.enter(bytes)?;
        self.jobs
            .try_send(Job::Put(Box::new(arrival), caller))
            .map_err(|error| {
                self.waiting.leave(bytes);
                match error {
                    mpsc::error::TrySendError::Full(_) => InboxError::Full,
                    mpsc::error::TrySendError::Closed(_) => InboxError::Closed,
                }
            })?;
        answer.await.unwrap_or(Err(InboxError::Closed))
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        let mut client = self.client().await?;
        let Handout { given, left_some } =
            lease::lease(&mut client, self.locks, now, &request).await?;
        if left_some {
            self.look_again();
        }
        if given.is_empty() {
            return Ok(Vec::new());
        }
        // Nobody else changes these while the leases run.
        let numbers: Vec<i64> = given.iter().map(|it| it.lease.entry_id().value()).collect();
        let entries = keeping::by_number(&client, &numbers).await?;
        let mut entries: HashMap<EntryId, Entry> =
            entries.into_iter().map(|it| (it.id(), it)).collect();
        let places: Vec<_> = given.iter().filter_map(|it| it.payment.as_ref()).collect();
        let records = payments::find_all(&client, &places).await?;
        let records: HashMap<_, PaymentRecord> = records.into_iter().collect();
        let mut leased = Vec::with_capacity(given.len());
        for one in given {
            let entry = entries
                .remove(&one.lease.entry_id())
                .ok_or_else(|| InboxError::damaged("queue", "an entry is missing"))?;
            let payment = one.payment.and_then(|place| records.get(&place).cloned());
            leased.push(Leased::new(one.lease, entry, one.attempt, payment));
        }
        Ok(leased)
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.finish(lease, now, learned, None).await
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let result = queue::retry_later(&transaction, self.locks, lease, now, at, error).await;
        self.wake_after(settle(transaction, result).await?);
        Ok(())
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let result = queue::park(&transaction, self.locks, lease, now, &parking).await;
        self.wake_after(settle(transaction, result).await?);
        Ok(())
    }

    async fn wait_for_work(&self) {
        self.work.notified().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        let client = self.client().await?;
        Ok(keeping::by_number(&client, &[id.value()]).await?.pop())
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let after = after.map_or(0, EntryId::value);
        let result = keeping::entries(&transaction, self.locks, after, limit).await;
        settle(transaction, result).await
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        let client = self.client().await?;
        queue::parked(&client, after.map_or(0, EntryId::value), limit).await
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let mut result = queue::replay(&transaction, id, now).await;
        if let Ok(true) = result {
            result = self.tell_all(&transaction).await.map(|()| true);
        }
        settle(transaction, result).await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let result = queue::dismiss(&transaction, id).await;
        settle(transaction, result).await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        queue::backlog(&*self.client().await?).await
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let mut result = payments::expect(&transaction, &expected, now).await;
        if let Ok(released @ 1..) = result {
            result = self.tell_all(&transaction).await.map(|()| released);
        }
        settle(transaction, result).await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        payments::find(&*self.client().await?, project_id, payment_id).await
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        payments::list(&*self.client().await?, query).await
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        payments::overdue(&*self.client().await?, now, times, limit).await
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let result = payments::ask_again(&transaction, project_id, payment_id, seen, next).await;
        settle(transaction, result).await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let result = keeping::purge(&transaction, now, retention, limit).await;
        settle(transaction, result).await
    }
}

#[async_trait]
impl AcknowledgeWith<PostgresWrite> for PostgresInbox {
    async fn acknowledge_with(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: PostgresWrite,
    ) -> Result<(), InboxError> {
        self.finish(lease, now, learned, Some(write)).await
    }
}

impl fmt::Debug for PostgresInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresInbox")
            .field("pool", &self.pool.status())
            .finish_non_exhaustive()
    }
}
