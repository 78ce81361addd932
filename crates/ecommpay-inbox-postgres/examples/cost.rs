//! What a callback costs in a small and in a large inbox.
//!
//! `cargo run --release -p ecommpay-inbox-postgres --example cost -- [SMALL] [LARGE]`
//!
//! On the PostgreSQL that the tests find, in a schema of its own, it measures `put` by 64 tasks with
//! SMALL finished rows (10 000 by default), and again with LARGE (10 000 000 by default, which takes
//! some 6 GB), and handling. Rows are filled in by SQL, as if they had come before; their bodies are
//! short, because bodies are appended and cost the same wherever the table ends.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::error::Error;
use std::time::{Duration, Instant};

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{Inbox, LeaseRequest, Moment};
use ecommpay_inbox_postgres::test_server::TestSchema;
use ecommpay_inbox_postgres::tokio_postgres::{Client, NoTls};
use ecommpay_inbox_postgres::{Options, PostgresInbox};
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CHUNK: u64 = 20_000;
const TASKS: u64 = 64;
const ROUNDS: usize = 5;
const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut rows = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (small, large): (i64, i64) = (rows(10_000)?, rows(10_000_000)?);
    let schema = TestSchema::create().await.ok_or("no PostgreSQL answers")?;
    let inbox = Options::new(schema.config()).open(NoTls).await?;
    let server = schema.client().await?;

    let mut filled = 0;
    let mut costs = Vec::new();
    for rows in [small, large] {
        fill(&server, filled, rows, large).await?;
        filled = rows;
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            let before = Meter::read(&server).await?;
            let name = format!("{rows}-{round}");
            let took = put_chunk(&inbox, &name).await?;
            let after = Meter::read(&server).await?;
            rounds.push((took, after.wal - before.wal, after.read - before.read));
            // What waits is finished, so that the next round finds the same.
            let begun = Instant::now();
            finish_all(&inbox).await?;
            if round + 1 == ROUNDS {
                let rate = CHUNK as f64 / begun.elapsed().as_secs_f64();
                println!("lease, acknowledge {rate:>9.0} rows/s");
            }
        }
        rounds.sort_unstable();
        let (took, wal, read) = rounds[ROUNDS / 2];
        let micros = took.as_secs_f64() * 1e6 / CHUNK as f64;
        println!(
            "put at {rows:>10} rows {:>9.0} rows/s  {micros:.0} us  {:.0} bytes of WAL  {:.3} pages read",
            1e6 / micros,
            wal as f64 / CHUNK as f64,
            read as f64 / CHUNK as f64
        );
        costs.push(micros);
    }
    if let [small, large] = costs[..] {
        println!("cost {:.2} x", large / small);
    }
    inbox.close().await;
    Ok(())
}

/// Puts so many new callbacks by many tasks.
async fn put_chunk(inbox: &PostgresInbox, name: &str) -> Result<Duration> {
    let mut shares = Vec::new();
    for task in 0..TASKS {
        let numbers = (0..CHUNK).filter(|number| number % TASKS == task);
        let arrival = |number: u64| {
            let sample = Sample::of(&format!("order-{name}-{number}"));
            sample.at(number / 10).arrival(NOW)
        };
        shares.push(
            numbers
                .map(arrival)
                .collect::<std::result::Result<Vec<_>, _>>()?,
        );
    }
    let begun = Instant::now();
    let mut putting = JoinSet::new();
    for share in shares {
        let inbox = inbox.clone();
        putting.spawn(async move {
            for arrival in share {
                inbox.put(arrival).await?;
            }
            Ok::<_, ecommpay_inbox::InboxError>(())
        });
    }
    while let Some(task) = putting.join_next().await {
        task??;
    }
    Ok(begun.elapsed())
}

/// Leases and acknowledges everything, by eight workers.
async fn finish_all(inbox: &PostgresInbox) -> Result<()> {
    let mut working = JoinSet::new();
    for _ in 0..8 {
        let inbox = inbox.clone();
        working.spawn(async move {
            let request = LeaseRequest::new("cost", 32, Duration::from_secs(600));
            loop {
                let leased = inbox.lease(NOW, request.clone()).await?;
                if leased.is_empty() {
                    return Ok::<_, ecommpay_inbox::InboxError>(());
                }
                for one in leased {
                    inbox.acknowledge(one.lease(), NOW, None).await?;
                }
            }
        });
    }
    while let Some(task) = working.join_next().await {
        task??;
    }
    Ok(())
}

/// Fills in finished rows, ten of each second, up to the second before the samples' first.
async fn fill(server: &Client, from: i64, to: i64, all: i64) -> Result<()> {
    const STEP: i64 = 500_000;
    let mut begin = from;
    while begin < to {
        let end = (begin + STEP).min(to);
        server
            .execute(
                "WITH filled AS (
                    SELECT nextval('ecommpay_inbox_number') AS id, n,
                           1699999199 - ($3 - n) / 10 AS dated, sha256(int8send(n)) AS digest
                    FROM generate_series($1::bigint, $2::bigint - 1) AS n),
                 seen AS (
                    INSERT INTO ecommpay_inbox_seen
                    SELECT dated, digest, 201, id FROM filled)
                 INSERT INTO ecommpay_inbox_entry
                 SELECT id, 1, 201, 'filled-' || n, dated * 1000, NULL, 0, int8send(dated), digest,
                        decode(repeat('7b', 60), 'hex')
                 FROM filled",
                &[&begin, &end, &all],
            )
            .await?;
        begin = end;
        eprintln!("{end} rows");
    }
    for table in ["entry", "seen", "queue"] {
        server
            .batch_execute(&format!("VACUUM ANALYZE ecommpay_inbox_{table}"))
            .await?;
    }
    // What was filled in must not be written back while something is measured.
    if let Err(error) = server.batch_execute("CHECKPOINT").await {
        eprintln!("no checkpoint before measuring: {error}");
    }
    Ok(())
}

/// What the server has done so far.
struct Meter {
    wal: i64,
    read: i64,
}

impl Meter {
    async fn read(server: &Client) -> Result<Self> {
        let row = server
            .query_one(
                "SELECT (pg_current_wal_lsn() - '0/0')::bigint, sum(heap_blks_read + idx_blks_read)::bigint
                 FROM pg_statio_user_tables WHERE schemaname = current_schema()",
                &[],
            )
            .await?;
        Ok(Self {
            wal: row.try_get(0)?,
            read: row.try_get(1)?,
        })
    }
}
