//! A platform on loopback that cuts a sale at every byte: the client never calls it unsent or failed
//! when the platform has it, and finds out what became of it.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecommpay_client::{Client, Clock, ExecuteError, MoneyMoved, Resolution, TokioClock};
use ecommpay_gate::Operation;
use ecommpay_model::PaymentStatus;
use ecommpay_transport::async_trait;
use ecommpay_transport_hyper::HyperTransport;
use support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the platform does with the next sale, and what it has taken.
#[derive(Debug, Clone, Copy, Default)]
struct Plan {
    cut_request_at: Option<usize>,
    cut_reply_at: Option<usize>,
    reset: bool,
    sales_taken: usize,
}

type Shared = Arc<Mutex<Plan>>;

fn change(plan: &Shared, with: impl FnOnce(&mut Plan)) -> Plan {
    let mut plan = plan.lock().unwrap();
    with(&mut plan);
    *plan
}

async fn platform() -> (SocketAddr, Shared) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let plan = Shared::default();
    let shared = plan.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection, shared.clone()));
        }
    });
    (address, plan)
}

async fn serve(mut connection: TcpStream, shared: Shared) {
    loop {
        let Some(request) = receive(&mut connection, &shared).await else {
            return end(connection, &shared);
        };
        let is_sale = request.starts_with(b"POST /v2/payment/wallet/alipay/sale ");
        let plan = change(&shared, |plan| plan.sales_taken += usize::from(is_sale));
        let answer = match (is_sale, plan.sales_taken) {
            (true, _) => acknowledged(),
            (false, 0) => not_found("3061"),
            (false, _) => in_status("processing"),
        };
        let bytes = on_the_wire(&answer);
        let cut = plan.cut_reply_at.filter(|_| is_sale);
        let _ = connection
            .write_all(&bytes[..cut.unwrap_or(bytes.len())])
            .await;
        // a question ends its connection, so that the next sale meets its plan on a new one
        if cut.is_some() || !is_sale {
            return end(connection, &shared);
        }
    }
}

fn end(connection: TcpStream, shared: &Shared) {
    if change(shared, |_| ()).reset {
        connection.set_zero_linger().unwrap();
    }
}

/// A whole request, or nothing when the plan cuts it or the client ends the connection.
async fn receive(connection: &mut TcpStream, shared: &Shared) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        if request_length(&request).is_some_and(|whole| request.len() >= whole) {
            return Some(request);
        }
        // behind a cut the rest stays unread
        let cut = change(shared, |_| ()).cut_request_at.unwrap_or(usize::MAX);
        let wanted = cut.saturating_sub(request.len()).min(4096);
        let mut piece = vec![0; wanted];
        match connection.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.extend_from_slice(&piece[..count]),
        }
    }
}

/// The time of the machine, with a wall clock that can be set forward.
#[derive(Debug, Clone)]
struct SetForward {
    clock: TokioClock,
    seconds: Arc<AtomicU64>,
}

#[async_trait]
impl Clock for SetForward {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn since_epoch(&self) -> Duration {
        self.clock.since_epoch() + seconds(self.seconds.load(Ordering::SeqCst))
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }
}

struct Shop {
    client: Client,
    clock: SetForward,
    plan: Shared,
}

impl Shop {
    async fn open() -> Self {
        let (address, plan) = platform().await;
        let clock = SetForward {
            clock: TokioClock::new(),
            seconds: Arc::default(),
        };
        let client = Client::builder(merchant())
            .base_url(format!("http://{address}"))
            .transport(HyperTransport::new().unwrap())
            .clock(clock.clone())
            .backoff(Duration::from_millis(1), Duration::from_millis(1))
            // one question: the pause after it is longer than the time that is left
            .resolve_timeout(seconds(20))
            .resolve_backoff(seconds(60), seconds(60))
            .build()
            .unwrap();
        Shop {
            client,
            clock,
            plan,
        }
    }

    /// Sells under this plan and checks what the client says against what the platform has.
    async fn sell(&self, plan: Plan) {
        change(&self.plan, |now| *now = plan);
        let result = self.client.execute(&sale()).await;
        let taken = change(&self.plan, |now| {
            *now = Plan {
                sales_taken: now.sales_taken,
                ..Plan::default()
            };
        })
        .sales_taken;
        assert!(taken <= 1, "charged {taken} times: {plan:?}");
        let error = match result {
            Ok(_) => return assert_eq!(taken, 1),
            Err(error) => error,
        };
        if taken == 1 {
            assert_eq!(
                error.money_may_have_moved(),
                MoneyMoved::Maybe,
                "{plan:?} {error:?}"
            );
        }
        let ExecuteError::OutcomeUnknown(unknown) = error else {
            return assert_eq!(taken, 0, "{plan:?} {error:?}");
        };
        self.clock.seconds.fetch_add(10, Ordering::SeqCst);
        match self.client.resolve(&unknown).await {
            Resolution::Known(known) => {
                assert_eq!(taken, 1);
                assert_eq!(known.payment().status, Some(PaymentStatus::Processing));
            }
            Resolution::StillUnknown(still) => {
                assert_eq!(taken, 0, "{plan:?} {still:?}");
                assert!(still.not_known().is_some(), "{still:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_sale_whose_reply_is_cut_at_every_byte_is_found() {
    let shop = Shop::open().await;
    let bytes = on_the_wire(&acknowledged()).len();
    for reset in [false, true] {
        for cut in 0..=bytes {
            shop.sell(Plan {
                cut_reply_at: Some(cut),
                reset,
                ..Plan::default()
            })
            .await;
        }
    }
    shop.sell(Plan::default()).await;
}

#[tokio::test]
async fn a_sale_cut_at_every_byte_of_its_request_is_never_charged_nor_called_charged() {
    let shop = Shop::open().await;
    let body = sale().prepare(&merchant()).unwrap().body().len();
    for reset in [false, true] {
        // the head is shorter than 300 bytes; a cut behind the end cuts nothing
        for cut in 0..body + 300 {
            shop.sell(Plan {
                cut_request_at: Some(cut),
                reset,
                ..Plan::default()
            })
            .await;
        }
    }
}
