//! Randomness for the pauses between attempts: a trait, and a source that is good enough for it.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Gives numbers that spread the repeats of many clients over time. Not for secrets.
pub trait Randomness: fmt::Debug + Send + Sync + 'static {
    /// The next number, anywhere in the range.
    fn next_u64(&self) -> u64;
}

/// Numbers from the standard library's randomly keyed hasher. Not for secrets.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn next_u64(&self) -> u64 {
        // every state has keys of its own
        RandomState::new().build_hasher().finish()
    }
}
