//! Rows d and d2: a callback over HTTP until it is on disk and answered 200, held against a loop that
//! writes the same rows and does nothing else.

mod support;

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use ecommpay_axum::{CallbackReader, Projects, Receiver, callback_route};
use ecommpay_inbox_sqlite::SqliteInbox;
use ecommpay_model::ProjectId;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use support::contest::median;
use support::raw_http::{Sent, post, send_all};
use support::row::{Bound, Goal, Row, wanted};
use support::work;

const CALLBACKS: u64 = 10_000;
const CONNECTIONS: usize = 64;
const ROUNDS: u64 = 9;
/// Rows of one transaction of the bare loop.
const BATCH: usize = 256;

/// One round; rates are in one second.
struct Round {
    bare: f64,
    accepted: Sent,
    repeated: Sent,
    sync: Duration,
}

fn main() -> work::Outcome<()> {
    if !(wanted("d") || wanted("d2")) {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    // Beside the programs, where a shop's disk would be; a temporary folder may lie in memory.
    let beside = std::env::current_exe()?;
    let folder = tempfile::tempdir_in(beside.parent().ok_or("a program lies in a folder")?)?;
    let rounds = runtime.block_on(measure(folder.path()))?;
    report(&rounds)
}

async fn measure(folder: &Path) -> work::Outcome<Vec<Round>> {
    let inbox = SqliteInbox::open(folder.join("inbox.db"))?;
    let projects = Projects::new(ProjectId::new(work::PROJECT)?, work::keys()?);
    let receiver = Receiver::new(CallbackReader::new(projects), Arc::new(inbox.clone()));
    let routes: Router = Router::new().route("/callback", callback_route(Arc::new(receiver)));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let server = listener.local_addr()?;
    tokio::spawn(async move {
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await
    });

    let mut bare = BareLoop::open(&folder.join("bare.db"))?;
    let mut rounds = Vec::new();
    // The first round warms up.
    for round in 0..=ROUNDS {
        let bodies = work::callbacks(round * CALLBACKS..(round + 1) * CALLBACKS)?;
        let requests: Vec<Vec<u8>> = bodies.iter().map(|body| post("/callback", body)).collect();
        let measured = Round {
            sync: sync_time(&folder.join("sync"))?,
            bare: bare.write(&bodies)?,
            accepted: send_all(server, requests.clone(), CONNECTIONS).await?,
            repeated: send_all(server, requests, CONNECTIONS).await?,
        };
        if round > 0 {
            rounds.push(measured);
        }
    }
    inbox.close().await;
    Ok(rounds)
}

fn report(rounds: &[Round]) -> work::Outcome<()> {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    let accepted = of(|round| round.accepted.rate());
    let nanoseconds = |time: Duration| time.as_secs_f64() * 1e9;
    if wanted("d") {
        Row {
            row: "d",
            what: format!("callback over HTTP, in SQLite, 200; {CONNECTIONS} connections"),
            ours: accepted,
            unit: "/s",
            bound: Some(Bound {
                name: "rusqlite loop, batches of 256",
                value: of(|round| round.bare),
                ratio: of(|round| round.accepted.rate() / round.bare),
            }),
            must: Some(Goal::AtLeast(0.6)),
            stretch: Some(Goal::AtLeast(0.75)),
        }
        .report()?;
        Row {
            row: "d",
            what: "the same, 99 of 100 answered within".to_owned(),
            ours: median(rounds.iter().map(|round| nanoseconds(round.accepted.p99()))),
            unit: "ns",
            bound: Some(Bound {
                name: "fdatasync after 4 KiB, median",
                value: median(rounds.iter().map(|round| nanoseconds(round.sync))),
                ratio: of(|round| round.accepted.p99().as_secs_f64() / round.sync.as_secs_f64()),
            }),
            must: Some(Goal::AtMost(40.0)),
            stretch: None,
        }
        .report()?;
    }
    if wanted("d2") {
        Row {
            row: "d2",
            what: "duplicate of a stored callback".to_owned(),
            ours: of(|round| round.repeated.rate()),
            unit: "/s",
            bound: Some(Bound {
                name: "new callbacks (row d)",
                value: accepted,
                ratio: of(|round| round.repeated.rate() / round.accepted.rate()),
            }),
            must: Some(Goal::AtLeast(2.0)),
            stretch: Some(Goal::AtLeast(3.0)),
        }
        .report()?;
    }
    Ok(())
}

/// Writes bodies under a unique digest, as durably as the inbox.
struct BareLoop(Connection);

impl BareLoop {
    fn open(path: &Path) -> work::Outcome<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE row (id INTEGER PRIMARY KEY, digest BLOB UNIQUE, bytes BLOB)",
        )?;
        Ok(Self(connection))
    }

    /// Rows in one second.
    fn write(&mut self, bodies: &[Vec<u8>]) -> work::Outcome<f64> {
        let rows: Vec<(Vec<u8>, &[u8])> = bodies
            .iter()
            .map(|body| (Sha256::digest(body).to_vec(), body.as_slice()))
            .collect();
        let begun = Instant::now();
        for batch in rows.chunks(BATCH) {
            let transaction = self.0.transaction()?;
            let mut insert =
                transaction.prepare_cached("INSERT INTO row (digest, bytes) VALUES (?1, ?2)")?;
            for (digest, bytes) in batch {
                insert.execute(params![digest, bytes])?;
            }
            drop(insert);
            transaction.commit()?;
        }
        Ok(rows.len() as f64 / begun.elapsed().as_secs_f64())
    }
}

/// The median time of a durable append of 4 KiB.
fn sync_time(path: &Path) -> work::Outcome<Duration> {
    let mut file = std::fs::File::create(path)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
