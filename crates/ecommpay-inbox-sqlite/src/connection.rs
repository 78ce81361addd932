//! Opening the file with what durability needs, and refusing where it cannot be had.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::{OpenError, schema};

/// Versions before this one can lose committed data of a WAL file under concurrent checkpoints.
pub(crate) const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a statement waits for the write lock of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that writes durably, to a file with the newest tables.
///
/// Whatever another process has left in the WAL file is brought into the database before anything
/// is answered: a process that was killed between writing and syncing leaves transactions that can
/// be read and are not yet durable, and so does a disk whose sync failed.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    schema::migrate(&mut connection)?;
    let failed = OpenError::sqlite("bringing what the WAL file holds into the database");
    let is_busy: bool = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(&failed)?;
    if is_busy {
        return Err(OpenError::Busy);
    }
    Ok(connection)
}

/// A connection that only reads.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = open(path, OpenFlags::empty())?;
    let failed = OpenError::sqlite("setting up a connection that reads");
    connection
        .pragma_update(None, "query_only", true)
        .map_err(&failed)?;
    Ok(connection)
}

/// A connection that copies from the WAL file into the database.
pub(crate) fn open_checkpointer(path: &Path) -> Result<Connection, OpenError> {
    open(path, OpenFlags::empty())
}

fn open(path: &Path, extra: OpenFlags) -> Result<Connection, OpenError> {
    suits(rusqlite::version_number(), rusqlite::version())?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
    let failed = OpenError::sqlite("opening the file");
    let connection = Connection::open_with_flags(path, flags).map_err(&failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(&failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(&failed)?;
    if mode != "wal" {
        return Err(OpenError::NotWal { mode });
    }
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(&failed)?;
    // Checkpoints are made apart from commits.
    connection
        .pragma_update(None, "wal_autocheckpoint", 0)
        .map_err(&failed)?;
    // KiB. Writing touches the ends of trees, and SQLite looks through the whole cache at a commit.
    connection
        .pragma_update(None, "cache_size", -2048)
        .map_err(&failed)?;
    Ok(connection)
}

/// Refuses a library whose WAL mode is not safe.
pub(crate) fn suits(number: i32, version: &str) -> Result<(), OpenError> {
    if number < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite {
            version: version.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_libraries_are_refused() {
        for (number, version) in [(3_008_000, "3.8.0"), (3_051_002, "3.51.2")] {
            let refused = suits(number, version).unwrap_err();
            assert!(matches!(&refused, OpenError::OldSqlite { version: v } if v == version));
            assert!(refused.to_string().contains("3.51.3"), "{refused}");
        }
        assert!(suits(3_051_003, "3.51.3").is_ok());
        assert!(suits(rusqlite::version_number(), rusqlite::version()).is_ok());
    }
}
