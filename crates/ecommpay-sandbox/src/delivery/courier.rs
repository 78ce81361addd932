//! Carries due callbacks to the merchant and the answers back, on either kind of clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::Sender;
use crate::platform::deliveries::{Delivered, Send};
use crate::platform::moment::Moment;
use crate::store::{Store, StoreError};

/// Moves time and callbacks. Clones share one turn.
#[derive(Debug, Clone)]
pub(crate) struct Courier {
    store: Arc<Store>,
    sender: Sender,
    /// Held while due callbacks are taken: an advancing clock takes them all for itself.
    turn: Arc<Mutex<()>>,
}

impl Courier {
    pub(crate) fn new(store: Arc<Store>, sender: Sender) -> Self {
        Self {
            store,
            sender,
            turn: Arc::default(),
        }
    }

    /// Moves the clock by `by`. Everything due until then happens in order of time, and every
    /// callback is answered (or has failed) before the next thing happens.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn advance(&self, by: Duration) -> Result<Moment, StoreError> {
        let _turn = self.turn.lock().await;
        let limit = self.store.now().plus(by);
        while let Some(sends) = self.store.step_towards(limit).await? {
            for send in sends {
                self.carry(send).await?;
            }
        }
        Ok(self.store.now())
    }

    /// Sends callbacks as they become due on a clock that runs by itself. Returns only with an
    /// error: when the journal cannot be written, nothing more may be sent.
    pub(crate) async fn work(&self) -> StoreError {
        loop {
            let due = {
                let _turn = self.turn.lock().await;
                self.store.due()
            };
            if let Err(error) = self.store.kept(&due).await {
                return error;
            }
            for send in due.sends {
                let courier = self.clone();
                tokio::spawn(async move { courier.carry(send).await });
            }
            match due.wait {
                Some(wait) => {
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = self.store.changed() => {}
                    }
                }
                None => self.store.changed().await,
            }
        }
    }

    async fn carry(&self, send: Send) -> Result<(), StoreError> {
        let answer = self.sender.post(&send.url, send.body).await;
        let delivered = Delivered {
            delivery: send.delivery,
            answer,
        };
        self.store.apply(delivered).await
    }
}
