//! `instances`: three receiving processes on one PostgreSQL, one of them killed on the way.

use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use tokio::sync::watch;

use crate::Failure;
use crate::backend::{Backend, Kind};
use crate::callbacks::{OF_A_PAYMENT, Platform};
use crate::kills::drain;
use crate::ledger::{self, Ledger, Stored};
use crate::process::Receiver;
use crate::report::{Kills, Report, median_and_longest};
use crate::senders::Senders;

/// How many processes share the database.
const INSTANCES: usize = 3;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Callbacks sent in all, repetitions included
    #[arg(long, default_value_t = 100_000)]
    callbacks: u64,
    /// How many of a hundred callbacks sent are repetitions
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=50))]
    repeated: u8,
    /// Connections that send callbacks
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Chooses what is repeated; a random one by default, which is printed
    #[arg(long)]
    seed: Option<u64>,
    /// Print JSON instead of a line
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    eprintln!("seed {seed}");
    let backend = Backend::create(Kind::Postgres).await?;
    let ledger = Arc::<Ledger>::default();
    let started = Instant::now();
    let mut restarts = Vec::new();
    let outcome = send_and_kill(arguments, seed, &backend, &ledger, &mut restarts).await;
    let (handled, broken) = match outcome {
        Ok(handled) => (handled, None),
        Err(Failure::Broken(broken)) => (0, Some(broken)),
        Err(other) => return Err(other),
    };
    let (restart_median_millis, restart_longest_millis) = median_and_longest(restarts);
    let report = Report {
        backend: Kind::Postgres,
        seed,
        seconds: started.elapsed().as_secs_f64(),
        kills: Kills {
            under_load: 1,
            ..Kills::default()
        },
        answered: ledger.count(),
        stored: ledger.distinct(),
        handled,
        restart_median_millis,
        restart_longest_millis,
        broken,
    };
    report.finish(arguments.json)
}

/// Answers how many callbacks were handled.
async fn send_and_kill(
    arguments: &Arguments,
    seed: u64,
    backend: &Backend,
    ledger: &Arc<Ledger>,
    restarts: &mut Vec<std::time::Duration>,
) -> Result<u64, Failure> {
    let begun = Instant::now();
    let mut receivers = Vec::new();
    // All at once, so that they meet over the tables as well.
    for _ in 0..INSTANCES {
        receivers.push(Receiver::start(&backend.arguments(), None)?);
    }
    let mut open = Vec::new();
    for receiver in &mut receivers {
        let (port, took) = receiver.listening(begun).await?;
        restarts.push(took);
        open.push(port);
    }
    // Of a hundred sent, so many are first ones; each of those is repeated with this chance.
    let first_ones = 100 - u64::from(arguments.repeated);
    let repeated = u64::from(arguments.repeated) * 100 / first_ones;
    let payments = (arguments.callbacks * first_ones / 100).div_ceil(OF_A_PAYMENT);
    let (ports, listening) = watch::channel(open.clone());
    let senders = Senders::start(
        arguments.connections.max(1),
        payments,
        u8::try_from(repeated).unwrap_or(100),
        seed,
        Arc::clone(ledger),
        listening,
    )?;
    ledger.reaches(arguments.callbacks / 2).await;
    if let (Some(receiver), Some(port)) = (receivers.pop(), open.pop()) {
        receiver.kill().await?;
        ports.send_replace(open.clone());
        eprintln!(
            "killed the process on port {port} after {} answers",
            ledger.count()
        );
    }
    senders.finish().await?;
    eprintln!("all answered after {:.1} s", begun.elapsed().as_secs_f64());
    if let Some(port) = open.first() {
        drain(*port).await?;
    }
    let entries = backend.entries_after(0).await?;
    let mut stored = Stored::default();
    stored.add(&entries)?;
    stored.holds_all(ledger)?;
    Stored::holds_nothing_else(&entries, ledger, &Platform::new()?)?;
    if stored.count() != payments * OF_A_PAYMENT {
        return Err(Failure::Broken(format!(
            "{} callbacks are stored of {}",
            stored.count(),
            payments * OF_A_PAYMENT
        )));
    }
    let effects = backend.effects().await?;
    ledger::effects_are_complete(&entries, &effects)?;
    backend.is_whole().await?;
    ledger::effects_are_single(effects)
}
