//! A file on a disk that may fail: writes lie in the machine's cache until they are synced, end in
//! the middle, or are refused; a power cut takes what was not synced, or part of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ecommpay_clock::Clock;

use crate::chance::Chance;
use crate::faults::{Fault, Weather};
use crate::time::WorldClock;

/// Why the disk did not do what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DiskError {
    #[error("input/output error (EIO)")]
    Io,
    #[error("no space left on device (ENOSPC)")]
    Full,
}

/// One file on the shop's disk; clones are the same file. It outlives processes.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    file: Arc<Mutex<File>>,
    trouble: Option<Trouble>,
}

/// What makes the disk slow and unreliable.
#[derive(Debug, Clone)]
struct Trouble {
    clock: WorldClock,
    chance: Chance,
    weather: Weather,
}

#[derive(Debug, Default)]
struct File {
    /// What a reader sees while the machine has power.
    seen: Vec<u8>,
    /// What is on the platters.
    durable: Vec<u8>,
    /// What the next sync writes begins here; a failed sync forgets that there was anything.
    dirty_from: usize,
    /// How often the platters were cut or rewritten before their end.
    rewritten: u64,
}

impl Disk {
    /// An empty file on a disk that is quick and never fails.
    #[cfg(test)]
    pub(crate) fn good() -> Self {
        Self {
            file: Arc::default(),
            trouble: None,
        }
    }

    /// An empty file on a disk of the simulated world.
    pub(crate) fn of_world(clock: WorldClock, chance: Chance, weather: Weather) -> Self {
        Self {
            file: Arc::default(),
            trouble: Some(Trouble {
                clock,
                chance,
                weather,
            }),
        }
    }

    /// Adds bytes at the end. When this fails or is given up, any part of them may be there.
    pub(crate) async fn append(&self, bytes: &[u8]) -> Result<(), DiskError> {
        let Some(trouble) = &self.trouble else {
            self.file().seen.extend_from_slice(bytes);
            return Ok(());
        };
        trouble.pause(20, 200).await;
        trouble.may_refuse_write()?;
        // A write of several pages is not done at once.
        let (first, rest) = bytes.split_at(trouble.chance.place(bytes.len().max(1)));
        self.file().seen.extend_from_slice(first);
        trouble.pause(1, 50).await;
        if trouble.strikes(Fault::WriteTorn) {
            return Err(DiskError::Io);
        }
        self.file().seen.extend_from_slice(rest);
        Ok(())
    }

    /// Cuts the file at this length; lasting after the next sync.
    pub(crate) async fn truncate(&self, length: usize) -> Result<(), DiskError> {
        if let Some(trouble) = &self.trouble {
            trouble.pause(20, 200).await;
            trouble.may_fail()?;
        }
        let mut file = self.file();
        file.seen.truncate(length);
        file.dirty_from = file.dirty_from.min(length);
        Ok(())
    }

    /// Returns when everything written before is on the platters.
    ///
    /// When this fails, what was not synced yet never will be, although it can still be read: that is
    /// what Linux does.
    pub(crate) async fn sync(&self) -> Result<(), DiskError> {
        let mut is_failing = false;
        if let Some(trouble) = &self.trouble {
            trouble.pause(50, 5_000).await;
            if trouble.strikes(Fault::DiskStalls) {
                trouble.pause(5_000_000, 120_000_000).await;
            }
            is_failing = trouble.strikes(Fault::SyncFailed);
        }
        let mut file = self.file();
        if is_failing {
            file.dirty_from = file.seen.len();
            return Err(DiskError::Io);
        }
        file.sync();
        Ok(())
    }

    /// Puts a new file in the place of the old one: written, synced, renamed. When this fails or is
    /// given up the old one is still there.
    pub(crate) async fn replace(&self, bytes: Vec<u8>) -> Result<(), DiskError> {
        if let Some(trouble) = &self.trouble {
            trouble.pause(200, 20_000).await;
            trouble.may_refuse_write()?;
        }
        let mut file = self.file();
        file.dirty_from = bytes.len();
        file.durable.clone_from(&bytes);
        file.seen = bytes;
        file.rewritten += 1;
        Ok(())
    }

    /// The whole file.
    pub(crate) async fn read(&self) -> Result<Vec<u8>, DiskError> {
        if let Some(trouble) = &self.trouble {
            trouble.pause(100, 10_000).await;
            trouble.may_fail()?;
        }
        Ok(self.file().seen.clone())
    }

    /// The machine loses its power: of what was not synced, a part chosen by chance is kept.
    pub(crate) fn cut_power(&self) {
        let Some(trouble) = &self.trouble else { return };
        let mut file = self.file();
        let from = file.dirty_from.min(file.seen.len());
        let unsynced = file.seen[from..].to_vec();
        let kept = trouble.chance.place(unsynced.len() + 1);
        if kept > 0 {
            file.put_durable(from, &unsynced[..kept]);
            if trouble.chance.happens(200) {
                // The last sector may hold anything.
                if let Some(last) = file.durable.last_mut() {
                    *last ^= 0x55;
                }
            }
        }
        file.seen = file.durable.clone();
        file.dirty_from = file.seen.len();
        file.rewritten += 1;
    }

    /// Looks at what is on the platters, with a number that changes whenever they were rewritten.
    pub(crate) fn durable<T>(&self, look: impl FnOnce(&[u8], u64) -> T) -> T {
        let file = self.file();
        look(&file.durable, file.rewritten)
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl File {
    fn sync(&mut self) {
        let from = self.dirty_from.min(self.seen.len());
        if self.durable.len() > self.seen.len() {
            self.durable.truncate(self.seen.len());
            self.rewritten += 1;
        }
        let unsynced = self.seen[from..].to_vec();
        self.put_durable(from, &unsynced);
        self.dirty_from = self.seen.len();
    }

    /// Writes to the platters; a gap before it is filled with zeros.
    fn put_durable(&mut self, from: usize, bytes: &[u8]) {
        if from < self.durable.len() {
            self.rewritten += 1;
        }
        let end = from + bytes.len();
        if self.durable.len() < end {
            self.durable.resize(end, 0);
        }
        self.durable[from..end].copy_from_slice(bytes);
    }
}

impl Trouble {
    async fn pause(&self, least_micros: u64, most_micros: u64) {
        let time = self.chance.time(
            Duration::from_micros(least_micros),
            Duration::from_micros(most_micros),
        );
        self.clock.sleep(time).await;
    }

    fn strikes(&self, fault: Fault) -> bool {
        self.weather.strikes(fault, &self.chance)
    }

    fn may_fail(&self) -> Result<(), DiskError> {
        if self.strikes(Fault::DiskError) {
            return Err(DiskError::Io);
        }
        Ok(())
    }

    fn may_refuse_write(&self) -> Result<(), DiskError> {
        if self.strikes(Fault::DiskFull) {
            return Err(DiskError::Full);
        }
        self.may_fail()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Stream;
    use crate::faults::Weather;

    /// A disk of the world in fair weather, with what it holds written and synced.
    async fn disk(seed: u64, synced: &[u8]) -> Disk {
        let clock = WorldClock::new();
        let weather = Weather::draw(&Chance::new(seed, Stream::Faults));
        weather.clear_up();
        let disk = Disk::of_world(clock, Chance::new(seed, Stream::Disk), weather);
        disk.file().seen.extend_from_slice(synced);
        disk.file().sync();
        disk
    }

    #[tokio::test]
    async fn a_power_cut_keeps_what_was_synced_and_a_part_of_the_rest() {
        let mut kept = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let disk = disk(seed, b"synced ").await;
            disk.file().seen.extend_from_slice(b"not yet");
            disk.cut_power();
            let after = disk.file().seen.clone();
            assert!(after.starts_with(b"synced "), "{after:?}");
            kept.insert(after.len());
            assert_eq!(disk.file().durable, after);
        }
        assert_eq!(
            kept.into_iter().collect::<Vec<_>>(),
            (7..=14).collect::<Vec<_>>()
        );
    }

    #[tokio::test]
    async fn what_a_failed_sync_was_for_is_read_and_never_durable() {
        let disk = disk(1, b"old ").await;
        {
            let mut file = disk.file();
            file.seen.extend_from_slice(b"lost ");
            // A sync that fails.
            file.dirty_from = file.seen.len();
            file.seen.extend_from_slice(b"new");
            file.sync();
            assert_eq!(file.seen, b"old lost new");
            assert_eq!(file.durable, b"old \0\0\0\0\0new");
        }
        disk.cut_power();
        assert_eq!(disk.file().seen, b"old \0\0\0\0\0new");
    }

    #[tokio::test]
    async fn a_cut_off_tail_comes_back_unless_the_cut_was_synced() {
        let disk = disk(1, b"kept tail").await;
        disk.file().seen.truncate(4);
        disk.file().dirty_from = 4;
        disk.cut_power();
        assert_eq!(disk.file().seen, b"kept tail");
        disk.file().seen.truncate(4);
        disk.file().dirty_from = 4;
        disk.file().sync();
        disk.cut_power();
        assert_eq!(disk.file().seen, b"kept");
    }
}
