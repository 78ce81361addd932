#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod arrival_row;
mod connection;
mod doctor;
mod error;
mod inbox;
mod keeping;
mod lease;
mod listen;
mod options;
mod payments;
mod put;
mod put_at_once;
mod queue;
mod rows;
mod schema;
#[cfg(feature = "test-server")]
pub mod test_server;
mod text;
mod write;
mod writer;

pub use ecommpay_inbox::Room;
pub use tokio_postgres;

pub use crate::error::OpenError;
pub use crate::inbox::PostgresInbox;
pub use crate::options::Options;
pub use crate::write::{PostgresWrite, Writing};
