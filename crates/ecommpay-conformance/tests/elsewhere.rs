//! Flows against a platform that is not in this process: with its control API, and with nothing but
//! its public side.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use ecommpay_conformance::{
    Environment, Flow, PlatformAddress, StepResult, bundled_flows, play_flow,
};
use ecommpay_sandbox::{Pace, ProjectConfig, SandboxConfig, SandboxServer};
use ecommpay_transport::{Request, SharedTransport, Transport as _};
use ecommpay_transport_hyper::HyperTransport;
use tokio::net::TcpListener;

const PROJECT: u32 = 239;
const SECRET: &str = "project secret";

fn flow(name: &str) -> Flow {
    bundled_flows()
        .unwrap()
        .into_iter()
        .find(|flow| flow.name() == name)
        .unwrap()
}

fn config() -> SandboxConfig {
    SandboxConfig::new().project(ProjectConfig::new(PROJECT, SECRET))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_of_its_own_shows_every_step() {
    let sandbox = SandboxServer::start(config().virtual_clock(1_767_225_600)).unwrap();
    let address = PlatformAddress::new(sandbox.uri(), PROJECT, SECRET);
    let environment = Environment::of_platform(address).await.unwrap();
    assert!(environment.keeps_a_timeline());
    // The project hands customers over by the methods' defaults.
    for name in [
        "alipay-gate-redirect-post-success",
        "alfa-click-page-redirect-get-decline",
    ] {
        let report = play_flow(&flow(name), &environment, &mut |_| {}).await;
        assert_eq!(report.failure(), None, "{name}");
        assert_eq!(report.not_observable(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_of_another_hand_off_is_refused() {
    let sandbox = SandboxServer::start(config().virtual_clock(1_767_225_600)).unwrap();
    let address = PlatformAddress::new(sandbox.uri(), PROJECT, SECRET);
    let environment = Environment::of_platform(address).await.unwrap();
    let report = play_flow(
        &flow("alipay-gate-qr-text-success"),
        &environment,
        &mut |_| {},
    )
    .await;
    let failure = report.failure().unwrap();
    assert!(failure.contains("QR code from a text"), "{failure}");
}

/// The port of one shop is free for the next.
#[tokio::test(flavor = "multi_thread")]
async fn plays_follow_each_other_on_one_port() {
    let sandbox = SandboxServer::start(config().virtual_clock(1_767_225_600)).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap();
    drop(free);
    let address = PlatformAddress::new(sandbox.uri(), PROJECT, SECRET).listen(port);
    let environment = Environment::of_platform(address).await.unwrap();
    for _ in 0..3 {
        let flow = flow("wallet-partner-refund-full");
        let report = play_flow(&flow, &environment, &mut |_| {}).await;
        assert_eq!(report.failure(), None);
    }
}

/// A platform of which only Gate and Payment Page can be reached, on a clock that goes by itself.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_timeline_the_own_steps_of_the_platform_are_not_observable() {
    let quick = Pace::new(Duration::from_millis(1), Duration::from_millis(1));
    let sandbox = SandboxServer::start(config().pace(quick)).unwrap();
    let public = public_side(sandbox.uri()).await;
    let address = PlatformAddress::new(format!("http://{public}"), PROJECT, SECRET);
    let environment = Environment::of_platform(address).await.unwrap();
    assert!(!environment.keeps_a_timeline());
    let report = play_flow(
        &flow("wallet-partner-gate-redirect-post-success"),
        &environment,
        &mut |_| {},
    )
    .await;
    assert_eq!(report.failure(), None);
    let numbers: Vec<u32> = report
        .steps()
        .iter()
        .filter(|step| *step.result() == StepResult::NotObservable)
        .map(|step| step.number())
        .collect();
    // Receiving, checking and everything between platform and provider.
    assert_eq!(numbers, [3, 4, 6, 7, 8, 12, 15]);
}

/// Passes on what a merchant and a customer may see, and hides the control API.
async fn public_side(sandbox: &str) -> SocketAddr {
    let transport = SharedTransport::new(HyperTransport::builder().build().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .fallback(pass_on)
        .with_state((sandbox.to_owned(), transport));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn pass_on(
    State((sandbox, transport)): State<(String, SharedTransport)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if uri.path().starts_with("/_sandbox") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let url = format!("{sandbox}{uri}");
    let mut request = if method == Method::POST {
        Request::post(url, body.to_vec())
    } else {
        Request::get(url)
    };
    if let Some(kind) = headers.get("content-type") {
        request = request.with_header("content-type", kind.to_str().unwrap().to_owned());
    }
    let reply = transport.send(request).await.unwrap();
    let mut response = Response::new(reply.body().to_vec().into());
    *response.status_mut() = StatusCode::from_u16(reply.status()).unwrap();
    for name in ["location", "content-type"] {
        if let Some(value) = reply.header(name) {
            response
                .headers_mut()
                .insert(name, value.try_into().unwrap());
        }
    }
    response
}
