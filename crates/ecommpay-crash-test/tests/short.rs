//! Short runs of the program: a few kills of each store, and three instances.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::process::Command;

use ecommpay_inbox_postgres::test_server::TestSchema;

fn report(arguments: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_ecommpay-crash-test"))
        .args(arguments)
        .arg("--json")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn is_good(report: &serde_json::Value, kills: u64) {
    assert_eq!(report["broken"], serde_json::Value::Null);
    let killed = report["kills"].as_object().unwrap();
    let killed: u64 = killed.values().map(|it| it.as_u64().unwrap()).sum();
    assert!(killed >= kills, "{report}");
    assert!(report["stored"].as_u64() > Some(0), "{report}");
    assert_eq!(report["stored"], report["handled"], "{report}");
}

async fn has_server() -> bool {
    TestSchema::create().await.is_some()
}

#[test]
fn twenty_kills_with_sqlite() {
    is_good(
        &report(&["kills", "--backend", "sqlite", "--kills", "20"]),
        20,
    );
}

#[tokio::test]
async fn twenty_kills_with_postgres() {
    if has_server().await {
        is_good(
            &report(&["kills", "--backend", "postgres", "--kills", "20"]),
            20,
        );
    }
}

#[tokio::test]
async fn three_instances_and_one_of_them_killed() {
    if has_server().await {
        is_good(&report(&["instances", "--callbacks", "3000"]), 1);
    }
}
