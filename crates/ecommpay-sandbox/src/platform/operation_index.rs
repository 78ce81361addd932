//! Operations of a project in the order of their last update, so that a report costs as much as
//! its page and not as much as everything that ever happened.

use std::collections::BTreeMap;

use super::moment::Moment;
use super::payment::PaymentKey;

/// Which payment each operation belongs to, by last update and then by operation id.
#[derive(Debug, Default)]
pub(crate) struct OperationIndex(BTreeMap<(Moment, u64), PaymentKey>);

impl OperationIndex {
    /// An operation began.
    pub(crate) fn begun(&mut self, id: u64, now: Moment, payment: PaymentKey) {
        self.0.insert((now, id), payment);
    }

    /// An operation last updated at `before` was updated now.
    pub(crate) fn updated(&mut self, id: u64, before: Moment, now: Moment) {
        if let Some(payment) = self.0.remove(&(before, id)) {
            self.0.insert((now, id), payment);
        }
    }

    /// Operations updated from `first` to `last`, both included, the newest first.
    pub(crate) fn newest_first(
        &self,
        first: Moment,
        last: Moment,
    ) -> impl Iterator<Item = ((Moment, u64), &PaymentKey)> {
        // An empty range would not be a range for the map.
        let last = last.max(first);
        self.0
            .range((first, 0)..=(last, u64::MAX))
            .rev()
            .map(|(place, payment)| (*place, payment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_moves_an_operation_to_the_front() {
        let at = Moment::from_unix_seconds;
        let mut index = OperationIndex::default();
        for id in 1..=3 {
            index.begun(id, at(10), PaymentKey::new(1, &id.to_string()));
        }
        index.updated(1, at(10), at(20));
        let ids = |first, last| -> Vec<u64> {
            let found = index.newest_first(at(first), at(last));
            found.map(|((_, id), _)| id).collect()
        };
        assert_eq!(ids(0, 100), [1, 3, 2]);
        assert_eq!(ids(11, 20), [1]);
        assert_eq!(ids(21, 30), [] as [u64; 0]);
    }
}
