//! The two stores, looked at past the inbox: by SQL of our own.

use std::path::PathBuf;

use clap::ValueEnum;
use ecommpay_inbox_postgres::test_server::{DropsSchema, TestSchema};
use ecommpay_inbox_postgres::tokio_postgres::{Client, NoTls};
use ecommpay_inbox_postgres::{Options, PostgresInbox};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use tempfile::TempDir;

use crate::Failure;
use crate::callbacks::Digest;
use crate::shop::{ALL_EFFECTS, CREATE_EFFECTS};

/// Where the inbox is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// An entry as it lies in the store.
#[derive(Debug, Clone)]
pub(crate) struct StoredEntry {
    pub(crate) id: i64,
    pub(crate) digest: Digest,
    pub(crate) bytes: Vec<u8>,
}

/// A new store for one run, removed afterwards.
pub(crate) enum Backend {
    Sqlite(TempDir),
    Postgres(Box<(Client, DropsSchema)>),
}

const LOOKING: &str = "looking into the store";

impl Backend {
    /// An empty store with the shop's table.
    pub(crate) async fn create(kind: Kind) -> Result<Self, Failure> {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().map_err(Failure::not_run("making a folder"))?;
                let backend = Self::Sqlite(folder);
                let connection = Connection::open(backend.file())
                    .map_err(Failure::not_run("making the file"))?;
                connection
                    .execute_batch(CREATE_EFFECTS)
                    .map_err(Failure::not_run("making the shop's table"))?;
                Ok(backend)
            }
            Kind::Postgres => {
                let schema = TestSchema::create().await.ok_or_else(|| {
                    Failure::NotRun("no PostgreSQL answers; set DATABASE_URL".to_owned())
                })?;
                let client = schema.client().await.map_err(Failure::not_run(LOOKING))?;
                client
                    .batch_execute(CREATE_EFFECTS)
                    .await
                    .map_err(Failure::not_run("making the shop's table"))?;
                Ok(Self::Postgres(Box::new((client, schema))))
            }
        }
    }

    /// How the receiving process is told of it.
    pub(crate) fn arguments(&self) -> Vec<String> {
        match self {
            Self::Sqlite(_) => vec![
                "--file".to_owned(),
                self.file().to_string_lossy().into_owned(),
            ],
            Self::Postgres(place) => vec!["--schema".to_owned(), place.1.name().to_owned()],
        }
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.path().join("inbox.db"),
            Self::Postgres(_) => PathBuf::new(),
        }
    }

    fn connection(&self) -> Result<Connection, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(self.file(), flags).map_err(Failure::not_run(LOOKING))
    }

    /// The entries after a number.
    pub(crate) async fn entries_after(&self, last: i64) -> Result<Vec<StoredEntry>, Failure> {
        let sql = "SELECT id, digest, bytes FROM ecommpay_inbox_entry WHERE id > $1 ORDER BY id";
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = match self {
            Self::Sqlite(_) => {
                let connection = self.connection()?;
                let read = || {
                    connection
                        .prepare(sql)?
                        .query_map([last], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                        .collect::<rusqlite::Result<_>>()
                };
                read().map_err(Failure::not_run(LOOKING))?
            }
            Self::Postgres(place) => {
                let rows = place.0.query(sql, &[&last]).await;
                let rows = rows.map_err(Failure::not_run(LOOKING))?;
                let columns = |row: &ecommpay_inbox_postgres::tokio_postgres::Row| {
                    (row.get(0), row.get(1), row.get(2))
                };
                rows.iter().map(columns).collect()
            }
        };
        rows.into_iter()
            .map(|(id, digest, bytes)| {
                let digest = digest.try_into().map_err(|_| {
                    Failure::Broken(format!("entry {id} has a digest that is not one"))
                })?;
                Ok(StoredEntry { id, digest, bytes })
            })
            .collect()
    }

    /// The entries that were handled, once for each time.
    pub(crate) async fn effects(&self) -> Result<Vec<i64>, Failure> {
        match self {
            Self::Sqlite(_) => {
                let connection = self.connection()?;
                let read = || {
                    connection
                        .prepare(ALL_EFFECTS)?
                        .query_map([], |row| row.get(0))?
                        .collect::<rusqlite::Result<_>>()
                };
                read().map_err(Failure::not_run(LOOKING))
            }
            Self::Postgres(place) => {
                let rows = place.0.query(ALL_EFFECTS, &[]).await;
                let rows = rows.map_err(Failure::not_run(LOOKING))?;
                Ok(rows.iter().map(|row| row.get(0)).collect())
            }
        }
    }

    /// The store is whole, by its own check.
    pub(crate) async fn is_whole(&self) -> Result<(), Failure> {
        let faults = match self {
            Self::Sqlite(_) => {
                let report = ecommpay_inbox_sqlite::doctor(self.file())
                    .map_err(Failure::not_run("the doctor"))?;
                report.faults().to_vec()
            }
            Self::Postgres(place) => {
                let inbox: PostgresInbox = Options::new(place.1.config())
                    .connections(1)
                    .open(NoTls)
                    .await
                    .map_err(Failure::not_run("opening the inbox"))?;
                let faults = inbox
                    .doctor()
                    .await
                    .map_err(Failure::not_run("the doctor"))?;
                inbox.close().await;
                faults
            }
        };
        if faults.is_empty() {
            return Ok(());
        }
        Err(Failure::Broken(format!(
            "the store is not whole: {}",
            faults.join("; ")
        )))
    }
}
