//! Refunds of an order that was paid.

use std::rc::Rc;

use ecommpay_client::{ExecuteError, MoneyMoved, Resolution};
use ecommpay_clock::Clock as _;

use super::Shop;
use super::requests::{self, RequestError};
use crate::executor::Process;
use crate::plan::OrderPlan;
use crate::store::{Progress, ShopChange};

/// Waits until the goods are shipped and begins every refund that is planned, each by itself.
pub(super) async fn all_of(shop: &Rc<Shop>, number: u32, plan: &OrderPlan) {
    shop.until(|rows| rows.orders.get(&number).is_some_and(|row| row.shipped > 0))
        .await;
    for refund in 0..plan.refunds.len() {
        let (shop, refund) = (Rc::clone(shop), u32::try_from(refund).unwrap_or(u32::MAX));
        let world = Rc::clone(&shop.world);
        world.spawner.spawn(Process::Shop, async move {
            one(&shop, number, refund).await;
        });
    }
}

async fn one(shop: &Shop, number: u32, refund: u32) {
    let order = shop.world.plan.orders.get(number as usize);
    let Some((order, plan)) = order.and_then(|it| Some((it, it.refunds.get(refund as usize)?)))
    else {
        return;
    };
    shop.clock.sleep(plan.after).await;
    let progress = move |progress| ShopChange::Refund {
        order: number,
        refund,
        progress,
    };
    loop {
        let known = shop
            .store
            .shop(|rows| rows.orders.get(&number)?.refunds.get(&refund).copied());
        match known {
            None | Some(Progress::Planned) => {}
            Some(Progress::Sending) => {
                // The process ended meanwhile: callbacks will tell whether it was carried out.
                shop.write(progress(Progress::Unknown)).await;
                return;
            }
            Some(_) => return,
        }
        shop.write(progress(Progress::Sending)).await;
        let sent = requests::refund(&shop.client, order, plan, refund).await;
        let next = match sent {
            Ok(_) => Progress::Taken,
            Err(RequestError::Execute(ExecuteError::OutcomeUnknown(unknown))) => {
                match shop.client.resolve(&unknown).await {
                    Resolution::Known(_) => Progress::Taken,
                    _ => Progress::Unknown,
                }
            }
            Err(RequestError::Execute(error)) => match error.money_may_have_moved() {
                MoneyMoved::Never => Progress::Planned,
                MoneyMoved::Maybe => Progress::Unknown,
                _ => Progress::Refused,
            },
            Err(RequestError::Value(_)) => Progress::Refused,
        };
        let id = order.payment_id.as_str();
        shop.world
            .note(format_args!("shop: refund {refund} of {id} is {next:?}"));
        shop.write(progress(next)).await;
        if next != Progress::Planned {
            return;
        }
        shop.clock.sleep(super::sale::BEFORE_ANOTHER_TRY).await;
    }
}
