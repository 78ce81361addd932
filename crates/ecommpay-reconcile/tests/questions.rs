//! Over doubles: what answers are worth, who asks, and when it ends.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ecommpay_callback::{Conflict, Standing};
use ecommpay_client::{Client, SystemRandomness};
use ecommpay_clock::doubles::HandClock;
use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{Asking, ExpectedPayment, Inbox, ParkReason};
use ecommpay_model::{Currency, PaymentStatus};
use ecommpay_reconcile::Reconciler;
use ecommpay_transport::doubles::{AnswerWith, Recorder, Replay};
use ecommpay_transport::{
    FailureKind, FailureStage, Reply, Request, Transport, TransportError, async_trait,
};
use support::{
    BASE, GRACE, Shop, Support, THRESHOLD, answer, asked_about, id, merchant_of, minutes, money,
    not_found, project, settings, times,
};
use tokio::sync::Semaphore;

fn cny(minor: i64) -> ecommpay_model::Money {
    money(minor, Currency::CNY)
}

/// A shop that has asked for one payment of 10.00 CNY, with these answers to come.
async fn waiting(replies: Vec<Result<Reply, TransportError>>) -> Shop<Replay> {
    let shop = Shop::over(Replay::new(replies));
    shop.expect("p-1", cny(1000), None).await;
    shop.clock.advance(BASE);
    shop
}

#[tokio::test]
async fn no_answer_but_a_status_changes_what_is_known() {
    let broken = |stage, kind| Err(TransportError::new(stage, kind));
    let harmless = [
        Ok(not_found("p-1", "3061")),
        Ok(not_found("p-1", "3062")),
        Ok(Reply::new(400, r#"{"status":"error","code":"2004"}"#)),
        Ok(Reply::new(403, r#"{"status":"error","code":"303"}"#)),
        Ok(Reply::new(404, "not here")),
        Ok(Reply::new(500, "")),
        Ok(Reply::new(503, "<html>proxy</html>")),
        Ok(Reply::new(200, "<html>hotel wifi</html>")),
        // not signed by the platform
        Ok(Reply::new(
            200,
            r#"{"project_id":201,"payment":{"id":"p-1","status":"decline"},"signature":"AAAA"}"#,
        )),
        // of another payment
        Ok(answer("p-2", "decline", 1000)),
        broken(FailureStage::BeforeSend, FailureKind::Connect),
        broken(FailureStage::MaybeSent, FailureKind::ReadTimeout),
        broken(FailureStage::ReplyUnreadable, FailureKind::Reset),
    ];
    for reply in harmless {
        let text = format!("{reply:?}");
        let shop = waiting(vec![reply]).await;
        // What is known: waiting for the customer, told by a callback.
        let known = Sample::of("p-1").redirected(2);
        shop.inbox
            .put(known.arrival(shop.now()).unwrap())
            .await
            .unwrap();
        shop.work().await;
        let before = shop.record("p-1").await;
        assert_eq!(
            before.state().standing(),
            Standing::Open(PaymentStatus::AwaitingRedirectResult)
        );
        shop.clock.advance(BASE);
        let pass = shop.reconciler.pass().await.unwrap();
        assert_eq!((pass.asked, pass.news), (1, 0), "{text}");
        assert_eq!(pass.failed + pass.not_known, 1, "{text}");
        shop.work().await;
        assert_eq!(shop.record("p-1").await.state(), before.state(), "{text}");
        assert_eq!(shop.inbox.entries(None, 10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_contradicts_a_callback_is_told_to_the_handler() {
    let shop = waiting(vec![Ok(answer("p-1", "decline", 1000))]).await;
    // The callback lies in the inbox, not handled yet, when the question is asked.
    let paid = Sample::of("p-1").paid(5);
    shop.inbox
        .put(paid.arrival(shop.now()).unwrap())
        .await
        .unwrap();
    assert_eq!(shop.reconciler.pass().await.unwrap().news, 1);
    shop.work().await;
    let events = shop.till.events();
    assert_eq!(events.len(), 2);
    assert!(events[0].disagreement().is_empty());
    let [Conflict::Statuses(statuses)] = events[1].disagreement() else {
        panic!("{:?}", events[1].disagreement());
    };
    let told: BTreeSet<_> = statuses.iter().map(PaymentStatus::as_str).collect();
    assert_eq!(told, BTreeSet::from(["decline", "success"]));
    assert_eq!(
        events[1].paid(),
        None,
        "nothing is shipped on a contradiction"
    );
}

#[tokio::test]
async fn a_callback_that_contradicts_an_answer_is_laid_aside_with_the_reason() {
    let shop = waiting(vec![Ok(answer("p-1", "decline", 1000))]).await;
    shop.reconciler.pass().await.unwrap();
    shop.work().await;
    assert_eq!(
        shop.record("p-1").await.state().standing(),
        Standing::Declined
    );
    let paid = Sample::of("p-1").paid(5);
    shop.inbox
        .put(paid.arrival(shop.now()).unwrap())
        .await
        .unwrap();
    shop.work().await;
    let parked = shop.inbox.parked(None, 10).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].reason, ParkReason::Mismatch);
    assert_eq!(
        parked[0].detail,
        "payment.status cannot change from `decline` to `success`; ask for the status"
    );
    assert!(!shop.record("p-1").await.state().conflicts().is_empty());
}

#[tokio::test]
async fn an_answer_that_does_not_fit_the_order_is_parked_and_told_in_the_end() {
    let in_rubles = || {
        let body = serde_json::json!({
            "project_id": 201, "operations": [],
            "payment": {"id": "p-1", "status": "success", "method": "alipay",
                "date": "2026-01-01T00:10:00+0000", "sum": {"amount": 1000, "currency": "RUB"}},
        });
        Ok(support::signed(&body))
    };
    let shop = waiting((0..20).map(|_| in_rubles()).collect()).await;
    for _ in 0..60 {
        shop.reconciler.pass().await.unwrap();
        shop.work().await;
        shop.clock.advance(minutes(1));
    }
    assert!(shop.till.events().is_empty());
    assert_eq!(shop.inbox.parked(None, 10).await.unwrap().len(), 1, "once");
    let sentences = shop.support.sentences();
    assert_eq!(sentences.len(), 1);
    assert!(
        sentences[0].ends_with(
            "the platform says `paid`, which is in the inbox but not taken in; see whether a worker \
             runs, and what is parked"
        ),
        "{}",
        sentences[0]
    );
    assert_eq!(shop.record("p-1").await.asking(), Asking::Never);
}

#[tokio::test]
async fn who_cannot_be_told_is_told_later() {
    let shop = waiting((0..40).map(|_| Ok(not_found("p-1", "3062"))).collect()).await;
    shop.support.set_away(true);
    shop.clock.advance(THRESHOLD + GRACE);
    assert_eq!(shop.reconciler.pass().await.unwrap().unresolved, 1);
    assert!(shop.support.sentences().is_empty());
    assert!(matches!(shop.record("p-1").await.asking(), Asking::At(_)));
    shop.support.set_away(false);
    shop.clock.advance(minutes(30));
    assert_eq!(shop.reconciler.pass().await.unwrap().unresolved, 1);
    assert_eq!(shop.support.sentences().len(), 1);
    shop.clock.advance(minutes(3000));
    assert_eq!(shop.reconciler.pass().await.unwrap().asked, 0);
}

#[tokio::test]
async fn payments_of_a_project_without_a_client_are_counted_and_hold_up_nobody() {
    let shop = Shop::over(AnswerWith::new(|request| {
        Ok(not_found(&asked_about(&request), "3061"))
    }));
    let foreign = ecommpay_model::ProjectId::new(999).unwrap();
    for number in 0..10 {
        let payment_id = id(&format!("foreign-{number}"));
        let expected = ExpectedPayment::new(foreign, payment_id, shop.now());
        shop.inbox
            .expect_payment(expected, shop.now())
            .await
            .unwrap();
    }
    shop.expect("own", cny(1000), None).await;
    shop.clock.advance(BASE);
    let pass = shop.reconciler.pass().await.unwrap();
    assert_eq!((pass.without_client, pass.asked), (10, 1));
    assert_eq!(shop.requests.count(), 1);
}

#[tokio::test]
async fn each_project_is_asked_about_with_its_own_client() {
    let ask = |key: &'static str, project: u32| {
        let requests = Recorder::new(AnswerWith::new(|_| Ok(Reply::new(500, ""))));
        let client = Client::builder(merchant_of(project, key))
            .transport(requests.clone())
            .retries(0)
            .build()
            .unwrap();
        (client, requests)
    };
    let (one, to_one) = ask("key of one", 1);
    let (two, to_two) = ask("key of two", 2);
    let inbox = Arc::new(ecommpay_inbox::doubles::MemoryInbox::new());
    let clock = HandClock::new();
    let now = ecommpay_inbox::Moment::from_epoch(ecommpay_clock::Clock::since_epoch(&clock));
    for project in [1, 2] {
        let project = ecommpay_model::ProjectId::new(project).unwrap();
        let expected = ExpectedPayment::new(project, id("same-id"), now);
        inbox.expect_payment(expected, now).await.unwrap();
    }
    clock.advance(BASE);
    let reconciler = Reconciler::builder(inbox, one, times()).project(two);
    let reconciler = settings(reconciler, &clock, &Support::default()).build();
    assert_eq!(reconciler.pass().await.unwrap().asked, 2);
    for (requests, project) in [(to_one, 1), (to_two, 2)] {
        let bodies = requests.requests();
        assert_eq!(bodies.len(), 1);
        let body: serde_json::Value = serde_json::from_slice(bodies[0].body()).unwrap();
        assert_eq!(body["general"]["project_id"], project);
    }
}

/// Keeps requests under way until it is let go on, and counts them.
#[derive(Debug, Clone)]
struct Gate {
    under_way: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
    open: Arc<Semaphore>,
}

#[async_trait]
impl Transport for Gate {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.open.acquire().await.unwrap().forget();
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        Ok(not_found(&asked_about(&request), "3061"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_has_so_many_questions_under_way_and_waits_for_them_in_the_end() {
    let gate = Gate {
        under_way: Arc::default(),
        most: Arc::default(),
        asked: Arc::default(),
        open: Arc::new(Semaphore::new(0)),
    };
    let inbox = Arc::new(ecommpay_inbox::doubles::MemoryInbox::new());
    let long_ago = ecommpay_inbox::Moment::from_unix_millis(0);
    for number in 0..10 {
        let expected = ExpectedPayment::new(project(), id(&format!("p-{number}")), long_ago);
        inbox.expect_payment(expected, long_ago).await.unwrap();
    }
    let client = Client::builder(merchant_of(support::PROJECT, support::SECRET))
        .transport(gate.clone())
        .call_timeout(Duration::from_secs(3600))
        .attempt_timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let reconciler = Reconciler::builder(inbox, client, times())
        .at_once(3)
        .pause(Duration::from_secs(1))
        .randomness(SystemRandomness)
        .build();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let run = tokio::spawn(async move {
        reconciler
            .run(async {
                stopped.await.unwrap();
            })
            .await;
    });
    let settle = || tokio::time::sleep(Duration::from_secs(5));
    settle().await;
    assert_eq!(gate.asked.load(Ordering::SeqCst), 3);
    gate.open.add_permits(4);
    settle().await;
    assert_eq!(gate.asked.load(Ordering::SeqCst), 7);
    stop.send(()).unwrap();
    settle().await;
    assert!(!run.is_finished(), "three questions are under way");
    gate.open.add_permits(100);
    run.await.unwrap();
    assert_eq!(
        gate.asked.load(Ordering::SeqCst),
        7,
        "none after the signal"
    );
    assert_eq!(gate.most.load(Ordering::SeqCst), 3);
}
