//! Carries due callbacks to the merchant and the answers back, on either kind of clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::Sender;
use crate::platform::deliveries::{Delivered, Send};
use crate::platform::moment::Moment;
use crate::store::Store;

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
    pub(crate) async fn advance(&self, by: Duration) -> Moment {
        let _turn = self.turn.lock().await;
        let limit = self.store.now().plus(by);
        while let Some(sends) = self.store.step_towards(limit) {
            for send in sends {
                self.carry(send).await;
            }
        }
        self.store.now()
    }

    /// Sends callbacks as they become due on a clock that runs by itself. Never returns.
    pub(crate) async fn work(&self) {
        loop {
            let due = {
                let _turn = self.turn.lock().await;
                self.store.due()
            };
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

    async fn carry(&self, send: Send) {
        let answer = self.sender.post(&send.url, send.body).await;
        self.store.apply(Delivered {
            delivery: send.delivery,
            answer,
        });
    }
}
