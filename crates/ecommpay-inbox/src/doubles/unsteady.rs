//! An inbox whose store goes down and comes back: for tests of whatever answers the platform.

use async_trait::async_trait;
use tokio::sync::watch;

use super::{MemoryInbox, PutsOtherwise};
use crate::{Arrival, Inbox, InboxError, Put};

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
impl PutsOtherwise for UnsteadyInbox {
    fn other(&self) -> &dyn Inbox {
        &self.inbox
    }

    async fn put_otherwise(&self, arrival: Arrival) -> Result<Put, InboxError> {
        match self.store_settles().await {
            StoreIs::Up => self.inbox.put(arrival).await,
            StoreIs::Full => Err(InboxError::Full),
            StoreIs::Closed => Err(InboxError::Closed),
            StoreIs::Down | StoreIs::Hanging => {
                Err(InboxError::unavailable("storing", "the test wants it so"))
            }
        }
    }
}
