//! What was answered 200, held against what is stored.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Failure;
use crate::backend::StoredEntry;
use crate::callbacks::{Digest, Platform};

/// What the senders know. They write down an answer when it is there, and not before.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    answers: Mutex<Answers>,
    came: tokio::sync::Notify,
}

#[derive(Debug, Default)]
struct Answers {
    /// The number of each callback that was answered 200, by digest.
    numbers: HashMap<Digest, u64>,
    /// Answers in all, those to repetitions included.
    count: u64,
}

impl Ledger {
    /// The callback of this number was answered 200.
    pub(crate) fn answered(&self, digest: Digest, number: u64) {
        let mut answers = self.answers();
        answers.numbers.insert(digest, number);
        answers.count += 1;
        drop(answers);
        self.came.notify_waiters();
    }

    /// Answers in all.
    pub(crate) fn count(&self) -> u64 {
        self.answers().count
    }

    /// Different callbacks that were answered.
    pub(crate) fn distinct(&self) -> u64 {
        self.answers().numbers.len() as u64
    }

    /// Waits until there are so many answers.
    pub(crate) async fn reaches(&self, count: u64) {
        loop {
            let mut came = std::pin::pin!(self.came.notified());
            came.as_mut().enable();
            if self.count() >= count {
                return;
            }
            came.await;
        }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known to be stored.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    numbers: HashMap<Digest, i64>,
    last: i64,
}

impl Stored {
    /// The greatest number of an entry seen so far.
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// How many entries there are.
    pub(crate) fn count(&self) -> u64 {
        self.numbers.len() as u64
    }

    /// Takes note of entries.
    pub(crate) fn add(&mut self, entries: &[StoredEntry]) -> Result<(), Failure> {
        for entry in entries {
            if let Some(first) = self.numbers.insert(entry.digest, entry.id) {
                let second = entry.id;
                return Err(Failure::Broken(format!(
                    "entries {first} and {second} hold the same callback"
                )));
            }
            self.last = self.last.max(entry.id);
        }
        Ok(())
    }

    /// Everything that was answered is stored.
    pub(crate) fn holds_all(&self, ledger: &Ledger) -> Result<(), Failure> {
        let answers = ledger.answers();
        for (digest, number) in &answers.numbers {
            if !self.numbers.contains_key(digest) {
                return Err(Failure::Broken(format!(
                    "callback {number} was answered 200 and is not stored"
                )));
            }
        }
        Ok(())
    }

    /// Nothing is stored that was not sent, and what is stored are the bytes that were sent.
    pub(crate) fn holds_nothing_else(
        entries: &[StoredEntry],
        ledger: &Ledger,
        platform: &Platform,
    ) -> Result<(), Failure> {
        let answers = ledger.answers();
        for entry in entries {
            let Some(number) = answers.numbers.get(&entry.digest) else {
                return Err(Failure::Broken(format!(
                    "entry {} holds a callback that nobody has sent",
                    entry.id
                )));
            };
            if platform.callback(*number)?.body != entry.bytes {
                return Err(Failure::Broken(format!(
                    "entry {} does not hold the bytes of callback {number}",
                    entry.id
                )));
            }
        }
        Ok(())
    }
}

/// No entry has two effects; answers how many effects there are.
pub(crate) fn effects_are_single(mut effects: Vec<i64>) -> Result<u64, Failure> {
    let count = effects.len() as u64;
    effects.sort_unstable();
    for pair in effects.windows(2) {
        if pair[0] == pair[1] {
            return Err(Failure::Broken(format!(
                "entry {} was handled twice",
                pair[0]
            )));
        }
    }
    Ok(count)
}

/// Every entry has an effect.
pub(crate) fn effects_are_complete(
    entries: &[StoredEntry],
    effects: &[i64],
) -> Result<(), Failure> {
    let effects: std::collections::HashSet<&i64> = effects.iter().collect();
    match entries.iter().find(|entry| !effects.contains(&entry.id)) {
        Some(entry) => Err(Failure::Broken(format!(
            "entry {} was never handled",
            entry.id
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, content: u8) -> StoredEntry {
        StoredEntry {
            id,
            digest: [content; 32],
            bytes: Vec::new(),
        }
    }

    fn broken(result: Result<impl std::fmt::Debug, Failure>) -> bool {
        matches!(result, Err(Failure::Broken(_)))
    }

    /// A check that cannot fail shows nothing.
    #[test]
    fn every_broken_promise_is_seen() {
        let ledger = Ledger::default();
        ledger.answered([1; 32], 0);
        ledger.answered([2; 32], 1);
        let mut stored = Stored::default();
        stored.add(&[entry(1, 1)]).unwrap();
        assert!(broken(stored.holds_all(&ledger)));
        stored.add(&[entry(2, 2)]).unwrap();
        assert!(stored.holds_all(&ledger).is_ok());
        assert!(broken(stored.add(&[entry(3, 1)])));

        assert_eq!(effects_are_single(vec![2, 1, 3]).unwrap(), 3);
        assert!(broken(effects_are_single(vec![2, 1, 2])));
        assert!(effects_are_complete(&[entry(1, 1)], &[1]).is_ok());
        assert!(broken(effects_are_complete(
            &[entry(1, 1), entry(2, 2)],
            &[1]
        )));

        let platform = Platform::new().unwrap();
        let sent = platform.callback(7).unwrap();
        let ledger = Ledger::default();
        ledger.answered(sent.digest, 7);
        let mut whole = entry(1, 0);
        (whole.digest, whole.bytes) = (sent.digest, sent.body.to_vec());
        let torn = StoredEntry {
            bytes: sent.body[1..].to_vec(),
            ..whole.clone()
        };
        let check = |entry| Stored::holds_nothing_else(&[entry], &ledger, &platform);
        assert!(check(whole).is_ok());
        assert!(broken(check(torn)));
        assert!(broken(check(entry(2, 9))));
    }
}
