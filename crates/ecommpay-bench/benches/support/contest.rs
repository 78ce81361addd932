//! Measuring several ways to do one thing against each other, on a machine that does other things
//! as well.
//!
//! Criterion decides how much is run and keeps the history of ours. Within each of its samples all
//! runners take turns in short blocks, so that whatever else the machine does hits them alike, and
//! the ratio is taken sample by sample.

use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode};

/// Runs before the next runner has its turn.
const BLOCK: u64 = 32;

/// One way to do it.
pub(crate) struct Runner<'w> {
    run: Box<dyn FnMut() + 'w>,
}

impl<'w> Runner<'w> {
    pub(crate) fn new(run: impl FnMut() + 'w) -> Self {
        Self { run: Box::new(run) }
    }
}

/// Times of all runners, sample by sample.
pub(crate) struct Outcome {
    /// Nanoseconds of one run, for each sample those of all runners.
    samples: Vec<Vec<f64>>,
}

impl Outcome {
    /// Nanoseconds of one run of a runner: the median of the samples.
    pub(crate) fn nanoseconds(&self, runner: usize) -> f64 {
        median(self.samples.iter().map(|sample| sample[runner]))
    }

    /// How much one runner takes of what another takes: the median of the samples.
    pub(crate) fn ratio(&self, runner: usize, other: usize) -> f64 {
        median(
            self.samples
                .iter()
                .map(|sample| sample[runner] / sample[other]),
        )
    }
}

/// Measures the runners; the first one is ours.
pub(crate) fn measure(
    criterion: &mut Criterion,
    row: &str,
    name: &str,
    mut runners: Vec<Runner<'_>>,
) -> Outcome {
    let mut rounds: Vec<(u64, Vec<f64>)> = Vec::new();
    let mut group = criterion.benchmark_group(row);
    // Every sample is of the same size.
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let times = take_turns(&mut runners, iterations);
            let one = |time: &Duration| time.as_secs_f64() * 1e9 / iterations as f64;
            rounds.push((iterations, times.iter().map(one).collect()));
            times.first().copied().unwrap_or_default()
        });
    });
    group.finish();
    // What was run to warm up was shorter.
    let largest = rounds.iter().map(|(size, _)| *size).max().unwrap_or(0);
    let samples = rounds
        .into_iter()
        .filter(|(size, _)| *size == largest)
        .map(|(_, sample)| sample)
        .collect();
    Outcome { samples }
}

fn take_turns(runners: &mut [Runner<'_>], iterations: u64) -> Vec<Duration> {
    let mut times = vec![Duration::ZERO; runners.len()];
    let mut left = iterations;
    while left > 0 {
        let block = left.min(BLOCK);
        for (runner, time) in runners.iter_mut().zip(&mut times) {
            let start = Instant::now();
            for _ in 0..block {
                (runner.run)();
            }
            *time += start.elapsed();
        }
        left -= block;
    }
    times
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count => (values[count / 2] + values[(count - 1) / 2]) / 2.0,
    }
}
