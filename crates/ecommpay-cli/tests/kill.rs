//! `ecommpay sandbox --db FILE` is killed again and again while a shop is busy with it. What was
//! acknowledged is known afterwards, and every callback arrives in the end.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use ecommpay_alipay::Sale;
use ecommpay_callback::CallbackVerifier;
use ecommpay_client::Client;
use ecommpay_gate::{Customer, Merchant, PaymentStatusQuery, PaymentStatusReply};
use ecommpay_handoff::NextStep;
use ecommpay_model::{Currency, CustomerId, IpAddress, Money, PaymentId, ProjectId, WebUrl};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport::{Request, SharedTransport, Transport as _};
use ecommpay_transport_hyper::HyperTransport;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinSet;

const SECRET: &str = "key of the kill test";
const KILLS: usize = 20;
/// Each life of the sandbox ends after so many acknowledgements, while more are under way.
const ACKNOWLEDGEMENTS_PER_LIFE: [usize; 5] = [1, 23, 7, 40, 3];
const SALES_AT_A_TIME: usize = 8;

/// What the shop has seen.
#[derive(Default)]
struct Shop {
    /// Request id of each acknowledged sale, by payment id.
    acknowledged: Mutex<BTreeMap<String, String>>,
    /// Payment id and status of each callback that was answered 200.
    accepted: Mutex<BTreeSet<(String, String)>>,
    callbacks: AtomicUsize,
    /// The pages where customers pay, newest last.
    pages: Mutex<Vec<String>>,
    acknowledgement: Notify,
}

async fn receive(State(shop): State<Arc<Shop>>, body: Bytes) -> StatusCode {
    let verifier = CallbackVerifier::new(KeyRing::new(SecretKey::new(SECRET).unwrap()));
    let callback = verifier.verify(body).unwrap().parse().unwrap();
    // Every third one is refused, so that some are always waiting for their next attempt.
    if shop.callbacks.fetch_add(1, Ordering::Relaxed) % 3 == 1 {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let id = callback.payment_id().unwrap().as_str().to_owned();
    let status = callback.status().unwrap().to_string();
    shop.accepted.lock().unwrap().insert((id, status));
    if let Some(NextStep::Redirect(redirect)) = NextStep::from_callback(callback.body()).unwrap() {
        let page = redirect.location().to_owned();
        shop.pages.lock().unwrap().push(page);
    }
    StatusCode::OK
}

/// A sandbox in a process of its own.
struct Platform {
    process: Child,
    uri: String,
}

impl Platform {
    async fn start(file: &Path, port: u16, callback_url: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ecommpay"))
            .args(["sandbox", "--port", &port.to_string(), "--db"])
            .arg(file)
            .args([
                "--callback-url",
                callback_url,
                "--handoff",
                "alipay=redirect_get",
            ])
            .env("ECOMMPAY_SECRET_KEY", SECRET)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        let uri = BufReader::new(output).lines().next_line().await.unwrap();
        let uri = uri.unwrap();
        Self { process, uri }
    }

    /// `kill -9`.
    async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// Everything the shop needs in order to talk to the platform.
#[derive(Clone)]
struct Line {
    client: Client,
    transport: SharedTransport,
    uri: String,
}

impl Line {
    fn to(uri: &str) -> Self {
        let transport = SharedTransport::new(HyperTransport::builder().build().unwrap());
        let key = KeyRing::new(SecretKey::new(SECRET).unwrap());
        let client = Client::builder(Merchant::new(ProjectId::new(1).unwrap(), key))
            .base_url(uri)
            .transport(transport.clone())
            .build()
            .unwrap();
        Self {
            client,
            transport,
            uri: uri.to_owned(),
        }
    }

    /// Sends a sale; notes it if it was acknowledged. The platform may die meanwhile.
    async fn sell(&self, shop: &Shop, id: String) {
        let payer = Customer::new(
            CustomerId::new("customer").unwrap(),
            IpAddress::new("192.0.2.1").unwrap(),
        );
        let sale = Sale::new(
            PaymentId::new(&id).unwrap(),
            Money::new(2000, Currency::CNY).unwrap(),
            payer,
            WebUrl::new("https://shop.example/back").unwrap(),
        );
        if let Ok(acknowledgement) = self.client.execute(&sale).await {
            let request_id = acknowledgement.request_id().as_str().to_owned();
            shop.acknowledged.lock().unwrap().insert(id, request_id);
            shop.acknowledgement.notify_one();
        }
    }

    /// Posts to the control API or to a page; the platform may die meanwhile.
    async fn post(&self, url: String, kind: &str, body: &str) -> bool {
        let request =
            Request::post(url, body.to_owned()).with_header("content-type", kind.to_owned());
        self.transport.send(request).await.is_ok()
    }

    async fn advance(&self, seconds: u64) -> bool {
        let url = format!("{}/_sandbox/clock/advance", self.uri);
        let body = format!("{{\"seconds\":{seconds}}}");
        self.post(url, "application/json", &body).await
    }

    /// Customers press Success on the pages of which the shop has heard.
    async fn click(&self, pages: impl IntoIterator<Item = String>) {
        for page in pages {
            let kind = "application/x-www-form-urlencoded";
            self.post(page, kind, "result=success").await;
        }
    }
}

/// A free port, so that every life of the sandbox has the same address.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// One life of the sandbox: sales, clicks and time go on until enough was acknowledged.
async fn one_life(platform: Platform, shop: &Arc<Shop>, life: usize, acknowledgements: usize) {
    let line = Line::to(&platform.uri);
    let mut busy = JoinSet::new();
    for seller in 0..SALES_AT_A_TIME {
        let (line, shop) = (line.clone(), shop.clone());
        busy.spawn(async move {
            for number in 0.. {
                line.sell(&shop, format!("{life}-{seller}-{number}")).await;
                let newest = shop.pages.lock().unwrap().last().cloned();
                line.click(newest).await;
            }
        });
    }
    busy.spawn(async move { while line.advance(1).await {} });
    for _ in 0..acknowledgements {
        shop.acknowledgement.notified().await;
    }
    platform.kill().await;
    busy.shutdown().await;
}

#[tokio::test]
async fn a_killed_sandbox_loses_nothing_it_acknowledged() {
    let shop = Arc::<Shop>::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let callback_url = format!("http://{}/callback", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/callback", post(receive))
        .with_state(shop.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let port = free_port();

    for life in 0..KILLS {
        let platform = Platform::start(&file, port, &callback_url).await;
        let enough = ACKNOWLEDGEMENTS_PER_LIFE[life % ACKNOWLEDGEMENTS_PER_LIFE.len()];
        one_life(platform, &shop, life, enough).await;
    }

    let platform = Platform::start(&file, port, &callback_url).await;
    let line = Line::to(&platform.uri);
    // The hand-offs that are still to come, all clicks that were not answered, their results.
    assert!(line.advance(600).await);
    let pages = shop.pages.lock().unwrap().clone();
    line.click(pages).await;
    assert!(line.advance(600).await);
    let acknowledged = shop.acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() >= KILLS, "{}", acknowledged.len());
    for (id, request_id) in &acknowledged {
        let query = PaymentStatusQuery::new(PaymentId::new(id).unwrap());
        let status = line.client.execute(&query).await.unwrap();
        let reply = match &status {
            PaymentStatusReply::Known(reply) => String::from_utf8_lossy(reply.bytes()),
            not_known => panic!("{id}: {not_known:?}"),
        };
        assert!(reply.contains(request_id), "{id}: {reply}");
        let accepted = shop.accepted.lock().unwrap();
        for status in ["awaiting redirect result", "success"] {
            let callback = (id.clone(), status.to_owned());
            assert!(accepted.contains(&callback), "{id}: no callback `{status}`");
        }
    }
}
