//! What a callback costs in a small and in a large inbox.
//!
//! `cargo run --release -p ecommpay-inbox-sqlite --example sqlite_cost -- [FOLDER] [SMALL] [LARGE]`
//!
//! In FOLDER (by default that of this program, because a temporary one may lie in memory) it measures
//! `put` by 64 tasks with SMALL rows stored (10 000 by default), and by turns with LARGE (10 000 000 by
//! default, which takes some 14 GB for as long as it runs), and handling. Rows are filled in by SQL, as
//! if they had come before, with bodies of 1 100 bytes. This is row f of `cargo xtask bench`.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{Arrival, Inbox, LeaseRequest, Moment};
use ecommpay_inbox_sqlite::SqliteInbox;
use rusqlite::{Connection, params};
use tokio::task::JoinSet;

#[path = "../../ecommpay-bench/benches/support/row.rs"]
#[allow(dead_code, reason = "a part is used here")]
mod row;

use row::{Bound, Goal, Row};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CHUNK: u32 = 20_000;
const TASKS: usize = 64;
const ROUNDS: usize = 7;
const NOW: Moment = Moment::from_unix_millis(1_700_000_000_000);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let program = std::env::current_exe()?;
    let beside = program.parent().ok_or("a program lies in a folder")?;
    let folder = arguments
        .next()
        .map_or_else(|| beside.to_owned(), PathBuf::from);
    let mut rows = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (small, large): (i64, i64) = (rows(10_000)?, rows(10_000_000)?);
    let folder = tempfile::tempdir_in(folder)?;

    let mut stores = Vec::new();
    for rows in [small, large] {
        let path = folder.path().join(format!("inbox-{rows}.db"));
        SqliteInbox::open(&path)?.close().await;
        let begun = Instant::now();
        fill(&path, rows)?;
        eprintln!("{rows} rows filled in within {:.0?}", begun.elapsed());
        stores.push((rows, SqliteInbox::open(&path)?, Vec::new()));
    }
    // By turns, so that whatever else the machine does falls on both alike.
    for round in 0..ROUNDS {
        for (_, inbox, rounds) in &mut stores {
            rounds.push(Round::measure(inbox, arrivals(round)?).await?);
        }
    }
    let mut costs = Vec::new();
    for (rows, inbox, rounds) in &stores {
        let wall = median_micros(rounds.iter().map(|round| round.put));
        let cpu = median_micros(rounds.iter().map(|round| round.put_cpu));
        let handled = median_micros(rounds.iter().map(|round| round.handled));
        println!(
            "{rows:>10} rows: put {wall:.1} us, of which processor {cpu:.1} us; lease and acknowledge {handled:.1} us"
        );
        costs.push((wall, cpu));
        inbox.close().await;
    }
    if let ([(few, few_cpu), (many, many_cpu)], [(.., in_small), (.., in_large)]) =
        (&costs[..], &stores[..])
    {
        println!("processor time of a put {:.2} x", many_cpu / few_cpu);
        let turns = in_small.iter().zip(in_large);
        let mut ratios: Vec<f64> = turns.map(|(few, many)| many.put / few.put).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        Row {
            row: "f",
            what: format!("callback into SQLite with {large} stored, not {small}"),
            ours: many * 1e3,
            unit: "ns",
            bound: Some(Bound {
                name: "with the few",
                value: few * 1e3,
                ratio: ratios[ratios.len() / 2],
            }),
            must: Some(Goal::AtMost(1.25)),
            stretch: None,
        }
        .report()?;
    }
    Ok(())
}

/// Seconds that one chunk took.
struct Round {
    put: f64,
    put_cpu: f64,
    handled: f64,
}

impl Round {
    async fn measure(inbox: &SqliteInbox, chunk: Vec<Arrival>) -> Result<Self> {
        let (cpu, begun) = (cpu_seconds()?, Instant::now());
        put_all(inbox, chunk).await?;
        let (put, put_cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
        let begun = Instant::now();
        // What waits is finished, so that the next round finds the same.
        finish_all(inbox).await?;
        Ok(Self {
            put,
            put_cpu,
            handled: begun.elapsed().as_secs_f64(),
        })
    }
}

/// Fills in rows, ten of each second, up to the second before the samples' first. What is filled in
/// counts as taken into the queue and finished.
fn fill(path: &Path, rows: i64) -> Result<()> {
    const STEP: i64 = 500_000;
    let connection = Connection::open(path)?;
    // Nobody needs what is not finished; the inbox sets both again when it is opened.
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "cache_size", -500_000)?;
    let mut begin = 0;
    while begin < rows {
        let end = (begin + STEP).min(rows);
        let numbers = "WITH RECURSIVE number (n) AS (
            SELECT ?1 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?2)";
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute(
            &format!(
                "{numbers} INSERT INTO ecommpay_inbox_entry
                 (id, kind, project, payment, received_at, address, key_index, dates, digest, bytes)
                 SELECT n + 1, 1, 201, 'filled-' || n, (1699999199 - (?3 - n) / 10) * 1000, NULL, 0,
                        zeroblob(8), randomblob(32), zeroblob(1100)
                 FROM number"
            ),
            params![begin, end, rows],
        )?;
        connection.execute(
            "INSERT INTO ecommpay_inbox_seen (dated, digest, project, entry)
             SELECT received_at / 1000, digest, project, id FROM ecommpay_inbox_entry
             WHERE id > ?1 AND id <= ?2",
            params![begin, end],
        )?;
        connection.execute("UPDATE ecommpay_inbox_taken SET up_to = ?1", [end])?;
        connection.execute_batch("COMMIT")?;
        begin = end;
    }
    drop(connection);
    // What was filled in must not be written back while something is measured.
    std::fs::File::open(path)?.sync_all()?;
    Ok(())
}

/// New callbacks of one round, ten of each second.
fn arrivals(round: usize) -> Result<Vec<Arrival>> {
    let arrival = |number: u32| {
        let sample = Sample::of(&format!("order-{round}-{number}"));
        sample.at(u64::from(number) / 10).arrival(NOW)
    };
    Ok((0..CHUNK)
        .map(arrival)
        .collect::<std::result::Result<_, _>>()?)
}

/// Puts them by many tasks.
async fn put_all(inbox: &SqliteInbox, arrivals: Vec<Arrival>) -> Result<()> {
    let mut shares: Vec<Vec<Arrival>> = (0..TASKS).map(|_| Vec::new()).collect();
    for (number, arrival) in arrivals.into_iter().enumerate() {
        shares[number % TASKS].push(arrival);
    }
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
    Ok(())
}

/// Leases and acknowledges everything.
async fn finish_all(inbox: &SqliteInbox) -> Result<()> {
    let request = LeaseRequest::new("cost", TASKS, Duration::from_secs(600));
    loop {
        let leased = inbox.lease(NOW, request.clone()).await?;
        if leased.is_empty() {
            return Ok(());
        }
        let mut working = JoinSet::new();
        for one in leased {
            let inbox = inbox.clone();
            working.spawn(async move { inbox.acknowledge(one.lease(), NOW, None).await });
        }
        while let Some(task) = working.join_next().await {
            task??;
        }
    }
}

/// Microseconds for one callback, from the median of rounds in seconds.
fn median_micros(rounds: impl Iterator<Item = f64>) -> f64 {
    let mut rounds: Vec<f64> = rounds.collect();
    rounds.sort_unstable_by(f64::total_cmp);
    rounds[rounds.len() / 2] * 1e6 / f64::from(CHUNK)
}

/// Processor time of all threads so far: it does not depend on what else runs. Linux, in ticks of 10 ms.
fn cpu_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, numbers) = stat.rsplit_once(") ").ok_or("/proc/self/stat")?;
    let ticks = numbers.split(' ').skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<std::result::Result<f64, _>>()? / 100.0)
}
