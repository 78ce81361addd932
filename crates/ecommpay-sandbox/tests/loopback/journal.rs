//! A sandbox with a database file goes on where the one before it ended.

use std::path::Path;
use std::time::Duration;

use ecommpay_sandbox::{ProjectConfig, SandboxConfig, SandboxError, SandboxServer};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    A_SECOND, ALIPAY_SALE, Merchant, PROJECT, SECRET, START, alipay_sale, request, signed,
};

fn config(file: &Path, shop: &Merchant) -> SandboxConfig {
    let project = ProjectConfig::new(PROJECT, SECRET).callback_url(shop.callback_url());
    SandboxConfig::new()
        .virtual_clock(START)
        .seed(7)
        .project(project)
        .database(file)
}

async fn sale(sandbox: &SandboxServer, payment_id: &str) -> Value {
    let body = signed(alipay_sale(payment_id, 1000));
    let answer = request(sandbox.uri(), "POST", ALIPAY_SALE, "application/json", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// A folder for the file, and a shop that receives callbacks.
async fn file_and_shop() -> (TempDir, Merchant) {
    (TempDir::new().unwrap(), Merchant::new().await)
}

#[tokio::test]
async fn an_acknowledged_sale_goes_on_after_a_restart() {
    let (folder, shop) = file_and_shop().await;
    let file = folder.path().join("sandbox.db");
    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    let acknowledged = sale(&sandbox, "order 1").await;
    drop(sandbox);
    assert!(shop.callbacks().is_empty());

    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    let payment = sandbox.payment(PROJECT, "order 1").unwrap();
    assert_eq!(payment.operations[0].request_id, acknowledged["request_id"]);
    sandbox.advance(A_SECOND).await.unwrap();
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "awaiting redirect result");
    assert_eq!(
        callback["operation"]["request_id"],
        acknowledged["request_id"]
    );
    // A counter that began anew would give an identifier twice.
    assert_ne!(
        sale(&sandbox, "order 2").await["request_id"],
        acknowledged["request_id"]
    );
}

#[tokio::test]
async fn a_refused_callback_keeps_its_schedule_over_restarts() {
    let (folder, shop) = file_and_shop().await;
    let file = folder.path().join("sandbox.db");
    shop.refuse(&[500; 20]);
    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    sale(&sandbox, "order 1").await;
    sandbox.advance(Duration::from_secs(25)).await.unwrap();
    drop(sandbox);
    // Ten seconds apart, as documented for the first six: at 0.5, 10.5, 20.5 s.
    assert_eq!(shop.callbacks().len(), 3);

    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    sandbox.advance(Duration::from_secs(5)).await.unwrap();
    assert_eq!(shop.callbacks().len(), 0, "not before its time");
    sandbox.advance(Duration::from_secs(30)).await.unwrap();
    assert_eq!(shop.callbacks().len(), 3, "at 30.5, 40.5, 50.5 s");
    drop(sandbox);

    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    // Attempt 6 at 50.5 s is followed by 10 s, attempt 7 by 70 + 10 * 1.12^3 = 84.05 s.
    sandbox.advance(Duration::from_secs(90)).await.unwrap();
    let view = sandbox.payment(PROJECT, "order 1").unwrap();
    let times: Vec<&str> = view.callbacks[0]
        .attempts
        .iter()
        .map(|attempt| &attempt.at[11..19])
        .collect();
    assert_eq!(
        times,
        [
            "00:00:00", "00:00:10", "00:00:20", "00:00:30", "00:00:40", "00:00:50", "00:01:00",
            "00:02:24"
        ]
    );
}

#[tokio::test]
async fn what_was_delivered_is_not_sent_again() {
    let (folder, shop) = file_and_shop().await;
    let file = folder.path().join("sandbox.db");
    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    sale(&sandbox, "order 1").await;
    sandbox.advance(A_SECOND).await.unwrap();
    assert_eq!(shop.callbacks().len(), 1);
    let before = sandbox.payment(PROJECT, "order 1").unwrap();
    drop(sandbox);

    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    sandbox.advance(A_SECOND).await.unwrap();
    assert!(shop.callbacks().is_empty());
    let after = sandbox.payment(PROJECT, "order 1").unwrap();
    assert_eq!(after.callbacks, before.callbacks);
    assert_eq!(after.timeline, before.timeline);
}

#[tokio::test]
async fn the_clock_and_the_settings_are_kept() {
    let (folder, shop) = file_and_shop().await;
    let file = folder.path().join("sandbox.db");
    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    sandbox.advance(Duration::from_secs(3600)).await.unwrap();
    let changed = ProjectConfig::new(PROJECT, "another key");
    sandbox.add_project(changed).await.unwrap();
    drop(sandbox);

    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    assert_eq!(sandbox.now(), START + 3600);
    let body = signed(alipay_sale("order 1", 1000));
    let answer = request(sandbox.uri(), "POST", ALIPAY_SALE, "application/json", body).await;
    assert_eq!(
        answer.status, 400,
        "signed with the key of before the change"
    );
    assert!(answer.body.contains("3261"), "{}", answer.body);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_why() {
    let (folder, shop) = file_and_shop().await;
    let file = folder.path().join("sandbox.db");
    let refused = |config: SandboxConfig| match SandboxServer::start(config) {
        Err(error @ SandboxError::Database { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let sandbox = SandboxServer::start(config(&file, &shop)).unwrap();
    sale(&sandbox, "order 1").await;
    let error = refused(config(&file, &shop));
    assert!(error.contains("another sandbox"), "{error}");
    drop(sandbox);

    let error = refused(config(&file, &shop).seed(8));
    assert!(error.contains("seed 7"), "{error}");

    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to have a header, as SQLite reads one of 100 bytes before it knows").unwrap();
    let error = refused(config(&text, &shop));
    assert!(
        error.contains("notes.txt") && error.contains("no SQLite file"),
        "{error}"
    );

    let error = refused(config(&folder.path().join("no such folder/x.db"), &shop));
    assert!(error.contains("no such folder"), "{error}");
}
