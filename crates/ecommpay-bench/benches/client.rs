//! Row c: a sale built, signed, sent and its answer read, held against bare hyper that sends the same
//! bytes to the same server, with the same headers and settings of its sockets; beside it reqwest with what everybody would write.

mod support;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use ecommpay_alipay::Sale;
use ecommpay_client::Client;
use ecommpay_transport_hyper::HyperTransport;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use support::bound::usual_signature;
use support::contest::median;
use support::row::{Bound, Goal, Row, wanted};
use support::work;

const REQUESTS: usize = 6_400;
const IN_FLIGHT: usize = 64;
const ROUNDS: usize = 11;
const PATH: &str = "/v2/payment/wallet/alipay/sale";
/// As long as the one of the client.
const USER_AGENT: &str = concat!("ecommpay-bench/", env!("CARGO_PKG_VERSION"));
const ANSWER: &str = concat!(
    r#"{"status":"success","project_id":201,"payment_id":"ORD-2026-0004711-01","#,
    r#""request_id":"af6de4c0fe4d2a2cd5d2ae1ac3ff39f1a1c73d6c-30df4bf4e45e8ffbeb3b6a4b8bd21a1f9cbbcd4e-00000001"}"#,
);

type Bare = hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>;

fn main() -> work::Outcome<()> {
    if !wanted("c") {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure())
}

async fn measure() -> work::Outcome<()> {
    let (server, seen) = serve().await?;
    let client = Client::builder(work::merchant()?)
        .base_url(format!("http://{server}"))
        .transport(HyperTransport::builder().build()?)
        .build()?;
    let sale = Arc::new(work::sale()?);
    client.execute(&*sale).await?;
    let body = seen.get().ok_or("the server saw no body")?.clone();
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let bare: Bare =
        hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector);
    let address = format!("http://{server}{PATH}");
    let usual = reqwest::Client::builder().no_proxy().build()?;
    let mut document: Value = serde_json::from_slice(&body)?;
    document["general"]
        .as_object_mut()
        .ok_or("a sale has `general`")?
        .remove("signature");
    let document = Arc::new(document);

    let mut rounds = Vec::new();
    // The first round warms up.
    for round in 0..=ROUNDS {
        let rates = [
            rate(|| ours(client.clone(), Arc::clone(&sale))).await?,
            rate(|| by_hyper(bare.clone(), address.clone(), body.clone())).await?,
            rate(|| by_reqwest(usual.clone(), address.clone(), Arc::clone(&document))).await?,
        ];
        if round > 0 {
            rounds.push(rates);
        }
    }
    report(&rounds)
}

fn report(rounds: &[[f64; 3]]) -> work::Outcome<()> {
    let rate = |runner: usize| median(rounds.iter().map(|round| round[runner]));
    let ratio = |runner: usize| median(rounds.iter().map(|round| round[runner] / round[1]));
    for (runner, what, goals) in [
        (
            0,
            "build, sign, send, read a sale; 64 in flight",
            [0.8, 0.9].map(Goal::AtLeast).map(Some),
        ),
        (2, "the same by serde_json, hmac and reqwest", [None, None]),
    ] {
        let [must, stretch] = goals;
        Row {
            row: "c",
            what: what.to_owned(),
            ours: rate(runner),
            unit: "/s",
            bound: Some(Bound {
                name: "bare hyper-util client, same bytes",
                value: rate(1),
                ratio: ratio(runner),
            }),
            must,
            stretch,
        }
        .report()?;
    }
    Ok(())
}

/// A server that answers every sale alike, and the first body it saw.
async fn serve() -> work::Outcome<(SocketAddr, Arc<OnceLock<Bytes>>)> {
    async fn answer(
        State(seen): State<Arc<OnceLock<Bytes>>>,
        body: Bytes,
    ) -> ([(&'static str, &'static str); 1], &'static str) {
        seen.get_or_init(|| body);
        ([("content-type", "application/json")], ANSWER)
    }
    let seen = Arc::new(OnceLock::new());
    let routes = Router::new()
        .route(PATH, post(answer))
        .with_state(Arc::clone(&seen));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let server = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok((server, seen))
}

/// Runs in a second, with so many in flight.
async fn rate<F, R>(run: F) -> work::Outcome<f64>
where
    F: Fn() -> R,
    R: Future<Output = Result<(), String>> + Send + 'static,
{
    let begun = Instant::now();
    let mut running = JoinSet::new();
    let mut started = 0;
    while started < REQUESTS || !running.is_empty() {
        while started < REQUESTS && running.len() < IN_FLIGHT {
            running.spawn(run());
            started += 1;
        }
        if let Some(done) = running.join_next().await {
            done??;
        }
    }
    Ok(REQUESTS as f64 / begun.elapsed().as_secs_f64())
}

async fn ours(client: Client, sale: Arc<Sale>) -> Result<(), String> {
    client
        .execute(&*sale)
        .await
        .map(drop)
        .map_err(|error| error.to_string())
}

async fn by_hyper(client: Bare, address: String, body: Bytes) -> Result<(), String> {
    let request = http::Request::post(address)
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .header("user-agent", USER_AGENT)
        .body(Full::new(body))
        .map_err(|error| error.to_string())?;
    let reply = client
        .request(request)
        .await
        .map_err(|error| error.to_string())?;
    let whole = reply
        .into_body()
        .collect()
        .await
        .map_err(|error| error.to_string())?;
    if whole.to_bytes().len() == ANSWER.len() {
        Ok(())
    } else {
        Err("another answer".to_owned())
    }
}

/// A tree of values, its sorted lines, hmac, and a client with everything in it.
async fn by_reqwest(
    client: reqwest::Client,
    address: String,
    document: Arc<Value>,
) -> Result<(), String> {
    let mut document = Value::clone(&document);
    let signature = usual_signature(document.to_string().as_bytes(), work::SECRET);
    document["general"]["signature"] = signature.ok_or("it can't be signed")?.into();
    let body = document.to_string();
    let reply = client
        .post(address)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let answer: Value = reply.json().await.map_err(|error| error.to_string())?;
    if answer["status"] == "success" {
        Ok(())
    } else {
        Err("another answer".to_owned())
    }
}
