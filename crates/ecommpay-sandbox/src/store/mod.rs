//! Where the platform's state lives: in memory, and in a journal when there is a database file.

#[cfg(feature = "db")]
mod journal;
#[cfg(not(feature = "db"))]
#[path = "no_journal.rs"]
mod journal;
mod state;

pub(crate) use journal::{Journal, Kept};
pub(crate) use state::{Notice, Store};

/// What a journal keeps: a command, or how the clock was turned.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    Command(Box<crate::platform::entry::Entry>),
    Clock(crate::clock::ClockSetting),
}

/// The journal cannot be written any more, so nothing more is acknowledged.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "the database file cannot be written ({reason}); nothing is acknowledged until the sandbox is started again"
)]
pub(crate) struct StoreError {
    pub(crate) reason: std::sync::Arc<str>,
}
