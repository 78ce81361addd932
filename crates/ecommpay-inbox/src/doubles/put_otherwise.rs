//! An inbox that does one thing otherwise than another one: it stores.

use std::fmt;

use async_trait::async_trait;
use ecommpay_model::{PaymentId, ProjectId};

use crate::{
    Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError, Learned, Lease,
    LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery, PaymentRecord,
    Purged, Put, Retention, WaitingTimes,
};

/// Stands before another inbox and stores otherwise; by that it is an [`Inbox`], whose other methods
/// are those of the one behind it.
#[async_trait]
pub trait PutsOtherwise: fmt::Debug + Send + Sync + 'static {
    /// The inbox behind it.
    fn other(&self) -> &dyn Inbox;

    /// Stands for [`Inbox::put`].
    ///
    /// # Errors
    ///
    /// Those of [`Inbox::put`], as the test wants.
    async fn put_otherwise(&self, arrival: Arrival) -> Result<Put, InboxError>;
}

#[async_trait]
impl<T: PutsOtherwise> Inbox for T {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        self.put_otherwise(arrival).await
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        self.other().lease(now, request).await
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.other().acknowledge(lease, now, learned).await
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        self.other().retry_later(lease, now, at, error).await
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        self.other().park(lease, now, parking).await
    }

    async fn wait_for_work(&self) {
        self.other().wait_for_work().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        self.other().entry(id).await
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        self.other().entries(after, limit).await
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        self.other().parked(after, limit).await
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        self.other().replay(id, now).await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        self.other().dismiss(id).await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        self.other().backlog().await
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        self.other().expect_payment(expected, now).await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        self.other().payment(project_id, payment_id).await
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        self.other().payments(query).await
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        self.other().overdue(now, times, limit).await
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        self.other()
            .ask_again(project_id, payment_id, seen, next)
            .await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        self.other().purge(now, retention, limit).await
    }
}
