//! The reconciler, whenever a payment is to be asked about.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ecommpay_clock::Clock as _;
use ecommpay_inbox::{Asking, HandlerError, Inbox as _, Moment, WaitingTime, WaitingTimes};
use ecommpay_model::{MethodCode, PaymentId};
use ecommpay_reconcile::{Attention, Reconciler, Unresolved};

use super::{AFTER_A_FAILURE, Shop};
use crate::time::within;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Days pass quickly here; more questions would only take longer to compute.
const SELDOMEST: Duration = Duration::from_secs(6 * 60 * 60);

/// Payments that people were asked to look at. Clones share the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallsForPeople(Arc<Mutex<Vec<PaymentId>>>);

impl CallsForPeople {
    /// The payments since the last look.
    pub(crate) fn take(&self) -> Vec<PaymentId> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Attention for CallsForPeople {
    async fn unresolved(&self, payment: &Unresolved) -> Result<(), HandlerError> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(payment.payment_id().clone());
        Ok(())
    }
}

/// As the methods' pages have it; a bank invoice of Alfa-Click waits for a week.
fn waiting_times() -> WaitingTimes {
    WaitingTimes::new(WaitingTime::new(15 * MINUTE, DAY)).with(
        MethodCode::AlfaClick,
        WaitingTime::new(30 * MINUTE, 8 * DAY),
    )
}

pub(super) async fn reconcile(shop: Rc<Shop>) {
    let world = &shop.world;
    let times = waiting_times();
    let store = Arc::clone(&shop.store);
    let reconciler = Reconciler::builder(store, shop.client.clone(), times.clone())
        .tell(world.calls.clone())
        .pauses(MINUTE, SELDOMEST)
        .clock(shop.clock.clone())
        .randomness(world.chances.pauses.clone())
        .build();
    loop {
        match next_question(&shop, &times) {
            Some(next) if next <= shop.now() => match reconciler.pass().await {
                Ok(pass) => world.note(format_args!("shop: reconciler: {pass:?}")),
                Err(_) => shop.clock.sleep(AFTER_A_FAILURE).await,
            },
            Some(next) => {
                let pause = next.since(shop.now());
                within(&shop.clock, pause, shop.store.shop_changed().notified()).await;
            }
            None => shop.store.shop_changed().notified().await,
        }
    }
}

impl Shop {
    /// A person has a payment asked about that had been given up.
    pub(crate) async fn ask_once_more(&self, payment_id: &PaymentId) {
        let (project_id, now) = (self.world.plan.project_id, Asking::At(self.now()));
        let asked = self
            .store
            .ask_again(project_id, payment_id, Asking::Never, now);
        // If it fails, the person was in vain.
        drop(asked.await);
    }
}

/// When the reconciler has something to ask.
fn next_question(shop: &Shop, times: &WaitingTimes) -> Option<Moment> {
    shop.store.look(|tables| {
        let open = tables.payments.values().filter(|record| record.is_open());
        open.filter_map(|record| match record.asking() {
            Asking::AfterBaseTime => Some(record.since().plus(times.of(record.method()).base())),
            Asking::At(moment) => Some(moment),
            _ => None,
        })
        .min()
    })
}
