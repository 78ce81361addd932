//! Stand-ins for tests: an inbox in memory.

mod memory;
mod queue;

pub use self::memory::{MemoryInbox, MemoryWrite};
