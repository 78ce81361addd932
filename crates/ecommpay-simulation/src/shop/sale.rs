//! An order from its beginning: noted down, sent, found out about, handed over.

use std::rc::Rc;
use std::time::Duration;

use ecommpay_client::{ExecuteError, MoneyMoved, Resolution};
use ecommpay_clock::Clock as _;
use ecommpay_inbox::{ExpectedPayment, Inbox as _};
use ecommpay_model::MethodCode;

use super::requests::{self, RequestError};
use super::{AFTER_A_FAILURE, Shop, refunds};
use crate::executor::Process;
use crate::plan::{Method, OrderPlan};
use crate::store::{Order, Progress, ShopChange};

/// Before a request that was not sent is sent again.
pub(super) const BEFORE_ANOTHER_TRY: Duration = Duration::from_secs(30);

/// Between two rounds of questions about a sale that may have been sent.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(10 * 60);

/// Everything that the shop does for one order by itself. After a restart it goes on from the rows.
pub(super) async fn life(shop: Rc<Shop>, number: u32) {
    let world = Rc::clone(&shop.world);
    let Some(plan) = world.plan.orders.get(number as usize) else {
        return;
    };
    let left = plan.begins.saturating_sub(shop.clock.now());
    shop.clock.sleep(left).await;
    if row(&shop, number).is_none() {
        shop.write(ShopChange::Ordered {
            order: number,
            payment_id: plan.payment_id.as_str().to_owned(),
            is_visible: plan.hidden_for.is_none(),
        })
        .await;
    }
    match plan.hidden_for {
        None => expect(&shop, plan).await,
        Some(hidden_for) => {
            let shop = Rc::clone(&shop);
            world.spawner.spawn(Process::Shop, async move {
                show(&shop, number, hidden_for).await;
            });
        }
    }
    sell(&shop, number, plan).await;

    shop.until(|rows| {
        rows.orders
            .get(&number)
            .is_some_and(|row| row.handed_over || row.shipped > 0)
    })
    .await;
    world.customer_is_sent_on(number);
    refunds::all_of(&shop, number, plan).await;
}

fn row(shop: &Shop, number: u32) -> Option<Order> {
    shop.store.shop(|rows| rows.orders.get(&number).cloned())
}

/// Tells the inbox of the payment, so that silence about it is noticed.
async fn expect(shop: &Shop, plan: &OrderPlan) {
    let method = match plan.method {
        Method::Alipay => MethodCode::Alipay,
        Method::AlfaClick => MethodCode::AlfaClick,
        Method::WalletPartner => MethodCode::WalletPartner,
    };
    loop {
        let (project_id, id) = (shop.world.plan.project_id, plan.payment_id.clone());
        let expected = ExpectedPayment::new(project_id, id, shop.now()).by_method(method.clone());
        if shop
            .store
            .expect_payment(expected, shop.now())
            .await
            .is_ok()
        {
            return;
        }
        shop.clock.sleep(AFTER_A_FAILURE).await;
    }
}

/// The order reaches the part of the shop that handles callbacks.
async fn show(shop: &Shop, number: u32, hidden_for: Duration) {
    let Some(plan) = shop.world.plan.orders.get(number as usize) else {
        return;
    };
    let until = plan.begins + hidden_for;
    shop.clock
        .sleep(until.saturating_sub(shop.clock.now()))
        .await;
    if row(shop, number).is_some_and(|row| !row.is_visible) {
        shop.write(ShopChange::BecameVisible { order: number })
            .await;
    }
    expect(shop, plan).await;
}

async fn sell(shop: &Shop, number: u32, plan: &OrderPlan) {
    let id = &plan.payment_id;
    loop {
        let progress = match row(shop, number).map(|row| row.sale) {
            Some(Progress::Planned) => {
                let sending = Progress::Sending;
                note_progress(shop, number, sending).await;
                send(shop, plan).await
            }
            Some(Progress::Sending) => find_out(shop, plan).await,
            _ => return,
        };
        note_progress(shop, number, progress).await;
        shop.world
            .note(format_args!("shop: sale of {id} is {progress:?}"));
        if progress == Progress::Planned {
            shop.clock.sleep(BEFORE_ANOTHER_TRY).await;
        }
    }
}

async fn note_progress(shop: &Shop, order: u32, progress: Progress) {
    shop.write(ShopChange::Sale { order, progress }).await;
}

async fn send(shop: &Shop, plan: &OrderPlan) -> Progress {
    let error = match requests::sale(&shop.client, plan).await {
        Ok(_) => return Progress::Taken,
        Err(RequestError::Value(error)) => {
            shop.world.note(format_args!("shop: no sale: {error}"));
            return Progress::Refused;
        }
        Err(RequestError::Execute(error)) => error,
    };
    let id = plan.payment_id.as_str();
    shop.world.note(format_args!("shop: sale of {id}: {error}"));
    match (&error, error.money_may_have_moved()) {
        (ExecuteError::OutcomeUnknown(unknown), _) => match shop.client.resolve(unknown).await {
            Resolution::Known(_) => Progress::Taken,
            _ => find_out(shop, plan).await,
        },
        (_, MoneyMoved::Maybe) => find_out(shop, plan).await,
        (_, moved) => {
            shop.world.said_nothing_moved(id, moved);
            if moved == MoneyMoved::Never {
                Progress::Planned
            } else {
                Progress::Refused
            }
        }
    }
}

/// Asks what became of a sale that may have been sent.
async fn find_out(shop: &Shop, plan: &OrderPlan) -> Progress {
    for _ in 0..3 {
        match shop.client.resolve_payment(&plan.payment_id).await {
            Resolution::Known(_) => return Progress::Taken,
            _ => shop.clock.sleep(BETWEEN_ROUNDS).await,
        }
    }
    Progress::Unknown
}
