//! Several instances on one database: nothing twice, nothing lost, each payment in its order.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{AcknowledgeWith, Inbox, InboxError, LeaseRequest, Moment, Put};
use ecommpay_inbox_postgres::test_server::{DropsSchema, TestSchema};
use ecommpay_inbox_postgres::tokio_postgres::NoTls;
use ecommpay_inbox_postgres::{Options, PostgresInbox, PostgresWrite};
use tokio::task::{JoinHandle, JoinSet};

const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);

/// A schema with a table of the shop's, and so many instances on it.
async fn instances(count: usize) -> Option<(DropsSchema, Vec<PostgresInbox>)> {
    let schema = TestSchema::create().await?;
    let shop = schema.client().await.unwrap();
    shop.batch_execute("CREATE TABLE effects (place bigserial, payment text, entry bigint)")
        .await
        .unwrap();
    let mut opening = JoinSet::new();
    for _ in 0..count {
        let options = Options::new(schema.config()).connections(4);
        opening.spawn(options.open(NoTls));
    }
    let opened = opening.join_all().await;
    let inboxes = opened.into_iter().map(Result::unwrap).collect();
    Some((schema, inboxes))
}

/// Leases and acknowledges with an effect in the shop's table until there is nothing left.
async fn work(inbox: &PostgresInbox, limit: usize) {
    let request = LeaseRequest::new("worker", limit, Duration::from_secs(600));
    while inbox.backlog().await.unwrap().waiting > 0 {
        for leased in inbox.lease(NOW, request.clone()).await.unwrap() {
            let entry = leased.entry().id().value();
            let payment = leased.entry().payment_id().unwrap().as_str().to_owned();
            let effect = PostgresWrite::new(move |transaction| {
                Box::pin(async move {
                    let sql = "INSERT INTO effects (payment, entry) VALUES ($1, $2)";
                    transaction.execute(sql, &[&payment, &entry]).await?;
                    Ok(())
                })
            });
            inbox
                .acknowledge_with(leased.lease(), NOW, None, effect)
                .await
                .unwrap();
        }
    }
}

async fn effects(schema: &TestSchema) -> Vec<(String, i64)> {
    let shop = schema.client().await.unwrap();
    let rows = shop
        .query("SELECT payment, entry FROM effects ORDER BY place", &[])
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// 64 senders, 1 000 times, 4 instances: all are told that it is stored, and it is handled once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_callback_sent_a_thousand_times_has_one_effect() {
    let Some((schema, inboxes)) = instances(4).await else {
        return;
    };
    let arrival = Sample::of("p-1").paid(5).arrival(NOW).unwrap();
    let (mut senders, sent) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
    for sender in 0..64 {
        let inbox = inboxes[sender % inboxes.len()].clone();
        let (arrival, sent) = (arrival.clone(), Arc::clone(&sent));
        senders.spawn(async move {
            let mut puts = Vec::new();
            while sent.fetch_add(1, Ordering::Relaxed) < 1000 {
                puts.push(inbox.put(arrival.clone()).await.unwrap());
            }
            puts
        });
    }
    let puts = senders.join_all().await.concat();
    assert_eq!(puts.len(), 1000);
    let new = puts.iter().filter(|put| matches!(put, Put::New(_))).count();
    assert_eq!(new, 1);
    let numbers: BTreeSet<_> = puts.iter().map(|put| put.entry_id()).collect();
    assert_eq!(numbers.len(), 1);
    let mut workers = JoinSet::new();
    for inbox in inboxes {
        workers.spawn(async move { work(&inbox, 10).await });
    }
    workers.join_all().await;
    let number = numbers.first().unwrap().value();
    assert_eq!(effects(&schema).await, [("p-1".to_owned(), number)]);
}

/// Whoever leases, each entry is handled once, and those of a payment in their order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_all_instances_keep_the_order_of_each_payment() {
    const PAYMENTS: u64 = 15;
    const DOCUMENTS: u64 = 8;
    let Some((schema, inboxes)) = instances(3).await else {
        return;
    };
    let mut wanted = BTreeMap::<String, Vec<i64>>::new();
    for document in 0..DOCUMENTS {
        let mut putting = JoinSet::new();
        for payment in 0..PAYMENTS {
            let place = usize::try_from(payment + document).unwrap() % inboxes.len();
            let (inbox, id) = (inboxes[place].clone(), format!("p-{payment}"));
            putting.spawn(async move {
                let arrival = Sample::of(&id).at(document).arrival(NOW).unwrap();
                (id, inbox.put(arrival).await.unwrap().entry_id())
            });
        }
        for (id, number) in putting.join_all().await {
            wanted.entry(id).or_default().push(number.value());
        }
    }
    let mut workers = JoinSet::new();
    for (place, inbox) in inboxes.iter().cycle().take(6).enumerate() {
        let (inbox, limit) = (inbox.clone(), 1 + 3 * place);
        workers.spawn(async move { work(&inbox, limit).await });
    }
    // A wait that only a stuck entry makes long.
    tokio::time::timeout(Duration::from_secs(120), workers.join_all())
        .await
        .unwrap();
    let mut seen = BTreeMap::<String, Vec<i64>>::new();
    for (payment, entry) in effects(&schema).await {
        seen.entry(payment).or_default().push(entry);
    }
    assert_eq!(seen, wanted);
    assert_eq!(inboxes[0].backlog().await.unwrap(), Default::default());
}

/// Two that look for work at once both find some, though only one at a time takes fresh entries into
/// the queue, and the other had seen the same ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_who_wait_for_one_another_all_find_work() {
    const LIMIT: usize = 5;
    let Some((schema, inboxes)) = instances(2).await else {
        return;
    };
    for payment in 0..4 * LIMIT {
        let arrival = Sample::of(&format!("p-{payment}")).arrival(NOW).unwrap();
        inboxes[0].put(arrival).await.unwrap();
    }
    let server = schema.client().await.unwrap();
    server
        .batch_execute(
            "BEGIN; SELECT pg_advisory_xact_lock('ecommpay_inbox_fresh'::regclass::oid::integer, 0)",
        )
        .await
        .unwrap();
    let lease = |inbox: &PostgresInbox| {
        let inbox = inbox.clone();
        let request = LeaseRequest::new("worker", LIMIT, Duration::from_secs(600));
        tokio::spawn(async move { inbox.lease(NOW, request).await.unwrap() })
    };
    let (one, other) = (lease(&inboxes[0]), lease(&inboxes[1]));
    until_blocked(&schema, 2, &one).await;
    server.batch_execute("COMMIT").await.unwrap();
    let leased = [one.await.unwrap(), other.await.unwrap()].concat();
    let different: BTreeSet<_> = leased.iter().map(|it| it.entry().id()).collect();
    assert_eq!((leased.len(), different.len()), (2 * LIMIT, 2 * LIMIT));
}

/// Whoever goes through the entries waits for a number that is given out and not yet committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_passes_by_nothing_that_is_on_its_way() {
    let Some((schema, inboxes)) = instances(2).await else {
        return;
    };
    let server = schema.client().await.unwrap();
    // The commit of the first entry waits for a lock.
    server
        .batch_execute(
            "CREATE TABLE gate (); CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS
                 'BEGIN LOCK TABLE gate IN ACCESS SHARE MODE; RETURN NULL; END';
             CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON ecommpay_inbox_entry
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.payment = 'slow')
                 EXECUTE FUNCTION pass()",
        )
        .await
        .unwrap();
    server
        .batch_execute("BEGIN; LOCK TABLE gate")
        .await
        .unwrap();
    let put = |place: usize, payment: &str| {
        let (inbox, arrival) = (inboxes[place].clone(), Sample::of(payment).arrival(NOW));
        tokio::spawn(async move { inbox.put(arrival.unwrap()).await.unwrap().entry_id() })
    };
    let slow = put(0, "slow");
    until_blocked(&schema, 1, &slow).await;
    let fast = put(1, "fast").await.unwrap();
    let exporter = inboxes[1].clone();
    let export = tokio::spawn(async move { exporter.entries(None, 10).await.unwrap() });
    until_blocked(&schema, 2, &export).await;
    server.batch_execute("COMMIT").await.unwrap();
    let exported: Vec<_> = export.await.unwrap().iter().map(|it| it.id()).collect();
    assert_eq!(exported, [slow.await.unwrap(), fast]);
}

/// Waits until so many sessions of the schema wait for others, or the task has ended.
async fn until_blocked<T>(schema: &TestSchema, count: i64, task: &JoinHandle<T>) {
    let server = schema.client().await.unwrap();
    let sql = "SELECT count(*) FROM pg_stat_activity
               WHERE application_name = $1 AND cardinality(pg_blocking_pids(pid)) > 0";
    while !task.is_finished() {
        let blocked = server.query_one(sql, &[&schema.name()]).await.unwrap();
        if blocked.get::<_, i64>(0) >= count {
            return;
        }
    }
}

/// A worker of one instance learns of what another has stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_of_another_instance_is_woken() {
    let Some((schema, inboxes)) = instances(2).await else {
        return;
    };
    woken_by_another(&inboxes, "p-1").await;
    // Also after the listening connections were lost.
    let server = schema.client().await.unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = $1 AND query ~ '^LISTEN |^BEGIN; .*pg_notify'";
    let ended = server.query(sql, &[&schema.name()]).await.unwrap();
    assert!(ended.len() >= 2, "{} listening connections", ended.len());
    woken_by_another(&inboxes, "p-2").await;
}

async fn woken_by_another(inboxes: &[PostgresInbox], payment: &str) {
    let waiting = inboxes[1].clone();
    let waiting = tokio::spawn(async move {
        let request = LeaseRequest::new("worker", 10, Duration::from_secs(600));
        loop {
            waiting.wait_for_work().await;
            if let [leased] = &waiting.lease(NOW, request.clone()).await.unwrap()[..] {
                return leased.entry().id();
            }
        }
    });
    let arrival = Sample::of(payment).arrival(NOW).unwrap();
    let put = inboxes[0].put(arrival).await.unwrap();
    // Nothing but the notification, or its loss being noticed, ends this wait.
    let woken = tokio::time::timeout(Duration::from_secs(60), waiting);
    assert_eq!(woken.await.unwrap().unwrap(), put.entry_id());
}

/// What is full says so, and what waited before is stored all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_there_is_room_for_is_refused() {
    let Some((schema, _)) = instances(0).await else {
        return;
    };
    let room = ecommpay_inbox::Room::new(3, 1 << 20);
    let options = Options::new(schema.config()).room(room);
    let inbox = options.open(NoTls).await.unwrap();
    let locker = schema.client().await.unwrap();
    locker
        .batch_execute("BEGIN; LOCK TABLE ecommpay_inbox_seen")
        .await
        .unwrap();
    let mut putting = JoinSet::new();
    for number in 0..20 {
        let inbox = inbox.clone();
        let arrival = Sample::of(&format!("p-{number}")).arrival(NOW).unwrap();
        putting.spawn(async move { inbox.put(arrival).await });
    }
    let first = putting.join_next().await.unwrap().unwrap();
    assert!(matches!(first, Err(InboxError::Full)), "{first:?}");
    locker.batch_execute("COMMIT").await.unwrap();
    let mut stored = 0;
    for put in putting.join_all().await {
        match put {
            Ok(Put::New(_)) => stored += 1,
            Err(InboxError::Full) => {}
            other => unreachable!("{other:?}"),
        }
    }
    assert!(stored >= 3, "{stored}");
    assert_eq!(inbox.backlog().await.unwrap().waiting, stored);
}
