//! The receiving process: the route of `ecommpay-axum` before an inbox, and a worker beside it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use clap::Args;
use ecommpay_axum::{CallbackReader, Receiver, request_head, response_of};
use ecommpay_inbox::{AcknowledgeWith, Handler, Inbox, Worker};
use ecommpay_inbox_postgres::Options;
use ecommpay_inbox_postgres::test_server::TestSchema;
use ecommpay_inbox_postgres::tokio_postgres::NoTls;
use ecommpay_inbox_sqlite::SqliteInbox;

use crate::Failure;
use crate::callbacks::Platform;
use crate::kill_points::{Countdown, KillPoint};
use crate::shop::{EffectsInPostgres, EffectsInSqlite};

/// What the process prints before its port, once it listens.
pub(crate) const LISTENING: &str = "listening on ";

/// A worker that died holds its entries up no longer than this.
const LEASE: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Keep the inbox in this SQLite file
    #[arg(long, conflicts_with = "schema", required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// Keep the inbox in this schema of the PostgreSQL that answers
    #[arg(long)]
    schema: Option<String>,
}

/// What the routes share.
struct Shared {
    receiver: Receiver,
    inbox: Arc<dyn Inbox>,
    countdown: Arc<Countdown>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let countdown = Arc::new(Countdown::from_environment());
    let opening = "opening the inbox";
    if let Some(file) = arguments.file {
        let inbox = SqliteInbox::open(file).map_err(Failure::not_run(opening))?;
        return serve(inbox, EffectsInSqlite(Arc::clone(&countdown)), countdown).await;
    }
    let name = arguments.schema.unwrap_or_default();
    let schema = TestSchema::named(&name)
        .await
        .ok_or_else(|| Failure::NotRun("no PostgreSQL answers".to_owned()))?;
    let inbox = Options::new(schema.config())
        .open(NoTls)
        .await
        .map_err(Failure::not_run(opening))?;
    serve(inbox, EffectsInPostgres(Arc::clone(&countdown)), countdown).await
}

async fn serve<I, H>(inbox: I, handler: H, countdown: Arc<Countdown>) -> Result<(), Failure>
where
    I: AcknowledgeWith<H::Write>,
    H: Handler,
{
    let inbox = Arc::new(inbox);
    let reader = CallbackReader::new(Platform::new()?.projects()?);
    let shared = Arc::new(Shared {
        receiver: Receiver::new(reader, Arc::clone(&inbox) as Arc<dyn Inbox>),
        inbox: Arc::clone(&inbox) as Arc<dyn Inbox>,
        countdown,
    });
    // Attempts whose worker was killed count, and here they are no sign of poison.
    let worker = Worker::builder(inbox, Platform::new()?, handler)
        .lease(LEASE)
        .attempts(u32::MAX)
        .pause(Duration::from_millis(100))
        .build();
    tokio::spawn(async move { worker.run(std::future::pending()).await });
    let routes = Router::new()
        .route("/callback", post(receive))
        .route("/backlog", get(backlog))
        .with_state(shared);
    let listening = "listening on loopback";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(Failure::not_run(listening))?;
    let address = listener.local_addr().map_err(Failure::not_run(listening))?;
    println!("{LISTENING}{}", address.port());
    axum::serve(listener, routes)
        .await
        .map_err(Failure::not_run(listening))
}

/// What `ecommpay_axum::callback_route` does, with a moment to die in between.
async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let head = request_head(&parts);
    let answer = shared
        .receiver
        .receive(&head, body.into_data_stream())
        .await;
    if answer.text() == "stored" {
        shared.countdown.pass(KillPoint::AfterCommit);
    }
    response_of(&answer)
}

/// Entries that wait, are leased and are parked, in words that are easily read again.
async fn backlog(State(shared): State<Arc<Shared>>) -> Result<String, StatusCode> {
    let unavailable = |_| StatusCode::SERVICE_UNAVAILABLE;
    let backlog = shared.inbox.backlog().await.map_err(unavailable)?;
    Ok(format!(
        "{} {} {}",
        backlog.waiting, backlog.leased, backlog.parked
    ))
}
