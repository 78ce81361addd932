//! Measuring several ways to do one thing against each other, on a machine that does other things
//! as well.
//!
//! Criterion decides how much is run and keeps the history of ours. Within each of its samples all
//! runners take turns in short blocks, so that whatever else the machine does hits them alike. What
//! counts is the median of the blocks: one that was interrupted does not move it.

use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode};

/// Runs before the next runner has its turn.
const BLOCK: u64 = 32;

/// Nanoseconds after which the next runner has its turn all the same, far below a time slice.
const SLICE: f64 = 500_000.0;

/// One way to do it.
pub(crate) struct Runner<'w> {
    run: Box<dyn FnMut() + 'w>,
}

impl<'w> Runner<'w> {
    pub(crate) fn new(run: impl FnMut() + 'w) -> Self {
        Self { run: Box::new(run) }
    }
}

/// Times of all runners, block by block.
pub(crate) struct Outcome {
    /// For each runner, nanoseconds of one run.
    blocks: Vec<Vec<f64>>,
}

impl Outcome {
    /// Nanoseconds of one run of a runner.
    pub(crate) fn nanoseconds(&self, runner: usize) -> f64 {
        median(self.blocks[runner].iter().copied())
    }

    /// How much one runner takes of what another takes in the same turn.
    pub(crate) fn ratio(&self, runner: usize, other: usize) -> f64 {
        let turns = self.blocks[runner].iter().zip(&self.blocks[other]);
        median(turns.map(|(ours, theirs)| ours / theirs))
    }
}

/// Measures the runners; the first one is ours.
pub(crate) fn measure(
    criterion: &mut Criterion,
    row: &str,
    name: &str,
    mut runners: Vec<Runner<'_>>,
) -> Outcome {
    let mut blocks = vec![Vec::new(); runners.len()];
    let mut group = criterion.benchmark_group(row);
    // Every sample is of the same size.
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| take_turns(&mut runners, iterations, &mut blocks));
    });
    group.finish();
    Outcome { blocks }
}

/// Lets every runner run so often; returns the time of the first one.
fn take_turns(runners: &mut [Runner<'_>], iterations: u64, blocks: &mut [Vec<f64>]) -> Duration {
    let mut ours = Duration::ZERO;
    let mut left = iterations;
    while left > 0 {
        let block = left.min(BLOCK);
        for (index, runner) in runners.iter_mut().enumerate() {
            // A long block would be interrupted every time, a short one seldom.
            let fitting = |one: &f64| ((SLICE / one) as u64).clamp(1, block);
            let runs = blocks[index].last().map_or(1, fitting);
            let start = Instant::now();
            for _ in 0..runs {
                (runner.run)();
            }
            let one = start.elapsed().div_f64(runs as f64);
            blocks[index].push(one.as_secs_f64() * 1e9);
            if index == 0 {
                ours += one.mul_f64(block as f64);
            }
        }
        left -= block;
    }
    ours
}

/// The median of some figures.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count => (values[count / 2] + values[(count - 1) / 2]) / 2.0,
    }
}
