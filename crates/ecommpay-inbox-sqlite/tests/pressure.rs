//! Back-pressure, other processes, and closing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::sync::{Arc, Barrier};
use std::time::Duration;

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{
    AcknowledgeWith, Arrival, Inbox, InboxError, LeaseRequest, Moment, Put, Room,
};
use ecommpay_inbox_sqlite::{OpenError, SqliteInbox, SqliteWrite};

const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);

fn arrival(number: u64) -> Arrival {
    Sample::of(&format!("p-{number}"))
        .paid(number)
        .arrival(NOW)
        .unwrap()
}

/// An inbox whose writing thread stands still until the barrier is passed.
async fn held_up(room: Room) -> (tempfile::TempDir, SqliteInbox, Arc<Barrier>) {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open_with(folder.path().join("inbox.db"), room).unwrap();
    inbox.put(arrival(0)).await.unwrap();
    let request = LeaseRequest::new("held up", 1, Duration::from_secs(60));
    let leased = inbox.lease(NOW, request).await.unwrap().remove(0);
    let (begun, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let write = SqliteWrite::new({
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        move |_| {
            begun.wait();
            go_on.wait();
            Ok(())
        }
    });
    let acknowledging = inbox.clone();
    tokio::spawn(async move {
        acknowledging
            .acknowledge_with(leased.lease(), NOW, None, write)
            .await
    });
    tokio::task::spawn_blocking(move || begun.wait())
        .await
        .unwrap();
    (folder, inbox, go_on)
}

/// Sends arrivals that all wait, and answers what became of each.
async fn send(inbox: &SqliteInbox, go_on: &Barrier, count: u64) -> Vec<Result<Put, InboxError>> {
    let mut tasks = Vec::new();
    for number in 1..=count {
        let inbox = inbox.clone();
        // The job is sent when the future is polled for the first time.
        let mut put = Box::pin(async move { inbox.put(arrival(number)).await });
        let first =
            std::future::poll_fn(|context| std::task::Poll::Ready(put.as_mut().poll(context)));
        let first = first.await;
        tasks.push((put, first));
    }
    go_on.wait();
    let mut results = Vec::new();
    for (put, first) in tasks {
        results.push(match first {
            std::task::Poll::Ready(result) => result,
            std::task::Poll::Pending => put.await,
        });
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_waiting_arrivals_are_refused_and_the_others_stored() {
    let (_folder, inbox, go_on) = held_up(Room::new(3, usize::MAX)).await;
    let results = send(&inbox, &go_on, 8).await;
    let stored = results
        .iter()
        .filter(|it| matches!(it, Ok(Put::New(_))))
        .count();
    let full = results
        .iter()
        .filter(|it| matches!(it, Err(InboxError::Full)))
        .count();
    assert_eq!((stored, full), (3, 5), "{results:?}");
    // There is room again.
    assert!(matches!(inbox.put(arrival(99)).await, Ok(Put::New(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_waiting_bytes_are_refused_and_given_free_again() {
    let size = arrival(1).bytes().len();
    let (_folder, inbox, go_on) = held_up(Room::new(100, size * 5 / 2)).await;
    let results = send(&inbox, &go_on, 8).await;
    let stored = results.iter().filter(|it| it.is_ok()).count();
    assert_eq!(stored, 2, "{results:?}");
    for number in 100..110 {
        assert!(matches!(inbox.put(arrival(number)).await, Ok(Put::New(_))));
    }
}

#[tokio::test]
async fn what_waits_is_written_before_the_inbox_closes_and_nothing_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    let puts: Vec<_> = (0..50)
        .map(|number| {
            let inbox = inbox.clone();
            tokio::spawn(async move { inbox.put(arrival(number)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    inbox.close().await;
    let mut stored = 0;
    for put in puts {
        stored += usize::from(put.await.unwrap().is_ok());
    }
    assert!(matches!(
        inbox.put(arrival(99)).await,
        Err(InboxError::Closed)
    ));
    assert!(matches!(
        inbox.replay(ecommpay_inbox::EntryId::new(1), NOW).await,
        Err(InboxError::Closed)
    ));
    let again = SqliteInbox::open(&path).unwrap();
    assert_eq!(again.entries(None, 100).await.unwrap().len(), stored);
}

#[tokio::test]
async fn a_write_that_panics_or_ends_the_transaction_harms_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let writes: [fn() -> SqliteWrite; 2] = [
        || SqliteWrite::new(|_| panic!("a mistake of the shop")),
        || SqliteWrite::new(|transaction| Ok(transaction.execute_batch("COMMIT")?)),
    ];
    for (number, write) in (0..).zip(writes) {
        inbox.put(arrival(number)).await.unwrap();
        let request = LeaseRequest::new("pressure", 1, Duration::from_secs(60));
        let leased = inbox.lease(NOW, request).await.unwrap().remove(0);
        let failed = inbox
            .acknowledge_with(leased.lease(), NOW, None, write())
            .await;
        assert!(failed.is_err());
        // The inbox lives, and the entry can still be finished.
        inbox.put(arrival(number + 10)).await.unwrap();
        inbox.acknowledge(leased.lease(), NOW, None).await.unwrap();
        let request = LeaseRequest::new("pressure", 1, Duration::from_secs(60));
        let other = inbox.lease(NOW, request).await.unwrap().remove(0);
        inbox.acknowledge(other.lease(), NOW, None).await.unwrap();
    }
}

#[test]
fn files_that_cannot_be_an_inbox_are_refused() {
    let missing = SqliteInbox::open("/no/such/folder/inbox.db");
    assert!(matches!(missing, Err(OpenError::Sqlite { .. })));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.db");
    std::fs::write(
        &path,
        "not a database, but long enough to be looked at".repeat(50),
    )
    .unwrap();
    assert!(matches!(
        SqliteInbox::open(&path),
        Err(OpenError::Sqlite { .. })
    ));
    let in_memory = SqliteInbox::open(":memory:");
    assert!(
        matches!(in_memory, Err(OpenError::NotWal { .. })),
        "{in_memory:?}"
    );
}
