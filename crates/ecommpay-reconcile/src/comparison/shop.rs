//! The shop's payments, page by page.

use std::collections::HashSet;

use ecommpay_inbox::{Inbox, InboxError, Moment, PaymentQuery, PaymentRecord, payment_key};
use ecommpay_model::ProjectId;

/// Goes through the payments of a project from a moment on, the oldest first.
///
/// The inbox gives the first so many payments from a moment on. The next page begins at the moment at
/// which this one ended, and payments of that very moment are told apart by their ids.
pub(super) struct Payments<'a, I: ?Sized> {
    inbox: &'a I,
    project_id: ProjectId,
    page: usize,
    from: Moment,
    /// Those of the moment `from` that were given already.
    given: HashSet<String>,
}

impl<'a, I: Inbox + ?Sized> Payments<'a, I> {
    pub(super) fn new(inbox: &'a I, project_id: ProjectId, from: Moment, page: usize) -> Self {
        Self {
            inbox,
            project_id,
            page,
            from,
            given: HashSet::new(),
        }
    }

    /// The next payments; none are left if it is empty.
    pub(super) async fn next(&mut self) -> Result<Vec<PaymentRecord>, InboxError> {
        let query = PaymentQuery::new(self.page + self.given.len())
            .project(self.project_id)
            .since_from(self.from);
        let mut found = self.inbox.payments(&query).await?;
        found.retain(|it| it.since() != self.from || !self.given.contains(&key(it)));
        for record in &found {
            if record.since() != self.from {
                self.from = record.since();
                self.given.clear();
            }
            self.given.insert(key(record));
        }
        Ok(found)
    }
}

fn key(record: &PaymentRecord) -> String {
    payment_key(record.payment_id())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ecommpay_inbox::ExpectedPayment;
    use ecommpay_inbox::doubles::MemoryInbox;
    use ecommpay_model::PaymentId;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the size of the pages and however many payments begin at one moment.
        #[test]
        fn each_payment_is_given_once_and_the_oldest_first(
            begun in proptest::collection::vec(0..6_u64, 0..40),
            page in 1..12_usize,
            first in 0..4_u64,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let at = |seconds| Moment::from_unix_millis(0).plus(Duration::from_secs(seconds));
            let project = |id| ProjectId::new(id).unwrap();
            let given = runtime.block_on(async {
                let inbox = MemoryInbox::new();
                for (number, seconds) in begun.iter().enumerate() {
                    for (project, id) in [(project(1), "p"), (project(2), "other")] {
                        let id = PaymentId::new(format!("{id}-{number}")).unwrap();
                        let expected = ExpectedPayment::new(project, id, at(*seconds));
                        inbox.expect_payment(expected, at(0)).await.unwrap();
                    }
                }
                let mut payments = Payments::new(&inbox, project(1), at(first), page);
                let mut given = Vec::new();
                loop {
                    let found = payments.next().await.unwrap();
                    if found.is_empty() {
                        break given;
                    }
                    given.extend(found.into_iter().map(|it| (it.since(), key(&it))));
                }
            });
            prop_assert!(given.is_sorted_by_key(|(since, _)| *since));
            let mut wanted: Vec<_> = begun
                .iter()
                .enumerate()
                .filter(|(_, seconds)| **seconds >= first)
                .map(|(number, seconds)| (at(*seconds), format!("p-{number}")))
                .collect();
            let mut given = given;
            given.sort();
            wanted.sort();
            prop_assert_eq!(given, wanted);
        }
    }
}
