//! The tables, and how older ones become newer ones.
//!
//! The inbox may share its schema with the shop, so every name begins with `ecommpay_inbox_`. Steps
//! only go forward. Each is one transaction together with its version, under a lock: a process that
//! dies in the middle leaves the step undone, and of several that start at once one makes it.
//!
//! | table | what | grows |
//! |---|---|---|
//! | `entry` | what came, never changed | at its end |
//! | `seen` | digests, by the date of the content ([`Filing`](ecommpay_inbox::Filing)) | near its end |
//! | `fresh` | blocks of numbers whose entries were never looked at | stays small |
//! | `queue` | what was looked at and is not finished | stays small |
//! | `payment` | the payments view | with the payments |
//!
//! So taking in a callback appends to two indexes; what the queue has to know about it is written when
//! it is looked at, while nobody waits for an answer. And finishing one leaves `entry` and `seen` alone.
//!
//! Numbers come from a sequence that keeps none in stock, in blocks of 256, one for each batch of
//! arrivals: a callback that comes after another was answered has the greater number, whichever
//! instance took it.

use deadpool_postgres::{Client, Transaction};

use crate::OpenError;

/// The steps in their order; a step that has been released is never changed.
pub(crate) const STEPS: [&str; 4] = [
    "CREATE SEQUENCE ecommpay_inbox_number AS bigint CACHE 1;
    CREATE TABLE ecommpay_inbox_entry (
        id bigint PRIMARY KEY,
        kind smallint NOT NULL,
        project bigint NOT NULL,
        payment text COLLATE \"C\",
        received_at bigint NOT NULL,
        address inet,
        key_index bigint,
        dates bytea NOT NULL,
        digest bytea NOT NULL,
        bytes bytea NOT NULL
    );
    CREATE TABLE ecommpay_inbox_seen (
        dated bigint NOT NULL,
        digest bytea NOT NULL,
        project bigint NOT NULL,
        entry bigint NOT NULL,
        PRIMARY KEY (dated, digest, project)
    );",
    // Rows come and go, so the table is cleaned long before a fifth of it is dead.
    "CREATE TABLE ecommpay_inbox_queue (
        entry bigint PRIMARY KEY,
        project bigint NOT NULL,
        payment_key text COLLATE \"C\",
        standing smallint NOT NULL,
        due bigint,
        token bigint NOT NULL,
        attempts bigint NOT NULL,
        worker text,
        reason text,
        detail text,
        parked_at bigint
    ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
    CREATE INDEX ecommpay_inbox_queue_fresh ON ecommpay_inbox_queue (entry) WHERE standing = 0;
    CREATE INDEX ecommpay_inbox_queue_due ON ecommpay_inbox_queue (due, entry)
        WHERE due IS NOT NULL;
    CREATE INDEX ecommpay_inbox_queue_payment
        ON ecommpay_inbox_queue (project, payment_key, entry) WHERE payment_key IS NOT NULL;
    CREATE UNIQUE INDEX ecommpay_inbox_queue_in_hands
        ON ecommpay_inbox_queue (project, payment_key)
        WHERE standing = 2 AND payment_key IS NOT NULL;
    CREATE INDEX ecommpay_inbox_queue_parked ON ecommpay_inbox_queue (entry) WHERE standing = 4;",
    "CREATE TABLE ecommpay_inbox_payment (
        project bigint NOT NULL,
        payment_key text COLLATE \"C\" NOT NULL,
        status text COLLATE \"C\" NOT NULL,
        method text COLLATE \"C\" NOT NULL,
        since bigint NOT NULL,
        heard_at bigint,
        is_open boolean NOT NULL,
        asking smallint NOT NULL,
        ask_at bigint,
        state bytea NOT NULL,
        PRIMARY KEY (project, payment_key)
    ) WITH (fillfactor = 80);
    CREATE INDEX ecommpay_inbox_payment_by_status ON ecommpay_inbox_payment (status, since);
    CREATE INDEX ecommpay_inbox_payment_by_method ON ecommpay_inbox_payment (method, since);
    CREATE INDEX ecommpay_inbox_payment_by_age ON ecommpay_inbox_payment (since);
    CREATE INDEX ecommpay_inbox_payment_unasked ON ecommpay_inbox_payment (method, since)
        WHERE is_open AND asking = 0;
    CREATE INDEX ecommpay_inbox_payment_asked ON ecommpay_inbox_payment (ask_at)
        WHERE is_open AND asking = 1;",
    // What is fresh in the queue by then stays there until its turn comes.
    // An entry bears the key of its payment where that is not its id.
    "ALTER SEQUENCE ecommpay_inbox_number INCREMENT BY 256;
    ALTER TABLE ecommpay_inbox_entry ADD COLUMN payment_key text COLLATE \"C\";
    CREATE TABLE ecommpay_inbox_fresh (
        start bigint PRIMARY KEY,
        entries bigint NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
    CREATE TYPE ecommpay_inbox_arrival AS (
        place bigint,
        dated bigint,
        kind smallint,
        project bigint,
        payment text,
        payment_key text,
        received_at bigint,
        address inet,
        key_index bigint,
        dates bytea,
        digest bytea,
        bytes bytea
    );",
];

/// How many numbers the sequence gives out at once.
pub(crate) const NUMBERS_IN_BLOCK: usize = 256;

/// The first key of the lock that lets one process at a time change the tables of a schema.
const MIGRATION_LOCK: i32 = 0x65_63_70_69;

/// Brings the tables to the newest version.
pub(crate) async fn migrate(client: &mut Client) -> Result<(), OpenError> {
    migrate_to(client, STEPS.len()).await
}

/// Brings the tables to this version, if they are older.
pub(crate) async fn migrate_to(client: &mut Client, wanted: usize) -> Result<(), OpenError> {
    let failed = OpenError::postgres("bringing the tables to the newest version");
    let schema: Option<String> = client
        .query_one("SELECT current_schema()::text", &[])
        .await
        .and_then(|row| row.try_get(0))
        .map_err(&failed)?;
    if schema.is_none() {
        return Err(OpenError::NoSchema);
    }
    loop {
        let transaction = client.transaction().await.map_err(&failed)?;
        lock(&transaction).await.map_err(&failed)?;
        let found = version(&transaction).await.map_err(&failed)?;
        let Some(step) = STEPS.iter().take(wanted).nth(found) else {
            transaction.rollback().await.map_err(&failed)?;
            let known = STEPS.len();
            return if found > known {
                Err(OpenError::NewerSchema { found, known })
            } else {
                Ok(())
            };
        };
        run_step(&transaction, found, step).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
    }
}

async fn lock(transaction: &Transaction<'_>) -> Result<(), tokio_postgres::Error> {
    // Another instance may be in the middle of a long step.
    transaction
        .batch_execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
        .await?;
    transaction
        .execute(
            "SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))",
            &[&MIGRATION_LOCK],
        )
        .await
        .map(drop)
}

async fn run_step(
    transaction: &Transaction<'_>,
    before: usize,
    step: &str,
) -> Result<(), tokio_postgres::Error> {
    if before == 0 {
        transaction
            .batch_execute(
                "CREATE TABLE ecommpay_inbox_schema (
                    only_row boolean PRIMARY KEY CHECK (only_row),
                    version bigint NOT NULL
                );
                INSERT INTO ecommpay_inbox_schema VALUES (TRUE, 0);",
            )
            .await?;
    }
    transaction.batch_execute(step).await?;
    let version = i64::try_from(before + 1).unwrap_or(i64::MAX);
    transaction
        .execute("UPDATE ecommpay_inbox_schema SET version = $1", &[&version])
        .await
        .map(drop)
}

/// How many steps the tables have made.
pub(crate) async fn version(transaction: &Transaction<'_>) -> Result<usize, tokio_postgres::Error> {
    let exists: bool = transaction
        .query_one(
            "SELECT to_regclass('ecommpay_inbox_schema') IS NOT NULL",
            &[],
        )
        .await?
        .try_get(0)?;
    if !exists {
        return Ok(0);
    }
    let version: i64 = transaction
        .query_one("SELECT version FROM ecommpay_inbox_schema", &[])
        .await?
        .try_get(0)?;
    // What is negative or beyond all reason is newer than we know.
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use deadpool_postgres::Pool;
    use ecommpay_inbox::contract::samples::Sample;
    use ecommpay_inbox::{Inbox as _, LeaseRequest, Moment};
    use tokio_postgres::NoTls;

    use super::*;
    use crate::Options;
    use crate::connection::pool;
    use crate::test_server::{DropsSchema, TestSchema};

    async fn fresh() -> Option<(DropsSchema, Pool)> {
        let schema = TestSchema::create().await?;
        let pool = pool(&schema.config(), NoTls, 4).unwrap();
        Some((schema, pool))
    }

    async fn version_now(client: &mut Client) -> usize {
        version(&client.transaction().await.unwrap()).await.unwrap()
    }

    /// The columns and indexes of our tables, in words.
    async fn shape(client: &Client) -> Vec<String> {
        let shape = client
            .query(
                "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
                 FROM information_schema.columns WHERE table_schema = current_schema()
                 UNION ALL
                 SELECT replace(indexdef, current_schema(), '') FROM pg_indexes
                 WHERE schemaname = current_schema() ORDER BY 1",
                &[],
            )
            .await
            .unwrap();
        shape.iter().map(|row| row.get(0)).collect()
    }

    /// A process that dies in the middle of a step, or between two, leaves tables that the next one
    /// brings to the newest version.
    #[tokio::test]
    async fn migrations_can_stop_anywhere() {
        let Some((_schema, pool)) = fresh().await else {
            return;
        };
        let mut whole = pool.get().await.unwrap();
        migrate(&mut whole).await.unwrap();
        let wanted = shape(&whole).await;
        assert!(wanted.len() > 30, "{wanted:?}");
        for (done, step) in STEPS.iter().enumerate() {
            let Some((_schema, pool)) = fresh().await else {
                return;
            };
            let mut client = pool.get().await.unwrap();
            migrate_to(&mut client, done).await.unwrap();
            let transaction = client.transaction().await.unwrap();
            lock(&transaction).await.unwrap();
            run_step(&transaction, done, step).await.unwrap();
            // Its connection ends before the commit.
            drop(transaction);
            drop(Client::take(client));
            let mut client = pool.get().await.unwrap();
            assert_eq!(version_now(&mut client).await, done);
            migrate(&mut client).await.unwrap();
            assert_eq!(version_now(&mut client).await, STEPS.len());
            assert_eq!(shape(&client).await, wanted, "after a stop in step {done}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn several_may_start_at_once() {
        let Some((_schema, pool)) = fresh().await else {
            return;
        };
        let mut starting = Vec::new();
        for _ in 0..4 {
            let pool = pool.clone();
            starting.push(tokio::spawn(async move {
                migrate(&mut pool.get().await.unwrap()).await
            }));
        }
        for one in starting {
            one.await.unwrap().unwrap();
        }
        let mut client = pool.get().await.unwrap();
        assert_eq!(version_now(&mut client).await, STEPS.len());
    }

    #[tokio::test]
    async fn newer_tables_are_refused() {
        let Some((_schema, pool)) = fresh().await else {
            return;
        };
        let mut client = pool.get().await.unwrap();
        migrate(&mut client).await.unwrap();
        client
            .execute("UPDATE ecommpay_inbox_schema SET version = 99", &[])
            .await
            .unwrap();
        let refused = migrate(&mut client).await.unwrap_err();
        assert!(
            matches!(refused, OpenError::NewerSchema { found: 99, .. }),
            "{refused}"
        );
    }

    #[tokio::test]
    async fn a_place_for_the_tables_is_needed() {
        let Some((schema, _)) = fresh().await else {
            return;
        };
        let mut config = schema.config();
        config.options("-c search_path=no_such_schema");
        let pool = pool(&config, NoTls, 1).unwrap();
        let refused = migrate(&mut pool.get().await.unwrap()).await.unwrap_err();
        assert!(matches!(refused, OpenError::NoSchema), "{refused}");
    }

    /// What an older version has taken into its queue is handed out, before what comes later; and new
    /// numbers come after the old ones.
    #[tokio::test]
    async fn what_an_older_version_stored_is_handed_out() {
        let Some((schema, pool)) = fresh().await else {
            return;
        };
        let mut client = pool.get().await.unwrap();
        migrate_to(&mut client, 3).await.unwrap();
        client
            .batch_execute(
                "INSERT INTO ecommpay_inbox_entry (id, kind, project, payment, received_at, dates,
                                                   digest, bytes)
                 SELECT nextval('ecommpay_inbox_number'), 1, 201, 'Old', 0, int8send(0),
                        sha256(n::text::bytea), '{}'
                 FROM generate_series(1, 300) AS n;
                 INSERT INTO ecommpay_inbox_seen SELECT 0, digest, project, id FROM ecommpay_inbox_entry;
                 INSERT INTO ecommpay_inbox_queue (entry, project, payment_key, standing, token, attempts)
                 SELECT id, project, 'old', 0, 0, 0 FROM ecommpay_inbox_entry;",
            )
            .await
            .unwrap();
        let inbox = Options::new(schema.config()).open(NoTls).await.unwrap();
        assert_eq!(inbox.backlog().await.unwrap().waiting, 300);
        let now = Moment::from_unix_millis(1_700_000_000_000);
        let later = Sample::of("old").arrival(now).unwrap();
        let put = inbox.put(later).await.unwrap();
        assert!(put.entry_id().value() > 300, "{put:?}");
        assert_eq!(inbox.backlog().await.unwrap().waiting, 301);
        assert_eq!(inbox.doctor().await.unwrap(), Vec::<String>::new());
        let request = LeaseRequest::new("worker", 1, Duration::from_secs(60));
        for number in (1..=300).chain([put.entry_id().value()]) {
            let leased = inbox.lease(now, request.clone()).await.unwrap();
            let [leased] = &leased[..] else {
                panic!("{} are leased for {number}", leased.len());
            };
            assert_eq!(leased.entry().id().value(), number);
            inbox.acknowledge(leased.lease(), now, None).await.unwrap();
        }
        assert_eq!(inbox.backlog().await.unwrap().waiting, 0);
    }

    /// What is finished costs no index but the two that say what has come.
    #[tokio::test]
    async fn finished_entries_lie_in_two_indexes() {
        let Some((_schema, pool)) = fresh().await else {
            return;
        };
        let mut client = pool.get().await.unwrap();
        migrate(&mut client).await.unwrap();
        let indexes = client
            .query(
                "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema()
                 AND tablename IN ('ecommpay_inbox_entry', 'ecommpay_inbox_seen') ORDER BY 1",
                &[],
            )
            .await
            .unwrap();
        let names: Vec<String> = indexes.iter().map(|row| row.get(0)).collect();
        assert_eq!(
            names,
            ["ecommpay_inbox_entry_pkey", "ecommpay_inbox_seen_pkey"]
        );
    }
}
