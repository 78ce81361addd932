//! What is not known to be committed is answered with an error, and can be put again.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::time::Duration;

use ecommpay_inbox::contract::samples::{Sample, learned, payment, project};
use ecommpay_inbox::{AcknowledgeWith, Inbox, InboxError, LeaseRequest, Leased, Moment, Put};
use ecommpay_inbox_postgres::test_server::{DropsSchema, TestSchema};
use ecommpay_inbox_postgres::tokio_postgres::{Client, NoTls};
use ecommpay_inbox_postgres::{Options, PostgresInbox, PostgresWrite};

const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);

async fn fresh() -> Option<(DropsSchema, PostgresInbox, Client)> {
    let schema = TestSchema::create().await?;
    let options = Options::new(schema.config()).connections(2);
    let inbox = options.open(NoTls).await.unwrap();
    let server = schema.client().await.unwrap();
    Some((schema, inbox, server))
}

/// Ends the connection that waits for a lock, as soon as one does.
async fn end_who_waits(server: &Client, schema: &TestSchema) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_locks
               WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    for _ in 0..10_000 {
        if !server.query(sql, &[]).await.unwrap().is_empty() {
            return;
        }
        tokio::task::yield_now().await;
    }
    unreachable!("nobody waits in {}", schema.name());
}

async fn lease_one(inbox: &PostgresInbox) -> Leased {
    let request = LeaseRequest::new("worker", 10, Duration::from_secs(600));
    let mut leased = inbox.lease(NOW, request).await.unwrap();
    assert_eq!(leased.len(), 1);
    leased.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_put_cut_off_in_the_middle_is_an_error() {
    let Some((schema, inbox, server)) = fresh().await else {
        return;
    };
    server
        .batch_execute("BEGIN; LOCK TABLE ecommpay_inbox_seen")
        .await
        .unwrap();
    let arrival = Sample::of("p-1").arrival(NOW).unwrap();
    let putting = tokio::spawn({
        let (inbox, arrival) = (inbox.clone(), arrival.clone());
        async move { inbox.put(arrival).await }
    });
    end_who_waits(&server, &schema).await;
    let cut_off = putting.await.unwrap();
    assert!(
        matches!(cut_off, Err(InboxError::Unavailable { .. })),
        "{cut_off:?}"
    );
    server.batch_execute("COMMIT").await.unwrap();
    assert!(matches!(inbox.put(arrival).await.unwrap(), Put::New(_)));
}

/// A trigger makes commits wait for a lock, so that the connection can be ended within one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_put_cut_off_in_its_commit_is_an_error() {
    let Some((schema, inbox, server)) = fresh().await else {
        return;
    };
    server
        .batch_execute(
            "CREATE TABLE gate (); CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS
                 'BEGIN LOCK TABLE gate IN ACCESS SHARE MODE; RETURN NULL; END';
             CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON ecommpay_inbox_entry
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass()",
        )
        .await
        .unwrap();
    server
        .batch_execute("BEGIN; LOCK TABLE gate")
        .await
        .unwrap();
    let arrival = Sample::of("p-1").arrival(NOW).unwrap();
    let putting = tokio::spawn({
        let (inbox, arrival) = (inbox.clone(), arrival.clone());
        async move { inbox.put(arrival).await }
    });
    end_who_waits(&server, &schema).await;
    let cut_off = putting.await.unwrap();
    assert!(
        matches!(cut_off, Err(InboxError::Unavailable { .. })),
        "{cut_off:?}"
    );
    server.batch_execute("COMMIT").await.unwrap();
    assert!(matches!(
        inbox.put(arrival.clone()).await.unwrap(),
        Put::New(_)
    ));
    assert!(matches!(
        inbox.put(arrival).await.unwrap(),
        Put::SeenBefore(_)
    ));
}

/// The server has restarted: every connection is gone, and the next question makes new ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_connections_are_made_anew() {
    let Some((schema, inbox, server)) = fresh().await else {
        return;
    };
    inbox
        .put(Sample::of("p-1").arrival(NOW).unwrap())
        .await
        .unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = $1 AND pid <> pg_backend_pid()";
    let ended = server.query(sql, &[&schema.name()]).await.unwrap();
    assert!(ended.len() >= 2, "the writer's and the listener's at least");
    // The first may learn of it the hard way; none is told that it is stored when it is not.
    let mut stored = None;
    for _ in 0..100 {
        if let Ok(put) = inbox.put(Sample::of("p-2").arrival(NOW).unwrap()).await {
            stored = Some(put);
            break;
        }
    }
    let id = stored.unwrap().entry_id();
    assert!(inbox.entry(id).await.unwrap().is_some());
}

/// A write that breaks the transaction and says nothing of it acknowledges nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_hides_its_failure_acknowledges_nothing() {
    let Some((_schema, inbox, server)) = fresh().await else {
        return;
    };
    server
        .batch_execute("CREATE TABLE orders (id bigint)")
        .await
        .unwrap();
    inbox
        .put(Sample::of("p-1").paid(5).arrival(NOW).unwrap())
        .await
        .unwrap();
    let leased = lease_one(&inbox).await;
    for ending in ["SELECT 1/0", "ROLLBACK", "COMMIT"] {
        let write = PostgresWrite::new(move |transaction| {
            Box::pin(async move {
                let _ = transaction.batch_execute(ending).await;
                Ok(())
            })
        });
        let known = learned(&leased).unwrap();
        let done = inbox
            .acknowledge_with(leased.lease(), NOW, known, write)
            .await;
        assert!(done.is_err(), "after `{ending}`");
        let waits = inbox.backlog().await.unwrap();
        assert_eq!((waits.leased, waits.waiting), (1, 0), "after `{ending}`");
    }
    inbox
        .acknowledge(leased.lease(), NOW, learned(&leased).unwrap())
        .await
        .unwrap();
    let known = inbox
        .payment(project().unwrap(), &payment("p-1").unwrap())
        .await
        .unwrap();
    assert!(known.is_some_and(|it| !it.is_open()));
}

/// NUL is fine for the platform and not for PostgreSQL: it holds up nobody, and is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_with_nul_are_kept() {
    let Some((_schema, inbox, _server)) = fresh().await else {
        return;
    };
    let sample = Sample::of("a\\u0000b").paid(5).arrival(NOW).unwrap();
    assert_eq!(sample.payment_id().unwrap().as_str(), "a\0b");
    inbox.put(sample).await.unwrap();
    let leased = lease_one(&inbox).await;
    assert_eq!(leased.entry().payment_id().unwrap().as_str(), "a\0b");
    inbox
        .retry_later(leased.lease(), NOW, NOW, "no\0no")
        .await
        .unwrap();
    let leased = lease_one(&inbox).await;
    inbox
        .acknowledge(leased.lease(), NOW, learned(&leased).unwrap())
        .await
        .unwrap();
    let known = inbox
        .payment(project().unwrap(), &payment("a\0b").unwrap())
        .await
        .unwrap();
    assert_eq!(known.unwrap().payment_id().as_str(), "a\0b");
}

/// What does not fit together is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_is_found() {
    let Some((_schema, inbox, server)) = fresh().await else {
        return;
    };
    for number in 0..3 {
        let sample = Sample::of("p-1").at(number).arrival(NOW).unwrap();
        inbox.put(sample).await.unwrap();
    }
    lease_one(&inbox).await;
    let unseen = Sample::of("p-2").arrival(NOW).unwrap();
    inbox.put(unseen).await.unwrap();
    assert_eq!(inbox.doctor().await.unwrap(), Vec::<String>::new());
    for (damage, fault) in [
        (
            "UPDATE ecommpay_inbox_fresh SET entries = entries + 1",
            "blocks of fresh entries are not stored as they came",
        ),
        (
            "INSERT INTO ecommpay_inbox_queue (entry, project, standing, token, attempts)
             SELECT start, 1, 0, 0, 0 FROM ecommpay_inbox_fresh",
            "fresh entries are in the queue as well",
        ),
        (
            "DELETE FROM ecommpay_inbox_seen WHERE entry = 1",
            "entries have no digest",
        ),
        (
            "DELETE FROM ecommpay_inbox_entry WHERE id = 1",
            "entries in the queue are not stored",
        ),
        (
            "UPDATE ecommpay_inbox_queue SET due = NULL WHERE standing = 2",
            "have no moment",
        ),
        (
            "UPDATE ecommpay_inbox_queue SET standing = 3, due = NULL",
            "wait behind others",
        ),
        (
            "DELETE FROM ecommpay_inbox_entry",
            "digests belong to entries that are not stored",
        ),
    ] {
        server.batch_execute(damage).await.unwrap();
        let faults = inbox.doctor().await.unwrap();
        assert!(
            faults.iter().any(|it| it.contains(fault)),
            "{damage}: {faults:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_inbox_says_so() {
    let Some((_schema, inbox, _server)) = fresh().await else {
        return;
    };
    inbox.close().await;
    let put = inbox.put(Sample::of("p-1").arrival(NOW).unwrap()).await;
    assert!(matches!(put, Err(InboxError::Closed)), "{put:?}");
    let backlog = inbox.backlog().await;
    assert!(matches!(backlog, Err(InboxError::Closed)), "{backlog:?}");
}
