//! The person who looks at what was laid aside, when the bad weather is over.

use std::rc::Rc;
use std::time::Duration;

use ecommpay_clock::Clock as _;
use ecommpay_inbox::{Inbox as _, ParkReason};

use super::{AFTER_A_FAILURE, Shop};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Brings back what failed too often: its reasons are gone.
pub(super) async fn replay_poison(shop: Rc<Shop>) {
    while !shop.world.weather.is_over() {
        shop.world.weather_cleared.notified().await;
    }
    // What was in a worker's hands may still be laid aside for the attempts it had.
    for _ in 0..3 {
        for parked in shop
            .store
            .parked(None, usize::MAX)
            .await
            .unwrap_or_default()
        {
            if parked.reason == ParkReason::Poison {
                while shop
                    .store
                    .replay(parked.entry_id, shop.now())
                    .await
                    .is_err()
                {
                    shop.clock.sleep(AFTER_A_FAILURE).await;
                }
                shop.world
                    .note(format_args!("shop: entry {} replayed", parked.entry_id));
            }
        }
        shop.clock.sleep(HOUR).await;
    }
}
