//! The shop: real client, receiver, worker and reconciler on the simulated network and disk.
//!
//! Whatever it has to remember is in its store; the process can be killed between any two steps.

mod clarification;
mod handler;
mod hasty;
mod operator;
mod orders;
mod reconcile;
mod refunds;
mod requests;
mod sale;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_client::Client;
use ecommpay_clock::Clock as _;
use ecommpay_gate::Merchant;
use ecommpay_inbox::{Inbox, Moment, Worker};
use ecommpay_receiver::{CallbackReader, Projects, Receiver, RequestHead};
use ecommpay_signature::{KeyRing, SecretKey};

use self::handler::ShopHandler;
use self::hasty::AnswersTooEarly;
use self::orders::ShopOrders;
pub(crate) use self::reconcile::CallsForPeople;
use crate::executor::Process;
use crate::flaw::Flaw;
use crate::store::{LogStore, ShopChange, ShopRows};
use crate::time::{WorldClock, within};
use crate::world::{PLATFORM, SECRET, World};

/// Until a store that has failed is asked again.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Two, so that one can finish what the other has had too long.
const WORKERS: [&str; 2] = ["worker 1", "worker 2"];

/// One run of the shop's process.
#[derive(Debug)]
pub(crate) struct Shop {
    world: Rc<World>,
    store: Arc<LogStore>,
    receiver: Receiver,
    client: Client,
    /// As the shop's machine shows it.
    clock: WorldClock,
}

impl Shop {
    /// Starts the process: opens the store, listens, and goes on where the last one ended.
    pub(crate) async fn run(world: Rc<World>) {
        let opened = LogStore::open(world.disk.clone(), world.flaw).await;
        let shop = match opened.map_err(|error| error.to_string()) {
            Ok(store) => Self::over(Rc::clone(&world), Arc::new(store)),
            Err(error) => Err(error),
        };
        let shop = match shop {
            Ok(shop) => Rc::new(shop),
            Err(error) => {
                world.note(format_args!("shop: cannot start: {error}"));
                world.shop_is_gone();
                return;
            }
        };
        world.note(format_args!("shop: started"));
        world.witness.borrow_mut().shop_started(&shop.store);
        world.shop_listens(Rc::clone(&shop));
        let spawn = |task| world.spawner.spawn(Process::Shop, task);
        for order in 0..world.plan.orders.len() {
            let order = u32::try_from(order).unwrap_or(u32::MAX);
            spawn(Box::pin(sale::life(Rc::clone(&shop), order)) as BoxedTask);
            spawn(Box::pin(clarification::supply(Rc::clone(&shop), order)));
        }
        for worker in WORKERS {
            spawn(Box::pin(work(Rc::clone(&shop), worker)));
        }
        spawn(Box::pin(reconcile::reconcile(Rc::clone(&shop))));
        spawn(Box::pin(operator::replay_poison(Rc::clone(&shop))));
    }

    fn over(world: Rc<World>, store: Arc<LogStore>) -> Result<Self, String> {
        let told = |error: &dyn std::error::Error| error.to_string();
        let keys = || SecretKey::new(SECRET).map(KeyRing::new);
        let project_id = world.plan.project_id;
        let clock = world.clock.fast_by(world.plan.clock_error);
        let projects = Projects::new(project_id, keys().map_err(|error| told(&error))?);
        let inbox: Arc<dyn Inbox> = match world.flaw {
            Some(Flaw::Ack) => AnswersTooEarly::before(&world, &store),
            _ => Arc::clone(&store) as Arc<dyn Inbox>,
        };
        let reader = CallbackReader::new(projects).clock(clock.clone());
        let merchant = Merchant::new(project_id, keys().map_err(|error| told(&error))?);
        let client = Client::builder(merchant)
            .base_url(PLATFORM)
            .transport(world.wire.clone())
            .clock(clock.clone())
            .randomness(world.chances.pauses.clone())
            .build()
            .map_err(|error| told(&error))?;
        Ok(Self {
            receiver: Receiver::new(reader, inbox),
            store,
            client,
            clock,
            world,
        })
    }

    /// Answers a callback with an HTTP status.
    pub(crate) async fn receive(&self, body: Vec<u8>) -> u16 {
        let headers = [("content-type", b"application/json".as_slice())];
        let head = RequestHead::new(None, headers);
        self.receiver.receive_whole(&head, body).await.status()
    }

    pub(crate) fn store(&self) -> &LogStore {
        &self.store
    }

    fn now(&self) -> Moment {
        Moment::from_epoch(self.clock.since_epoch())
    }

    /// Writes rows of the shop, however often it takes.
    async fn write(&self, change: ShopChange) {
        while self.store.write(vec![change.clone()]).await.is_err() {
            self.clock.sleep(AFTER_A_FAILURE).await;
        }
    }

    /// Waits until something is so in the shop's rows.
    async fn until(&self, is_so: impl Fn(&ShopRows) -> bool) {
        loop {
            let changed = self.store.shop_changed().notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            if self.store.shop(&is_so) {
                return;
            }
            changed.await;
        }
    }
}

type BoxedTask = std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// A worker, whenever there may be something to handle.
async fn work(shop: Rc<Shop>, name: &'static str) {
    let world = &shop.world;
    let orders = ShopOrders::new(Arc::clone(&shop.store), world);
    let handler = ShopHandler::new(Arc::clone(&shop.store), world);
    let worker = Worker::builder(Arc::clone(&shop.store), orders, handler)
        .name(name)
        .clock(shop.clock.clone())
        .randomness(world.chances.pauses.clone())
        .build();
    loop {
        if worker.pass().await.is_err() {
            shop.clock.sleep(AFTER_A_FAILURE).await;
            continue;
        }
        let now = shop.now();
        match shop.store.next_change(now) {
            Some(next) => {
                let pause = next.since(now);
                within(&shop.clock, pause, shop.store.wait_for_work()).await;
            }
            None => shop.store.wait_for_work().await,
        }
    }
}
