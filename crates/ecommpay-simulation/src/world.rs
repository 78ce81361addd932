//! The simulated world: who is in it, and what everybody shares.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use ecommpay_client::MoneyMoved;
use ecommpay_clock::Clock as _;
use ecommpay_model::PaymentId;
use ecommpay_sandbox::{
    ClarificationSettings, CustomerChoice, Method, MethodSettings, ProjectConfig, ProjectMode,
    SandboxConfig, SandboxCore, SandboxError,
};
use tokio::sync::Notify;

use crate::chance::{Chance, Stream};
use crate::disk::Disk;
use crate::executor::{Process, Spawner};
use crate::faults::Weather;
use crate::flaw::Flaw;
use crate::network::{self, Wire};
use crate::plan::{ASKED_FOR, Customer, InvalidPlan, PROJECT, Plan};
use crate::shop::{CallsForPeople, Shop};
use crate::time::WorldClock;
use crate::trace::Trace;
use crate::witness::{Invariant, Witness};

/// The key that both sides know.
pub(crate) const SECRET: &str = "simulation-key";

/// Where the platform is.
pub(crate) const PLATFORM: &str = "https://platform.test";

/// How often people have a payment asked about again before they leave it.
const MOST_LOOKS: u32 = 3;

const UNTIL_SOMEBODY_LOOKS: Duration = Duration::from_secs(5 * 60 * 60);

/// Everything in a simulated world.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) flaw: Option<Flaw>,
    pub(crate) clock: WorldClock,
    pub(crate) weather: Weather,
    pub(crate) chances: Chances,
    pub(crate) spawner: Spawner,
    pub(crate) disk: Disk,
    pub(crate) wire: Wire,
    pub(crate) calls: CallsForPeople,
    pub(crate) witness: RefCell<Witness>,
    /// How often the platform did something.
    pub(crate) platform_acted: Cell<u64>,
    pub(crate) weather_cleared: Notify,
    platform: RefCell<SandboxCore>,
    shop: RefCell<Option<Rc<Shop>>>,
    shop_runs: Cell<bool>,
    shop_ended: Notify,
    customers: RefCell<BTreeSet<u32>>,
    looked_at: RefCell<BTreeMap<PaymentId, u32>>,
    trace: RefCell<Trace>,
}

/// The streams of chance that the world draws from.
#[derive(Debug)]
pub(crate) struct Chances {
    pub(crate) network: Chance,
    pub(crate) kills: Chance,
    pub(crate) shop: Chance,
    pub(crate) pauses: Chance,
}

/// A world that cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoWorld {
    #[error("the plan of the seed breaks a rule")]
    Plan(#[from] InvalidPlan),
    #[error("the platform cannot be made")]
    Platform(#[from] SandboxError),
}

impl World {
    pub(crate) fn new(
        seed: u64,
        flaw: Option<Flaw>,
        keeps_text: bool,
        spawner: Spawner,
    ) -> Result<Self, NoWorld> {
        let of = |stream| Chance::new(seed, stream);
        let clock = WorldClock::new();
        let weather = Weather::draw(&of(Stream::Faults));
        let plan = Plan::draw(&of(Stream::Plan))?;
        let mut project = ProjectConfig::new(PROJECT, SECRET)
            .mode(ProjectMode::Live)
            .callback_url("http://shop.test/callback");
        if plan.asks_for_data {
            let asking = ClarificationSettings::new([ASKED_FOR]);
            let settings = MethodSettings::of(Method::Alipay).clarification(asking);
            project = project.method(Method::Alipay, settings);
        }
        let config = SandboxConfig::new().seed(seed).project(project);
        let disk = Disk::of_world(clock.clone(), of(Stream::Disk), weather.clone());
        Ok(Self {
            plan,
            flaw,
            chances: Chances {
                network: of(Stream::Network),
                kills: of(Stream::Kills),
                shop: of(Stream::Shop),
                pauses: of(Stream::Pauses),
            },
            spawner,
            disk,
            wire: Wire::default(),
            calls: CallsForPeople::default(),
            witness: RefCell::default(),
            platform_acted: Cell::new(0),
            weather_cleared: Notify::new(),
            platform: RefCell::new(SandboxCore::new(config, PLATFORM)?),
            shop: RefCell::new(None),
            shop_runs: Cell::new(false),
            shop_ended: Notify::new(),
            customers: RefCell::default(),
            looked_at: RefCell::default(),
            trace: RefCell::new(Trace::new(keeps_text)),
            clock,
            weather,
        })
    }

    /// Begins everything.
    pub(crate) fn begin(self: &Rc<Self>) {
        let world = Rc::clone(self);
        self.spawner.spawn(Process::World, async move {
            world.clock.sleep(world.plan.bad_until).await;
            world.note(format_args!("world: from now on nothing goes wrong"));
            world.weather.clear_up();
            world.weather_cleared.notify_waiters();
        });
        self.spawner
            .spawn(Process::World, keep_shop_running(Rc::clone(self)));
    }

    /// Something happens at the platform, now; the callbacks it makes go on their way.
    pub(crate) fn at_platform<T>(
        self: &Rc<Self>,
        act: impl FnOnce(&mut SandboxCore, Duration) -> T,
    ) -> T {
        let mut platform = self.platform.borrow_mut();
        let result = act(&mut platform, self.clock.since_epoch());
        let callbacks = platform.take_callbacks();
        drop(platform);
        self.platform_acted.set(self.platform_acted.get() + 1);
        for callback in callbacks {
            let world = Rc::clone(self);
            self.spawner
                .spawn(Process::World, network::carry_callback(world, callback));
        }
        result
    }

    /// Looks at the platform.
    pub(crate) fn platform<T>(&self, look: impl FnOnce(&mut SandboxCore) -> T) -> T {
        look(&mut self.platform.borrow_mut())
    }

    /// When the platform does something by itself next, on the world's clock.
    pub(crate) fn platform_due(&self) -> Option<Duration> {
        let due = self.platform.borrow().next_due()?;
        Some(self.clock.at_epoch(due))
    }

    /// What has become of payments and refunds at the platform, by status.
    pub(crate) fn results(&self) -> BTreeMap<String, u64> {
        let mut results = BTreeMap::new();
        let mut count = |what: String| *results.entry(what).or_default() += 1;
        for plan in &self.plan.orders {
            let (now, id) = (self.clock.since_epoch(), plan.payment_id.as_str());
            let payment = self.platform(|platform| platform.payment(now, PROJECT, id));
            let status = payment.as_ref().and_then(|payment| payment.status);
            count(format!("payment {}", status.unwrap_or("never heard of")));
            for operation in payment.into_iter().flat_map(|it| it.operations) {
                if operation.kind != "sale" {
                    count(format!("{} {}", operation.kind, operation.status));
                }
            }
        }
        results
    }

    /// The shop, if it listens.
    pub(crate) fn shop(&self) -> Option<Rc<Shop>> {
        self.shop.borrow().clone()
    }

    pub(crate) fn shop_listens(&self, shop: Rc<Shop>) {
        self.shop.replace(Some(shop));
    }

    /// The shop's process has ended; said twice when it is killed in the step that ends it.
    pub(crate) fn shop_is_gone(&self) {
        drop(self.shop.take());
        if self.shop_runs.replace(false) {
            self.shop_ended.notify_one();
        }
    }

    /// The shop shows the customer of an order where to go, for the first time or again.
    pub(crate) fn customer_is_sent_on(self: &Rc<Self>, order: u32) {
        if !self.customers.borrow_mut().insert(order) {
            return;
        }
        let world = Rc::clone(self);
        self.spawner.spawn(Process::World, async move {
            let Some(plan) = world.plan.orders.get(order as usize) else {
                return;
            };
            let choice = match plan.customer {
                Customer::Pays => CustomerChoice::Success,
                Customer::Declines => CustomerChoice::Decline,
                Customer::StaysAway => return,
            };
            world.clock.sleep(plan.thinks_for).await;
            let id = plan.payment_id.as_str();
            let was_open = world
                .at_platform(|platform, now| platform.customer_chooses(now, PROJECT, id, choice));
            world.note(format_args!(
                "customer of {id}: {choice:?}, in time: {was_open}"
            ));
        });
    }

    /// People were asked to look at a payment: some hours later somebody has it asked about again.
    pub(crate) fn people_called(self: &Rc<Self>, payment_id: PaymentId) {
        self.witness
            .borrow_mut()
            .people_called(self, payment_id.as_str());
        let mut looked_at = self.looked_at.borrow_mut();
        let times = looked_at.entry(payment_id.clone()).or_default();
        *times += 1;
        if *times > MOST_LOOKS {
            return;
        }
        let world = Rc::clone(self);
        self.spawner.spawn(Process::World, async move {
            world.clock.sleep(UNTIL_SOMEBODY_LOOKS).await;
            if let Some(shop) = world.shop() {
                shop.ask_once_more(&payment_id).await;
            }
        });
    }

    /// The shop has answered a callback with 200.
    pub(crate) fn acknowledged(&self, body: &[u8]) {
        self.witness.borrow_mut().acknowledged(body, &self.disk);
    }

    /// The shop has answered a callback that the platform never made.
    pub(crate) fn answered_forger(&self, status: u16) {
        self.witness.borrow_mut().answered_forger(status);
    }

    /// The client has said that a sale moved no money.
    pub(crate) fn said_nothing_moved(&self, payment_id: &str, said: MoneyMoved) {
        let balance = self.platform.borrow().balance(PROJECT, payment_id);
        if let Some(balance) = balance {
            let detail = format!(
                "{payment_id}: the client says that money moved: {said:?}, the platform has it: {}",
                balance.status
            );
            let mut witness = self.witness.borrow_mut();
            witness.broken(Invariant::UnsentMeansUnsent, detail);
        }
    }

    pub(crate) fn step(&self, number: u64) {
        self.trace.borrow_mut().step(self.clock.now(), number);
    }

    pub(crate) fn note(&self, text: fmt::Arguments<'_>) {
        self.trace.borrow_mut().note(self.clock.now(), text);
    }

    pub(crate) fn take_trace(&self) -> Trace {
        self.trace.replace(Trace::new(false))
    }
}

/// Starts the shop again whenever it has ended.
async fn keep_shop_running(world: Rc<World>) {
    loop {
        world.shop_runs.set(true);
        world
            .spawner
            .spawn(Process::Shop, Shop::run(Rc::clone(&world)));
        world.shop_ended.notified().await;
        let most = if world.chances.kills.happens(200) {
            1200
        } else {
            20
        };
        let down = world
            .chances
            .kills
            .time(Duration::from_millis(50), Duration::from_secs(most));
        world.clock.sleep(down).await;
    }
}
