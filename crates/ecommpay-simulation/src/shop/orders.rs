//! The shop's orders as its worker looks them up.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ecommpay_callback::ExpectedOrder;
use ecommpay_inbox::{HandlerError, Orders, payment_key};
use ecommpay_model::{PaymentId, ProjectId};

use crate::chance::Chance;
use crate::faults::{Fault, Weather};
use crate::store::LogStore;
use crate::world::World;

/// Finds orders by the rows of the store; now and then the look-up fails.
#[derive(Debug)]
pub(super) struct ShopOrders {
    store: Arc<LogStore>,
    /// By payment key: number and what is expected.
    orders: BTreeMap<String, (u32, ExpectedOrder)>,
    chance: Chance,
    weather: Weather,
}

impl ShopOrders {
    pub(super) fn new(store: Arc<LogStore>, world: &World) -> Self {
        let expected = (0..).zip(&world.plan.orders).map(|(number, plan)| {
            let id = plan.payment_id.clone();
            let order = ExpectedOrder::new(world.plan.project_id, id, plan.sum);
            (payment_key(&plan.payment_id), (number, order))
        });
        Self {
            store,
            orders: expected.collect(),
            chance: world.chances.shop.clone(),
            weather: world.weather.clone(),
        }
    }
}

#[async_trait]
impl Orders for ShopOrders {
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError> {
        if self.weather.strikes(Fault::HandlerFails, &self.chance) {
            return Err(HandlerError::retry("the orders cannot be reached"));
        }
        let known = self.orders.get(&payment_key(payment_id));
        Ok(known
            .filter(|(number, order)| {
                let is_visible = |row: &crate::store::Order| row.is_visible;
                order.project_id() == project_id
                    && self
                        .store
                        .shop(|rows| rows.orders.get(number).is_some_and(is_visible))
            })
            .map(|(_, order)| order.clone()))
    }
}
