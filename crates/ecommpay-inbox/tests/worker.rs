//! What a worker does with what comes: the guard, retries, parking, panics, stopping.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecommpay_callback::{Change, ExpectedOrder, Standing, Verdict};
use ecommpay_clock::Clock;
use ecommpay_clock::doubles::{Always, HandClock};
use ecommpay_inbox::contract::samples::{Sample, payment, project, signed};
use ecommpay_inbox::doubles::{MemoryInbox, MemoryWrite};
use ecommpay_inbox::{
    Document, Event, ExpectedPayment, Handler, HandlerError, Inbox, LeaseRequest, Moment, Orders,
    ParkReason, PaymentRecord, Worker, async_trait,
};
use ecommpay_model::{Currency, Money, PaymentId, ProjectId};

/// Orders by payment, in minor units of CNY.
#[derive(Debug, Clone, Default)]
struct Shop(Arc<Mutex<BTreeMap<String, i64>>>);

impl Shop {
    fn with(self, id: &str, minor: i64) -> Self {
        self.0.lock().unwrap().insert(id.to_owned(), minor);
        self
    }
}

#[async_trait]
impl Orders for Shop {
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError> {
        if payment_id.as_str() == "orders-are-down" {
            return Err(HandlerError::retry("the orders cannot be reached"));
        }
        let minor = self.0.lock().unwrap().get(payment_id.as_str()).copied();
        Ok(match minor {
            Some(minor) => {
                let money = Money::new(minor, Currency::CNY)?;
                Some(ExpectedOrder::new(project_id, payment_id.clone(), money))
            }
            None => None,
        })
    }
}

/// What one call of the handler does.
enum Act {
    Fail(&'static str),
    GiveUp(&'static str),
    Panic,
    Hang,
    WriteThatFails,
}

/// Keeps what it was told, and acts as it is bidden.
#[derive(Clone, Default)]
struct Till {
    events: Arc<Mutex<Vec<Event>>>,
    acts: Arc<Mutex<VecDeque<Act>>>,
    written: Arc<Mutex<u32>>,
}

impl Till {
    fn next(&self, acts: impl IntoIterator<Item = Act>) {
        self.acts.lock().unwrap().extend(acts);
    }

    fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }
}

#[async_trait]
impl Handler for Till {
    type Write = MemoryWrite;

    async fn handle(&self, event: &Event) -> Result<MemoryWrite, HandlerError> {
        let act = self.acts.lock().unwrap().pop_front();
        match act {
            Some(Act::Fail(text)) => return Err(HandlerError::retry(text)),
            Some(Act::GiveUp(text)) => return Err(HandlerError::give_up(text)),
            Some(Act::Panic) => panic!("a mistake of the shop"),
            Some(Act::Hang) => std::future::pending().await,
            Some(Act::WriteThatFails) => return Ok(MemoryWrite::new(|| Err("full disk".into()))),
            None => {}
        }
        self.events.lock().unwrap().push(event.clone());
        let written = Arc::clone(&self.written);
        Ok(MemoryWrite::new(move || {
            *written.lock().unwrap() += 1;
            Ok(())
        }))
    }
}

struct Scene {
    inbox: Arc<MemoryInbox>,
    clock: HandClock,
    shop: Shop,
    till: Till,
    worker: Worker<MemoryInbox, Shop, Till>,
}

impl Scene {
    fn with(shop: Shop) -> Self {
        let (inbox, clock) = (Arc::new(MemoryInbox::new()), HandClock::new());
        let till = Till::default();
        let worker = Worker::builder(Arc::clone(&inbox), shop.clone(), till.clone())
            .clock(clock.clone())
            .randomness(Always(0))
            .attempts(3)
            .backoff(Duration::from_secs(10), Duration::from_secs(100))
            .look_for_orders(Duration::from_secs(5), Duration::from_secs(3600))
            .build();
        Scene {
            inbox,
            clock,
            shop,
            till,
            worker,
        }
    }

    fn now(&self) -> Moment {
        Moment::from_epoch(self.clock.since_epoch())
    }

    async fn put(&self, sample: &Sample) {
        self.inbox
            .put(sample.arrival(self.now()).unwrap())
            .await
            .unwrap();
    }

    async fn pass(&self) -> usize {
        self.worker.pass().await.unwrap()
    }

    async fn later(&self, seconds: u64) -> usize {
        self.clock.advance(Duration::from_secs(seconds));
        self.pass().await
    }

    /// Reasons and texts of what is parked.
    async fn parked(&self) -> Vec<(ParkReason, String)> {
        let parked = self.inbox.parked(None, 100).await.unwrap();
        parked
            .into_iter()
            .map(|it| (it.reason, it.detail))
            .collect()
    }

    async fn record(&self, id: &str) -> Option<PaymentRecord> {
        self.inbox
            .payment(project().unwrap(), &payment(id).unwrap())
            .await
            .unwrap()
    }

    async fn is_idle(&self) -> bool {
        let backlog = self.inbox.backlog().await.unwrap();
        backlog.waiting + backlog.leased == 0
    }
}

#[tokio::test]
async fn a_paid_order_reaches_the_handler_with_everything_known() {
    let scene = Scene::with(Shop::default().with("p-1", 1000));
    scene.put(&Sample::of("p-1").redirected(1)).await;
    scene.put(&Sample::of("p-1").paid(2)).await;
    assert_eq!(scene.pass().await, 2);
    let events = scene.till.events();
    assert_eq!(events[0].paid(), None);
    assert_eq!(
        events[1].paid(),
        Some(Money::new(1000, Currency::CNY).unwrap())
    );
    assert_eq!(events[1].verdict(), Verdict::Matches);
    assert_eq!(events[1].state().standing(), Standing::Paid);
    assert!(matches!(events[1].document(), Document::Callback(_)));
    assert_eq!(*scene.till.written.lock().unwrap(), 2);
    assert!(scene.is_idle().await);
    assert_eq!(
        scene.record("p-1").await.unwrap().state(),
        events[1].state()
    );
    // The same again is one event.
    scene.put(&Sample::of("p-1").paid(2)).await;
    assert_eq!(scene.pass().await, 0);
}

#[tokio::test]
async fn an_unknown_order_is_parked_and_delivered_when_it_is_known() {
    let scene = Scene::with(Shop::default());
    scene.put(&Sample::of("p-1").paid(2)).await;
    scene.pass().await;
    let text = "the shop does not know the order yet".to_owned();
    assert_eq!(scene.parked().await, [(ParkReason::OrderUnknown, text)]);
    assert!(scene.till.events().is_empty() && scene.record("p-1").await.is_none());

    let expected = ExpectedPayment::new(project().unwrap(), payment("P-1").unwrap(), scene.now());
    let _ = scene.shop.clone().with("p-1", 1000);
    assert_eq!(
        scene
            .inbox
            .expect_payment(expected, scene.now())
            .await
            .unwrap(),
        1
    );
    assert_eq!(scene.pass().await, 1);
    assert!(scene.till.events()[0].paid().is_some());
    assert!(scene.parked().await.is_empty());
}

#[tokio::test]
async fn an_unknown_order_is_looked_for_again_and_never_given_up() {
    let scene = Scene::with(Shop::default());
    scene.put(&Sample::of("p-1").paid(2)).await;
    assert_eq!(scene.pass().await, 1);
    assert_eq!(scene.later(4).await, 0);
    let mut looks = 0;
    for _ in 0..1000 {
        looks += scene.later(100).await;
    }
    // 100 000 seconds: doubling pauses up to one hour, then one look an hour.
    assert!((30..50).contains(&looks), "{looks}");
    let _ = scene.shop.clone().with("p-1", 1000);
    assert_eq!(scene.later(3600).await, 1);
    assert!(scene.till.events()[0].paid().is_some());
}

#[tokio::test]
async fn what_is_not_for_its_order_is_parked_with_the_reason_and_not_folded() {
    let scene = Scene::with(Shop::default().with("p-1", 1000).with("p-2", 1000));
    let euros = Sample::of("p-1").paid(2).body().replace("CNY", "EUR");
    scene
        .inbox
        .put(signed(&euros, scene.now()).unwrap())
        .await
        .unwrap();
    let foreign = Sample::of("p-2")
        .paid(2)
        .body()
        .replace(r#""project_id":201"#, r#""project_id":202"#);
    scene
        .inbox
        .put(signed(&foreign, scene.now()).unwrap())
        .await
        .unwrap();
    scene.pass().await;
    let parked = scene.parked().await;
    assert_eq!(parked.len(), 2);
    assert_eq!(parked[0].0, ParkReason::Mismatch);
    assert!(
        parked[0].1.contains("payment.sum.currency must be CNY"),
        "{}",
        parked[0].1
    );
    assert!(
        parked[1].1.contains("project_id must be 201"),
        "{}",
        parked[1].1
    );
    assert!(scene.till.events().is_empty());
    assert!(scene.record("p-1").await.is_none() && scene.record("p-2").await.is_none());
}

#[tokio::test]
async fn another_sum_than_that_of_the_order_is_no_payment_of_it() {
    let scene = Scene::with(Shop::default().with("p-1", 999));
    scene.put(&Sample::of("p-1").paid(2)).await;
    // A late callback of an open payment is no way around it.
    scene.put(&Sample::of("p-1").redirected(1)).await;
    scene.pass().await;
    for event in scene.till.events() {
        assert_eq!(event.paid(), None);
        assert!(
            matches!(event.verdict(), Verdict::AmountDiffers { .. }),
            "{:?}",
            event.verdict()
        );
    }
}

#[tokio::test]
async fn a_contradiction_is_parked_and_seen_in_either_order() {
    let (paid, declined) = (Sample::of("p-1").paid(2), Sample::of("p-1").declined(3));
    let mut states = Vec::new();
    for order in [[&paid, &declined], [&declined, &paid]] {
        let scene = Scene::with(Shop::default().with("p-1", 1000));
        for sample in order {
            scene.put(sample).await;
            scene.pass().await;
        }
        assert_eq!(scene.till.events().len(), 1);
        let parked = scene.parked().await;
        assert!(
            parked[0].1.contains("payment.status cannot change"),
            "{}",
            parked[0].1
        );
        let state = scene.record("p-1").await.unwrap().state().clone();
        assert!(!state.conflicts().is_empty());
        states.push(state);

        // A person has looked and lets it pass.
        let id = scene.inbox.parked(None, 1).await.unwrap()[0].entry_id;
        scene.inbox.replay(id, scene.now()).await.unwrap();
        scene.pass().await;
        assert_eq!(scene.till.events()[1].paid(), None);
    }
    assert_eq!(states[0], states[1]);
}

#[tokio::test]
async fn a_status_answer_is_an_event_if_it_tells_something_new() {
    let scene = Scene::with(Shop::default().with("p-1", 1000).with("p-2", 1000));
    scene.put(&Sample::of("p-1").redirected(1)).await;
    scene.pass().await;
    // All callbacks of the result are lost; the answer tells of it.
    let paid = Sample::of("p-1").paid(5);
    scene
        .inbox
        .put(paid.status_answer(scene.now()).unwrap())
        .await
        .unwrap();
    scene.pass().await;
    let event = &scene.till.events()[1];
    assert!(event.paid().is_some() && event.change() == Change::Learned);
    assert!(event.disagreement().is_empty());

    // An answer that tells what is known is finished without the handler.
    let known = paid.status_answer(scene.now()).unwrap();
    scene.put(&Sample::of("p-2").paid(5)).await;
    scene
        .inbox
        .put(
            Sample::of("p-2")
                .paid(5)
                .status_answer(scene.now())
                .unwrap(),
        )
        .await
        .unwrap();
    scene.inbox.put(known).await.unwrap();
    scene.pass().await;
    assert_eq!(scene.till.events().len(), 3);
    assert!(scene.is_idle().await);

    // One that says otherwise is an event that names the contradiction.
    let declined = Sample::of("p-2")
        .declined(9)
        .status_answer(scene.now())
        .unwrap();
    scene.inbox.put(declined).await.unwrap();
    scene.pass().await;
    let event = &scene.till.events()[3];
    assert!(!event.disagreement().is_empty() && event.paid().is_none());
}

#[tokio::test]
async fn poison_is_parked_with_its_text_after_so_many_attempts_and_the_queue_moves() {
    let scene = Scene::with(Shop::default().with("p-1", 1000));
    scene.put(&Sample::of("p-1").redirected(1)).await;
    scene.put(&Sample::of("p-1").paid(2)).await;
    scene
        .till
        .next(["first", "second", "third: ж"].map(Act::Fail));
    assert_eq!(scene.pass().await, 1);
    // Pauses of 10 and 20 seconds; the later one waits behind.
    assert_eq!(scene.later(9).await, 0);
    assert_eq!(scene.later(1).await, 1);
    assert_eq!(scene.later(19).await, 0);
    // The third attempt parks it, and the other one is handled.
    assert_eq!(scene.later(1).await, 2);
    assert_eq!(
        scene.parked().await,
        [(ParkReason::Poison, "third: ж".to_owned())]
    );
    assert!(scene.till.events()[0].paid().is_some());

    let id = scene.inbox.parked(None, 1).await.unwrap()[0].entry_id;
    assert!(scene.inbox.replay(id, scene.now()).await.unwrap());
    assert_eq!(scene.pass().await, 1);
    assert_eq!(scene.till.events().len(), 2);
    assert!(scene.is_idle().await);
}

#[tokio::test]
async fn what_the_handler_gives_up_is_parked_at_once() {
    let scene = Scene::with(Shop::default().with("p-1", 1000));
    scene.put(&Sample::of("p-1").paid(2)).await;
    scene.till.next([Act::GiveUp("no such article")]);
    scene.pass().await;
    assert_eq!(
        scene.parked().await,
        [(ParkReason::Poison, "no such article".to_owned())]
    );
}

#[tokio::test]
async fn panics_time_outs_and_failed_writes_are_failed_attempts() {
    for (act, text) in [
        (Act::Panic, "the handler panicked"),
        (Act::Hang, "handling took longer than the lease"),
        (Act::WriteThatFails, "full disk"),
    ] {
        let scene = Scene::with(Shop::default().with("p-1", 1000));
        scene.put(&Sample::of("p-1").paid(2)).await;
        scene.till.next([act, Act::GiveUp("enough")]);
        scene.pass().await;
        assert_eq!(*scene.till.written.lock().unwrap(), 0);
        let backlog = scene.inbox.backlog().await.unwrap();
        assert_eq!((backlog.waiting, backlog.leased), (1, 0), "{text}");
        assert!(scene.inbox.error_of(1).unwrap().contains(text));
        scene.later(10).await;
        assert_eq!(
            scene.parked().await,
            [(ParkReason::Poison, "enough".to_owned())]
        );
    }
}

#[tokio::test]
async fn orders_that_cannot_be_asked_are_a_failed_attempt() {
    let scene = Scene::with(Shop::default());
    scene.put(&Sample::of("orders-are-down").paid(2)).await;
    for _ in 0..5 {
        scene.later(100).await;
    }
    let text = "the orders cannot be reached".to_owned();
    assert_eq!(scene.parked().await, [(ParkReason::Poison, text)]);
}

#[tokio::test]
async fn workers_that_die_over_an_entry_do_not_get_it_for_ever() {
    let scene = Scene::with(Shop::default().with("p-1", 1000));
    scene.put(&Sample::of("p-1").paid(2)).await;
    for _ in 0..3 {
        let request = LeaseRequest::new("dies", 1, Duration::from_secs(60));
        assert_eq!(
            scene.inbox.lease(scene.now(), request).await.unwrap().len(),
            1
        );
        scene.clock.advance(Duration::from_secs(60));
    }
    scene.pass().await;
    let parked = scene.parked().await;
    assert!(
        parked[0].1.starts_with("3 attempts ended without a result"),
        "{parked:?}"
    );
    assert!(scene.till.events().is_empty());
}

#[tokio::test]
async fn the_unreadable_and_what_is_about_no_payment_are_laid_aside() {
    let scene = Scene::with(Shop::default());
    scene
        .inbox
        .put(signed(r#"{"news":1}"#, scene.now()).unwrap())
        .await
        .unwrap();
    scene.pass().await;
    assert_eq!(scene.parked().await[0].0, ParkReason::NoPayment);
}

#[tokio::test]
async fn a_running_worker_is_woken_and_stops_when_its_work_is_done() {
    let inbox = Arc::new(MemoryInbox::new());
    let till = Till::default();
    let shop = Shop::default().with("p-1", 1000);
    // A pause of a day: only being woken brings it to work.
    let worker = Worker::builder(Arc::clone(&inbox), shop, till.clone())
        .pause(Duration::from_secs(24 * 60 * 60))
        .build();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run(async { drop(stopped.await) }).await }
    });
    tokio::task::yield_now().await;
    let now = Moment::from_unix_millis(1_700_000_000_000);
    for sample in [Sample::of("p-1").redirected(1), Sample::of("p-1").paid(2)] {
        inbox.put(sample.arrival(now).unwrap()).await.unwrap();
    }
    while till.events().len() < 2 {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    // After the end nothing is taken.
    inbox
        .put(Sample::of("p-1").at(9).arrival(now).unwrap())
        .await
        .unwrap();
    assert_eq!(inbox.backlog().await.unwrap().waiting, 1);
    assert_eq!(*till.written.lock().unwrap(), 2);
}
