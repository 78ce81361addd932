//! Why a file could not be opened as an inbox.

use ecommpay_inbox::InboxError;

/// Why a file could not be opened as an inbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// SQLite is older than 3.51.3, whose WAL mode can lose committed data.
    #[error(
        "SQLite {version} is too old for a WAL file that must not lose anything; use 3.51.3 or newer"
    )]
    OldSqlite {
        /// The version that is linked.
        version: String,
    },
    /// The file cannot be kept in WAL mode: it lies in memory or on a network drive.
    #[error("the file is in journal mode `{mode}` instead of `wal`; put it on a local disk")]
    NotWal {
        /// The mode it is in.
        mode: String,
    },
    /// The file was made by a newer version of this crate.
    #[error("the tables have version {found}, this program knows {known}; use the newer program")]
    NewerSchema {
        /// Version of the tables.
        found: usize,
        /// The newest version known here.
        known: usize,
    },
    /// Another process reads or writes for so long that the file cannot be made ready.
    #[error("another process holds the file; close it and try again")]
    Busy,
    /// SQLite refused.
    #[error("SQLite failed while {doing}")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The operating system gave no thread.
    #[error("no thread for the inbox")]
    Thread {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl OpenError {
    /// Wraps what SQLite said while doing something.
    pub(crate) fn sqlite(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| Self::Sqlite { doing, source }
    }
}

/// The store failed while doing something.
pub(crate) fn unavailable(doing: &'static str) -> impl Fn(rusqlite::Error) -> InboxError {
    move |error| InboxError::unavailable(doing, error)
}
