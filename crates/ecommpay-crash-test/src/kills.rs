//! `kills`: one receiving process, killed at random and named moments while callbacks pour in.
//!
//! After each restart everything that was answered 200 must be stored, nothing twice, and nothing
//! handled twice. At the end everything is handled, and the bytes are those that were sent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::sync::watch;

use crate::Failure;
use crate::backend::{Backend, Kind};
use crate::callbacks::Platform;
use crate::kill_points::KillPoint;
use crate::ledger::{self, Ledger, Stored};
use crate::process::Receiver;
use crate::report::{Kills, Report, median_and_longest};
use crate::senders::{Ports, Senders, backlog};

/// How often the whole store is looked at, in kills.
const DOCTOR_EVERY: u64 = 20;

/// A life that ends by itself and does not is killed after this time.
const LONGEST_LIFE: Duration = Duration::from_secs(20);

/// How long nothing may be handled while something is left.
const DRAIN_PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the inbox is kept
    #[arg(long)]
    backend: Kind,
    /// How often the process is killed
    #[arg(long, default_value_t = 200)]
    kills: u64,
    /// Connections that send callbacks
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Chooses the moments; a random one by default, which is printed
    #[arg(long)]
    seed: Option<u64>,
    /// Print JSON instead of a line
    #[arg(long)]
    json: bool,
}

/// How a life of the process ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// Killed so many answers and microseconds after it listens.
    UnderLoad { answers: u64, micros: u64 },
    /// Killed so many microseconds after its start.
    Starting { micros: u64 },
    /// Ends itself when it has passed a place so often.
    Itself { point: KillPoint, after: u64 },
}

fn choose(random: &mut fastrand::Rng) -> End {
    match random.u8(0..10) {
        0..6 => End::UnderLoad {
            answers: random.u64(0..80),
            micros: random.u64(0..4000),
        },
        6 => End::Starting {
            micros: random.u64(0..60_000),
        },
        7 | 8 => End::Itself {
            point: KillPoint::AfterCommit,
            after: random.u64(0..60),
        },
        _ => End::Itself {
            point: KillPoint::BeforeAcknowledgement,
            after: random.u64(0..40),
        },
    }
}

/// What the lives of the process have in common.
struct Run {
    backend: Backend,
    ledger: Arc<Ledger>,
    ports: watch::Sender<Ports>,
    stored: Stored,
    kills: Kills,
    restarts: Vec<Duration>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    eprintln!("seed {seed}");
    let started = Instant::now();
    let (ports, listening) = watch::channel(Ports::new());
    let mut run = Run {
        backend: Backend::create(arguments.backend).await?,
        ledger: Arc::default(),
        ports,
        stored: Stored::default(),
        kills: Kills::default(),
        restarts: Vec::new(),
    };
    let ledger = Arc::clone(&run.ledger);
    let count = arguments.connections.max(1);
    let senders = Senders::start(count, u64::MAX, 10, seed, ledger, listening)?;
    let outcome = run.kill_and_look(arguments.kills, seed, senders).await;
    let (handled, broken) = match outcome {
        Ok(handled) => (handled, None),
        Err(Failure::Broken(broken)) => (0, Some(broken)),
        Err(other) => return Err(other),
    };
    let (restart_median_millis, restart_longest_millis) = median_and_longest(run.restarts);
    let report = Report {
        backend: arguments.backend,
        seed,
        seconds: started.elapsed().as_secs_f64(),
        kills: run.kills,
        answered: run.ledger.count(),
        stored: run.stored.count(),
        handled,
        restart_median_millis,
        restart_longest_millis,
        broken,
    };
    report.finish(arguments.json)
}

impl Run {
    /// All kills and the last life; answers how many callbacks were handled.
    async fn kill_and_look(
        &mut self,
        kills: u64,
        seed: u64,
        senders: Senders,
    ) -> Result<u64, Failure> {
        let mut random = fastrand::Rng::with_seed(seed);
        while self.kills.sum() < kills {
            self.life(choose(&mut random)).await?;
            let killed = self.kills.sum();
            if killed.is_multiple_of(DOCTOR_EVERY) {
                self.backend.is_whole().await?;
                let (answered, stored) = (self.ledger.count(), self.stored.count());
                eprintln!("{killed} kills, {answered} answered 200, {stored} stored");
            }
        }
        let (receiver, port) = self.start(None).await?;
        self.ports.send_replace(vec![port]);
        senders.stop().await?;
        drain(port).await?;
        receiver.kill().await?;
        self.kills.under_load += 1;
        self.look_at_everything().await
    }

    /// One life of the process, and what must hold after it.
    async fn life(&mut self, end: End) -> Result<(), Failure> {
        match end {
            End::Starting { micros } => {
                let receiver = Receiver::start(&self.backend.arguments(), None)?;
                tokio::time::sleep(Duration::from_micros(micros)).await;
                receiver.kill().await?;
                self.kills.starting += 1;
                return Ok(());
            }
            End::UnderLoad { answers, micros } => {
                let (receiver, port) = self.start(None).await?;
                self.look().await?;
                let before = self.ledger.count();
                self.ports.send_replace(vec![port]);
                self.ledger.reaches(before + answers).await;
                tokio::time::sleep(Duration::from_micros(micros)).await;
                receiver.kill().await?;
                self.kills.under_load += 1;
            }
            End::Itself { point, after } => {
                let (mut receiver, port) = self.start(Some((point, after))).await?;
                self.look().await?;
                self.ports.send_replace(vec![port]);
                let ended = tokio::time::timeout(LONGEST_LIFE, receiver.ended()).await;
                if let Ok(ended) = ended {
                    ended?;
                    match point {
                        KillPoint::AfterCommit => self.kills.after_commit += 1,
                        KillPoint::BeforeAcknowledgement => {
                            self.kills.before_acknowledgement += 1;
                        }
                    }
                } else {
                    receiver.kill().await?;
                    self.kills.under_load += 1;
                }
            }
        }
        self.ports.send_replace(Ports::new());
        Ok(())
    }

    /// Starts a process and waits until it listens.
    async fn start(
        &mut self,
        suicide: crate::process::Suicide,
    ) -> Result<(Receiver, u16), Failure> {
        let started = Instant::now();
        let mut receiver = Receiver::start(&self.backend.arguments(), suicide)?;
        let (port, took) = receiver.listening(started).await?;
        self.restarts.push(took);
        Ok((receiver, port))
    }

    /// What was answered is stored once, and nothing is handled twice.
    async fn look(&mut self) -> Result<(), Failure> {
        let new = self.backend.entries_after(self.stored.last()).await?;
        self.stored.add(&new)?;
        self.stored.holds_all(&self.ledger)?;
        ledger::effects_are_single(self.backend.effects().await?).map(drop)
    }

    /// The same for the whole store, read anew; and everything was handled.
    async fn look_at_everything(&mut self) -> Result<u64, Failure> {
        let entries = self.backend.entries_after(0).await?;
        self.stored = Stored::default();
        self.stored.add(&entries)?;
        self.stored.holds_all(&self.ledger)?;
        Stored::holds_nothing_else(&entries, &self.ledger, &Platform::new()?)?;
        let effects = self.backend.effects().await?;
        ledger::effects_are_complete(&entries, &effects)?;
        let handled = ledger::effects_are_single(effects)?;
        self.backend.is_whole().await?;
        Ok(handled)
    }
}

/// Waits until nothing waits or is leased; nothing may be parked, and it must go on.
pub(crate) async fn drain(port: u16) -> Result<(), Failure> {
    let (mut least, mut since) = (u64::MAX, Instant::now());
    loop {
        let left = backlog(port).await;
        match left {
            Some([0, 0, 0]) => return Ok(()),
            Some([_, _, parked]) if parked > 0 => {
                return Err(Failure::Broken(format!(
                    "{parked} callbacks were laid aside"
                )));
            }
            Some([waiting, leased, _]) if waiting + leased < least => {
                (least, since) = (waiting + leased, Instant::now());
            }
            _ if since.elapsed() > DRAIN_PATIENCE => {
                return Err(Failure::Broken(format!(
                    "not everything is handled; waiting, leased and parked are {left:?}"
                )));
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
