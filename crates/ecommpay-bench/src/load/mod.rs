//! `load`: how many payments a second go through a sandbox, from the sale to the answer about its status.
//!
//! The sandbox runs in a process of its own, without the pauses it makes for people. The shop and
//! its customers share another: each payment is a signed sale, the acknowledgement, the verified
//! callback with the hand-off, the provider's page, the click, the verified final callback, and the
//! verified answer to a question for its status.

mod customer;
mod figures;
mod platform;
mod shop;

use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use tokio::task::JoinSet;

pub(crate) use self::platform::{PlatformArguments, run_platform};

use self::customer::Customer;
use self::figures::{Figures, Report};
use self::platform::RunningPlatform;
use self::shop::Shop;

/// How long one payment may take before the run counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Payments to make in each run
    #[arg(long, default_value_t = 100_000)]
    payments: u64,
    /// Payments under way at a time
    #[arg(long, default_value_t = 64)]
    in_flight: u64,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("the sandbox's process: {0}")]
    Process(#[from] std::io::Error),
    #[error("the sandbox's process ended ({0})")]
    Ended(ExitStatus),
    #[error("the sandbox: {0}")]
    Sandbox(#[from] ecommpay_sandbox::SandboxError),
    #[error("{0} of the payments failed; the first one: {1}")]
    Payments(u64, String),
    #[error("{0}")]
    Setup(String),
}

/// Measures once in memory and once with a database file, and prints the figures.
pub(crate) fn run(arguments: &Arguments) -> Result<(), LoadError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut runs = Vec::new();
    for database in [false, true] {
        let figures = runtime.block_on(measure(arguments, database))?;
        if !arguments.json {
            eprintln!("measured {}", figures.name());
        }
        runs.push(figures);
    }
    Report::new(arguments.payments, arguments.in_flight, runs)
        .print(arguments.json)
        .map_err(LoadError::Setup)
}

async fn measure(arguments: &Arguments, database: bool) -> Result<Figures, LoadError> {
    let folder = tempfile::tempdir()?;
    let file = database.then(|| folder.path().join("sandbox.db"));
    let shop = Shop::open().await?;
    let mut platform = RunningPlatform::start(shop.callback_url(), file.as_deref()).await?;
    let idle = platform.resident_bytes();
    let customer = Arc::new(Customer::new(platform.uri(), shop)?);

    let next = Arc::new(AtomicU64::new(1));
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..arguments.in_flight.max(1) {
        let (customer, next, last) = (customer.clone(), next.clone(), arguments.payments);
        workers.spawn(async move { pay_until(&customer, &next, last).await });
    }
    let mut took = Vec::new();
    let mut failures = Vec::new();
    while let Some(worker) = workers.join_next().await {
        let (times, failed) = worker.map_err(|error| LoadError::Setup(error.to_string()))?;
        took.extend(times);
        failures.extend(failed);
    }
    let elapsed = started.elapsed();
    platform.check()?;
    if let Some(first) = failures.first() {
        let failed = u64::try_from(failures.len()).unwrap_or(u64::MAX);
        return Err(LoadError::Payments(failed, first.clone()));
    }
    let resident = platform.resident_bytes();
    let file_bytes = match &file {
        Some(path) => Some(std::fs::metadata(path)?.len()),
        None => None,
    };
    Ok(Figures::new(elapsed, took, idle, resident, file_bytes))
}

/// Makes payments, each with a number of its own, until the last number was given out.
async fn pay_until(
    customer: &Customer,
    next: &AtomicU64,
    last: u64,
) -> (Vec<Duration>, Option<String>) {
    let mut took = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number > last {
            return (took, None);
        }
        let started = Instant::now();
        match tokio::time::timeout(PATIENCE, customer.pay(number)).await {
            Ok(Ok(())) => took.push(started.elapsed()),
            Ok(Err(problem)) => return (took, Some(format!("payment {number}: {problem}"))),
            Err(_) => return (took, Some(format!("payment {number}: no result in time"))),
        }
    }
}
