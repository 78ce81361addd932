//! Many seeds, on several threads; each seed is a world of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::flaw::Flaw;
use crate::simulation::{NotRun, Outcome, run};

/// Which seeds are run, and how.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a program builds it member by member"
)]
pub struct Campaign {
    /// The first seed.
    pub first: u64,
    /// How many seeds follow one another.
    pub count: u64,
    /// A mistake that is built in.
    pub flaw: Option<Flaw>,
    /// How many threads run seeds.
    pub threads: usize,
}

/// What a campaign has shown. Sums are over the seeds that were run.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Seeds that were run to their end.
    pub seeds: u64,
    /// By the clock on the wall.
    pub seconds: f64,
    /// Steps of tasks.
    pub steps: u64,
    /// How often each fault has happened, by its name.
    pub faults: BTreeMap<&'static str, u64>,
    /// What became of payments and refunds at the platform, by status.
    pub results: BTreeMap<String, u64>,
    /// Callbacks answered 200, repetitions included.
    pub answers_200: u64,
    /// How often people were asked to look at a payment.
    pub called_people: u64,
    /// How long the worlds lasted on their own clocks, in hours.
    pub simulated_hours: u64,
    /// The first seed that broke a promise.
    #[serde(skip)]
    pub broken: Option<Outcome>,
}

impl Report {
    /// Seeds per minute, all threads together.
    #[must_use]
    pub fn seeds_per_minute(&self) -> f64 {
        // Counts of seeds are far below 2^53.
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let seeds = self.seeds as f64;
        seeds / self.seconds.max(1e-9) * 60.0
    }

    fn add(&mut self, outcome: Outcome, lasted: &mut Duration) {
        self.seeds += 1;
        self.steps += outcome.steps;
        for (fault, times) in &outcome.faults {
            *self.faults.entry(fault.as_str()).or_default() += times;
        }
        for (result, times) in &outcome.results {
            *self.results.entry(result.clone()).or_default() += times;
        }
        self.answers_200 += outcome.answers_200;
        self.called_people += outcome.called_people;
        *lasted += outcome.lasted;
        let is_first = |known: &Outcome| outcome.seed < known.seed;
        if outcome.violation.is_some() && self.broken.as_ref().is_none_or(is_first) {
            self.broken = Some(outcome);
        }
    }
}

impl Campaign {
    /// Runs seeds until all are done, or up to the first one that breaks a promise.
    ///
    /// # Errors
    ///
    /// [`NotRun`] if a seed cannot be run.
    pub fn run(self) -> Result<Report, NotRun> {
        let begun = Instant::now();
        let next = AtomicU64::new(self.first);
        // Seeds from here on need not be run.
        let end = AtomicU64::new(self.first.saturating_add(self.count));
        let done: Mutex<(Report, Duration)> = Mutex::default();
        thread::scope(|scope| {
            let work = || -> Result<(), NotRun> {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end.load(Ordering::Relaxed) {
                        return Ok(());
                    }
                    let outcome = run(seed, self.flaw)?;
                    if outcome.violation.is_some() {
                        end.fetch_min(seed, Ordering::Relaxed);
                    }
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    let (report, lasted) = &mut *done;
                    report.add(outcome, lasted);
                }
            };
            let others: Vec<_> = (1..self.threads).map(|_| scope.spawn(work)).collect();
            let mine = work();
            let theirs = others.into_iter().map(|other| match other.join() {
                Ok(ended) => ended,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            theirs.fold(mine, Result::and)
        })?;
        let (mut report, lasted) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.seconds = begun.elapsed().as_secs_f64();
        report.simulated_hours = lasted.as_secs() / 3600;
        Ok(report)
    }
}
