//! What a callback costs in a small and in a large inbox.
//!
//! `cargo run --release -p ecommpay-inbox-postgres --example postgres_cost -- [SMALL] [LARGE]`
//!
//! On the PostgreSQL that the tests find, in schemas of its own, it measures `put` by 64 tasks with
//! SMALL finished rows (10 000 by default), and by turns with LARGE (10 000 000 by default, which takes
//! some 16 GB for as long as it runs), and handling. Rows are filled in by SQL, as if they had come
//! before, with bodies of 1 100 bytes. This is row f of `cargo xtask bench`.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::error::Error;
use std::time::{Duration, Instant};

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{Inbox, LeaseRequest, Moment};
use ecommpay_inbox_postgres::test_server::{DropsSchema, TestSchema};
use ecommpay_inbox_postgres::tokio_postgres::{Client, NoTls};
use ecommpay_inbox_postgres::{Options, PostgresInbox};
use tokio::task::JoinSet;

#[path = "../../ecommpay-bench/benches/support/row.rs"]
#[allow(dead_code, reason = "a part is used here")]
mod row;

use row::{Bound, Goal, Row};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CHUNK: u64 = 20_000;
const TASKS: u64 = 64;
const ROUNDS: usize = 7;
const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut rows = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (small, large): (i64, i64) = (rows(10_000)?, rows(10_000_000)?);
    let (Some(mut few), Some(mut many)) = (Store::fill(small).await?, Store::fill(large).await?)
    else {
        // What is missing has been said loudly; the table says it as well.
        return report(
            "LEFT OUT, no PostgreSQL answers: callback into PostgreSQL with many stored".to_owned(),
            f64::NAN,
            None,
        );
    };
    // What was filled in must not be written back while something is measured.
    if let Err(error) = few.server.batch_execute("CHECKPOINT").await {
        eprintln!("no checkpoint before measuring: {error}");
    }
    // By turns, so that whatever else the machine does falls on both alike.
    for round in 0..ROUNDS {
        few.measure(round).await?;
        many.measure(round).await?;
    }
    let (cost_of_few, cost_of_many) = (few.tell(), many.tell());
    let turns = few.rounds.iter().zip(&many.rounds);
    let bound = Bound {
        name: "with the few",
        value: cost_of_few * 1e3,
        ratio: median(turns.map(|(few, many)| many.put / few.put)),
    };
    few.inbox.close().await;
    many.inbox.close().await;
    report(
        format!("callback into PostgreSQL with {large} stored, not {small}"),
        cost_of_many * 1e3,
        Some(bound),
    )
}

fn report(what: String, ours: f64, bound: Option<Bound>) -> Result<()> {
    let must = bound.is_some().then_some(Goal::AtMost(1.25));
    Row {
        row: "f",
        what,
        ours,
        unit: "ns",
        bound,
        must,
        stretch: None,
    }
    .report()?;
    Ok(())
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// An inbox in a schema of its own, with what was measured of it.
struct Store {
    rows: i64,
    inbox: PostgresInbox,
    server: Client,
    rounds: Vec<Round>,
    /// Dropped with this.
    _schema: DropsSchema,
}

/// Of one callback in one round: microseconds, bytes, pages.
struct Round {
    put: f64,
    handled: f64,
    wal: f64,
    read: f64,
}

impl Store {
    /// An inbox with so many finished rows; none where no server answers.
    async fn fill(rows: i64) -> Result<Option<Self>> {
        let Some(schema) = TestSchema::create().await else {
            return Ok(None);
        };
        let inbox = Options::new(schema.config()).open(NoTls).await?;
        let server = schema.client().await?;
        let begun = Instant::now();
        fill(&server, rows).await?;
        eprintln!("{rows} rows filled in within {:.0?}", begun.elapsed());
        Ok(Some(Self {
            rows,
            inbox,
            server,
            rounds: Vec::new(),
            _schema: schema,
        }))
    }

    async fn measure(&mut self, round: usize) -> Result<()> {
        let before = Meter::read(&self.server).await?;
        let took = put_chunk(&self.inbox, &format!("{round}")).await?;
        let after = Meter::read(&self.server).await?;
        // What waits is finished, so that the next round finds the same.
        let begun = Instant::now();
        finish_all(&self.inbox).await?;
        let each = |time: Duration| time.as_secs_f64() * 1e6 / CHUNK as f64;
        self.rounds.push(Round {
            put: each(took),
            handled: each(begun.elapsed()),
            wal: (after.wal - before.wal) as f64 / CHUNK as f64,
            read: (after.read - before.read) as f64 / CHUNK as f64,
        });
        Ok(())
    }

    /// Prints what was measured and gives the microseconds of a put.
    fn tell(&self) -> f64 {
        let of = |figure: fn(&Round) -> f64| median(self.rounds.iter().map(figure));
        let put = of(|round| round.put);
        println!(
            "{:>10} rows: put {put:.1} us, {:.0} bytes of WAL, {:.3} pages read; lease and acknowledge {:.1} us",
            self.rows,
            of(|round| round.wal),
            of(|round| round.read),
            of(|round| round.handled),
        );
        put
    }
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
async fn fill(server: &Client, rows: i64) -> Result<()> {
    const STEP: i64 = 500_000;
    // Cleaning up begins by itself when much was inserted, and would be measured as well.
    server
        .batch_execute(
            "SET synchronous_commit = off;
             ALTER TABLE ecommpay_inbox_entry SET (autovacuum_enabled = false);
             ALTER TABLE ecommpay_inbox_seen SET (autovacuum_enabled = false)",
        )
        .await?;
    let body = [b'{'; 1100];
    let mut begin = 0;
    while begin < rows {
        let end = (begin + STEP).min(rows);
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
                 SELECT id, 1, 201, 'filled-' || n, dated * 1000, NULL, 0, int8send(dated), digest, $4
                 FROM filled",
                &[&begin, &end, &rows, &&body[..]],
            )
            .await?;
        begin = end;
    }
    let analyze = "ANALYZE ecommpay_inbox_entry; ANALYZE ecommpay_inbox_seen";
    Ok(server.batch_execute(analyze).await?)
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
