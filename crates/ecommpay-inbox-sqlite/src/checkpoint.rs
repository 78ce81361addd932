//! Bringing the WAL file into the database without holding up commits.
//!
//! SQLite's own way makes the commit that reaches a limit pay for the whole copy and its sync. Here
//! a second thread copies while commits go on. It can never reach the end, because the end moves;
//! so the writer copies the little that is left, after it has answered its callers, and the next
//! commit begins the WAL file anew.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;

use crate::{OpenError, connection};

/// Bytes of content after which the second thread copies.
const COPY_AFTER: usize = 16 * 1024 * 1024;

/// Bytes of content after which the writer copies by itself, because the other one does not.
const COPY_AT_LAST: usize = 64 * 1024 * 1024;

/// The writer's side.
pub(crate) struct Checkpoints {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    is_copied: Arc<AtomicBool>,
    bytes_since: usize,
}

impl Checkpoints {
    pub(crate) fn start(path: PathBuf) -> Result<Self, OpenError> {
        let (wake, woken) = sync_channel(1);
        let is_copied = Arc::new(AtomicBool::new(false));
        let thread = {
            let is_copied = Arc::clone(&is_copied);
            Builder::new()
                .name("ecommpay-inbox-checkpoints".to_owned())
                .spawn(move || copy_when_woken(&path, &woken, &is_copied))
                .map_err(|source| OpenError::Thread { source })?
        };
        Ok(Self {
            wake: Some(wake),
            thread: Some(thread),
            is_copied,
            bytes_since: 0,
        })
    }

    /// Called after the callers of a commit were told.
    pub(crate) fn after_commit(&mut self, connection: &Connection, bytes: usize) {
        self.bytes_since += bytes;
        if self.is_copied.swap(false, Ordering::Acquire) || self.bytes_since > COPY_AT_LAST {
            // A failure leaves everything in the WAL file; it is tried again later.
            if copy(connection).is_ok() {
                self.bytes_since = 0;
            }
        } else if self.bytes_since > COPY_AFTER
            && let Some(wake) = &self.wake
        {
            // Full means that it is awake already.
            let _ = wake.try_send(());
        }
    }

    /// Ends the thread.
    pub(crate) fn close(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn copy_when_woken(path: &std::path::Path, woken: &Receiver<()>, is_copied: &AtomicBool) {
    let mut open: Option<Connection> = None;
    while let Ok(()) = woken.recv() {
        let connection = match open.take() {
            Some(connection) => connection,
            None => match connection::open_checkpointer(path) {
                Ok(connection) => connection,
                Err(_) => continue,
            },
        };
        if copy(&connection).is_ok() {
            is_copied.store(true, Ordering::Release);
            open = Some(connection);
        }
    }
}

fn copy(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
