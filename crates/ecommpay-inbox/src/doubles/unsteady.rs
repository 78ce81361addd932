//! An inbox whose store goes down and comes back: for tests of whatever answers the platform.

use async_trait::async_trait;
use ecommpay_model::{PaymentId, ProjectId};
use tokio::sync::watch;

use super::MemoryInbox;
use crate::{
    Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError, Learned, Lease,
    LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery, PaymentRecord,
    Purged, Put, Retention, WaitingTimes,
};

/// How the store of an [`UnsteadyInbox`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StoreIs {
    /// Everything is stored.
    #[default]
    Up,
    /// Nothing can be stored: [`InboxError::Unavailable`].
    Down,
    /// Nothing more is taken for now: [`InboxError::Full`].
    Full,
    /// The inbox has been closed: [`InboxError::Closed`].
    Closed,
    /// Storing hangs until the store is something else.
    Hanging,
}

/// A [`MemoryInbox`] whose `put` fails or hangs while a test wants it; everything else goes on.
///
/// ```
/// use ecommpay_inbox::doubles::{StoreIs, UnsteadyInbox};
/// # use ecommpay_callback::CallbackVerifier;
/// # use ecommpay_inbox::{Arrival, Inbox, Moment};
/// # use ecommpay_model::ProjectId;
/// # use ecommpay_signature::{KeyRing, SecretKey, exact};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let key = SecretKey::new("test-secret")?;
/// # let body = r#"{"project_id":201,"payment":{"id":"Order-1","status":"success"}}"#;
/// # let signature = exact::sign(body.as_bytes(), &key)?;
/// # let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
/// # let verified = CallbackVerifier::new(KeyRing::new(key)).verify(raw)?;
/// # let now = Moment::from_unix_millis(1_700_000_000_000);
/// # let arrival = Arrival::callback(ProjectId::new(201)?, verified, now);
/// let inbox = UnsteadyInbox::new();
/// inbox.set(StoreIs::Down);
/// assert!(inbox.put(arrival.clone()).await.is_err());
/// inbox.set(StoreIs::Up);
/// assert!(inbox.put(arrival).await.is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct UnsteadyInbox {
    inbox: MemoryInbox,
    store: watch::Sender<StoreIs>,
    hanging: watch::Sender<usize>,
}

impl UnsteadyInbox {
    /// An empty inbox whose store is up.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the store; what hangs goes on accordingly.
    pub fn set(&self, store: StoreIs) {
        self.store.send_replace(store);
    }

    /// Returns when this many calls of `put` have been made to hang, since the beginning.
    pub async fn has_hung(&self, count: usize) {
        let mut hanging = self.hanging.subscribe();
        // The sender lives as long as the inbox, so waiting cannot fail.
        let _ = hanging.wait_for(|so_far| *so_far >= count).await;
    }

    async fn store_settles(&self) -> StoreIs {
        let mut store = self.store.subscribe();
        if *store.borrow() == StoreIs::Hanging {
            self.hanging.send_modify(|count| *count += 1);
        }
        let settled = store.wait_for(|store| *store != StoreIs::Hanging).await;
        settled.map_or(StoreIs::Closed, |store| *store)
    }
}

#[async_trait]
impl Inbox for UnsteadyInbox {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        match self.store_settles().await {
            StoreIs::Up => self.inbox.put(arrival).await,
            StoreIs::Full => Err(InboxError::Full),
            StoreIs::Closed => Err(InboxError::Closed),
            StoreIs::Down | StoreIs::Hanging => {
                Err(InboxError::unavailable("storing", "the test wants it so"))
            }
        }
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        self.inbox.lease(now, request).await
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.inbox.acknowledge(lease, now, learned).await
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        self.inbox.retry_later(lease, now, at, error).await
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        self.inbox.park(lease, now, parking).await
    }

    async fn wait_for_work(&self) {
        self.inbox.wait_for_work().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        self.inbox.entry(id).await
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        self.inbox.entries(after, limit).await
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        self.inbox.parked(after, limit).await
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        self.inbox.replay(id, now).await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        self.inbox.dismiss(id).await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        self.inbox.backlog().await
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        self.inbox.expect_payment(expected, now).await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        self.inbox.payment(project_id, payment_id).await
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        self.inbox.payments(query).await
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        self.inbox.overdue(now, times, limit).await
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        self.inbox
            .ask_again(project_id, payment_id, seen, next)
            .await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        self.inbox.purge(now, retention, limit).await
    }
}
