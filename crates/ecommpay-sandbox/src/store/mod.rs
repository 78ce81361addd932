//! Where the platform's state lives.

mod memory;

pub(crate) use memory::Store;
