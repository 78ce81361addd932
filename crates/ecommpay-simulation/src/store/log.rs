//! The log: records are appended and synced one after the other, and read back at the start.

use super::record::{self, Record, UnreadableRecord};
use crate::disk::{Disk, DiskError};

/// Why a record could not be kept, or the log not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    #[error(transparent)]
    Disk(#[from] DiskError),
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
}

/// An open log.
///
/// # Order of writes, and what an end at each point leaves
///
/// | step | an end after it leaves |
/// |---|---|
/// | append the frame | any part of the frame: cut off when the log is opened next, or the whole |
/// | sync | the whole frame |
/// | answer | the whole frame |
///
/// Opening writes all that can be read anew. It would not be enough to sync it: after a sync that has
/// failed, Linux takes the pages for clean, so that a restarted process reads records which no later
/// sync brings to the platters, and takes a repetition of them for stored.
///
/// A record whose append or sync failed, or whose writer was dropped, was promised to nobody. Before
/// the next one is written the file is cut to what holds and synced, so that a failed sync can never
/// leave a hole below a later record. Until that succeeds nothing is written.
#[derive(Debug)]
pub(crate) struct Log {
    disk: Disk,
    /// So far the file holds for certain.
    length: usize,
    /// Whether the file may have something behind that.
    is_torn: bool,
}

impl Log {
    /// Reads the log, cuts off what was being written when it ended, and makes the rest last.
    pub(crate) async fn open(disk: Disk) -> Result<(Self, Vec<Record>), LogError> {
        let mut bytes = disk.read().await?;
        let (mut records, mut length) = (Vec::new(), 0);
        while let Some((record, frame)) = record::first_record(&bytes[length..])? {
            records.push(record);
            length += frame;
        }
        bytes.truncate(length);
        disk.replace(bytes).await?;
        let log = Self {
            disk,
            length,
            is_torn: false,
        };
        Ok((log, records))
    }

    /// Appends a record and returns when it is durable. Until [`kept`](Self::kept) is called it does
    /// not count.
    pub(crate) async fn append(&mut self, record: &Record) -> Result<usize, LogError> {
        let frame = record::frame(record)?;
        self.mend().await?;
        self.is_torn = true;
        self.disk.append(&frame).await?;
        self.disk.sync().await?;
        Ok(frame.len())
    }

    /// The record that was appended last counts.
    pub(crate) fn kept(&mut self, frame: usize) {
        self.length += frame;
        self.is_torn = false;
    }

    async fn mend(&mut self) -> Result<(), LogError> {
        if self.is_torn {
            self.disk.truncate(self.length).await?;
            self.disk.sync().await?;
            self.is_torn = false;
        }
        Ok(())
    }
}
