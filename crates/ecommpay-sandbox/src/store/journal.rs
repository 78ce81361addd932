//! The journal: one SQLite file that holds every command in its order.
//!
//! The platform is a pure state machine, so its commands are the whole truth: after a restart
//! they are carried out once more, at the instants they came. One thread writes; whatever has
//! come meanwhile goes into one transaction, so that many commands share one wait for the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Record, StoreError};
use crate::clock::Clock;
use crate::config::Pace;
use crate::error::SandboxError;
use crate::platform::Platform;
use crate::platform::moment::Moment;

/// Raised with every change after which an older journal would lead to another state.
const FORMAT: u32 = 2;
/// How many records one transaction takes at most.
const BATCH: usize = 1024;

/// How long a file that another sandbox is just closing is waited for.
const SHORT_WAIT: Duration = Duration::from_millis(500);

/// Says that a file is a sandbox's journal (`application_id` of SQLite).
const APPLICATION: i32 = 0x0e_c0_b0_c5;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS sandbox (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS journal (place INTEGER PRIMARY KEY, at INTEGER NOT NULL, record TEXT NOT NULL);
";

/// What all identifiers and times follow from; fixed when the file is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    format: u32,
    seed: u64,
    processing_millis: u64,
    result_millis: u64,
}

/// A journal that is being written.
#[derive(Debug)]
pub(crate) struct Journal {
    /// Taken when the journal is closed.
    lines: Option<Sender<Line>>,
    end: u64,
    progress: watch::Receiver<Progress>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Line {
    place: u64,
    at: Moment,
    record: Record,
}

#[derive(Debug, Clone)]
enum Progress {
    Through(u64),
    Broken(Arc<str>),
}

/// Tells how far the journal is on disk.
#[derive(Debug, Clone)]
pub(crate) struct Kept(watch::Receiver<Progress>);

impl Kept {
    /// Returns when the journal is on disk as far as `end`.
    ///
    /// # Errors
    /// [`StoreError`] when it never will be.
    pub(crate) async fn through(&mut self, end: u64) -> Result<(), StoreError> {
        let reached = self.0.wait_for(|progress| match progress {
            Progress::Through(place) => *place >= end,
            Progress::Broken(_) => true,
        });
        let broken = match reached.await.as_deref() {
            Ok(Progress::Through(_)) => return Ok(()),
            Ok(Progress::Broken(reason)) => reason.clone(),
            Err(_) => "its writer has ended".into(),
        };
        Err(StoreError { reason: broken })
    }
}

impl Journal {
    /// Opens or makes the file at `path`, and carries out what it holds.
    ///
    /// # Errors
    /// [`SandboxError::Database`] when the file is none of ours, belongs to another seed, pace or
    /// version, is in use, or cannot be read or written.
    pub(crate) fn open(
        path: &Path,
        seed: u64,
        pace: Pace,
        mut clock: Clock,
    ) -> Result<(Self, Platform, Clock), SandboxError> {
        let file = File { path: path.into() };
        let connection = file.open()?;
        file.settle_origin(&connection, &Origin::new(seed, pace))?;
        let mut platform = Platform::new(seed, pace);
        let end = file.replay(&connection, &mut platform, &mut clock)?;
        let (lines, queue) = channel();
        let (tell, progress) = watch::channel(Progress::Through(end));
        let writer = std::thread::Builder::new()
            .name("ecommpay-sandbox-journal".to_owned())
            .spawn(move || write(connection, &queue, &tell))
            .map_err(|source| SandboxError::Thread { source })?;
        let journal = Self {
            lines: Some(lines),
            end,
            progress,
            writer: Some(writer),
        };
        Ok((journal, platform, clock))
    }

    /// Adds a record behind all others. Whether it is on disk, [`Kept`] tells.
    pub(crate) fn append(&mut self, at: Moment, record: Record) {
        self.end += 1;
        let place = self.end;
        if let Some(lines) = &self.lines {
            // When the writer has ended, nothing is ever kept again, and who waits hears it.
            let _ = lines.send(Line { place, at, record });
        }
    }

    /// The place of the newest record.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    pub(crate) fn watch(&self) -> Kept {
        Kept(self.progress.clone())
    }
}

impl Drop for Journal {
    /// Waits until everything is written and the file is closed.
    fn drop(&mut self) {
        self.lines = None;
        if let Some(writer) = self.writer.take() {
            // The writer runs no code that panics; if it did, there is nothing left to wait for.
            let _ = writer.join();
        }
    }
}

impl Origin {
    fn new(seed: u64, pace: Pace) -> Self {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            format: FORMAT,
            seed,
            processing_millis: millis(pace.processing),
            result_millis: millis(pace.result),
        }
    }
}

/// The database file, for errors that name it.
struct File {
    path: PathBuf,
}

impl File {
    fn refuse(&self, problem: impl Into<String>) -> SandboxError {
        SandboxError::Database {
            path: self.path.clone(),
            problem: problem.into(),
        }
    }

    fn open(&self) -> Result<Connection, SandboxError> {
        let trouble = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => {
                self.refuse("is in use by another sandbox; end that one first")
            }
            Some(rusqlite::ErrorCode::NotADatabase) => self.refuse("is no SQLite file"),
            _ => self.refuse(error.to_string()),
        };
        let connection = Connection::open(&self.path).map_err(trouble)?;
        connection.busy_timeout(SHORT_WAIT).map_err(trouble)?;
        let found: i32 = connection
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(trouble)?;
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
            .map_err(trouble)?;
        if found != APPLICATION && tables > 0 {
            return Err(self.refuse("is a database of another program"));
        }
        // One process at a time; the lock is held from the first write until the end.
        for (name, value) in [
            ("locking_mode", "EXCLUSIVE"),
            ("journal_mode", "WAL"),
            ("synchronous", "FULL"),
        ] {
            connection
                .pragma_update(None, name, value)
                .map_err(trouble)?;
        }
        connection
            .pragma_update(None, "application_id", APPLICATION)
            .map_err(trouble)?;
        connection.execute_batch(TABLES).map_err(trouble)?;
        Ok(connection)
    }

    /// Writes the origin into a new file, or compares it with that of an older one.
    fn settle_origin(&self, connection: &Connection, origin: &Origin) -> Result<(), SandboxError> {
        let trouble = |error: rusqlite::Error| self.refuse(error.to_string());
        let found: Option<String> = connection
            .query_row(
                "SELECT value FROM sandbox WHERE name = 'origin'",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(trouble)?;
        let Some(found) = found else {
            let text =
                serde_json::to_string(origin).map_err(|error| self.refuse(error.to_string()))?;
            connection
                .execute("INSERT INTO sandbox VALUES ('origin', ?1)", [text])
                .map_err(trouble)?;
            return Ok(());
        };
        let found: Origin =
            serde_json::from_str(&found).map_err(|error| self.refuse(error.to_string()))?;
        if found.format != origin.format {
            return Err(self.refuse(format!(
                "was written in format {} by another version, this one writes {}; start a new file",
                found.format, origin.format
            )));
        }
        if found.seed != origin.seed {
            return Err(self.refuse(format!(
                "was begun with seed {}, not {}; name that seed or start a new file",
                found.seed, origin.seed
            )));
        }
        if found != *origin {
            return Err(self.refuse("was begun with another pace; start a new file"));
        }
        Ok(())
    }

    /// Carries out every command of the journal; gives the place of the last record.
    fn replay(
        &self,
        connection: &Connection,
        platform: &mut Platform,
        clock: &mut Clock,
    ) -> Result<u64, SandboxError> {
        let trouble = |error: rusqlite::Error| self.refuse(error.to_string());
        let mut statement = connection
            .prepare("SELECT place, at, record FROM journal ORDER BY place")
            .map_err(trouble)?;
        let mut rows = statement.query([]).map_err(trouble)?;
        let (mut end, mut latest) = (0_u64, None);
        let mut setting = clock.setting();
        while let Some(row) = rows.next().map_err(trouble)? {
            let place: i64 = row.get(0).map_err(trouble)?;
            let at = Moment::from_unix_millis(row.get(1).map_err(trouble)?);
            let text: String = row.get(2).map_err(trouble)?;
            let record: Record = serde_json::from_str(&text)
                .map_err(|error| self.refuse(format!("record {place} is not readable: {error}")))?;
            match record {
                Record::Command(entry) => entry.repeat(platform, at),
                Record::Clock(turned) => {
                    platform.pass_time(at);
                    setting = turned;
                }
            }
            // What was due then has been sent then.
            drop(platform.take_sends());
            latest = Some(at);
            end = u64::try_from(place).unwrap_or(0);
        }
        if let Some(latest) = latest {
            clock.resume(latest, setting);
        }
        platform.send_unanswered_again();
        Ok(end)
    }
}

/// Writes what comes until everybody who could send has gone, or the disk refuses.
fn write(mut connection: Connection, queue: &Receiver<Line>, tell: &watch::Sender<Progress>) {
    while let Ok(first) = queue.recv() {
        let batch = std::iter::once(first).chain(queue.try_iter().take(BATCH - 1));
        match write_batch(&mut connection, batch) {
            Ok(place) => tell.send_replace(Progress::Through(place)),
            Err(reason) => {
                tell.send_replace(Progress::Broken(reason.into()));
                return;
            }
        };
    }
}

fn write_batch(
    connection: &mut Connection,
    batch: impl Iterator<Item = Line>,
) -> Result<u64, String> {
    let trouble = |error: rusqlite::Error| error.to_string();
    let transaction = connection.transaction().map_err(trouble)?;
    let mut last = 0;
    {
        let mut insert = transaction
            .prepare_cached("INSERT INTO journal (place, at, record) VALUES (?1, ?2, ?3)")
            .map_err(trouble)?;
        for line in batch {
            let place = i64::try_from(line.place).map_err(|error| error.to_string())?;
            let record = serde_json::to_string(&line.record).map_err(|error| error.to_string())?;
            insert
                .execute(params![place, line.at.unix_millis(), record])
                .map_err(trouble)?;
            last = line.place;
        }
    }
    transaction.commit().map_err(trouble)?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::entry::Entry;
    use crate::platform::{Command as _, ListenAt};

    fn line(place: u64) -> Line {
        let uri = "http://127.0.0.1:1".to_owned();
        let entry: Option<Entry> = ListenAt { uri }.entry();
        Line {
            place,
            at: Moment::from_unix_seconds(1),
            record: Record::Command(Box::new(entry.unwrap())),
        }
    }

    #[tokio::test]
    async fn whoever_waits_hears_that_the_disk_refuses() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let (lines, queue) = channel();
        let (tell, progress) = watch::channel(Progress::Through(0));
        lines.send(line(1)).unwrap();
        lines.send(line(2)).unwrap();
        // A place that is taken is refused, as a full disk would be.
        lines.send(line(2)).unwrap();
        drop(lines);
        write(connection, &queue, &tell);
        let error = Kept(progress).through(2).await.unwrap_err();
        assert!(error.to_string().contains("UNIQUE"), "{error}");
    }

    #[tokio::test]
    async fn what_is_written_is_told() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let (lines, queue) = channel();
        let (tell, progress) = watch::channel(Progress::Through(0));
        lines.send(line(1)).unwrap();
        lines.send(line(2)).unwrap();
        drop(lines);
        write(connection, &queue, &tell);
        let mut kept = Kept(progress);
        kept.through(2).await.unwrap();
        drop(tell);
        kept.through(3).await.unwrap_err();
    }
}
