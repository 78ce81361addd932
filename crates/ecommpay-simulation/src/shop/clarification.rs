//! Data that the platform asks for before a sale goes on.

use std::rc::Rc;
use std::time::Duration;

use ecommpay_client::ExecuteError;
use ecommpay_clock::Clock as _;

use super::Shop;
use super::requests::{self, RequestError};
use crate::store::ShopRows;

/// Until the data are sent once more, if they are still asked for.
const BETWEEN_TRIES: Duration = Duration::from_secs(10 * 60);

/// Supplies data whenever the order's payment waits for them. After an unknown outcome they are sent
/// once more: that only lets the platform wait from the beginning, or is refused.
pub(super) async fn supply(shop: Rc<Shop>, number: u32) {
    let Some(plan) = shop.world.plan.orders.get(number as usize) else {
        return;
    };
    loop {
        let wants_data = |rows: &ShopRows| rows.orders.get(&number).is_some_and(|it| it.wants_data);
        shop.until(wants_data).await;
        let supplied = requests::clarification(&shop.client, plan).await;
        let id = plan.payment_id.as_str();
        match supplied {
            Ok(_) | Err(RequestError::Execute(ExecuteError::Refused(_))) => {
                shop.world.note(format_args!(
                    "shop: data for {id}: sent, or not needed any more"
                ));
                shop.until(|rows| !wants_data(rows)).await;
            }
            Err(error) => {
                shop.world
                    .note(format_args!("shop: data for {id}: {error}"));
                shop.clock.sleep(BETWEEN_TRIES).await;
            }
        }
    }
}
