//! Everything that is left to chance, from the seed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ecommpay_clock::Randomness;

/// What a stream of chance decides. Each has numbers of its own, so that one more question about the
/// disk does not change what the network does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Plan = 1,
    Faults,
    Scheduler,
    Kills,
    Network,
    Disk,
    Shop,
    Pauses,
}

/// A stream of random numbers; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        // Neighbouring seeds and streams must not begin alike.
        let mut spread = fastrand::Rng::with_seed(seed);
        let start = spread.u64(..) ^ (stream as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(start))))
    }

    /// True so many times in a thousand.
    pub(crate) fn happens(&self, permille: u32) -> bool {
        permille > 0 && self.numbers().u32(..1000) < permille
    }

    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&self, least: i64, most: i64) -> i64 {
        self.numbers().i64(least..=most)
    }

    /// A place in a list of this length, which must not be 0.
    pub(crate) fn place(&self, length: usize) -> usize {
        self.numbers().usize(..length)
    }

    /// A time from `least` to `most`, in steps of a microsecond.
    pub(crate) fn time(&self, least: Duration, most: Duration) -> Duration {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let (least, most) = (micros(least), micros(most));
        Duration::from_micros(self.numbers().u64(least..=most.max(least)))
    }

    fn numbers(&self) -> MutexGuard<'_, fastrand::Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Randomness for Chance {
    fn next_u64(&self) -> u64 {
        self.numbers().u64(..)
    }
}
