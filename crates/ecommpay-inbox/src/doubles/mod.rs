//! Stand-ins for tests: an inbox in memory, and one whose store goes down.

mod memory;
mod put_otherwise;
mod queue;
mod unsteady;

pub use self::memory::{MemoryInbox, MemoryWrite};
pub use self::put_otherwise::PutsOtherwise;
pub use self::unsteady::{StoreIs, UnsteadyInbox};
