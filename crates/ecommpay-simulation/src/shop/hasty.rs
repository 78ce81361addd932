//! The flaw `ack`: an inbox that says "stored" before it has stored anything.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ecommpay_inbox::{
    Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError, Learned, Lease,
    LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery, PaymentRecord,
    Purged, Put, Retention, WaitingTimes,
};
use ecommpay_model::{PaymentId, ProjectId};
use tokio::sync::Notify;

use crate::executor::Process;
use crate::store::LogStore;
use crate::world::World;

/// Stands before the store and writes behind its own answers.
#[derive(Debug)]
pub(super) struct AnswersTooEarly {
    store: Arc<LogStore>,
    unwritten: Mutex<Vec<Arrival>>,
    more: Notify,
}

impl AnswersTooEarly {
    pub(super) fn before(world: &Rc<World>, store: &Arc<LogStore>) -> Arc<dyn Inbox> {
        let hasty = Arc::new(Self {
            store: Arc::clone(store),
            unwritten: Mutex::default(),
            more: Notify::new(),
        });
        let writer = Arc::clone(&hasty);
        world.spawner.spawn(Process::Shop, async move {
            loop {
                writer.more.notified().await;
                let unwritten = std::mem::take(
                    &mut *writer
                        .unwritten
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner),
                );
                for arrival in unwritten {
                    drop(writer.store.put(arrival).await);
                }
            }
        });
        hasty
    }
}

#[async_trait]
impl Inbox for AnswersTooEarly {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(arrival);
        self.more.notify_one();
        Ok(Put::New(EntryId::new(0)))
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        self.store.lease(now, request).await
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.store.acknowledge(lease, now, learned).await
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        self.store.retry_later(lease, now, at, error).await
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        self.store.park(lease, now, parking).await
    }

    async fn wait_for_work(&self) {
        self.store.wait_for_work().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        self.store.entry(id).await
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        self.store.entries(after, limit).await
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        self.store.parked(after, limit).await
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        self.store.replay(id, now).await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        self.store.dismiss(id).await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        self.store.backlog().await
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        self.store.expect_payment(expected, now).await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        self.store.payment(project_id, payment_id).await
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        self.store.payments(query).await
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        self.store.overdue(now, times, limit).await
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        self.store
            .ask_again(project_id, payment_id, seen, next)
            .await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        self.store.purge(now, retention, limit).await
    }
}
