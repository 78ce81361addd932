//! What the shop does when something is heard of a payment: everything in the transaction of the
//! acknowledgement.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecommpay_callback::NextAction;
use ecommpay_clock::Clock as _;
use ecommpay_inbox::{Event, Handler, HandlerError, payment_key};

use crate::chance::Chance;
use crate::faults::{Fault, Weather};
use crate::store::{LogStore, ShopChange};
use crate::time::WorldClock;
use crate::world::World;

/// Longer than a lease.
const TOO_LONG: Duration = Duration::from_secs(90);

/// Writes what an event means for its order; now and then it fails, or takes too long.
#[derive(Debug)]
pub(super) struct ShopHandler {
    store: Arc<LogStore>,
    /// Numbers of orders by payment key.
    orders: BTreeMap<String, u32>,
    clock: WorldClock,
    chance: Chance,
    weather: Weather,
}

impl ShopHandler {
    pub(super) fn new(store: Arc<LogStore>, world: &World) -> Self {
        let numbers = (0..).zip(&world.plan.orders);
        let keys = numbers.map(|(number, plan)| (payment_key(&plan.payment_id), number));
        Self {
            store,
            orders: keys.collect(),
            clock: world.clock.clone(),
            chance: world.chances.shop.clone(),
            weather: world.weather.clone(),
        }
    }
}

#[async_trait]
impl Handler for ShopHandler {
    type Write = Vec<ShopChange>;

    async fn handle(&self, event: &Event) -> Result<Vec<ShopChange>, HandlerError> {
        let usual = self
            .chance
            .time(Duration::from_micros(100), Duration::from_millis(20));
        self.clock.sleep(usual).await;
        if self.weather.strikes(Fault::HandlerSlow, &self.chance) {
            self.clock.sleep(TOO_LONG).await;
        }
        if self.weather.strikes(Fault::HandlerFails, &self.chance) {
            return Err(HandlerError::retry("the shop's warehouse does not answer"));
        }
        let order = self
            .orders
            .get(&payment_key(event.payment_id()))
            .ok_or_else(|| HandlerError::give_up("an event of no order"))?;
        let entry = event.entry_id().value();
        let digest = self
            .store
            .look(|tables| tables.entries.get(&entry).map(|entry| *entry.digest()))
            .ok_or_else(|| HandlerError::give_up("an event of no entry"))?;
        let returned = event.state().amounts().returned();
        Ok(vec![ShopChange::Heard {
            order: *order,
            digest,
            is_paid: event.paid().is_some(),
            hands_over: matches!(event.next(), NextAction::HandOver(_)),
            wants_data: matches!(event.next(), NextAction::SupplyData(_)),
            returned: returned.map_or(0, ecommpay_model::Money::minor),
            disagreements: u32::try_from(event.disagreement().len()).unwrap_or(u32::MAX),
        }])
    }
}
