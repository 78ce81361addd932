//! The shop's database on the simulated disk: an inbox and the shop's own rows in one log.
//!
//! A store of its own, as small as one can be that is durable: the log on disk, tables in memory,
//! one writer at a time. It keeps every law of the inbox contract; its faults are those of the disk
//! below it.

mod log;
mod queue;
mod record;
mod shop_rows;
mod tables;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex as SyncMutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ecommpay_inbox::{
    AcknowledgeWith, Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError,
    Learned, Lease, LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery,
    PaymentRecord, Purged, Put, Retention, WaitingTimes,
};
use ecommpay_model::{PaymentId, ProjectId};
use tokio::sync::{Mutex, Notify};

use self::log::{Log, LogError};
pub(crate) use self::record::{Record, first_record};
pub(crate) use self::shop_rows::{Order, Progress, ShopChange, ShopRows};
use self::tables::{Planned, Tables, key_of};
use crate::disk::Disk;
use crate::flaw::Flaw;

/// The database of the shop.
#[derive(Debug)]
pub(crate) struct LogStore {
    /// Held while a change is planned, written and made.
    log: Mutex<Log>,
    tables: SyncMutex<Tables>,
    work: Notify,
    shop_changed: Notify,
    changes: AtomicU64,
}

impl LogStore {
    /// Opens the store and reads what it held.
    pub(crate) async fn open(disk: Disk, flaw: Option<Flaw>) -> Result<Self, InboxError> {
        let (log, records) = Log::open(disk).await.map_err(unavailable("opening"))?;
        let mut tables = Tables::new(flaw);
        tables.make_all(records)?;
        Ok(Self {
            log: Mutex::new(log),
            tables: SyncMutex::new(tables),
            work: Notify::new(),
            shop_changed: Notify::new(),
            changes: AtomicU64::new(0),
        })
    }

    /// Writes rows of the shop.
    pub(crate) async fn write(&self, changes: Vec<ShopChange>) -> Result<(), InboxError> {
        self.commit("writing for the shop", |tables| tables.plan_shop(changes))
            .await
    }

    /// Looks at the rows of the shop.
    pub(crate) fn shop<T>(&self, look: impl FnOnce(&ShopRows) -> T) -> T {
        look(&self.tables().shop)
    }

    /// Looks at everything.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Tables) -> T) -> T {
        look(&self.tables())
    }

    /// How often something was committed since it was opened.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Notified whenever rows of the shop may have changed.
    pub(crate) fn shop_changed(&self) -> &Notify {
        &self.shop_changed
    }

    /// The next moment after `now` at which an entry may be handed out by time alone.
    pub(crate) fn next_change(&self, now: Moment) -> Option<Moment> {
        self.tables().queue.next_change(now)
    }

    async fn commit<T>(
        &self,
        doing: &'static str,
        plan: impl FnOnce(&Tables) -> Planned<T>,
    ) -> Result<T, InboxError> {
        let mut log = self.log.lock().await;
        let (record, answer) = plan(&self.tables())?;
        if let Some(record) = record {
            let frame = log.append(&record).await.map_err(unavailable(doing))?;
            // From here on without a pause: both happen, or the process has ended before.
            self.tables().make(record)?;
            log.kept(frame);
            self.changes.fetch_add(1, Ordering::Relaxed);
            self.work.notify_one();
            self.shop_changed.notify_waiters();
        }
        Ok(answer)
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(doing: &'static str) -> impl Fn(LogError) -> InboxError {
    move |error| InboxError::unavailable(doing, error)
}

#[async_trait]
impl Inbox for LogStore {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        self.commit("storing", |tables| tables.plan_put(&arrival))
            .await
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        self.commit("leasing", |tables| tables.plan_lease(now, &request))
            .await
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.acknowledge_with(lease, now, learned, Vec::new()).await
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        self.commit("putting off", |tables| {
            tables.plan_retry(lease, now, at, error)
        })
        .await
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        self.commit("laying aside", |tables| {
            tables.plan_park(lease, now, &parking)
        })
        .await
    }

    async fn wait_for_work(&self) {
        self.work.notified().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        Ok(self.tables().entries.get(&id.value()).cloned())
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        let first = after.map_or(0, EntryId::value).saturating_add(1);
        let tables = self.tables();
        let entries = tables.entries.range(first..).take(limit);
        Ok(entries.map(|(_, entry)| entry.clone()).collect())
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        let first = after.map_or(0, EntryId::value).saturating_add(1);
        let tables = self.tables();
        let places = tables.queue.places.range(first..);
        Ok(places
            .filter_map(|(id, place)| tables.parked(*id, place))
            .take(limit)
            .collect())
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        self.commit("replaying", |tables| tables.plan_replay(id, now))
            .await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        self.commit("dismissing", |tables| tables.plan_dismiss(id))
            .await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        Ok(self.tables().queue.backlog())
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        self.commit("expecting a payment", |tables| {
            tables.plan_expect(&expected, now)
        })
        .await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        let key = key_of(project_id, payment_id);
        Ok(self.tables().payments.get(&key).cloned())
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        let tables = self.tables();
        let fitting = tables.payments.values().filter(|record| query.fits(record));
        let mut fitting: Vec<_> = fitting.cloned().collect();
        fitting.sort_by_key(PaymentRecord::since);
        fitting.truncate(query.limit());
        Ok(fitting)
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        let tables = self.tables();
        let overdue = tables.payments.values().filter_map(|record| {
            let lateness = times.judge(record, now)?;
            let record = record.clone();
            Some(OverduePayment { record, lateness })
        });
        Ok(overdue.take(limit).collect())
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        self.commit("noting when to ask", |tables| {
            tables.plan_ask(project_id, payment_id, seen, next)
        })
        .await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        self.commit("purging", |tables| tables.plan_purge(now, retention, limit))
            .await
    }
}

#[async_trait]
impl AcknowledgeWith<Vec<ShopChange>> for LogStore {
    async fn acknowledge_with(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: Vec<ShopChange>,
    ) -> Result<(), InboxError> {
        self.commit("acknowledging", |tables| {
            tables.plan_finish(lease, now, learned.as_ref(), write)
        })
        .await
    }
}

#[cfg(test)]
mod tests;
