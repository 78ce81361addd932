//! How fast callbacks become durable, beside a bare loop that writes the same rows.
//!
//! `cargo run --release -p ecommpay-inbox-sqlite --example throughput -- [FOLDER] [ROWS]`
//!
//! In FOLDER (the system's temporary one by default) it measures, on the same disk in one run:
//! a bare group commit of rusqlite, `put` by 64 tasks, the same again as duplicates, handling, and
//! `put` once more after ROWS rows (100 000 by default) are stored.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ecommpay_callback::CallbackVerifier;
use ecommpay_inbox::{Arrival, Inbox, Learned, LeaseRequest, Moment};
use ecommpay_inbox_sqlite::SqliteInbox;
use ecommpay_model::ProjectId;
use ecommpay_signature::{SecretKey, exact};
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CHUNK: u64 = 20_000;
const TASKS: usize = 64;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let rows: u64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let folder = tempfile::tempdir_in(folder)?;
    let sync = sync_time(&folder.path().join("sync"))?;
    println!("fdatasync p50                 {sync:>9.0?}");

    let rows = rows.next_multiple_of(CHUNK);
    let first = arrivals(0, CHUNK)?;
    let cpu = Cpu::begin()?;
    let bare = bare_loop(&folder.path().join("bare.db"), &first)?;
    println!("bare loop, batches of 256     {bare:>9.0} rows/s  {cpu}");

    let inbox = SqliteInbox::open(folder.path().join("inbox.db"))?;
    let cpu = Cpu::begin()?;
    let (early, early_waits) = put_all(&inbox, first.clone()).await?;
    println!(
        "put, {TASKS} tasks, empty store    {early:>9.0} rows/s  {:.0} % of bare  p50 {:?} p99 {:?} ({:.0} syncs)  {cpu}",
        early / bare * 100.0,
        early_waits.p50,
        early_waits.p99,
        early_waits.p99.as_secs_f64() / sync.as_secs_f64(),
    );
    let cpu = Cpu::begin()?;
    let (again, _) = put_all(&inbox, first).await?;
    println!(
        "duplicates                    {again:>9.0} rows/s  {:.1} x put  {cpu}",
        again / early
    );
    let cpu = Cpu::begin()?;
    let handled = handle_all(&inbox, CHUNK).await?;
    println!("lease, fold, acknowledge      {handled:>9.0} rows/s  {cpu}");

    let mut stored = CHUNK;
    let (mut last, mut cpu) = ((early, early_waits), Cpu::begin()?);
    while stored < rows {
        let next = arrivals(stored, CHUNK)?;
        cpu = Cpu::begin()?;
        last = put_all(&inbox, next).await?;
        stored += CHUNK;
    }
    println!(
        "put after {stored:>9} rows       {:>9.0} rows/s  cost {:.2} x  p50 {:?} p99 {:?}  {cpu}",
        last.0,
        early / last.0,
        last.1.p50,
        last.1.p99
    );
    let (again, _) = put_all(&inbox, arrivals(stored / 2, CHUNK)?).await?;
    println!("duplicates of old rows        {again:>9.0} rows/s");
    inbox.close().await;
    Ok(())
}

/// Callbacks of about 1.1 KB; each third one begins a payment, ids are spread at random.
fn arrivals(from: u64, count: u64) -> Result<Vec<Arrival>> {
    let key = SecretKey::new("throughput")?;
    let verifier = CallbackVerifier::new(SecretKey::new("throughput")?.into());
    let project = ProjectId::new(201)?;
    let received_at = Moment::from_unix_millis(1_700_000_000_000);
    let arrival = |number: u64| -> Result<Arrival> {
        let id = (number / 3).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let status =
            ["processing", "awaiting redirect result", "success"][usize::try_from(number % 3)?];
        let second = number / 30;
        let date = format!(
            "20{:02}-11-{:02}T{:02}:{:02}:{:02}+0000",
            20 + second / 86_400 / 28,
            1 + second / 86_400 % 28,
            second / 3600 % 24,
            second / 60 % 60,
            second % 60
        );
        let filler = "x".repeat(420);
        let body = format!(
            r#"{{"project_id":201,"payment":{{"id":"order-{id:016x}","type":"purchase","status":"{status}","date":"{date}","method":"alipay","sum":{{"amount":1000,"currency":"CNY"}},"description":"{filler}"}},"customer":{{"id":"customer-{number}"}},"operation":{{"id":{number},"type":"sale","status":"{status}","date":"{date}","created_date":"{date}","request_id":"85d4801f8fa9dead54d315ae19ecb4550201cdcaf-{number}","sum_initial":{{"amount":1000,"currency":"CNY"}},"sum_converted":{{"amount":1000,"currency":"CNY"}},"provider":{{"id":1189,"payment_id":"Abe9VAEokJyIqyRcX10TLkz30XQbmK3f","auth_code":""}},"code":"0","message":"Success"}}}}"#
        );
        let signature = exact::sign(body.as_bytes(), &key)?;
        let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
        Ok(Arrival::callback(
            project,
            verifier.verify(raw)?,
            received_at,
        ))
    };
    (from..from + count).map(arrival).collect()
}

fn bare_loop(path: &Path, arrivals: &[Arrival]) -> Result<f64> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE row (id INTEGER PRIMARY KEY, digest BLOB UNIQUE, bytes BLOB)",
    )?;
    let begun = Instant::now();
    for batch in arrivals.chunks(256) {
        let transaction = connection.transaction()?;
        let mut insert =
            transaction.prepare_cached("INSERT INTO row (digest, bytes) VALUES (?1, ?2)")?;
        for arrival in batch {
            insert.execute(params![arrival.digest(), arrival.bytes()])?;
        }
        drop(insert);
        transaction.commit()?;
    }
    Ok(arrivals.len() as f64 / begun.elapsed().as_secs_f64())
}

#[derive(Clone, Copy)]
struct Waits {
    p50: Duration,
    p99: Duration,
}

async fn put_all(inbox: &SqliteInbox, arrivals: Vec<Arrival>) -> Result<(f64, Waits)> {
    let count = arrivals.len();
    let mut shares: Vec<Vec<Arrival>> = (0..TASKS).map(|_| Vec::new()).collect();
    for (number, arrival) in arrivals.into_iter().enumerate() {
        shares[number % TASKS].push(arrival);
    }
    let inbox = Arc::new(inbox.clone());
    let begun = Instant::now();
    let tasks: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let inbox = Arc::clone(&inbox);
            tokio::spawn(async move {
                let mut waits = Vec::with_capacity(share.len());
                for arrival in share {
                    let begun = Instant::now();
                    inbox.put(arrival).await?;
                    waits.push(begun.elapsed());
                }
                Result::Ok(waits)
            })
        })
        .collect();
    let mut waits = Vec::with_capacity(count);
    for task in tasks {
        waits.extend(task.await??);
    }
    let taken = begun.elapsed();
    waits.sort_unstable();
    let at = |share: usize| waits[(count * share / 100).min(count - 1)];
    Ok((
        count as f64 / taken.as_secs_f64(),
        Waits {
            p50: at(50),
            p99: at(99),
        },
    ))
}

async fn handle_all(inbox: &SqliteInbox, count: u64) -> Result<f64> {
    let now = Moment::from_unix_millis(1_700_000_000_000);
    let begun = Instant::now();
    loop {
        let request = LeaseRequest::new("throughput", TASKS, Duration::from_secs(60));
        let leased = inbox.lease(now, request).await?;
        if leased.is_empty() {
            return Ok(count as f64 / begun.elapsed().as_secs_f64());
        }
        let mut tasks = Vec::new();
        for one in leased {
            let inbox = inbox.clone();
            tasks.push(tokio::spawn(async move {
                let entry = one.entry();
                let payment = entry.payment_id().ok_or("a payment")?;
                let ecommpay_inbox::Document::Callback(callback) = entry.read()? else {
                    return Err("a callback".into());
                };
                let learned = Learned::from_callback(
                    entry.project_id(),
                    payment,
                    &callback,
                    entry.received_at(),
                )?;
                inbox.acknowledge(one.lease(), now, Some(learned)).await?;
                Result::Ok(())
            }));
        }
        for task in tasks {
            task.await??;
        }
    }
}

/// Processor time of all threads, for one of `CHUNK` rows: it does not depend on what else runs.
struct Cpu(f64);

impl Cpu {
    fn begin() -> Result<Self> {
        Ok(Self(Self::seconds()?))
    }

    /// User and system time in ticks of 10 ms.
    fn seconds() -> Result<f64> {
        let stat = std::fs::read_to_string("/proc/self/stat")?;
        let (_, numbers) = stat.rsplit_once(") ").ok_or("/proc/self/stat")?;
        let ticks = numbers.split(' ').skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<std::result::Result<f64, _>>()? / 100.0)
    }
}

impl std::fmt::Display for Cpu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = Self::seconds().map_err(|_| std::fmt::Error)? - self.0;
        write!(f, "cpu {:.1} us", seconds * 1e6 / CHUNK as f64)
    }
}

/// The median time of a durable append of 4 KiB.
fn sync_time(path: &Path) -> Result<Duration> {
    use std::io::Write;
    let mut file = std::fs::File::create(path)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[100])
}
