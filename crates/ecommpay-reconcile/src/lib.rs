//! Asks the platform what callbacks did not tell, and compares the shop's books with the platform's.
//!
//! A callback can be lost: the shop was down for eleven days, an address was mistyped, a proxy ate it.
//! A [`Reconciler`] runs beside the worker of an inbox. After the base time of a method has passed
//! without a result it asks for the payment's status, and brings the answer in by the same way as
//! callbacks.
//!
//! ```text
//! inbox.overdue --> Reconciler --status by payment id--> platform
//!    inbox.put <--- status answer <----------------------'
//!        |
//!      Worker: order guard, fold, handler
//! ```
//!
//! Once a day, a [`Comparison`] holds all operations of a [`Period`] that the platform reports against the
//! payments view of the inbox, and tells every [`Difference`]. [`Reconciler::ask_now`] brings in what the
//! platform knows better.

mod comparison;
mod reconciler;

pub use comparison::{
    Comparison, ComparisonError, Difference, Differs, EmptyPeriod, Missing, OperationPlace, Period,
    Summary, Told,
};
pub use reconciler::{Attention, Finding, Pass, Reconciler, ReconcilerBuilder, Unresolved, Why};

/// The examples of the README are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
