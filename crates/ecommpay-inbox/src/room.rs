//! Back-pressure: how much may wait to be written.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::InboxError;

/// How many arrivals may wait to be written, and how many bytes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    arrivals: usize,
    bytes: usize,
}

impl Room {
    /// So many arrivals of so many bytes in all; at least one of each.
    #[must_use]
    pub fn new(arrivals: usize, bytes: usize) -> Self {
        Self {
            arrivals: arrivals.max(1),
            bytes: bytes.max(1),
        }
    }

    /// How many arrivals may wait.
    #[must_use]
    pub fn arrivals(self) -> usize {
        self.arrivals
    }
}

impl Default for Room {
    /// 10 000 arrivals of 32 MiB.
    fn default() -> Self {
        Self::new(10_000, 32 * 1024 * 1024)
    }
}

/// The bytes of the arrivals that wait, counted against a [`Room`]. Clones share the count.
#[derive(Debug, Clone)]
pub struct WaitingBytes {
    most: usize,
    waiting: Arc<AtomicUsize>,
}

impl WaitingBytes {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(room: Room) -> Self {
        Self {
            most: room.bytes,
            waiting: Arc::default(),
        }
    }

    /// An arrival of so many bytes begins to wait. One arrival alone always may, however long.
    ///
    /// # Errors
    ///
    /// [`InboxError::Full`] if it would be too much; then nothing is counted.
    pub fn enter(&self, bytes: usize) -> Result<(), InboxError> {
        let before = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        if before > 0 && before.saturating_add(bytes) > self.most {
            self.leave(bytes);
            return Err(InboxError::Full);
        }
        Ok(())
    }

    /// It waits no longer.
    pub fn leave(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_waits_than_there_is_room_for() {
        let waiting = WaitingBytes::new(Room::new(10, 100));
        assert!(waiting.enter(500).is_ok(), "one alone always may");
        assert!(matches!(waiting.enter(1), Err(InboxError::Full)));
        waiting.leave(500);
        assert!(waiting.enter(60).is_ok());
        assert!(waiting.enter(40).is_ok());
        assert!(matches!(waiting.clone().enter(1), Err(InboxError::Full)));
        waiting.leave(40);
        assert!(waiting.enter(1).is_ok());
    }
}
