//! A shop with its inbox, worker and clock, and what stands in for its surroundings.

// each test file uses its own part of this
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic
)]

pub mod sandbox;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecommpay_callback::ExpectedOrder;
use ecommpay_client::Client;
use ecommpay_clock::Clock;
use ecommpay_clock::doubles::{Always, HandClock};
use ecommpay_gate::Merchant;
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_inbox::{
    Event, ExpectedPayment, Handler, HandlerError, Inbox, Moment, Orders, PaymentRecord,
    WaitingTime, WaitingTimes, Worker, async_trait,
};
use ecommpay_model::{Currency, MethodCode, Money, PaymentId, ProjectId};
use ecommpay_reconcile::{Attention, Reconciler, ReconcilerBuilder, Unresolved};
use ecommpay_signature::{KeyRing, SecretKey, SignaturePlace, SigningPolicy, signed_body};
use ecommpay_transport::doubles::Recorder;
use ecommpay_transport::{Reply, Transport};
use serde_json::{Value, json};

/// The key and the project of the inbox's samples.
pub const SECRET: &str = "contract-sample-key";
pub const PROJECT: u32 = 201;

/// 2026-01-01T00:00:00Z
pub const START: i64 = 1_767_225_600;

/// Waiting times of the tests, in minutes: asked after 15, given up 10 after 60.
pub const BASE: Duration = Duration::from_secs(15 * 60);
pub const THRESHOLD: Duration = Duration::from_secs(60 * 60);
pub const GRACE: Duration = Duration::from_secs(10 * 60);

pub fn times() -> WaitingTimes {
    WaitingTimes::new(WaitingTime::new(BASE, THRESHOLD))
}

pub fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

pub fn project() -> ProjectId {
    ProjectId::new(PROJECT).unwrap()
}

pub fn id(text: &str) -> PaymentId {
    PaymentId::new(text).unwrap()
}

pub fn money(minor: i64, currency: Currency) -> Money {
    Money::new(minor, currency).unwrap()
}

pub fn merchant_of(project: u32, secret: &str) -> Merchant {
    let key = SecretKey::new(secret).unwrap();
    Merchant::new(ProjectId::new(project).unwrap(), KeyRing::new(key))
}

/// A client that sends each question once.
pub fn client_over(transport: impl Transport) -> Client {
    Client::builder(merchant_of(PROJECT, SECRET))
        .transport(transport)
        .clock(HandClock::new())
        .retries(0)
        .build()
        .unwrap()
}

/// A signed status answer about this payment.
pub fn answer(payment_id: &str, status: &str, minor: i64) -> Reply {
    signed(&json!({
        "project_id": PROJECT,
        "payment": {
            "id": payment_id, "type": "purchase", "status": status, "method": "alipay",
            "date": "2026-01-01T00:10:00+0000", "sum": {"amount": minor, "currency": "CNY"},
        },
        "operations": [],
    }))
}

/// The answer about a payment the platform does not know (gate.md 4.1).
pub fn not_found(payment_id: &str, code: &str) -> Reply {
    signed(&json!({
        "project_id": PROJECT,
        "payment": {"id": payment_id, "status": "error"},
        "errors": [{"code": code, "message": "Transaction not found"}],
    }))
}

pub fn signed(body: &Value) -> Reply {
    let key = SecretKey::new(SECRET).unwrap();
    let place = SignaturePlace::TopLevel;
    let body = signed_body(body, place, &key, &SigningPolicy::default()).unwrap();
    Reply::new(200, body)
}

/// The payment that a status request asks about.
pub fn asked_about(request: &ecommpay_transport::Request) -> String {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    body["general"]["payment_id"].as_str().unwrap().to_owned()
}

/// The shop's orders, and what it was told of them.
#[derive(Debug, Clone, Default)]
pub struct Till {
    orders: Arc<Mutex<BTreeMap<String, Money>>>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Till {
    pub fn order(&self, payment_id: &str, sum: Money) {
        self.orders
            .lock()
            .unwrap()
            .insert(payment_id.to_owned(), sum);
    }

    /// Takes what was told.
    pub fn events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }
}

#[async_trait]
impl Orders for Till {
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError> {
        let sum = self
            .orders
            .lock()
            .unwrap()
            .get(payment_id.as_str())
            .copied();
        Ok(sum.map(|sum| ExpectedOrder::new(project_id, payment_id.clone(), sum)))
    }
}

#[async_trait]
impl Handler for Till {
    type Write = ();

    async fn handle(&self, event: &Event) -> Result<(), HandlerError> {
        self.events.lock().unwrap().push(event.clone());
        Ok(())
    }
}

/// Keeps what people are told.
#[derive(Debug, Clone, Default)]
pub struct Support {
    told: Arc<Mutex<Vec<Unresolved>>>,
    is_away: Arc<Mutex<bool>>,
}

impl Support {
    /// Takes the sentences.
    pub fn sentences(&self) -> Vec<String> {
        let told = std::mem::take(&mut *self.told.lock().unwrap());
        told.iter().map(ToString::to_string).collect()
    }

    pub fn set_away(&self, is_away: bool) {
        *self.is_away.lock().unwrap() = is_away;
    }
}

#[async_trait]
impl Attention for Support {
    async fn unresolved(&self, payment: &Unresolved) -> Result<(), HandlerError> {
        if *self.is_away.lock().unwrap() {
            return Err(HandlerError::retry("nobody there"));
        }
        self.told.lock().unwrap().push(payment.clone());
        Ok(())
    }
}

/// A shop whose questions go over a transport.
pub struct Shop<T> {
    pub inbox: Arc<MemoryInbox>,
    pub clock: HandClock,
    pub till: Till,
    pub support: Support,
    pub requests: Recorder<T>,
    pub reconciler: Reconciler<MemoryInbox>,
    worker: Worker<MemoryInbox, Till, Till>,
}

impl<T: Transport> Shop<T> {
    pub fn over(transport: T) -> Self {
        let requests = Recorder::new(transport);
        Self::with(client_over(requests.clone()), requests)
    }

    pub fn with(client: Client, requests: Recorder<T>) -> Self {
        let inbox = Arc::new(MemoryInbox::new());
        let clock = HandClock::starting_at(Duration::from_secs(START.unsigned_abs()));
        let (till, support) = (Till::default(), Support::default());
        let worker = Worker::builder(Arc::clone(&inbox), till.clone(), till.clone())
            .clock(clock.clone())
            .build();
        let reconciler = Reconciler::builder(Arc::clone(&inbox), client, times());
        Self {
            reconciler: settings(reconciler, &clock, &support).build(),
            inbox,
            clock,
            till,
            support,
            requests,
            worker,
        }
    }

    pub fn now(&self) -> Moment {
        Moment::from_epoch(self.clock.since_epoch())
    }

    /// Takes an order, as the shop does before it begins the payment.
    pub async fn expect(&self, payment_id: &str, sum: Money, method: Option<MethodCode>) {
        self.till.order(payment_id, sum);
        let mut expected = ExpectedPayment::new(project(), id(payment_id), self.now());
        if let Some(method) = method {
            expected = expected.by_method(method);
        }
        self.inbox
            .expect_payment(expected, self.now())
            .await
            .unwrap();
    }

    /// Lets the worker handle what came.
    pub async fn work(&self) {
        self.worker.pass().await.unwrap();
    }

    pub async fn record(&self, payment_id: &str) -> PaymentRecord {
        let record = self.inbox.payment(project(), &id(payment_id)).await;
        record.unwrap().unwrap()
    }
}

/// The settings of the tests: pauses that are not shortened, the clock turned by hand.
pub fn settings<I: Inbox + ?Sized>(
    builder: ReconcilerBuilder<I>,
    clock: &HandClock,
    support: &Support,
) -> ReconcilerBuilder<I> {
    builder
        .tell(support.clone())
        .pauses(minutes(1), minutes(30))
        .grace(GRACE)
        .clock(clock.clone())
        .randomness(Always(0))
}
