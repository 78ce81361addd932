//! What a reconciler shows of itself: the promised fields and names, and no value of anybody.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod support;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use ecommpay_client::Client;
use ecommpay_data_api::DataToken;
use ecommpay_gate::NotKnown;
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_inbox::{ExpectedPayment, Inbox};
use ecommpay_model::{Currency, ProjectId};
use ecommpay_reconcile::{Comparison, Finding, Period};
use ecommpay_signature::SecretKey;
use ecommpay_transport::Reply;
use ecommpay_transport::doubles::{AnswerWith, Replay};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use serde_json::json;
use support::{
    BASE, GRACE, PROJECT, SECRET, Shop, THRESHOLD, answer, asked_about, id, merchant_of, money,
    not_found, project, signed,
};

const CANARIES: [&str; 5] = ["CANARY", "canary", SECRET, "1000", "201"];

/// Where all of the log goes.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Notes the names and labels of counters.
#[derive(Debug, Clone, Default)]
struct Names(Arc<Mutex<BTreeSet<String>>>);

impl Recorder for Names {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels = key
            .labels()
            .map(|it| format!(" {}={}", it.key(), it.value()));
        let name = key.name().to_owned() + &labels.collect::<String>();
        self.0.lock().unwrap().insert(name);
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Questions of every outcome.
async fn scene() {
    let shop = Shop::over(AnswerWith::new(|request| {
        let payment_id = asked_about(&request);
        Ok(match payment_id.as_str() {
            "CANARY-open" => answer(&payment_id, "processing", 1000),
            "CANARY-refused" => Reply::new(403, r#"{"status":"error","code":"303"}"#),
            "CANARY-unanswered" => Reply::new(500, "CANARY"),
            _ => not_found(&payment_id, "3061"),
        })
    }));
    for name in ["open", "refused", "unanswered", "lost"] {
        let sum = money(1000, Currency::CNY);
        shop.expect(&format!("CANARY-{name}"), sum, None).await;
    }
    let foreign = ProjectId::new(201_201).unwrap();
    let expected = ExpectedPayment::new(foreign, id("CANARY-foreign"), shop.now());
    shop.inbox
        .expect_payment(expected, shop.now())
        .await
        .unwrap();
    shop.clock.advance(BASE);
    shop.reconciler.pass().await.unwrap();
    shop.clock.advance(THRESHOLD + GRACE);
    shop.reconciler.pass().await.unwrap();
    assert_eq!(shop.support.sentences().len(), 2);
    let found = shop.reconciler.ask_now(project(), &id("CANARY-lost")).await;
    assert_eq!(found, Some(Finding::NotKnown(NotKnown::NeverRegistered)));
    let found = shop
        .reconciler
        .ask_now(foreign, &id("CANARY-foreign"))
        .await;
    assert_eq!(found, None, "no client");
}

/// A comparison that finds a missing operation and one without a place, and one that ends early.
async fn comparison_scene() {
    let rows = json!({"operations": [
        {"project_id": "201", "operation_id": "20100", "payment_id": "CANARY-missing",
            "operation_status": "success", "sum_initial": {"amount": 1000, "currency": "CNY"}},
        {"project_id": "201", "operation_id": "20101", "payment_id": "", "operation_status": "success"},
    ]});
    let answers = [Ok(signed(&rows)), Ok(Reply::new(400, r#"{"status":400}"#))];
    let token = DataToken::new("CANARY-token", SecretKey::new(SECRET).unwrap()).unwrap();
    let client = Client::builder(merchant_of(PROJECT, SECRET))
        .transport(Replay::new(answers))
        .base_url("http://127.0.0.1:9")
        .data_base_url("http://127.0.0.1:9/v1")
        .data_token(token)
        .build()
        .unwrap();
    let comparison = Comparison::new(Arc::new(MemoryInbox::new()), client);
    let day = Period::new(
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2026-01-02T00:00:00Z".parse().unwrap(),
    );
    let summary = comparison.compare(day.unwrap(), |_| ()).await.unwrap();
    assert_eq!((summary.missing, summary.unnamed), (1, 1));
    assert!(comparison.compare(day.unwrap(), |_| ()).await.is_err());
}

#[test]
fn a_reconciler_shows_outcomes_and_no_values() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        })
        .finish();
    let names = Names::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || {
        metrics::with_local_recorder(&names, || {
            runtime.block_on(scene());
            runtime.block_on(comparison_scene());
        });
    });

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for field in [
        "ecommpay.reconcile.ask",
        "because=\"past base time\"",
        "because=\"past threshold time\"",
        "because=\"asked for\"",
        "outcome=\"news\"",
        "outcome=\"nothing new\"",
        "outcome=\"not known\"",
        "outcome=\"refused\"",
        "outcome=\"unanswered\"",
        "duration_ms=",
        "a payment has no result after its threshold time is_told=true",
        "ecommpay.reconcile.compare",
        "outcome=\"differences\"",
        "outcome=\"no report\"",
        "platform_operations=2",
        "differences=2",
        "a payment is overdue in a project that has no client",
    ] {
        assert!(text.contains(field), "no {field} in\n{text}");
    }
    // Times of the log itself hold digits.
    let without_times: String = text
        .lines()
        .filter_map(|line| line.split_once("Z "))
        .map(|(_, rest)| rest.split("time.").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    for canary in CANARIES {
        assert!(
            !without_times.contains(canary),
            "{canary} in\n{without_times}"
        );
    }

    let names = names.0.lock().unwrap().clone();
    let wanted = [
        "ecommpay_reconcile_asked_total outcome=news",
        "ecommpay_reconcile_asked_total outcome=not known",
        "ecommpay_reconcile_asked_total outcome=nothing new",
        "ecommpay_reconcile_asked_total outcome=refused",
        "ecommpay_reconcile_asked_total outcome=unanswered",
        "ecommpay_reconcile_differences_total difference=missing",
        "ecommpay_reconcile_differences_total difference=unnamed",
        "ecommpay_reconcile_unresolved_total",
        "ecommpay_reconcile_without_client_total",
    ];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
}
