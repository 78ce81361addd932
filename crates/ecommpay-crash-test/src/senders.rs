//! The platform's side: many connections that send callbacks until each is answered 200.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Failure;
use crate::callbacks::{OF_A_PAYMENT, Platform, SignedCallback};
use crate::ledger::Ledger;

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a sender waits after a failed attempt.
const PAUSE: Duration = Duration::from_millis(2);

/// The ports that are listened on; a process that is down is missing.
pub(crate) type Ports = Vec<u16>;

type HttpClient = Client<HttpConnector, Full<Bytes>>;

/// All senders.
pub(crate) struct Senders {
    shared: Arc<Shared>,
    running: JoinSet<Result<(), Failure>>,
}

struct Shared {
    platform: Platform,
    ledger: Arc<Ledger>,
    ports: watch::Receiver<Ports>,
    http: HttpClient,
    next_payment: AtomicU64,
    payments: u64,
    repeated_percent: u8,
    is_over: AtomicBool,
}

impl Senders {
    /// Starts so many senders. Each takes the next payment and sends its callbacks in their order,
    /// and some of them again after they were answered.
    pub(crate) fn start(
        count: usize,
        payments: u64,
        repeated_percent: u8,
        seed: u64,
        ledger: Arc<Ledger>,
        ports: watch::Receiver<Ports>,
    ) -> Result<Self, Failure> {
        let shared = Arc::new(Shared {
            platform: Platform::new()?,
            ledger,
            ports,
            http: Client::builder(TokioExecutor::new()).build_http(),
            next_payment: AtomicU64::new(0),
            payments,
            repeated_percent,
            is_over: AtomicBool::new(false),
        });
        let mut running = JoinSet::new();
        for number in 0..count {
            let random = fastrand::Rng::with_seed(seed.wrapping_add(number as u64 + 1));
            running.spawn(send_payments(Arc::clone(&shared), random));
        }
        Ok(Self { shared, running })
    }

    /// Begins no more payments, and waits until all that were begun are told to the end.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.shared.is_over.store(true, Ordering::Relaxed);
        self.finish().await
    }

    /// Waits until all payments are told to the end.
    pub(crate) async fn finish(mut self) -> Result<(), Failure> {
        while let Some(sender) = self.running.join_next().await {
            sender.map_err(Failure::not_run("a sender"))??;
        }
        Ok(())
    }
}

async fn send_payments(shared: Arc<Shared>, mut random: fastrand::Rng) -> Result<(), Failure> {
    loop {
        let payment = shared.next_payment.fetch_add(1, Ordering::Relaxed);
        if payment >= shared.payments || shared.is_over.load(Ordering::Relaxed) {
            return Ok(());
        }
        for step in 0..OF_A_PAYMENT {
            let number = payment * OF_A_PAYMENT + step;
            let callback = shared.platform.callback(number)?;
            shared
                .send_until_answered(&callback, number, &mut random)
                .await?;
            if random.u8(0..100) < shared.repeated_percent {
                shared
                    .send_until_answered(&callback, number, &mut random)
                    .await?;
            }
        }
    }
}

impl Shared {
    async fn send_until_answered(
        &self,
        callback: &SignedCallback,
        number: u64,
        random: &mut fastrand::Rng,
    ) -> Result<(), Failure> {
        loop {
            let port = {
                let ports = self.ports.borrow();
                random.choice(ports.iter()).copied()
            };
            let answer = match port {
                Some(port) => {
                    let attempt = post(&self.http, port, callback.body.clone());
                    tokio::time::timeout(PATIENCE, attempt).await.ok().flatten()
                }
                None => None,
            };
            match answer {
                Some(StatusCode::OK) => {
                    self.ledger.answered(callback.digest, number);
                    return Ok(());
                }
                Some(StatusCode::SERVICE_UNAVAILABLE) | None => tokio::time::sleep(PAUSE).await,
                Some(other) => {
                    return Err(Failure::Broken(format!(
                        "callback {number} was answered {other}"
                    )));
                }
            }
        }
    }
}

/// The status of the answer; nothing if there was none.
async fn post(http: &HttpClient, port: u16, body: Bytes) -> Option<StatusCode> {
    let request = Request::post(format!("http://127.0.0.1:{port}/callback"))
        .header("content-type", "application/json")
        .body(Full::new(body))
        .ok()?;
    Some(http.request(request).await.ok()?.status())
}

/// Entries that wait, are leased and are parked; nothing if the process does not answer.
pub(crate) async fn backlog(port: u16) -> Option<[u64; 3]> {
    let http: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::get(format!("http://127.0.0.1:{port}/backlog"))
        .body(Full::default())
        .ok()?;
    let answer = http.request(request).await.ok()?;
    let body = answer.into_body().collect().await.ok()?.to_bytes();
    let text = std::str::from_utf8(&body).ok()?;
    let counts: Vec<u64> = text.split(' ').filter_map(|it| it.parse().ok()).collect();
    counts.try_into().ok()
}
