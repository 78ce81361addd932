//! What the example shops of the adapters share, so that each example shows its framework and nothing
//! else.
//!
//! ```text
//! front page --order--> client --sale--> sandbox (in this process, or another one)
//! order page <--callback route <-- Receiver --> SQLite file: inbox and orders
//!     |  ^                                        |
//!   hand-off, live events                       Worker, Reconciler
//! ```
//!
//! A [`Shop`] answers with plain [`Page`]s; an example translates them. [`trial`] is a customer who walks
//! through a shop by its links and forms, for the tests of the examples.
//!
//! It is a pattern to copy from, with the edges that a shop needs: orders lie in the file of the inbox,
//! so that an order becomes paid in the very transaction that acknowledges its callback.

#![allow(
    clippy::print_stdout,
    reason = "the examples tell where they can be seen"
)]

mod arguments;
mod events;
mod goods;
mod orders;
mod page;
mod platform;
mod shop;
mod stage;
pub mod trial;

pub use crate::arguments::Arguments;
pub use crate::page::Page;
pub use crate::shop::{Shop, ShopError};
