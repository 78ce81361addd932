//! Why a database could not be opened as an inbox, and what a failure may say.

use std::error::Error;

use deadpool_postgres::PoolError;
use ecommpay_inbox::{BoxError, InboxError};

/// Why a database could not be opened as an inbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The server may lose what it has committed.
    #[error(
        "the server runs with `{setting} = {value}` and may lose what it has committed; set it to `on`"
    )]
    NotDurable {
        /// Name of the server's setting.
        setting: &'static str,
        /// What it is set to.
        value: String,
    },
    /// The server is older than this crate is made for.
    #[error("PostgreSQL {version} is too old; use version 14 or newer")]
    OldServer {
        /// The version of the server.
        version: String,
    },
    /// The database does not hold texts in UTF-8.
    #[error("the database is encoded in `{found}`; create one with ENCODING 'UTF8'")]
    Encoding {
        /// The encoding of the database.
        found: String,
    },
    /// No schema of the search path exists, so there is no place for tables.
    #[error("no schema of the connection's search_path exists; create one, or change search_path")]
    NoSchema,
    /// The tables were made by a newer version of this crate.
    #[error("the tables have version {found}, this program knows {known}; use the newer program")]
    NewerSchema {
        /// Version of the tables.
        found: usize,
        /// The newest version known here.
        known: usize,
    },
    /// PostgreSQL refused or cannot be reached.
    #[error("PostgreSQL failed while {doing}")]
    Postgres {
        /// What was being done.
        doing: &'static str,
        /// What PostgreSQL said.
        #[source]
        source: BoxError,
    },
}

impl OpenError {
    /// Wraps what PostgreSQL said while doing something.
    pub(crate) fn postgres(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> Self {
        move |error| Self::Postgres {
            doing,
            source: said(&error).into(),
        }
    }

    /// Wraps why no connection could be had.
    pub(crate) fn no_connection(error: &PoolError) -> Self {
        Self::Postgres {
            doing: "connecting",
            source: pool_said(error).into(),
        }
    }
}

/// The store failed while doing something.
pub(crate) fn unavailable(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> InboxError {
    move |error| InboxError::unavailable(doing, said(&error))
}

/// No connection could be had.
pub(crate) fn no_connection(error: &PoolError) -> InboxError {
    match error {
        PoolError::Closed => InboxError::Closed,
        error => InboxError::unavailable("connecting to PostgreSQL", pool_said(error)),
    }
}

/// What PostgreSQL said, without the detail: that may quote a row, with personal data.
pub(crate) fn said(error: &tokio_postgres::Error) -> String {
    if let Some(refusal) = error.as_db_error() {
        return format!("{} ({})", refusal.message(), refusal.code().code());
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

fn pool_said(error: &PoolError) -> String {
    match error {
        PoolError::Backend(error) => said(error),
        error => error.to_string(),
    }
}
