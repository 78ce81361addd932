//! One seed from its beginning to its end.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use ecommpay_clock::Clock as _;

use crate::chance::{Chance, Stream};
use crate::executor::{Executor, Process};
use crate::faults::Fault;
use crate::flaw::Flaw;
use crate::network;
use crate::witness::{Invariant, Violation};
use crate::world::{NoWorld, World};

/// No world needs more steps; one that does goes round in circles.
const MOST_STEPS: u64 = 1_000_000;

/// The end of the world, if it has not come to rest before. Longer than the platform repeats anything.
const END: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How a seed ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The promise that was broken, if one was.
    pub violation: Option<Violation>,
    /// Steps of tasks.
    pub steps: u64,
    /// How often each fault has happened.
    pub faults: BTreeMap<Fault, u64>,
    /// What became of payments and refunds at the platform, by status.
    pub results: BTreeMap<String, u64>,
    /// Callbacks answered 200, repetitions included.
    pub answers_200: u64,
    /// How often people were asked to look at a payment.
    pub called_people: u64,
    /// How long it took on the clock of the world.
    pub lasted: Duration,
    /// A number made of all steps and their times: the same for the same run.
    pub digest: u64,
    /// What happened, if the text was wanted.
    pub trace: Vec<String>,
}

/// A seed that could not be run: a mistake of the simulation itself.
#[derive(Debug, thiserror::Error)]
#[error("seed {seed} cannot be run")]
pub struct NotRun {
    seed: u64,
    #[source]
    source: NoWorld,
}

/// Runs a seed.
///
/// # Errors
///
/// [`NotRun`] if its world cannot be made.
pub fn run(seed: u64, flaw: Option<Flaw>) -> Result<Outcome, NotRun> {
    Simulation::new(seed, flaw, false).map(Simulation::run)
}

/// Runs a seed and keeps what happens as text.
///
/// # Errors
///
/// [`NotRun`] if its world cannot be made.
pub fn run_with_trace(seed: u64, flaw: Option<Flaw>) -> Result<Outcome, NotRun> {
    Simulation::new(seed, flaw, true).map(Simulation::run)
}

struct Simulation {
    seed: u64,
    world: Rc<World>,
    executor: Executor,
    steps: u64,
    called_people: u64,
    /// What was looked at last: acts of the platform, and changes of the shop's rows.
    seen: (u64, u64),
}

impl Simulation {
    fn new(seed: u64, flaw: Option<Flaw>, keeps_text: bool) -> Result<Self, NotRun> {
        let executor = Executor::new(Chance::new(seed, Stream::Scheduler));
        let world = World::new(seed, flaw, keeps_text, executor.spawner())
            .map_err(|source| NotRun { seed, source })?;
        Ok(Self {
            seed,
            world: Rc::new(world),
            executor,
            steps: 0,
            called_people: 0,
            seen: (0, 0),
        })
    }

    fn run(mut self) -> Outcome {
        self.world.begin();
        while !self.world.witness.borrow().is_alarmed() {
            if !self.step() && !self.next_moment() {
                self.look_at_the_end();
                break;
            }
        }
        let world = &self.world;
        let trace = world.take_trace();
        let violation = world.witness.borrow_mut().take_violation();
        Outcome {
            seed: self.seed,
            violation,
            steps: self.steps,
            faults: Fault::ALL.into_iter().zip(world.weather.struck()).collect(),
            results: world.results(),
            answers_200: world.witness.borrow().answers_200(),
            called_people: self.called_people,
            lasted: world.clock.now(),
            digest: trace.digest(),
            trace: trace.into_lines(),
        }
    }

    /// Lets one task go on; `false` if all wait.
    fn step(&mut self) -> bool {
        let Some((task, process)) = self.executor.step() else {
            return false;
        };
        self.steps += 1;
        self.world.step(task);
        for sent in self.world.wire.take() {
            let world = Rc::clone(&self.world);
            let carried = network::carry_request(world, sent);
            self.world.spawner.spawn(Process::World, carried);
        }
        for payment_id in self.world.calls.take() {
            self.world.people_called(payment_id);
            self.called_people += 1;
        }
        self.look();
        if process == Process::Shop && self.strikes(Fault::Killed) {
            self.kill();
        }
        if self.steps == MOST_STEPS {
            self.restless("goes round in circles");
        }
        true
    }

    /// Moves the clock to what comes next; `false` if nothing comes.
    fn next_moment(&mut self) -> bool {
        let world = &self.world;
        let platform = world.platform_due();
        let Some(next) = [world.clock.next_due(), platform]
            .into_iter()
            .flatten()
            .min()
        else {
            return false;
        };
        if next > END {
            self.restless("has still something to do after 30 days");
            return true;
        }
        world.clock.move_to(next);
        if platform.is_some_and(|due| due <= next) {
            world.at_platform(|platform, now| platform.pass_time(now));
            self.look();
        }
        true
    }

    fn strikes(&self, fault: Fault) -> bool {
        let world = &self.world;
        world.weather.strikes(fault, &world.chances.kills)
    }

    fn kill(&mut self) {
        let world = &self.world;
        let power = self.strikes(Fault::PowerCut);
        let how = if power {
            "loses its power"
        } else {
            "is killed"
        };
        world.note(format_args!("shop: {how}"));
        self.executor.kill(Process::Shop);
        if power {
            world.disk.cut_power();
        }
        world.shop_is_gone();
    }

    fn look(&mut self) {
        let world = &self.world;
        let Some(shop) = world.shop() else { return };
        let seen = (world.platform_acted.get(), shop.store().changes());
        if seen != self.seen {
            self.seen = seen;
            shop.store()
                .shop(|rows| world.witness.borrow_mut().look(world, rows));
        }
    }

    fn look_at_the_end(&self) {
        let world = &self.world;
        match world.shop() {
            Some(shop) => world
                .witness
                .borrow_mut()
                .look_at_the_end(world, shop.store()),
            None => self.restless("came to rest without a shop"),
        }
    }

    fn restless(&self, detail: &str) {
        self.world
            .witness
            .borrow_mut()
            .broken(Invariant::ComesToRest, format!("the world {detail}"));
    }
}
