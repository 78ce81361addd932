//! Repetitions that are answered without the file, and when they are not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::sync::{Arc, Barrier};
use std::time::Duration;

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{
    AcknowledgeWith, Arrival, Inbox, InboxError, LeaseRequest, Leased, Moment, Put, Retention,
};
use ecommpay_inbox_sqlite::{SqliteInbox, SqliteWrite};
use tempfile::TempDir;

const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn arrival(payment: &str, now: Moment) -> Arrival {
    Sample::of(payment).paid(1).arrival(now).unwrap()
}

fn open() -> (TempDir, SqliteInbox) {
    let folder = TempDir::new().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    (folder, inbox)
}

async fn lease(inbox: &SqliteInbox) -> Leased {
    let request = LeaseRequest::new("repetitions", 1, Duration::from_secs(60));
    inbox.lease(NOW, request).await.unwrap().remove(0)
}

/// Polls a future once.
macro_rules! poll {
    ($future:expr) => {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(Future::poll($future.as_mut(), context))
        })
        .await
    };
}

/// Two passages by which a test holds up the thread that writes.
struct Gates {
    begun: Arc<Barrier>,
    go_on: Arc<Barrier>,
}

impl Gates {
    fn new() -> Self {
        let gate = || Arc::new(Barrier::new(2));
        Self {
            begun: gate(),
            go_on: gate(),
        }
    }

    fn pass_both(&self) -> SqliteWrite {
        let (begun, go_on) = (Arc::clone(&self.begun), Arc::clone(&self.go_on));
        SqliteWrite::new(move |_| {
            begun.wait();
            go_on.wait();
            Ok(())
        })
    }

    async fn wait_until_begun(&self) {
        let begun = Arc::clone(&self.begun);
        tokio::task::spawn_blocking(move || begun.wait())
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repetition_does_not_wait_for_the_thread_that_writes() {
    let (_folder, inbox) = open();
    let first = inbox.put(arrival("p-1", NOW)).await.unwrap();
    let leased = lease(&inbox).await;
    let gates = Gates::new();
    let mut held_up =
        Box::pin(inbox.acknowledge_with(leased.lease(), NOW, None, gates.pass_both()));
    assert!(poll!(held_up).is_pending());
    gates.wait_until_begun().await;
    let again = inbox.put(arrival("p-1", NOW)).await;
    gates.go_on.wait();
    held_up.await.unwrap();
    assert_eq!(again.unwrap(), Put::SeenBefore(first.entry_id()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_undone_is_not_known() {
    let (_folder, inbox) = open();
    for payment in ["p-1", "p-2"] {
        inbox.put(arrival(payment, NOW)).await.unwrap();
    }
    let (first, second) = (lease(&inbox).await, lease(&inbox).await);
    let gates = Gates::new();
    let mut held_up = Box::pin(inbox.acknowledge_with(first.lease(), NOW, None, gates.pass_both()));
    assert!(poll!(held_up).is_pending());
    gates.wait_until_begun().await;
    // Both wait and come into one transaction, which the second ends.
    let mut put = Box::pin(inbox.put(arrival("p-3", NOW)));
    assert!(poll!(put).is_pending());
    let undo = SqliteWrite::new(|transaction| Ok(transaction.execute_batch("ROLLBACK")?));
    let mut undone = Box::pin(inbox.acknowledge_with(second.lease(), NOW, None, undo));
    assert!(poll!(undone).is_pending());
    gates.go_on.wait();
    held_up.await.unwrap();
    assert!(undone.await.is_err());
    assert!(put.await.is_err());
    let again = inbox.put(arrival("p-3", NOW)).await.unwrap();
    assert!(matches!(again, Put::New(_)), "{again:?}");
}

/// Even for one whose clock stands at the time of the first.
#[tokio::test]
async fn what_was_purged_is_new() {
    let (_folder, inbox) = open();
    inbox.put(arrival("p-1", NOW)).await.unwrap();
    inbox
        .acknowledge(lease(&inbox).await.lease(), NOW, None)
        .await
        .unwrap();
    let retention = Retention::new(Retention::LEAST, Retention::LEAST).unwrap();
    let later = NOW.plus(20 * DAY);
    assert_eq!(inbox.purge(later, &retention, 10).await.unwrap().entries, 1);
    let again = inbox.put(arrival("p-1", NOW)).await.unwrap();
    assert!(matches!(again, Put::New(_)), "{again:?}");
}

#[tokio::test]
async fn what_another_has_purged_is_new() {
    let (folder, inbox) = open();
    inbox.put(arrival("p-1", NOW)).await.unwrap();
    inbox
        .acknowledge(lease(&inbox).await.lease(), NOW, None)
        .await
        .unwrap();
    let other = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let retention = Retention::new(Retention::LEAST, Retention::LEAST).unwrap();
    let later = NOW.plus(12 * DAY + Duration::from_millis(1));
    assert_eq!(other.purge(later, &retention, 10).await.unwrap().entries, 1);
    let again = inbox.put(arrival("p-1", later)).await.unwrap();
    assert!(matches!(again, Put::New(_)), "{again:?}");
}

#[tokio::test]
async fn a_closed_inbox_answers_no_repetition() {
    let (_folder, inbox) = open();
    inbox.put(arrival("p-1", NOW)).await.unwrap();
    inbox.close().await;
    let again = inbox.put(arrival("p-1", NOW)).await;
    assert!(matches!(again, Err(InboxError::Closed)), "{again:?}");
}
