//! Memory that is kept from one body to the next.

use alloc::vec::Vec;

use crate::document::Memory;
use crate::shapes::Shapes;

/// Memory that is kept from one body to the next, and what was learned of the shapes of bodies that
/// were signed or whose signature was right.
///
/// At most 64 shapes in 128 KiB of bodies that were verified, and as many of bodies that were signed;
/// neither counts for the other. A scratch belongs to one [`Verifier`](crate::Verifier) or one
/// [`SigningPolicy`](crate::SigningPolicy): with another it forgets what it has learned. What it
/// remembers changes how long a body takes and nothing else.
#[derive(Default)]
pub struct Scratch {
    pub(crate) memory: Memory,
    /// Shapes of bodies that came signed.
    pub(crate) checked: Shapes,
    /// Shapes of bodies that were signed here.
    pub(crate) signed: Shapes,
    /// The canonical string of a body whose shape is known.
    pub(crate) canonical: Vec<u8>,
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // It holds what was in the last body.
        f.write_str("Scratch([redacted])")
    }
}
