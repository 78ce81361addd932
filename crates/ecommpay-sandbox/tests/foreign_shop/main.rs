//! Somebody else's shop, tested against a sandbox: a pattern to copy.
//!
//! Each test has a shop and a platform of its own, on free ports of loopback. The platform's clock
//! is turned by hand, so nothing sleeps and nothing is flaky; both stop when the test ends.

// Helpers of tests fail as tests do; the setting for tests does not reach them.
#![allow(clippy::unwrap_used)]

mod browser;
mod shop;

use std::sync::Arc;
use std::time::Duration;

use browser::{Failure, get, post};
use ecommpay_callback::CallbackVerifier;
use ecommpay_client::Client;
use ecommpay_gate::Merchant;
use ecommpay_model::ProjectId;
use ecommpay_sandbox::{
    Callbacks, Expectation, Fault, FaultPlace, HandoffKind, Method, ProjectConfig, SandboxConfig,
    SandboxServer, When,
};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport_hyper::HyperTransport;

const PROJECT: u32 = 239;
const SECRET: &str = "project secret";

/// Opens a shop beside a sandbox; gives the sandbox and the address of the shop's orders.
async fn open() -> Result<(SandboxServer, String), Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let project = ProjectConfig::new(PROJECT, SECRET)
        .callback_url(format!("{address}/callback"))
        .handoff(Method::Alipay, HandoffKind::RedirectGet);
    let config = SandboxConfig::new()
        .virtual_clock(1_767_225_600)
        .project(project);
    let sandbox = SandboxServer::start(config)?;

    let keys = || Ok::<_, Failure>(KeyRing::new(SecretKey::new(SECRET)?));
    let project = ProjectId::new(PROJECT)?;
    let shop = shop::Shop {
        project,
        client: Client::builder(Merchant::new(project, keys()?))
            .base_url(sandbox.uri())
            .transport(HyperTransport::builder().build()?)
            .build()?,
        verifier: Arc::new(CallbackVerifier::new(keys()?)),
        orders: Arc::default(),
    };
    tokio::spawn(async move { axum::serve(listener, shop.router()).await });
    Ok((sandbox, format!("{address}/orders")))
}

/// The customer buys, is handed over, and presses a button of the wallet.
async fn customer_pays(sandbox: &SandboxServer, order: &str) -> Result<(), Failure> {
    sandbox.advance(Duration::from_secs(1)).await?;
    let wallet = get(&format!("{order}/pay"))
        .await?
        .location
        .ok_or("no way to the wallet")?;
    get(&wallet).await?;
    post(&wallet, "result=success").await?;
    sandbox.advance(Duration::from_secs(1)).await?;
    Ok(())
}

#[tokio::test]
async fn a_customer_pays_and_gets_a_part_back() -> Result<(), Failure> {
    let (sandbox, orders) = open().await?;
    let order = format!("{orders}/17");
    assert_eq!(post(&format!("{order}/buy"), "").await?.status, 202);
    sandbox.check(&Callbacks::of(PROJECT, "17").never())?;
    customer_pays(&sandbox, &order).await?;
    sandbox.check(
        &Callbacks::of(PROJECT, "17")
            .status("success")
            .delivered()
            .exactly(1),
    )?;
    assert_eq!(get(&order).await?.text, "paid");

    assert_eq!(post(&format!("{order}/refund"), "").await?.status, 202);
    sandbox.advance(Duration::from_secs(2)).await?;
    sandbox.check(
        &Callbacks::of(PROJECT, "17")
            .operation("refund")
            .delivered()
            .exactly(1),
    )?;
    sandbox.check(&Expectation::payment_status(
        PROJECT,
        "17",
        "partially refunded",
    ))?;
    assert_eq!(get(&order).await?.text, "money came back");
    Ok(())
}

#[tokio::test]
async fn a_forged_callback_is_refused_and_a_repeated_one_changes_nothing() -> Result<(), Failure> {
    let (sandbox, orders) = open().await?;
    let order = format!("{orders}/17");
    post(&format!("{order}/buy"), "").await?;
    sandbox
        .add_fault(Fault::duplicate(1).at(FaultPlace::Handoff))
        .await?;
    sandbox
        .add_fault(Fault::wrong_signature().at(FaultPlace::Result))
        .await?;
    customer_pays(&sandbox, &order).await?;
    sandbox.check(
        &Callbacks::of(PROJECT, "17")
            .kind("handoff")
            .delivered()
            .exactly(2),
    )?;
    sandbox.check(
        &Callbacks::of(PROJECT, "17")
            .kind("result")
            .not_accepted_attempts(1),
    )?;
    assert_eq!(get(&order).await?.text, "not paid yet");
    Ok(())
}

#[tokio::test]
async fn an_order_is_paid_although_the_answer_to_its_sale_was_lost() -> Result<(), Failure> {
    let (sandbox, orders) = open().await?;
    let order = format!("{orders}/17");
    sandbox
        .add_fault(Fault::connection_reset(When::After).at(FaultPlace::Sale))
        .await?;
    assert_eq!(post(&format!("{order}/buy"), "").await?.status, 502);
    customer_pays(&sandbox, &order).await?;
    assert_eq!(get(&order).await?.text, "paid");
    Ok(())
}
