//! Row f, the sandbox: what a payment costs when there are many, held against what it costs when
//! there are few. What the inboxes' callbacks cost is told by their examples `cost`.

mod support;

use std::time::{Duration, Instant};

use ecommpay_alipay::Sale;
use ecommpay_gate::{Customer, Merchant, Operation as _};
use ecommpay_model::{Currency, CustomerId, IpAddress, Money, PaymentId, ProjectId, WebUrl};
use ecommpay_sandbox::{
    CallbackAnswer, CustomerChoice, HandoffKind, Method, Pace, ProjectConfig, SandboxConfig,
    SandboxCore,
};

use support::contest::median;
use support::row::{Bound, Goal, Row, wanted};
use support::work;

const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;
/// Payments of one turn.
const WINDOW: u32 = 1_000;
const TURNS: usize = 31;

fn main() -> work::Outcome<()> {
    if !wanted("f") {
        return Ok(());
    }
    let mut large = World::open()?;
    large.pay(MANY)?;
    let (mut turns, mut others) = (Vec::new(), Vec::new());
    // By turns, so that whatever else the machine does falls on both alike; the first one warms up.
    for turn in 0..=TURNS {
        let mut small = World::open()?;
        small.pay(FEW)?;
        let (few, many) = (small.pay(WINDOW)?, large.pay(WINDOW)?);
        if turn > 0 {
            turns.push((few, many));
        }
        // Kept, so that the next one gets memory that is as new as that of the large one.
        others.push(small);
    }
    let nanoseconds = |time: &Duration| time.as_secs_f64() * 1e9 / f64::from(WINDOW);
    Row {
        row: "f",
        what: format!("payment in a sandbox with {MANY}"),
        ours: median(turns.iter().map(|(_, many)| nanoseconds(many))),
        unit: "ns",
        bound: Some(Bound {
            name: "payment in a sandbox with 1000",
            value: median(turns.iter().map(|(few, _)| nanoseconds(few))),
            ratio: median(
                turns
                    .iter()
                    .map(|(few, many)| many.as_secs_f64() / few.as_secs_f64()),
            ),
        }),
        must: Some(Goal::AtMost(1.25)),
        stretch: None,
    }
    .report()?;
    Ok(())
}

/// A sandbox with its shop and its customers.
struct World {
    platform: SandboxCore,
    merchant: Merchant,
    /// One payment each millisecond, so that nothing waits for half an hour within a run.
    now: Duration,
    payments: u32,
}

impl World {
    /// As the load run has it: without the pauses made for people.
    fn open() -> work::Outcome<Self> {
        let project = ProjectConfig::new(work::PROJECT, work::SECRET)
            .callback_url("http://shop.example/callback")
            .handoff(Method::Alipay, HandoffKind::RedirectGet);
        let config = SandboxConfig::new()
            .pace(Pace::new(Duration::ZERO, Duration::ZERO))
            .project(project);
        Ok(Self {
            platform: SandboxCore::new(config, "https://sandbox.example")?,
            merchant: Merchant::new(ProjectId::new(work::PROJECT)?, work::keys()?),
            now: Duration::from_secs(1_767_225_600),
            payments: 0,
        })
    }

    /// Makes so many payments, from the sale to the accepted final callback; what the platform's side
    /// of them took.
    fn pay(&mut self, payments: u32) -> work::Outcome<Duration> {
        let mut took = Duration::ZERO;
        for _ in 0..payments {
            self.payments += 1;
            self.now += Duration::from_millis(1);
            let id = format!("order-{}", self.payments);
            let sale = Sale::new(
                PaymentId::new(&id)?,
                Money::new(2000, Currency::CNY)?,
                Customer::new(CustomerId::new("customer-1")?, IpAddress::new("192.0.2.1")?),
                WebUrl::new("https://shop.example/back")?,
            );
            let prepared = sale.prepare(&self.merchant)?;
            let body = prepared.body().to_vec();
            let begun = Instant::now();
            self.pay_once(&id, prepared.path(), body)?;
            took += begun.elapsed();
        }
        Ok(took)
    }

    fn pay_once(&mut self, id: &str, path: &str, body: Vec<u8>) -> work::Outcome<()> {
        let reply = self.platform.gate(self.now, path, body);
        if reply.status != 200 {
            return Err(format!("a sale was answered {}", reply.status).into());
        }
        self.accept_callback()?;
        let choice = CustomerChoice::Success;
        if !self
            .platform
            .customer_chooses(self.now, work::PROJECT, id, choice)
        {
            return Err(format!("{id} does not wait for its customer").into());
        }
        self.accept_callback()?;
        let balance = self.platform.balance(work::PROJECT, id);
        match balance.map(|balance| balance.status) {
            Some("success") => Ok(()),
            other => Err(format!("{id} has become {other:?}").into()),
        }
    }

    /// The shop answers 200 to the one callback that is due.
    fn accept_callback(&mut self) -> work::Outcome<()> {
        self.platform.pass_time(self.now);
        let due = self.platform.take_callbacks();
        let [callback] = due.as_slice() else {
            return Err(format!("{} callbacks instead of one", due.len()).into());
        };
        let answer = CallbackAnswer::Status(200);
        self.platform
            .callback_answered(self.now, callback.number, answer);
        Ok(())
    }
}
