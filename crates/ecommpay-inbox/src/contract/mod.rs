//! The laws of [`Inbox`](crate::Inbox) as functions that check any implementation.
//!
//! A backend's author gives a [`Subject`]: an empty inbox, and a way to open its store again. Each
//! law is one function that gets a fresh subject. [`contract_tests!`](crate::contract_tests) makes
//! one test of each:
//!
//! ```
//! use std::sync::Arc;
//! use ecommpay_inbox::Inbox;
//! use ecommpay_inbox::contract::Subject;
//! use ecommpay_inbox::doubles::MemoryInbox;
//!
//! #[derive(Debug)]
//! struct InMemory(Arc<MemoryInbox>);
//!
//! #[ecommpay_inbox::async_trait]
//! impl Subject for InMemory {
//!     fn inbox(&self) -> Arc<dyn Inbox> {
//!         Arc::clone(&self.0) as Arc<dyn Inbox>
//!     }
//!
//!     async fn reopen(&mut self) {} // a store on disk closes and opens its file here
//! }
//!
//! async fn fresh() -> InMemory {
//!     InMemory(Arc::new(MemoryInbox::new()))
//! }
//!
//! ecommpay_inbox::contract_tests!(fresh);
//! # fn main() {}
//! ```
//!
//! A law that is broken answers [`Broken`], which says what was seen. `put`, and everything that
//! changes an entry, is called from a tokio runtime.

pub mod handing_out;
pub mod keeping;
pub mod order_of_payments;
pub mod parking;
pub mod payments_view;
pub mod putting;
pub mod samples;
pub mod writes;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::{BoxError, EntryId, Inbox, LeaseRequest, Leased, Moment};

/// An inbox under test.
#[async_trait]
pub trait Subject: Debug + Send {
    /// The inbox: empty at first.
    fn inbox(&self) -> Arc<dyn Inbox>;

    /// Closes the store and opens it again with what it held.
    async fn reopen(&mut self);
}

/// A law that does not hold.
#[derive(Debug, thiserror::Error)]
#[error("{law}")]
pub struct Broken {
    law: String,
    #[source]
    source: Option<BoxError>,
}

/// What a law answers.
pub type Kept = Result<(), Broken>;

impl From<crate::InboxError> for Broken {
    fn from(error: crate::InboxError) -> Self {
        Self::by_error("the inbox failed where it must not", error)
    }
}

impl Broken {
    fn by_error(law: &str, error: impl Into<BoxError>) -> Self {
        let source = error.into();
        Self {
            law: format!("{law}: {source}"),
            source: Some(source),
        }
    }
}

/// Breaks the law unless both are equal.
pub(crate) fn equal<T: PartialEq + Debug>(law: &str, seen: T, wanted: T) -> Kept {
    holds(
        &format!("{law}: wanted {wanted:?}, seen {seen:?}"),
        seen == wanted,
    )
}

/// Breaks the law unless it is true.
pub(crate) fn holds(law: &str, is_true: bool) -> Kept {
    if is_true {
        return Ok(());
    }
    Err(Broken {
        law: law.to_owned(),
        source: None,
    })
}

/// When the laws begin.
pub(crate) const START: Moment = Moment::from_unix_millis(1_700_000_000_000);

/// A moment so many seconds after the start.
pub(crate) fn at(seconds: u64) -> Moment {
    START.plus(Duration::from_secs(seconds))
}

/// Leases up to `limit` entries for 60 seconds.
pub(crate) async fn lease(
    inbox: &dyn Inbox,
    now: Moment,
    limit: usize,
) -> Result<Vec<Leased>, Broken> {
    let request = LeaseRequest::new("contract", limit, Duration::from_secs(60));
    Ok(inbox.lease(now, request).await?)
}

/// Leases everything that may be leased and answers the numbers, sorted.
pub(crate) async fn lease_numbers(inbox: &dyn Inbox, now: Moment) -> Result<Vec<EntryId>, Broken> {
    let leased = lease(inbox, now, 1000).await?;
    let mut numbers: Vec<_> = leased.iter().map(|it| it.entry().id()).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Leases the one entry that may be leased.
pub(crate) async fn lease_one(inbox: &dyn Inbox, now: Moment) -> Result<Leased, Broken> {
    let mut leased = lease(inbox, now, 1000).await?;
    equal("entries to be handed out", leased.len(), 1)?;
    leased.pop().ok_or_else(|| Broken {
        law: "one entry is handed out".to_owned(),
        source: None,
    })
}

/// Makes a test of every law; the argument is an async function that gives a fresh
/// [`Subject`](crate::contract::Subject).
///
/// Where the store may be missing on a machine, as a server can be, `contract_tests!(where_found:
/// fresh)` takes a function that gives an `Option`, and a test without a subject is left out.
///
/// The calling crate needs tokio with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! contract_tests {
    ($fresh:path) => {
        $crate::contract_tests!(@all [Some($fresh().await)]);
    };
    (where_found: $fresh:path) => {
        $crate::contract_tests!(@all [$fresh().await]);
    };
    (@all $subject:tt) => {
        $crate::contract_tests!(@each $subject;
            putting: same_content_is_one_entry;
            putting: put_by_many_at_once_is_one_entry;
            putting: rearranged_content_is_one_entry;
            putting: other_content_is_another_entry;
            putting: what_came_is_kept_whole;
            putting: what_was_put_outlives_the_process;
            handing_out: an_entry_is_handed_out_to_one_at_a_time;
            handing_out: no_more_than_asked_for;
            handing_out: everything_is_handed_out_in_the_end;
            handing_out: a_lease_that_is_over_is_given_again;
            handing_out: a_paused_worker_cannot_finish;
            handing_out: a_lease_is_used_once;
            handing_out: a_retry_comes_at_its_time;
            handing_out: retries_do_not_starve;
            handing_out: leases_outlive_the_process;
            handing_out: a_waiting_worker_is_woken;
            order_of_payments: one_of_a_payment_at_a_time_in_order;
            order_of_payments: later_ones_wait_behind_a_retry;
            order_of_payments: spelling_does_not_part_a_payment;
            order_of_payments: projects_are_apart;
            order_of_payments: entries_of_no_payment_do_not_wait;
            order_of_payments: a_parked_one_holds_up_nobody;
            order_of_payments: replayed_ones_keep_the_order;
            order_of_payments: a_dead_worker_holds_up_no_replay;
            parking: parked_ones_are_seen_and_not_handed_out;
            parking: parked_ones_can_be_replayed;
            parking: parked_ones_can_be_dismissed;
            parking: a_known_order_releases_its_entries;
            parking: a_parked_one_comes_again_at_its_time;
            parking: parked_ones_outlive_the_process;
            payments_view: any_order_makes_the_same_view;
            payments_view: a_lost_lease_changes_no_payment;
            payments_view: parking_can_teach;
            payments_view: status_answers_go_the_same_way;
            payments_view: payments_are_found_by_status_method_and_age;
            payments_view: open_payments_become_overdue;
            payments_view: one_of_those_who_saw_the_same_asks;
            payments_view: a_payment_nothing_is_heard_of_becomes_overdue;
            payments_view: views_outlive_the_process;
            keeping: entries_are_exported_in_order;
            keeping: the_backlog_counts_what_is_to_be_done;
            keeping: only_what_is_finished_and_old_is_purged;
            keeping: purged_numbers_are_not_given_again;
        );
    };
    (@each $subject:tt; $($group:ident: $law:ident;)+) => { $(
        $crate::contract_tests!(@one $subject $group $law);
    )+ };
    (@one [$subject:expr] $group:ident $law:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $law() -> Result<(), $crate::contract::Broken> {
            match $subject {
                Some(mut subject) => $crate::contract::$group::$law(&mut subject).await,
                None => Ok(()),
            }
        }
    };
}
