//! Stopping a sandbox and going on with its database file changes no byte of what it sends.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use ecommpay_sandbox::{
    ClarificationSettings, Fault, FaultPlace, HandoffKind, Method, MethodSettings, ProjectConfig,
    SandboxConfig, SandboxServer, When,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ALFA_REFUND, ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, Merchant, PARTNER_REFUND, PARTNER_SALE,
    PROJECT, SECRET, START, alfa_sale, alipay_sale, partner_sale, refund, request, signed,
};

/// What the merchant, the customer, the tester or time may do; always about the newest payment.
#[derive(Debug, Clone)]
enum Step {
    Sale { method: Method, amount: i64 },
    Click { success: bool },
    Refund { whole: bool },
    Clarify,
    Refuse { times: usize },
    Fault(Fault),
    Advance { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let fault = prop_oneof![
        (1..60_u64).prop_map(Fault::delay),
        Just(Fault::duplicate(1)),
        (1..600_u64).prop_map(Fault::reorder),
        Just(Fault::drop_attempts().percent(40)),
        Just(Fault::wrong_signature().percent(40)),
        Just(Fault::unknown_status().first(2)),
        Just(
            Fault::http_500(500, When::After)
                .at(FaultPlace::Sale)
                .percent(30)
        ),
    ];
    prop_oneof![
        3 => (prop::sample::select(&Method::ALL[..]), prop_oneof![1 => Just(40000), 3 => 1000..2000_i64])
            .prop_map(|(method, amount)| Step::Sale { method, amount }),
        3 => prop::bool::weighted(0.8).prop_map(|success| Step::Click { success }),
        3 => any::<bool>().prop_map(|whole| Step::Refund { whole }),
        2 => Just(Step::Clarify),
        1 => (1..6_usize).prop_map(|times| Step::Refuse { times }),
        2 => fault.prop_map(Step::Fault),
        5 => prop_oneof![1..3_u64, 10..90_u64, Just(2000)]
            .prop_map(|seconds| Step::Advance { seconds }),
    ]
}

/// A place that is free now and, as nobody else connects from it, stays so between two sandboxes.
fn free_address() -> SocketAddr {
    let ip = if cfg!(target_os = "linux") {
        Ipv4Addr::new(127, 0, 0, 2)
    } else {
        Ipv4Addr::LOCALHOST
    };
    let listener = std::net::TcpListener::bind((ip, 0)).unwrap();
    listener.local_addr().unwrap()
}

struct Player<'a> {
    shop: &'a Merchant,
    address: SocketAddr,
    file: &'a Path,
    sandbox: Option<SandboxServer>,
    payments: usize,
    method: Method,
    answers: Vec<String>,
}

impl Player<'_> {
    /// Stops the sandbox, if there is one, and starts another one with the same file.
    fn restart(&mut self) {
        drop(self.sandbox.take());
        let asks = ClarificationSettings::new(["customer.zip"]);
        let project = ProjectConfig::new(PROJECT, SECRET)
            .callback_url(self.shop.callback_url())
            .handoff(Method::Alipay, HandoffKind::QrUrl)
            .method(
                Method::AlfaClick,
                MethodSettings::of(Method::AlfaClick).clarification(asks),
            );
        let config = SandboxConfig::new()
            .bind(self.address)
            .virtual_clock(START)
            .seed(7)
            .project(project)
            .database(self.file);
        self.sandbox = Some(SandboxServer::start(config).unwrap());
    }

    fn sandbox(&self) -> &SandboxServer {
        self.sandbox.as_ref().unwrap()
    }

    fn payment_id(&self) -> String {
        format!("order {}", self.payments)
    }

    async fn gate(&mut self, path: &str, body: Value) {
        let uri = self.sandbox().uri().to_owned();
        let answer = request(&uri, "POST", path, "application/json", signed(body)).await;
        self.answers.push(answer.body);
    }

    async fn take(&mut self, step: &Step) {
        let id = self.payment_id();
        match step {
            Step::Sale { method, amount } => {
                self.payments += 1;
                self.method = *method;
                let id = self.payment_id();
                match method {
                    Method::Alipay => self.gate(ALIPAY_SALE, alipay_sale(&id, *amount)).await,
                    Method::AlfaClick => self.gate(ALFA_SALE, alfa_sale(&id, *amount)).await,
                    _ => self.gate(PARTNER_SALE, partner_sale(&id, *amount)).await,
                }
            }
            Step::Click { success } => {
                let sandbox = self.sandbox();
                let payment = sandbox.payment(PROJECT, &id);
                let Some(url) = payment.and_then(|payment| payment.emulator_url) else {
                    return;
                };
                let path = url.strip_prefix(sandbox.uri()).unwrap();
                let result = if *success {
                    "result=success"
                } else {
                    "result=decline"
                };
                let form = "application/x-www-form-urlencoded";
                request(sandbox.uri(), "POST", path, form, result.into()).await;
            }
            Step::Refund { whole } => {
                let (path, currency) = match self.method {
                    Method::Alipay => (ALIPAY_REFUND, "CNY"),
                    Method::AlfaClick => (ALFA_REFUND, "RUB"),
                    _ => (PARTNER_REFUND, "INR"),
                };
                let part = json!({"amount": 400, "currency": currency});
                let part = if *whole { json!({}) } else { part };
                self.gate(path, refund(&id, part)).await;
            }
            Step::Clarify => {
                let mut body = json!({"general": {"project_id": PROJECT, "payment_id": id}});
                body["additional_data"] = json!({"customer": {"zip": "100000"}});
                self.gate("/v2/payment/clarification", body).await;
            }
            Step::Refuse { times } => self.shop.refuse(&vec![500; *times]),
            Step::Fault(fault) => {
                self.sandbox().add_fault(fault.clone()).await.unwrap();
            }
            Step::Advance { seconds } => self.advance(*seconds).await,
        }
    }

    async fn advance(&self, seconds: u64) {
        let by = Duration::from_secs(seconds);
        self.sandbox().advance(by).await.unwrap();
    }
}

/// Plays a program; gives the answers of Gate, the callbacks in the order in which they came, and
/// the payments as they are shown at the end.
async fn play(
    shop: &Merchant,
    address: SocketAddr,
    steps: &[Step],
    stops: &[usize],
) -> (Vec<String>, Vec<Vec<u8>>, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("sandbox.db");
    let mut player = Player {
        shop,
        address,
        file: &file,
        sandbox: None,
        payments: 0,
        method: Method::Alipay,
        answers: Vec::new(),
    };
    player.restart();
    for (number, step) in steps.iter().enumerate() {
        if stops.contains(&number) {
            player.restart();
        }
        player.take(step).await;
    }
    player.advance(24 * 60 * 60).await;
    let payments = player.sandbox().payments(PROJECT);
    let payments = payments.iter().map(|it| serde_json::to_string(it).unwrap());
    (player.answers.clone(), shop.bodies(), payments.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn going_on_with_the_file_changes_no_byte(
        steps in vec(step(), 5..40),
        stops in vec(1..40_usize, 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (once, over_stops) = runtime.block_on(async {
            let (shop, address) = (Merchant::new().await, free_address());
            let once = play(&shop, address, &steps, &[]).await;
            shop.forgive();
            let over_stops = play(&shop, address, &steps, &stops).await;
            (once, over_stops)
        });
        prop_assert_eq!(once.0, over_stops.0);
        prop_assert_eq!(once.1.len(), over_stops.1.len());
        for (one, other) in once.1.iter().zip(&over_stops.1) {
            prop_assert_eq!(String::from_utf8_lossy(one), String::from_utf8_lossy(other));
        }
        prop_assert_eq!(once.2, over_stops.2);
    }
}
