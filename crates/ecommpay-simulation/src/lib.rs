//! A merchant, a bad network, a bad disk and the platform in one thread, under one virtual clock and
//! one seed.
//!
//! ```
//! use ecommpay_simulation::{Flaw, run};
//!
//! let outcome = run(1, None)?;
//! assert_eq!(outcome.violation, None);
//!
//! // With a mistake built in, some seed breaks a promise.
//! let broken = (1..1000).find_map(|seed| run(seed, Some(Flaw::Dedupe)).ok()?.violation);
//! assert_eq!(broken.map(|it| it.to_string().starts_with("no event applied twice")), Some(true));
//! # Ok::<(), ecommpay_simulation::NotRun>(())
//! ```
//!
//! Client, receiver, inbox worker and payment state are the real ones, and so is the platform's state
//! machine; the README says what is simulated, what must hold, and what is left out.
//!
//! Everything happens in one thread, on an executor that picks the next task by chance and can drop
//! all tasks of the shop between any two steps. Nothing looks at the machine's clock or at the order
//! of a hash table: the same seed takes the same steps.

mod campaign;
mod chance;
mod disk;
mod executor;
mod faults;
mod flaw;
mod network;
mod plan;
mod shop;
mod simulation;
mod store;
mod time;
mod trace;
mod witness;
mod world;

pub use crate::campaign::{Campaign, Report};
pub use crate::faults::Fault;
pub use crate::flaw::Flaw;
pub use crate::simulation::{NotRun, Outcome, run, run_with_trace};
pub use crate::witness::{Invariant, Violation};
