//! Each promise can be broken: the witness sees it, and sees nothing where all is well.

use std::rc::Rc;
use std::time::Duration;

use ecommpay_clock::Clock as _;
use ecommpay_gate::{Customer, Merchant, Operation as _};
use ecommpay_model::{CustomerId, IpAddress, WebUrl};
use ecommpay_sandbox::CustomerChoice;
use ecommpay_signature::{KeyRing, SecretKey};

use super::*;
use crate::chance::{Chance, Stream};
use crate::executor::Executor;
use crate::plan::Method;
use crate::store::ShopChange;
use crate::world::SECRET;

/// A world in which nothing has happened, whose order of this number is paid with Alipay.
fn world() -> (Rc<World>, u32) {
    (1..)
        .find_map(|seed| {
            let executor = Executor::new(Chance::new(seed, Stream::Scheduler));
            let world = World::new(seed, None, false, executor.spawner()).unwrap();
            if world.plan.asks_for_data {
                return None;
            }
            let orders = &world.plan.orders;
            let order = orders.iter().position(|it| it.method == Method::Alipay)?;
            Some((Rc::new(world), u32::try_from(order).unwrap()))
        })
        .unwrap()
}

/// The platform takes the sale of an order, and the customer pays after that.
fn pay(world: &Rc<World>, order: u32) {
    let plan = &world.plan.orders[order as usize];
    let keys = KeyRing::new(SecretKey::new(SECRET).unwrap());
    let merchant = Merchant::new(world.plan.project_id, keys);
    let customer = Customer::new(
        CustomerId::new("1").unwrap(),
        IpAddress::new("192.0.2.1").unwrap(),
    );
    let back = WebUrl::new("https://shop.test/").unwrap();
    let sale = ecommpay_alipay::Sale::new(plan.payment_id.clone(), plan.sum, customer, back);
    let sale = sale.prepare(&merchant).unwrap();
    let reply = world.at_platform(|it, now| it.gate(now, sale.path(), sale.body().to_vec()));
    assert_eq!(reply.status, 200);
    wait(world);
    let id = plan.payment_id.as_str();
    let choice = CustomerChoice::Success;
    assert!(world.at_platform(|it, now| it.customer_chooses(now, PROJECT, id, choice)));
    wait(world);
}

fn wait(world: &Rc<World>) {
    let later = world.clock.now() + Duration::from_secs(10);
    world.clock.move_to(later);
    world.at_platform(|it, now| it.pass_time(now));
}

fn heard(order: u32, is_paid: bool, returned: i64) -> ShopChange {
    ShopChange::Heard {
        order,
        digest: [7; 32],
        is_paid,
        hands_over: false,
        wants_data: false,
        returned,
        disagreements: 0,
    }
}

/// Rows of a shop that has the order and heard this.
fn rows(world: &World, order: u32, heard: &[ShopChange]) -> ShopRows {
    let mut rows = ShopRows::default();
    rows.make(ShopChange::Ordered {
        order,
        payment_id: world.plan.orders[order as usize].payment_id.to_string(),
        is_visible: true,
    });
    heard.iter().for_each(|it| rows.make(it.clone()));
    rows
}

fn seen(world: &World, rows: &ShopRows) -> Option<Invariant> {
    let mut witness = Witness::default();
    witness.look(world, rows);
    witness.take_violation().map(|it| it.invariant())
}

#[test]
fn goods_leave_once_and_only_when_the_platform_has_the_money() {
    let (world, order) = world();
    let mut shipped = rows(&world, order, &[heard(order, true, 0)]);
    assert_eq!(seen(&world, &shipped), Some(Invariant::ShippedOnceAndPaid));
    pay(&world, order);
    assert_eq!(seen(&world, &shipped), None);
    if let Some(row) = shipped.orders.get_mut(&order) {
        row.shipped = 2;
    }
    assert_eq!(seen(&world, &shipped), Some(Invariant::ShippedOnceAndPaid));
}

#[test]
fn the_shop_believes_in_no_more_returned_money_than_there_is() {
    let (world, order) = world();
    pay(&world, order);
    let returned = rows(&world, order, &[heard(order, false, 1)]);
    assert_eq!(
        seen(&world, &returned),
        Some(Invariant::NoMoreReturnedThanPaid)
    );
    assert_eq!(
        seen(&world, &rows(&world, order, &[heard(order, false, 0)])),
        None
    );
}

#[test]
fn one_content_has_one_effect() {
    let (world, order) = world();
    let twice = rows(
        &world,
        order,
        &[heard(order, false, 0), heard(order, false, 0)],
    );
    assert_eq!(seen(&world, &twice), Some(Invariant::NoEventAppliedTwice));
}

#[test]
fn nothing_moved_is_believed_as_long_as_the_platform_has_nothing() {
    let (world, order) = world();
    let id = world.plan.orders[order as usize].payment_id.clone();
    let broken = || {
        let violation = world.witness.borrow_mut().take_violation();
        violation.map(|it| it.invariant())
    };
    world.said_nothing_moved(id.as_str(), ecommpay_client::MoneyMoved::No);
    world.people_called(id.clone());
    assert_eq!(broken(), None);
    pay(&world, order);
    world.said_nothing_moved(id.as_str(), ecommpay_client::MoneyMoved::No);
    assert_eq!(broken(), Some(Invariant::UnsentMeansUnsent));
    world.people_called(id);
    assert_eq!(broken(), Some(Invariant::PeopleCalledForAReason));
}

#[test]
fn a_forger_is_not_answered_200() {
    let (world, _) = world();
    for (status, expected) in [(400, None), (200, Some(Invariant::ForgedCallbackRefused))] {
        world.answered_forger(status);
        let violation = world.witness.borrow_mut().take_violation();
        assert_eq!(violation.map(|it| it.invariant()), expected);
    }
}

#[tokio::test]
async fn an_acknowledged_callback_is_missed_when_the_store_is_opened() {
    let disk = Disk::good();
    let store = LogStore::open(disk.clone(), None).await.unwrap();
    let mut witness = Witness::default();
    witness.shop_started(&store);
    assert!(!witness.is_alarmed());
    witness.acknowledged(b"a callback", &disk);
    let durable = witness.take_violation().map(|it| it.invariant());
    assert_eq!(durable, Some(Invariant::DurableBeforeAcknowledged));
    witness.shop_started(&store);
    let lost = witness.take_violation().map(|it| it.invariant());
    assert_eq!(lost, Some(Invariant::NoAcknowledgedCallbackLost));
}

#[tokio::test]
async fn the_sides_differ_when_the_shop_has_heard_nothing() {
    let (world, order) = world();
    let store = LogStore::open(Disk::good(), None).await.unwrap();
    let seen = || {
        let mut witness = Witness::default();
        witness.look_at_the_end(&world, &store);
        witness.take_violation().map(|it| it.invariant())
    };
    assert_eq!(seen(), None);
    pay(&world, order);
    assert_eq!(seen(), Some(Invariant::SameStateOnBothSides));
}
