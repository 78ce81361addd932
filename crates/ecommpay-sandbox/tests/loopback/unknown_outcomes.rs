//! A merchant's client against answers that fail: it never calls a sale or refund failed that may
//! have been carried out, and finds out what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ecommpay_alipay::{Refund, Sale};
use ecommpay_client::{
    Client, Clock, ExecuteError, MoneyMoved, OutcomeUnknown, Resolution, TokioClock,
};
use ecommpay_gate::{Customer, Merchant as Project};
use ecommpay_model::{
    Currency, CustomerId, Description, IpAddress, Money, OperationStatus, PaymentId, PaymentStatus,
    ProjectId, WebUrl,
};
use ecommpay_sandbox::{Fault, FaultPlace, When};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport_hyper::HyperTransport;

use crate::support::{A_SECOND, Merchant, PROJECT, SECRET, START};

/// Real time for waiting, the sandbox's date, and a hand to let a request grow old.
#[derive(Debug, Clone)]
struct ShopClock {
    tokio: TokioClock,
    added: Arc<AtomicU64>,
}

#[async_trait]
impl Clock for ShopClock {
    fn now(&self) -> Duration {
        self.tokio.now()
    }

    fn since_epoch(&self) -> Duration {
        let start = Duration::from_secs(START.unsigned_abs());
        start + Duration::from_secs(self.added.load(Ordering::Relaxed))
    }

    async fn sleep(&self, duration: Duration) {
        self.tokio.sleep(duration).await;
    }
}

struct Shop {
    merchant: Merchant,
    client: Client,
    clock: ShopClock,
}

impl Shop {
    async fn new(fault: Fault) -> Self {
        let merchant = Merchant::new().await;
        merchant.sandbox.add_fault(fault).await.unwrap();
        let keys = KeyRing::new(SecretKey::new(SECRET).unwrap());
        let clock = ShopClock {
            tokio: TokioClock::new(),
            added: Arc::default(),
        };
        let client = Client::builder(Project::new(ProjectId::new(PROJECT).unwrap(), keys))
            .base_url(merchant.sandbox.uri())
            .transport(HyperTransport::builder().build().unwrap())
            .clock(clock.clone())
            .attempt_timeout(Duration::from_secs(3))
            .resolve_timeout(Duration::from_secs(20))
            // One question: the pause after it is longer than the time that is left.
            .resolve_backoff(Duration::from_secs(60), Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            merchant,
            client,
            clock,
        }
    }

    /// Sells, and gives the unknown outcome that the fault leads to.
    async fn sell(&self) -> OutcomeUnknown {
        let result = self.client.execute(&sale()).await;
        unknown(result.map(drop))
    }

    async fn resolve(&self, unknown: &OutcomeUnknown) -> Resolution {
        self.clock.added.fetch_add(10, Ordering::Relaxed);
        self.client.resolve(unknown).await
    }

    fn sales_received(&self) -> usize {
        let steps = self.merchant.steps("order 17");
        steps
            .iter()
            .filter(|step| **step == "request_received")
            .count()
    }
}

fn sale() -> Sale {
    let address = IpAddress::new("192.0.2.7").unwrap();
    Sale::new(
        PaymentId::new("order 17").unwrap(),
        Money::new(1000, Currency::CNY).unwrap(),
        Customer::new(CustomerId::new("42").unwrap(), address),
        WebUrl::new("https://shop.example/back").unwrap(),
    )
}

fn unknown(result: Result<(), ExecuteError>) -> OutcomeUnknown {
    match result {
        Err(ExecuteError::OutcomeUnknown(unknown)) => {
            assert_eq!(unknown.money_may_have_moved(), MoneyMoved::Maybe);
            unknown
        }
        other => panic!("the outcome is unknown, not {other:?}"),
    }
}

/// Every way in which an answer can be lost.
fn losses(when: When) -> [Fault; 3] {
    [
        Fault::http_500(500, when),
        Fault::time_out(60, when),
        Fault::connection_reset(when),
    ]
}

#[tokio::test]
async fn a_sale_that_was_carried_out_is_found() {
    for fault in losses(When::After) {
        let shop = Shop::new(fault.clone().at(FaultPlace::Sale)).await;
        let unknown = shop.sell().await;
        assert_eq!(shop.sales_received(), 1, "never sent twice: {fault:?}");
        shop.merchant.advance(A_SECOND).await;
        match shop.resolve(&unknown).await {
            Resolution::Known(known) => {
                let status = &known.payment().status;
                assert_eq!(
                    *status,
                    Some(PaymentStatus::AwaitingRedirectResult),
                    "{fault:?}"
                );
            }
            other => panic!("{fault:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_sale_that_was_not_carried_out_stays_unknown() {
    for fault in losses(When::Before) {
        let shop = Shop::new(fault.clone().at(FaultPlace::Sale)).await;
        let unknown = shop.sell().await;
        assert_eq!(shop.sales_received(), 0, "{fault:?}");
        match shop.resolve(&unknown).await {
            Resolution::StillUnknown(still) => {
                assert_eq!(still.asked(), 1);
                assert!(still.not_known().is_some(), "{fault:?}: {still:?}");
            }
            other => panic!("{fault:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    let shop = Shop::new(Fault::slow_answer(1).at(FaultPlace::Sale)).await;
    let acknowledgement = shop.client.execute(&sale()).await.unwrap();
    assert_eq!(acknowledgement.payment_id().as_str(), "order 17");
}

#[tokio::test]
async fn a_status_query_is_asked_again_after_a_failure() {
    let shop = Shop::new(
        Fault::connection_reset(When::After)
            .at(FaultPlace::Status)
            .first(1),
    )
    .await;
    shop.client.execute(&sale()).await.unwrap();
    let id = PaymentId::new("order 17").unwrap();
    let query = ecommpay_gate::PaymentStatusQuery::new(id);
    let reply = shop.client.execute(&query).await.unwrap();
    assert!(reply.known().is_some());
    assert_eq!(shop.merchant.sandbox.faults()[0].met, 2);
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_found_by_its_operation() {
    let shop = Shop::new(Fault::connection_reset(When::After).at(FaultPlace::Refund)).await;
    shop.merchant.paid_alipay("order 17", 1000).await;
    let refund = Refund::partial(
        PaymentId::new("order 17").unwrap(),
        Description::new("one of two came back").unwrap(),
        IpAddress::new("192.0.2.7").unwrap(),
        Money::new(400, Currency::CNY).unwrap(),
    );
    let unknown = unknown(shop.client.execute(&refund).await.map(drop));
    shop.merchant.advance(Duration::from_secs(2)).await;
    match shop.resolve(&unknown).await {
        Resolution::Known(known) => {
            let operation = known.operation().unwrap();
            assert_eq!(operation.status, Some(OperationStatus::Success));
            assert_eq!(
                known.payment().status,
                Some(PaymentStatus::PartiallyRefunded)
            );
        }
        other => panic!("{other:?}"),
    }
}
