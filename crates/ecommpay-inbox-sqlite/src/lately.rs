//! What came lately and is on disk, known without asking the file.
//!
//! The platform repeats a callback that it got no answer to, and does so soon. Such a repetition is
//! answered from here, so that it waits neither for the queue nor for the sync of others.
//!
//! Nothing is learned before its commit has ended well, so what is found here is durable. It is still
//! there as well: within [`Retention::LEAST`] nobody may purge an entry, in whatever process, and a
//! purge of this inbox makes it forget everything.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ecommpay_inbox::{Arrival, EntryId, Moment, Retention};
use ecommpay_model::ProjectId;

/// Contents of one generation. Two are kept, in 4 MiB; a map of this size fills its memory well.
const GENERATION: usize = 28_672;

/// The latest contents, at least [`GENERATION`] of them once so many came.
#[derive(Default)]
pub(crate) struct Lately(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<Content, Stored>,
    old: HashMap<Content, Stored>,
}

/// What makes two arrivals one entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Content {
    project_id: ProjectId,
    digest: [u8; 32],
}

/// An arrival as an entry.
#[derive(Clone, Copy)]
struct Stored {
    id: EntryId,
    received_at: Moment,
}

impl Lately {
    /// The entry that is on disk with the content of an arrival, if it came lately.
    pub(crate) fn find(&self, arrival: &Arrival) -> Option<EntryId> {
        let content = Content::of(arrival);
        let stored = self.generations().find(&content)?;
        let kept_until = stored.received_at.plus(Retention::LEAST);
        (arrival.received_at() < kept_until).then_some(stored.id)
    }

    /// Takes note of arrivals that were new and whose commit has ended well.
    pub(crate) fn learn<'a>(&self, committed: impl Iterator<Item = (&'a Arrival, EntryId)>) {
        let mut generations = self.generations();
        for (arrival, id) in committed {
            let received_at = arrival.received_at();
            generations.insert(Content::of(arrival), Stored { id, received_at });
        }
    }

    /// Forgets everything; the file is asked again.
    pub(crate) fn forget(&self) {
        let mut generations = self.generations();
        generations.young.clear();
        generations.old.clear();
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        // A panic leaves the maps as they are: something may be missing, and nothing is wrong.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn find(&self, content: &Content) -> Option<Stored> {
        let stored = self.young.get(content).or_else(|| self.old.get(content));
        stored.copied()
    }

    fn insert(&mut self, content: Content, stored: Stored) {
        if self.young.len() >= GENERATION {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(content, stored);
    }
}

impl Content {
    fn of(arrival: &Arrival) -> Self {
        Self {
            project_id: arrival.project_id(),
            digest: *arrival.digest(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ecommpay_inbox::contract::samples::Sample;

    use super::*;

    const CAME: Moment = Moment::from_unix_millis(1_700_000_000_000);

    fn arrival(payment: &str, now: Moment) -> Arrival {
        Sample::of(payment).paid(1).arrival(now).unwrap()
    }

    #[test]
    fn what_was_learned_is_found_until_somebody_may_have_purged_it() {
        let lately = Lately::default();
        let first = arrival("p-1", CAME);
        assert_eq!(lately.find(&first), None);
        lately.learn([(&first, EntryId::new(7))].into_iter());
        let at = |after: Duration| lately.find(&arrival("p-1", CAME.plus(after)));
        let last = Retention::LEAST - Duration::from_millis(1);
        assert_eq!(at(Duration::ZERO), Some(EntryId::new(7)));
        assert_eq!(at(last), Some(EntryId::new(7)));
        assert_eq!(at(Retention::LEAST), None);
        assert_eq!(lately.find(&arrival("p-2", CAME)), None);
        lately.forget();
        assert_eq!(at(Duration::ZERO), None);
    }

    #[test]
    fn the_latest_are_known_and_memory_is_bounded() {
        let content = |number: usize| {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_be_bytes());
            let project_id = ProjectId::new(201).unwrap();
            Content { project_id, digest }
        };
        let mut generations = Generations::default();
        let all = 3 * GENERATION + 5;
        for number in 0..all {
            let id = EntryId::new(i64::try_from(number).unwrap());
            let received_at = CAME;
            generations.insert(content(number), Stored { id, received_at });
            assert!(generations.young.len() <= GENERATION);
            assert!(generations.old.len() <= GENERATION);
        }
        let is_known = |number: usize| generations.find(&content(number)).is_some();
        assert!((all - GENERATION..all).all(is_known));
        assert!(!is_known(0));
    }
}
