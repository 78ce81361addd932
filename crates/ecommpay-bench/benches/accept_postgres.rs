//! Row d3: a callback over HTTP to one of two processes, until PostgreSQL has it on disk and it is
//! answered 200; held against one connection that inserts the same bodies and does nothing else.
//!
//! The database is found as the tests find it. The receiving processes are this program again.

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use ecommpay_axum::{CallbackReader, Projects, Receiver, callback_route};
use ecommpay_inbox_postgres::Options;
use ecommpay_inbox_postgres::test_server::TestSchema;
use ecommpay_inbox_postgres::tokio_postgres::{Client, NoTls, Statement};
use ecommpay_model::ProjectId;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use support::contest::median;
use support::raw_http::{post, send_all};
use support::row::{Bound, Goal, Row, wanted};
use support::work;

/// Of a round: so many that what the server puts off, as writing its pages out and making new files,
/// falls into the round that is the cause.
const CALLBACKS: u64 = 60_000;
const PROCESSES: usize = 2;
/// Of all processes together.
const CONNECTIONS: usize = 64;
const ROUNDS: u64 = 7;
/// Rows of one statement of the bare loop.
const BATCH: usize = 256;
/// With the name of a schema: receive, instead of measuring.
const RECEIVE: &str = "--receive-into";

/// Rates of one round, in one second.
struct Round {
    bare: f64,
    accepted: f64,
}

fn main() -> work::Outcome<()> {
    let mut words = std::env::args().skip(1);
    // Several processes share the machine, so each has one thread.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if words.next().as_deref() == Some(RECEIVE) {
        let schema = words.next().ok_or("which schema?")?;
        return runtime.block_on(receive(&schema));
    }
    if !wanted("d3") {
        return Ok(());
    }
    match runtime.block_on(measure())? {
        Some(rounds) => report(&rounds),
        None => report_left_out(),
    }
}

/// Nothing where no database answers, which has been said loudly then.
async fn measure() -> work::Outcome<Option<Vec<Round>>> {
    let Some(schema) = TestSchema::create().await else {
        return Ok(None);
    };
    let bare = BareLoop::prepare(schema.client().await?).await?;
    let mut receivers = Vec::new();
    for _ in 0..PROCESSES {
        receivers.push(Instance::start(schema.name())?);
    }
    let mut rounds = Vec::new();
    // The first round warms up.
    for round in 0..=ROUNDS {
        let bodies = work::callbacks(round * CALLBACKS..(round + 1) * CALLBACKS)?;
        let measured = Round {
            bare: bare.write(&bodies).await?,
            accepted: accept(&receivers, &bodies).await?,
        };
        if round > 0 {
            rounds.push(measured);
        }
    }
    for receiver in receivers {
        receiver.stop()?;
    }
    Ok(Some(rounds))
}

/// Sends the bodies to all processes in equal parts; callbacks in one second.
async fn accept(receivers: &[Instance], bodies: &[Vec<u8>]) -> work::Outcome<f64> {
    let mut shares: Vec<Vec<Vec<u8>>> = receivers.iter().map(|_| Vec::new()).collect();
    for (number, body) in bodies.iter().enumerate() {
        shares[number % receivers.len()].push(post("/callback", body));
    }
    let connections = CONNECTIONS / receivers.len();
    let begun = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for (receiver, share) in receivers.iter().zip(shares) {
        sending.spawn(send_all(receiver.address, share, connections));
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(bodies.len() as f64 / begun.elapsed().as_secs_f64())
}

fn report(rounds: &[Round]) -> work::Outcome<()> {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    Row {
        row: "d3",
        what: format!(
            "callback over HTTP, in PostgreSQL, 200; {CONNECTIONS} connections, {PROCESSES} processes"
        ),
        ours: of(|round| round.accepted),
        unit: "/s",
        bound: Some(Bound {
            name: "tokio-postgres loop, unnest of 256",
            value: of(|round| round.bare),
            ratio: of(|round| round.accepted / round.bare),
        }),
        must: Some(Goal::AtLeast(0.4)),
        stretch: Some(Goal::AtLeast(0.6)),
    }
    .report()?;
    Ok(())
}

/// The table says it as well.
fn report_left_out() -> work::Outcome<()> {
    Row {
        row: "d3",
        what: "LEFT OUT, no PostgreSQL answers: callback over HTTP, in PostgreSQL, 200".to_owned(),
        ours: f64::NAN,
        unit: "/s",
        bound: None,
        must: None,
        stretch: None,
    }
    .report()?;
    Ok(())
}

/// A process that receives callbacks.
struct Instance {
    process: Child,
    address: SocketAddr,
}

impl Instance {
    fn start(schema: &str) -> work::Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([RECEIVE, schema])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("no output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let address = address.trim_end().parse()?;
        Ok(Self { process, address })
    }

    /// It ends when its input does.
    fn stop(mut self) -> work::Outcome<()> {
        drop(self.process.stdin.take());
        self.process.wait()?;
        Ok(())
    }
}

/// Receives callbacks into the inbox of a schema until standard input is closed.
async fn receive(schema: &str) -> work::Outcome<()> {
    let schema = TestSchema::named(schema).await.ok_or("no database")?;
    let inbox = Options::new(schema.config()).open(NoTls).await?;
    let projects = Projects::new(ProjectId::new(work::PROJECT)?, work::keys()?);
    let receiver = Receiver::new(CallbackReader::new(projects), Arc::new(inbox.clone()));
    let routes: Router = Router::new().route("/callback", callback_route(Arc::new(receiver)));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", listener.local_addr()?)?;
    output.flush()?;
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, service).await });
    // Whoever started this process holds the other end.
    let ended = || std::io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(ended).await??;
    inbox.close().await;
    Ok(())
}

/// Writes bodies under a unique digest, as durably as the inbox.
struct BareLoop {
    client: Client,
    insert: Statement,
}

impl BareLoop {
    async fn prepare(client: Client) -> work::Outcome<Self> {
        client
            .batch_execute(
                "SET synchronous_commit = on;
                 CREATE TABLE bare (id bigserial PRIMARY KEY, digest bytea UNIQUE, bytes bytea)",
            )
            .await?;
        let insert = client
            .prepare(
                "INSERT INTO bare (digest, bytes) SELECT * FROM unnest($1::bytea[], $2::bytea[])",
            )
            .await?;
        Ok(Self { client, insert })
    }

    /// Rows in one second.
    async fn write(&self, bodies: &[Vec<u8>]) -> work::Outcome<f64> {
        let digests: Vec<Vec<u8>> = bodies
            .iter()
            .map(|body| Sha256::digest(body).to_vec())
            .collect();
        let begun = Instant::now();
        for (digests, bodies) in digests.chunks(BATCH).zip(bodies.chunks(BATCH)) {
            self.client
                .execute(&self.insert, &[&digests, &bodies])
                .await?;
        }
        Ok(bodies.len() as f64 / begun.elapsed().as_secs_f64())
    }
}
