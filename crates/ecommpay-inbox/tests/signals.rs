//! What a worker shows of itself: the promised fields and names, and no value of anybody.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use ecommpay_callback::ExpectedOrder;
use ecommpay_clock::doubles::{Always, HandClock};
use ecommpay_inbox::contract::samples::{SECRET, Sample, signed};
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_inbox::{Event, Handler, HandlerError, Inbox, Moment, Orders, Worker, async_trait};
use ecommpay_model::{Currency, Money, PaymentId, ProjectId};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

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

/// Notes the names and labels of metrics.
#[derive(Debug, Clone, Default)]
struct Names(Arc<Mutex<BTreeSet<String>>>);

impl Names {
    fn note(&self, key: &Key) {
        let labels: Vec<_> = key
            .labels()
            .map(|it| format!("{}={}", it.key(), it.value()))
            .collect();
        self.0.lock().unwrap().insert(
            format!("{} {}", key.name(), labels.join(","))
                .trim()
                .to_owned(),
        );
    }
}

impl Recorder for Names {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.note(key);
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.note(key);
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.note(key);
        Histogram::noop()
    }
}

#[derive(Debug)]
struct Shop;

#[async_trait]
impl Orders for Shop {
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError> {
        let money = Money::new(1000, Currency::CNY)?;
        let order = ExpectedOrder::new(project_id, payment_id.clone(), money);
        Ok((payment_id.as_str() != "CANARY-unknown").then_some(order))
    }
}

struct Till;

#[async_trait]
impl Handler for Till {
    type Write = ();

    async fn handle(&self, event: &Event) -> Result<(), HandlerError> {
        match event.payment_id().as_str() {
            "CANARY-fails" => Err(HandlerError::retry("the card of CANARY is empty")),
            "CANARY-ends" => Err(HandlerError::give_up("the card of CANARY is empty")),
            _ => Ok(()),
        }
    }
}

#[test]
fn a_worker_shows_outcomes_and_no_values() {
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
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || {
        metrics::with_local_recorder(&names, || runtime.block_on(scene()));
    });

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for field in [
        "ecommpay.inbox.handle",
        "attempt=1",
        "duration_ms=",
        "outcome=\"handled\"",
        "outcome=\"retried\"",
        "outcome=\"poison\"",
        "outcome=\"order unknown\"",
        "outcome=\"no payment\"",
        "a document contradicts what is known of its payment document=\"callback\"",
        "a document contradicts what is known of its payment document=\"status answer\"",
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
        "ecommpay_inbox_contradictions_total document=callback",
        "ecommpay_inbox_contradictions_total document=status answer",
        "ecommpay_inbox_handled_total outcome=handled",
        "ecommpay_inbox_handled_total outcome=mismatch",
        "ecommpay_inbox_handled_total outcome=no payment",
        "ecommpay_inbox_handled_total outcome=order unknown",
        "ecommpay_inbox_handled_total outcome=poison",
        "ecommpay_inbox_handled_total outcome=retried",
        "ecommpay_inbox_handling_seconds",
        "ecommpay_inbox_leased",
        "ecommpay_inbox_parked",
        "ecommpay_inbox_waiting",
    ];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
}

/// Entries of every outcome, and a run that reports the backlog.
async fn scene() {
    let inbox = Arc::new(MemoryInbox::new());
    let clock = HandClock::new();
    let now = Moment::from_unix_millis(1_767_225_600_000);
    for id in [
        "CANARY-fine",
        "CANARY-fails",
        "CANARY-ends",
        "CANARY-unknown",
    ] {
        inbox
            .put(Sample::of(id).paid(5).arrival(now).unwrap())
            .await
            .unwrap();
    }
    inbox
        .put(signed(r#"{"news":"CANARY"}"#, now).unwrap())
        .await
        .unwrap();
    // A callback that says otherwise than the one before it is laid aside; an answer is handled.
    let declined = Sample::of("CANARY-fine").declined(6);
    inbox.put(declined.arrival(now).unwrap()).await.unwrap();
    let paid = Sample::of("CANARY-answered").paid(5);
    inbox.put(paid.arrival(now).unwrap()).await.unwrap();
    let declined = Sample::of("CANARY-answered").declined(6);
    inbox
        .put(declined.status_answer(now).unwrap())
        .await
        .unwrap();
    let worker = Worker::builder(Arc::clone(&inbox), Shop, Till)
        .name("canary-worker")
        .clock(clock)
        .randomness(Always(0))
        .build();
    worker.pass().await.unwrap();
    // The hand clock ends the pause at once, and the backlog is reported.
    let mut rounds = 0;
    let stop = std::future::poll_fn(|_| {
        rounds += 1;
        if rounds > 3 {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    });
    worker.run(stop).await;
}
