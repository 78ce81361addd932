//! The flaw `ack`: an inbox that says "stored" before it has stored anything.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ecommpay_inbox::doubles::PutsOtherwise;
use ecommpay_inbox::{Arrival, EntryId, Inbox, InboxError, Put};
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
impl PutsOtherwise for AnswersTooEarly {
    fn other(&self) -> &dyn Inbox {
        &*self.store
    }

    async fn put_otherwise(&self, arrival: Arrival) -> Result<Put, InboxError> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(arrival);
        self.more.notify_one();
        Ok(Put::New(EntryId::new(0)))
    }
}
