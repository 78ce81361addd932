//! Looks whether a file is whole.

use std::fmt;
use std::path::Path;

use rusqlite::Connection;

use crate::{OpenError, connection, rows, schema};

/// What [`doctor`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    sqlite: &'static str,
    schema: usize,
    faults: Vec<String>,
}

impl Report {
    /// Version of the SQLite library.
    #[must_use]
    pub fn sqlite(&self) -> &'static str {
        self.sqlite
    }

    /// Version of the tables.
    #[must_use]
    pub fn schema(&self) -> usize {
        self.schema
    }

    /// What is wrong; empty for a file that is whole.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SQLite {}, tables of version {}: ",
            self.sqlite, self.schema
        )?;
        if self.is_healthy() {
            return f.write_str("whole");
        }
        f.write_str(&self.faults.join("; "))
    }
}

/// What must hold between the tables: a sentence for the fault, and a count that must be 0.
const RULES: [(&str, &str); 6] = [
    (
        "entries in the queue are not stored",
        "SELECT count(*) FROM ecommpay_inbox_queue AS queue
         WHERE NOT EXISTS (SELECT 1 FROM ecommpay_inbox_entry WHERE id = queue.entry)",
    ),
    (
        "entries in the queue were never taken",
        "SELECT count(*) FROM ecommpay_inbox_queue
         WHERE entry > (SELECT up_to FROM ecommpay_inbox_taken)",
    ),
    (
        "entries wait behind others that are not there",
        "SELECT count(*) FROM ecommpay_inbox_queue AS behind
         WHERE standing = 3 AND NOT EXISTS (
            SELECT 1 FROM ecommpay_inbox_queue AS other
            WHERE other.project = behind.project AND other.payment_key = behind.payment_key
              AND other.standing IN (1, 2))",
    ),
    (
        "entries that wait or are leased have no moment",
        "SELECT count(*) FROM ecommpay_inbox_queue WHERE standing IN (1, 2) AND due IS NULL",
    ),
    (
        "digests belong to entries that are not stored",
        "SELECT count(*) FROM ecommpay_inbox_seen AS seen
         WHERE NOT EXISTS (SELECT 1 FROM ecommpay_inbox_entry WHERE id = seen.entry)",
    ),
    (
        "entries have no digest, so that their repetition would be new",
        "SELECT (SELECT count(*) FROM ecommpay_inbox_entry)
              - (SELECT count(DISTINCT entry) FROM ecommpay_inbox_seen)",
    ),
];

/// Looks whether a file is whole: SQLite's own check, and what must hold between the tables.
///
/// Reads everything, so it takes its time with large files; others may go on writing.
///
/// # Errors
///
/// [`OpenError`] if the file cannot be opened or read at all.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("inbox.db");
/// # drop(ecommpay_inbox_sqlite::SqliteInbox::open(&path)?);
/// let report = ecommpay_inbox_sqlite::doctor(&path)?;
/// assert!(report.is_healthy(), "{report}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn doctor(path: impl AsRef<Path>) -> Result<Report, OpenError> {
    let failed = OpenError::sqlite("reading the file");
    let connection = connection::open_reader(path.as_ref())?;
    let schema = schema::version(&connection).map_err(&failed)?;
    let mut faults = integrity(&connection).map_err(&failed)?;
    if schema == schema::STEPS.len() {
        // One moment for all questions.
        connection.execute_batch("BEGIN").map_err(&failed)?;
        for (fault, sql) in RULES {
            let count: i64 = connection
                .query_row(sql, [], |row| row.get(0))
                .map_err(&failed)?;
            if count != 0 {
                faults.push(format!("{fault}: {count}"));
            }
        }
        faults.extend(unreadable(&connection).map_err(&failed)?);
        connection.execute_batch("COMMIT").map_err(&failed)?;
    } else {
        faults.push(format!(
            "the tables have version {schema} of {}; open the file as an inbox",
            schema::STEPS.len()
        ));
    }
    Ok(Report {
        sqlite: rusqlite::version(),
        schema,
        faults,
    })
}

fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    let lines: Vec<String> = lines.collect::<rusqlite::Result<_>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Rows that are not as the inbox writes them.
fn unreadable(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let sql = format!(
        "SELECT {} FROM ecommpay_inbox_payment",
        rows::PAYMENT_COLUMNS
    );
    let mut payments = connection.prepare(&sql)?;
    let mut payments = payments.query([])?;
    let mut count = 0_u64;
    while let Some(row) = payments.next()? {
        count += u64::from(rows::payment(row).is_err());
    }
    Ok((count > 0).then(|| format!("payments cannot be read: {count}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each change breaks one thing that the doctor must find.
    #[test]
    fn faults_are_found_by_name() {
        let changes = [
            (
                "INSERT INTO ecommpay_inbox_queue (entry, project, standing, token, attempts)
                 VALUES (0, 1, 4, 1, 1)",
                "not stored",
            ),
            (
                "INSERT INTO ecommpay_inbox_queue (entry, project, standing, token, attempts)
                 VALUES (7, 1, 4, 1, 1)",
                "never taken",
            ),
            (
                "INSERT INTO ecommpay_inbox_queue
                    (entry, project, payment_key, standing, token, attempts)
                 VALUES (0, 1, 'p', 3, 1, 1)",
                "behind others",
            ),
            (
                "INSERT INTO ecommpay_inbox_queue (entry, project, standing, token, attempts)
                 VALUES (0, 1, 1, 1, 1)",
                "no moment",
            ),
            ("INSERT INTO ecommpay_inbox_seen VALUES (0, x'00', 1, 9)", "digests belong"),
            (
                "INSERT INTO ecommpay_inbox_entry (id, kind, project, received_at, dates, digest, bytes)
                 VALUES (1, 1, 1, 0, x'', x'', x'')",
                "no digest",
            ),
            (
                "INSERT INTO ecommpay_inbox_payment
                    (project, payment_key, status, method, since, is_open, asking, state)
                 VALUES (1, 'p', '', '', 0, 1, 0, x'7b7d')",
                "cannot be read",
            ),
        ];
        for (change, fault) in changes {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("inbox.db");
            let connection = connection::open_writer(&path).unwrap();
            assert!(doctor(&path).unwrap().is_healthy());
            connection.execute_batch(change).unwrap();
            let report = doctor(&path).unwrap();
            assert!(report.to_string().contains(fault), "{fault}: {report}");
        }
    }

    #[test]
    fn older_tables_are_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox.db");
        let mut connection = Connection::open(&path).unwrap();
        schema::migrate_to(&mut connection, 1).unwrap();
        let report = doctor(&path).unwrap();
        assert_eq!((report.schema(), report.is_healthy()), (1, false));
    }
}
