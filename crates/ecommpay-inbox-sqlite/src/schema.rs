//! The tables, and how an older file becomes a newer one.
//!
//! The inbox may share its file with the shop, so every name begins with `ecommpay_inbox_` and the
//! version stands in a table of ours, not in `user_version`. Steps only go forward. Each is one
//! transaction together with its version: a process that dies in the middle leaves the step undone.
//!
//! | table | what | grows |
//! |---|---|---|
//! | `entry` | what came, never changed | at its end |
//! | `seen` | digests, by the date of the content ([`Filing`](ecommpay_inbox::Filing)) | near its end |
//! | `queue` | what is begun and not finished | stays small |
//! | `taken` | up to which number entries were taken into the queue; later ones are fresh | one row |
//! | `payment` | the payments view | with the payments |
//!
//! So taking in a callback appends to two trees, and finishing one deletes from a small table.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::OpenError;

/// The steps in their order; a step that has been released is never changed.
pub(crate) const STEPS: [&str; 3] = [
    "CREATE TABLE ecommpay_inbox_entry (
        id INTEGER PRIMARY KEY,
        kind INTEGER NOT NULL,
        project INTEGER NOT NULL,
        payment TEXT,
        received_at INTEGER NOT NULL,
        address BLOB,
        key_index INTEGER,
        dates BLOB NOT NULL,
        digest BLOB NOT NULL,
        bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE ecommpay_inbox_seen (
        dated INTEGER NOT NULL,
        digest BLOB NOT NULL,
        project INTEGER NOT NULL,
        entry INTEGER NOT NULL,
        PRIMARY KEY (dated, digest, project)
    ) STRICT, WITHOUT ROWID;",
    "CREATE TABLE ecommpay_inbox_taken (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        up_to INTEGER NOT NULL
    ) STRICT;
    INSERT INTO ecommpay_inbox_taken VALUES (1, 0);
    CREATE TABLE ecommpay_inbox_queue (
        entry INTEGER PRIMARY KEY,
        project INTEGER NOT NULL,
        payment_key TEXT,
        standing INTEGER NOT NULL,
        due INTEGER,
        token INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        worker TEXT,
        reason TEXT,
        detail TEXT,
        parked_at INTEGER
    ) STRICT;
    CREATE INDEX ecommpay_inbox_queue_due ON ecommpay_inbox_queue (due)
        WHERE due IS NOT NULL;
    CREATE INDEX ecommpay_inbox_queue_payment
        ON ecommpay_inbox_queue (project, payment_key) WHERE payment_key IS NOT NULL;
    CREATE INDEX ecommpay_inbox_queue_parked ON ecommpay_inbox_queue (entry)
        WHERE standing = 4;",
    "CREATE TABLE ecommpay_inbox_payment (
        id INTEGER PRIMARY KEY,
        project INTEGER NOT NULL,
        payment_key TEXT NOT NULL,
        status TEXT NOT NULL,
        method TEXT NOT NULL,
        since INTEGER NOT NULL,
        heard_at INTEGER,
        is_open INTEGER NOT NULL,
        asking INTEGER NOT NULL,
        ask_at INTEGER,
        state BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ecommpay_inbox_payment_by_key
        ON ecommpay_inbox_payment (project, payment_key);
    CREATE INDEX ecommpay_inbox_payment_by_status
        ON ecommpay_inbox_payment (status, since);
    CREATE INDEX ecommpay_inbox_payment_by_method
        ON ecommpay_inbox_payment (method, since);
    CREATE INDEX ecommpay_inbox_payment_by_age ON ecommpay_inbox_payment (since);
    CREATE INDEX ecommpay_inbox_payment_unasked ON ecommpay_inbox_payment (method, since)
        WHERE is_open = 1 AND asking = 0;
    CREATE INDEX ecommpay_inbox_payment_asked ON ecommpay_inbox_payment (ask_at)
        WHERE is_open = 1 AND asking = 1;",
];

/// Brings the file to the newest version.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    migrate_to(connection, STEPS.len())
}

/// Brings the file to this version, if it is older.
pub(crate) fn migrate_to(connection: &mut Connection, wanted: usize) -> Result<(), OpenError> {
    let failed = OpenError::sqlite("bringing the tables to the newest version");
    let found = version(connection).map_err(&failed)?;
    if found > STEPS.len() {
        return Err(OpenError::NewerSchema {
            found,
            known: STEPS.len(),
        });
    }
    for (before, step) in STEPS.iter().enumerate().take(wanted).skip(found) {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(&failed)?;
        // Another process may have been faster.
        if version(&transaction).map_err(&failed)? == before {
            run_step(&transaction, before, step).map_err(&failed)?;
            transaction.commit().map_err(&failed)?;
        }
    }
    Ok(())
}

fn run_step(transaction: &Transaction<'_>, before: usize, step: &str) -> rusqlite::Result<()> {
    if before == 0 {
        transaction.execute_batch(
            "CREATE TABLE ecommpay_inbox_schema (
                only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
                version INTEGER NOT NULL
            ) STRICT;
            INSERT INTO ecommpay_inbox_schema VALUES (1, 0);",
        )?;
    }
    transaction.execute_batch(step)?;
    let version = i64::try_from(before + 1).unwrap_or(i64::MAX);
    transaction.execute("UPDATE ecommpay_inbox_schema SET version = ?1", [version])?;
    Ok(())
}

/// How many steps the file has made.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let exists = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'ecommpay_inbox_schema'",
            [],
            |_| Ok(()),
        )
        .optional()?
        .is_some();
    if !exists {
        return Ok(0);
    }
    let version: i64 =
        connection.query_row("SELECT version FROM ecommpay_inbox_schema", [], |row| {
            row.get(0)
        })?;
    // What is negative or beyond all reason is newer than we know.
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn open(path: &Path) -> Connection {
        Connection::open(path).unwrap()
    }

    fn tables(connection: &Connection) -> Vec<(String, Option<String>)> {
        let mut all = connection
            .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .unwrap();
        let all = all
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        all.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn a_file_of_any_version_becomes_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let fresh = folder.path().join("fresh.db");
        migrate(&mut open(&fresh)).unwrap();
        for stopped_at in 0..=STEPS.len() {
            let path = folder.path().join(format!("{stopped_at}.db"));
            migrate_to(&mut open(&path), stopped_at).unwrap();
            assert_eq!(version(&open(&path)).unwrap(), stopped_at);
            let mut again = open(&path);
            migrate(&mut again).unwrap();
            migrate(&mut again).unwrap();
            assert_eq!(version(&again).unwrap(), STEPS.len());
            assert_eq!(tables(&again), tables(&open(&fresh)));
        }
    }

    /// A process that ends in the middle of a step has not made it.
    #[test]
    fn a_step_that_was_not_finished_was_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        for (before, step) in STEPS.iter().enumerate() {
            let path = folder.path().join(format!("{before}.db"));
            migrate_to(&mut open(&path), before).unwrap();
            let untouched = tables(&open(&path));
            let mut dies = open(&path);
            let transaction = dies.transaction().unwrap();
            run_step(&transaction, before, step).unwrap();
            drop(transaction);
            drop(dies);
            assert_eq!(tables(&open(&path)), untouched);
            migrate(&mut open(&path)).unwrap();
            assert_eq!(version(&open(&path)).unwrap(), STEPS.len());
        }
    }

    #[test]
    fn a_newer_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = open(&folder.path().join("inbox.db"));
        migrate(&mut file).unwrap();
        file.execute("UPDATE ecommpay_inbox_schema SET version = 99", [])
            .unwrap();
        let refused = migrate(&mut file).unwrap_err();
        assert!(
            matches!(refused, OpenError::NewerSchema { found: 99, .. }),
            "{refused:?}"
        );
    }

    /// The shop's own tables and version are none of ours.
    #[test]
    fn the_file_may_be_the_shops_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = open(&folder.path().join("shop.db"));
        file.execute_batch("CREATE TABLE entry (id); PRAGMA user_version = 7")
            .unwrap();
        migrate(&mut file).unwrap();
        let version: i64 = file
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, 7);
    }
}
