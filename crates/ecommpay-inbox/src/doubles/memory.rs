//! An inbox that forgets everything when it is dropped: for tests, and as the laws in plain form.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ecommpay_model::{PaymentId, ProjectId};
use tokio::sync::Notify;

use super::queue::{PaymentPlace, Place, Queue, Standing};
use crate::{
    AcknowledgeWith, Arrival, Asking, Backlog, BoxError, Entry, EntryId, ExpectedPayment, Inbox,
    InboxError, Lateness, Learned, Lease, LeaseRequest, Leased, Moment, OverduePayment, ParkReason,
    Parked, Parking, PaymentQuery, PaymentRecord, Purged, Put, Retention, WaitingTimes,
    payment_key, shortened,
};

/// An inbox in memory: keeps the laws of [`Inbox`], but nothing is durable.
///
/// For tests of whatever stands on an inbox. It looks at everything it holds for every question.
#[derive(Debug, Default)]
pub struct MemoryInbox {
    store: Mutex<Store>,
    work: Notify,
}

#[derive(Debug, Default)]
struct Store {
    last_id: i64,
    entries: BTreeMap<i64, Entry>,
    digests: HashMap<(ProjectId, [u8; 32]), EntryId>,
    queue: Queue,
    payments: BTreeMap<PaymentPlace, PaymentRecord>,
}

/// A write of the shop's own, for [`MemoryInbox`]: whatever the closure does.
pub struct MemoryWrite(Box<dyn FnOnce() -> Result<(), BoxError> + Send>);

impl MemoryWrite {
    /// Runs the closure while the entry is acknowledged; its error undoes the acknowledgement, but
    /// not what the closure has done.
    pub fn new(write: impl FnOnce() -> Result<(), BoxError> + Send + 'static) -> Self {
        Self(Box::new(write))
    }
}

impl fmt::Debug for MemoryWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryWrite")
    }
}

impl MemoryInbox {
    /// An empty inbox.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The error text of an entry that waits for a retry.
    #[must_use]
    pub fn error_of(&self, number: i64) -> Option<String> {
        self.store().queue.places.get(&number)?.error.clone()
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: impl FnOnce() -> Result<(), BoxError>,
    ) -> Result<(), InboxError> {
        let mut store = self.store();
        store.queue.held(lease, now)?;
        write().map_err(|source| InboxError::WriteFailed { source })?;
        if let Some(learned) = &learned {
            store.learn(learned)?;
        }
        store.queue.places.remove(&lease.entry_id().value());
        drop(store);
        self.work.notify_one();
        Ok(())
    }
}

impl Store {
    fn put(&mut self, arrival: &Arrival) -> Put {
        let key = (arrival.project_id(), *arrival.digest());
        if let Some(id) = self.digests.get(&key) {
            return Put::SeenBefore(*id);
        }
        self.last_id += 1;
        let id = EntryId::new(self.last_id);
        self.digests.insert(key, id);
        self.entries.insert(id.value(), Entry::of(id, arrival));
        let payment = arrival
            .payment_id()
            .map(|id| place(arrival.project_id(), id));
        self.queue.places.insert(id.value(), Place::fresh(payment));
        Put::New(id)
    }

    fn lease(&mut self, now: Moment, request: &LeaseRequest) -> Vec<Leased> {
        let until = now.plus(request.duration());
        let mut leased = Vec::new();
        self.queue.end_what_is_over(now);
        for id in self.queue.due(now) {
            if leased.len() == request.limit() {
                break;
            }
            if self.queue.is_held_up(id) {
                continue;
            }
            let (Some(place), Some(entry)) =
                (self.queue.places.get_mut(&id), self.entries.get(&id))
            else {
                continue;
            };
            place.standing = Standing::Leased { until };
            place.token += 1;
            place.attempts += 1;
            let payment = place
                .payment
                .as_ref()
                .and_then(|it| self.payments.get(it))
                .cloned();
            let lease = Lease::new(EntryId::new(id), place.token, until);
            leased.push(Leased::new(lease, entry.clone(), place.attempts, payment));
        }
        leased
    }

    fn learn(&mut self, learned: &Learned) -> Result<(), InboxError> {
        let state = learned.state();
        let place = place(state.project_id(), state.payment_id());
        self.payments
            .entry(place)
            .or_insert_with(|| {
                let id = state.payment_id().clone();
                PaymentRecord::new(state.project_id(), id, learned.heard_at())
            })
            .learn(learned)
            .map(drop)
            .map_err(|error| InboxError::damaged("payment", error))
    }

    fn parked(&self, id: i64, place: &Place) -> Option<Parked> {
        let Standing::Parked {
            reason,
            detail,
            at,
            again_at,
        } = &place.standing
        else {
            return None;
        };
        let entry = self.entries.get(&id)?;
        Some(Parked {
            entry_id: EntryId::new(id),
            project_id: entry.project_id(),
            payment_id: entry.payment_id().cloned(),
            reason: *reason,
            detail: detail.clone(),
            attempts: place.attempts,
            parked_at: *at,
            again_at: *again_at,
        })
    }

    fn expect_payment(&mut self, expected: &ExpectedPayment, now: Moment) -> u64 {
        let place = place(expected.project_id(), expected.payment_id());
        self.payments
            .entry(place.clone())
            .or_insert_with(|| {
                let id = expected.payment_id().clone();
                PaymentRecord::new(expected.project_id(), id, expected.since())
            })
            .expect(expected);
        let mut released = 0;
        for waiting in self.queue.places.values_mut() {
            let is_for_it = waiting.payment.as_ref() == Some(&place);
            if is_for_it
                && matches!(
                    waiting.standing,
                    Standing::Parked {
                        reason: ParkReason::OrderUnknown,
                        ..
                    }
                )
            {
                waiting.standing = Standing::Waiting { until: now };
                waiting.attempts = 0;
                released += 1;
            }
        }
        released
    }

    fn purge(&mut self, now: Moment, retention: &Retention, limit: usize) -> Purged {
        let before = retention.entries_before(now);
        let entries: Vec<i64> = self
            .entries
            .iter()
            .filter(|(id, entry)| {
                entry.received_at() < before && !self.queue.places.contains_key(*id)
            })
            .map(|(id, _)| *id)
            .take(limit)
            .collect();
        for id in &entries {
            if let Some(entry) = self.entries.remove(id) {
                self.digests.remove(&(entry.project_id(), *entry.digest()));
            }
        }
        let before = retention.payments_before(now);
        let payments: Vec<PaymentPlace> = self
            .payments
            .iter()
            .filter(|(_, record)| {
                let is_finished = !record.is_open() || record.asking() == Asking::Never;
                is_finished && record.heard_at().unwrap_or(record.since()) < before
            })
            .map(|(place, _)| place.clone())
            .take(limit)
            .collect();
        for place in &payments {
            self.payments.remove(place);
        }
        Purged {
            entries: entries.len() as u64,
            payments: payments.len() as u64,
        }
    }
}

fn place(project_id: ProjectId, payment_id: &PaymentId) -> PaymentPlace {
    (project_id, payment_key(payment_id))
}

#[async_trait]
impl Inbox for MemoryInbox {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        let put = self.store().put(&arrival);
        self.work.notify_one();
        Ok(put)
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        Ok(self.store().lease(now, &request))
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.finish(lease, now, learned, || Ok(()))
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        let mut store = self.store();
        let place = store.queue.held(lease, now)?;
        place.standing = Standing::Waiting { until: at };
        place.error = Some(shortened(error).to_owned());
        Ok(())
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        let mut store = self.store();
        store.queue.held(lease, now)?;
        if let Some(learned) = parking.learned() {
            store.learn(learned)?;
        }
        store.queue.held(lease, now)?.standing = Standing::Parked {
            reason: parking.reason(),
            detail: parking.detail().to_owned(),
            at: now,
            again_at: parking.again_at(),
        };
        drop(store);
        self.work.notify_one();
        Ok(())
    }

    async fn wait_for_work(&self) {
        self.work.notified().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        Ok(self.store().entries.get(&id.value()).cloned())
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        let first = after.map_or(0, EntryId::value).saturating_add(1);
        let store = self.store();
        Ok(store
            .entries
            .range(first..)
            .take(limit)
            .map(|(_, it)| it.clone())
            .collect())
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        let first = after.map_or(0, EntryId::value).saturating_add(1);
        let store = self.store();
        let places = store.queue.places.range(first..);
        Ok(places
            .filter_map(|(id, place)| store.parked(*id, place))
            .take(limit)
            .collect())
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        let mut store = self.store();
        let place = store.queue.places.get_mut(&id.value());
        let Some(place) = place.filter(|it| matches!(it.standing, Standing::Parked { .. })) else {
            return Ok(false);
        };
        place.standing = Standing::Waiting { until: now };
        place.attempts = 0;
        drop(store);
        self.work.notify_one();
        Ok(true)
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        let mut store = self.store();
        let place = store.queue.places.get(&id.value());
        let is_parked = place.is_some_and(|it| matches!(it.standing, Standing::Parked { .. }));
        if is_parked {
            store.queue.places.remove(&id.value());
        }
        Ok(is_parked)
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        Ok(self.store().queue.backlog())
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        let released = self.store().expect_payment(&expected, now);
        self.work.notify_one();
        Ok(released)
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        Ok(self
            .store()
            .payments
            .get(&place(project_id, payment_id))
            .cloned())
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        let store = self.store();
        let fitting = store.payments.values().filter(|record| query.fits(record));
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
        let store = self.store();
        let overdue = store.payments.values().filter_map(|record| {
            let lateness: Lateness = times.judge(record, now)?;
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
        let mut store = self.store();
        let record = store.payments.get_mut(&place(project_id, payment_id));
        let record = record.filter(|record| record.asking() == seen);
        Ok(record.map(|record| record.ask(next)).is_some())
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        Ok(self.store().purge(now, retention, limit))
    }
}

#[async_trait]
impl AcknowledgeWith<MemoryWrite> for MemoryInbox {
    async fn acknowledge_with(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: MemoryWrite,
    ) -> Result<(), InboxError> {
        self.finish(lease, now, learned, write.0)
    }
}
