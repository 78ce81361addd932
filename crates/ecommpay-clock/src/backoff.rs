//! Pauses between attempts.

use std::time::Duration;

use crate::Randomness;

/// Pauses that double from the first to the longest; each is shortened by up to its half, at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Pauses from the first to the longest.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The pause after this attempt, counted from 1.
    #[must_use]
    pub fn pause(self, attempt: u32, randomness: &dyn Randomness) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let full = self.first.saturating_mul(doubled).min(self.longest);
        // 32 random bits as a fraction of the half
        let fraction = randomness.next_u64() >> 32;
        let half_nanos = full.as_nanos() / 2;
        let shortened = (half_nanos * u128::from(fraction)) >> 32;
        full - Duration::from_nanos(u64::try_from(shortened).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubles::Always;

    #[test]
    fn pauses_double_up_to_the_longest_and_lose_at_most_their_half() {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
        let full: Vec<u128> = (1..=7)
            .map(|attempt| backoff.pause(attempt, &Always(0)).as_millis())
            .collect();
        assert_eq!(full, [200, 400, 800, 1600, 3200, 5000, 5000]);
        for attempt in [1, 2, 40, u32::MAX] {
            let full = backoff.pause(attempt, &Always(0));
            let least = backoff.pause(attempt, &Always(u64::MAX));
            assert!(least >= full / 2 && least < full, "{attempt}");
        }
    }
}
