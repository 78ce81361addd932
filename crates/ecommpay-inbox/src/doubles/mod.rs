//! Stand-ins for tests: an inbox in memory, and one whose store goes down.

mod memory;
mod queue;
mod unsteady;

pub use self::memory::{MemoryInbox, MemoryWrite};
pub use self::unsteady::{StoreIs, UnsteadyInbox};
