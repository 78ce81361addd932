//! Time, randomness and pauses as the edge of the SDK sees them.
//!
//! Whatever waits or repeats takes a [`Clock`] and a [`Randomness`], so that rules of thirty minutes
//! and eleven days run in tests within seconds; [`doubles`] are turned by hand.
//!
//! ```
//! use std::time::Duration;
//! use ecommpay_clock::{Backoff, Clock, doubles::{Always, HandClock}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let clock = HandClock::new();
//! let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
//! for attempt in 1..=3 {
//!     clock.sleep(backoff.pause(attempt, &Always(0))).await;
//! }
//! assert_eq!(clock.now(), Duration::from_secs(1 + 2 + 4));
//! # }
//! ```

mod backoff;
mod clock;
pub mod doubles;
mod randomness;

pub use backoff::Backoff;
pub use clock::{Clock, TokioClock};
pub use randomness::{Randomness, SystemRandomness};
