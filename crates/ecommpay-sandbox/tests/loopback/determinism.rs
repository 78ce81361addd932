//! Same seed, same commands, same clock: the same bytes.

use std::time::Duration;

use ecommpay_sandbox::{HandoffKind, Method, ProjectConfig, SandboxConfig, SandboxServer};
use serde_json::{Value, json};

use crate::support::{
    ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, PARTNER_SALE, PROJECT, SECRET, START, alfa_sale,
    alipay_sale, partner_sale, refund, request, signed,
};

/// Plays a fixed program and gives the bodies of all callbacks, with the address of the sandbox
/// (whose port the system chose) replaced and the signatures, which cover it, left out.
async fn play(seed: u64) -> Vec<String> {
    let project = ProjectConfig::new(PROJECT, SECRET)
        .callback_url("http://127.0.0.1:9/nobody")
        .handoff(Method::Alipay, HandoffKind::QrUrl);
    let config = SandboxConfig::new()
        .virtual_clock(START)
        .seed(seed)
        .project(project);
    let sandbox = SandboxServer::start(config).unwrap();
    let gate = async |path: &str, body: Value| {
        let body = signed(body);
        request(sandbox.uri(), "POST", path, "application/json", body)
            .await
            .body
    };
    let mut all = Vec::new();
    all.push(gate(ALIPAY_SALE, alipay_sale("a", 20000)).await);
    all.push(gate(ALFA_SALE, alfa_sale("b", 40000)).await);
    all.push(gate(PARTNER_SALE, partner_sale("c", 1)).await);
    sandbox.advance(Duration::from_secs(1)).await.unwrap();
    let url = sandbox.payment(PROJECT, "a").unwrap().emulator_url.unwrap();
    let path = url.strip_prefix(sandbox.uri()).unwrap().to_owned();
    let kind = "application/x-www-form-urlencoded";
    request(
        sandbox.uri(),
        "POST",
        &path,
        kind,
        b"result=success".to_vec(),
    )
    .await;
    sandbox.advance(Duration::from_secs(90)).await.unwrap();
    all.push(gate(ALIPAY_REFUND, refund("a", json!({"amount": 500}))).await);
    sandbox
        .advance(Duration::from_secs(10 * 24 * 60 * 60))
        .await
        .unwrap();
    for payment in sandbox.payments(PROJECT) {
        for callback in payment.callbacks {
            let mut body: Value =
                serde_json::from_str(&callback.body.replace(sandbox.uri(), "SANDBOX")).unwrap();
            body.as_object_mut().unwrap().remove("signature").unwrap();
            all.push(body.to_string());
        }
        all.extend(
            payment
                .timeline
                .iter()
                .map(|step| format!("{} {}", step.at, step.event)),
        );
    }
    all
}

#[tokio::test]
async fn a_program_played_twice_gives_the_same_callbacks() {
    let (first, second, other) = (play(7).await, play(7).await, play(8).await);
    assert!(first.len() > 100, "{}", first.len());
    assert_eq!(first, second);
    assert_ne!(first, other, "another seed gives other identifiers");
}
