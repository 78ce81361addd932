//! Determinism: the same seed, the same commands and the same clock give the same bytes, also when
//! the platform is put together again from its journal at any point in between.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::world::{PROJECT, World, alipay_refund, alipay_sale, gate_request};
use crate::config::fault::{Fault, FaultPlace, When};
use crate::config::{ClarificationSettings, HandoffKind, Method, MethodSettings, ProjectConfig};
use crate::platform::Command;
use crate::platform::dashboard_refund::RefundInDashboard;
use crate::platform::deliveries::{Delivered, MerchantAnswer, Resend};
use crate::platform::emulator::{Choice, Choose, Return};
use crate::platform::entry::Entry;
use crate::platform::faults::{AddFault, MeetRequest, RemoveFault};
use crate::platform::moment::Moment;
use crate::platform::payment::PaymentKey;
use crate::platform::project_settings::ChangeProject;
use crate::platform::trigger::{Trigger, TriggerWish};
use crate::platform::view::ShowPayments;

/// What the merchant, the customer, the tester or time may do. Payments are numbered from the
/// newest, which is 0.
#[derive(Debug, Clone)]
enum Step {
    /// A new payment, or the newest one's id again in other letters.
    Sale {
        method: Method,
        again: bool,
        amount: i64,
    },
    /// By the payment's own method, or by another one.
    Refund {
        other: Option<Method>,
        id: usize,
        amount: Option<i64>,
    },
    Clarify {
        id: usize,
        zip: bool,
    },
    Choose {
        id: usize,
        success: bool,
    },
    Leave {
        id: usize,
    },
    Resend {
        id: usize,
    },
    /// How the merchant answers from now on.
    Answers {
        status: u16,
    },
    /// Somebody asks for a refund in the dashboard.
    RefundInDashboard {
        id: usize,
        amount: Option<i64>,
    },
    /// A payment on demand, under an id of its own.
    Trigger(TriggerWish),
    /// The project hands over in another way.
    Change(HandoffKind),
    AddFault(Fault),
    RemoveFault {
        id: u64,
    },
    Pass {
        seconds: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![3 => Just(0_usize), 2 => 1..4_usize];
    let method = prop::sample::select(&Method::ALL[..]);
    let amount = prop_oneof![1 => Just(40000_i64), 4 => 990..3000_i64];
    let part = prop::option::of(prop_oneof![1 => Just(50000_i64), 4 => 0..1500_i64]);
    let other = prop::option::weighted(0.2, method.clone());
    prop_oneof![
        4 => (method.clone(), prop::bool::weighted(0.1), amount)
            .prop_map(|(method, again, amount)| Step::Sale { method, again, amount }),
        1 => (id.clone(), part.clone())
            .prop_map(|(id, amount)| Step::RefundInDashboard { id, amount }),
        2 => (method, prop::sample::select(&["success", "decline", "expired", "error"][..]))
            .prop_map(|(method, outcome)| Step::Trigger(wish(method, outcome))),
        1 => prop::sample::select(&[HandoffKind::QrUrl, HandoffKind::RedirectGet][..])
            .prop_map(Step::Change),
        5 => (other, id.clone(), part)
            .prop_map(|(other, id, amount)| Step::Refund { other, id, amount }),
        2 => (id.clone(), any::<bool>()).prop_map(|(id, zip)| Step::Clarify { id, zip }),
        6 => (id.clone(), prop::bool::weighted(0.8))
            .prop_map(|(id, success)| Step::Choose { id, success }),
        1 => id.clone().prop_map(|id| Step::Leave { id }),
        1 => id.prop_map(|id| Step::Resend { id }),
        2 => prop_oneof![Just(200_u16), Just(500)].prop_map(|status| Step::Answers { status }),
        3 => fault().prop_map(Step::AddFault),
        1 => (1..6_u64).prop_map(|id| Step::RemoveFault { id }),
        8 => prop_oneof![0..3_u64, 10..200_u64, 1800..2000_u64, Just(100_000)]
            .prop_map(|seconds| Step::Pass { seconds }),
    ]
}

fn wish(method: Method, outcome: &str) -> TriggerWish {
    serde_json::from_value(json!({"method": method, "outcome": outcome})).unwrap()
}

fn fault() -> impl Strategy<Value = Fault> {
    let kind = prop_oneof![
        (1..100_u64).prop_map(Fault::delay),
        (1..4_u32).prop_map(Fault::duplicate),
        (1..2000_u64).prop_map(Fault::reorder),
        Just(Fault::drop_attempts()),
        Just(Fault::wrong_signature()),
        Just(Fault::unknown_status()),
        Just(Fault::http_500(500, When::Before).at(FaultPlace::Sale)),
        Just(Fault::connection_reset(When::After).at(FaultPlace::Refund)),
    ];
    (kind, 0..4_u8, 1..4_u64, 1..100_u8).prop_map(|(kind, often, times, percent)| match often {
        0 => kind,
        1 => kind.first(times),
        2 => kind.percent(percent),
        _ => kind.payment("order 3").percent(50),
    })
}

/// A platform whose commands are kept as a journal keeps them, and everything that came out of it.
struct Recorder {
    world: World,
    journal: Vec<(Moment, String)>,
    answers: u16,
    payments: usize,
    transcript: Vec<String>,
}

fn settings(project: ProjectConfig) -> ProjectConfig {
    let asks = ClarificationSettings::new(["customer.zip"]).code_resends(1);
    let alfa = MethodSettings::of(Method::AlfaClick).clarification(asks);
    project
        .handoff(Method::Alipay, HandoffKind::QrText)
        .method(Method::AlfaClick, alfa)
}

impl Recorder {
    fn new() -> Self {
        Self {
            world: World::new(settings),
            journal: Vec::new(),
            answers: 200,
            payments: 0,
            transcript: Vec::new(),
        }
    }

    fn apply<C: Command>(&mut self, command: C) -> C::Reply {
        if let Some(entry) = command.entry() {
            let text = serde_json::to_string(&entry).unwrap();
            self.journal.push((self.world.now, text));
        }
        self.world.apply(command)
    }

    /// Ends the platform and puts it together again from what is kept, as after a restart.
    fn restart(&mut self) {
        let now = self.world.now;
        self.world = World::new(settings);
        for (at, text) in &self.journal {
            let entry: Entry = serde_json::from_str(text).unwrap();
            entry.repeat(&mut self.world.platform, *at);
            drop(self.world.platform.take_sends());
        }
        self.world.now = now;
        self.world.platform.pass_time(now);
        drop(self.world.platform.take_sends());
        self.world.platform.send_unanswered_again();
    }

    /// Lets time pass as an advancing clock does: every callback is answered before the next
    /// thing happens.
    fn pass(&mut self, seconds: u64) {
        let limit = self.world.now.plus_seconds(seconds);
        loop {
            self.answer_all();
            let due = self.world.platform.next_due().filter(|due| *due <= limit);
            self.world.now = due.unwrap_or(limit);
            self.world.platform.pass_time(self.world.now);
            if due.is_none() {
                return;
            }
        }
    }

    /// Answers until nothing is under way: taking an answer may send what is due by now.
    fn answer_all(&mut self) {
        loop {
            let sends = self.world.platform.take_sends();
            if sends.is_empty() {
                return;
            }
            for send in sends {
                let body = String::from_utf8(send.body).unwrap();
                let at = self.world.now.unix_millis();
                self.transcript
                    .push(format!("{at} {} {} {body}", send.delivery, send.url));
                let answer = MerchantAnswer::Status {
                    status: self.answers,
                    text: String::new(),
                };
                self.apply(Delivered {
                    delivery: send.delivery,
                    answer,
                });
            }
        }
    }

    /// A request as it comes over HTTP: faults of answers first.
    fn request(&mut self, path: &str, body: Value) {
        let request = gate_request(path, body);
        let fault = self.apply(MeetRequest::new(path, &request.body));
        self.transcript.push(format!("{fault:?}"));
        let answer = self.apply(request);
        self.transcript
            .push(String::from_utf8(answer.body).unwrap());
    }

    /// The id of a payment, counted from the newest.
    fn id(&self, age: usize) -> String {
        format!("order {}", self.payments.saturating_sub(age))
    }

    fn token(&self, id: usize) -> String {
        let key = PaymentKey::new(PROJECT, &self.id(id));
        let payment = self.world.platform.payment(&key);
        payment.map(|it| it.token.clone()).unwrap_or_default()
    }

    fn method_and_currency(&self, id: usize) -> (Method, String) {
        let key = PaymentKey::new(PROJECT, &self.id(id));
        let purchase = self.world.platform.payment(&key).map(|it| &it.purchase);
        purchase.map_or((Method::Alipay, "CNY".to_owned()), |it| {
            (it.method, it.currency.clone())
        })
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Sale {
                method,
                again,
                amount,
            } => {
                let id = if *again {
                    self.id(0).to_uppercase()
                } else {
                    self.payments += 1;
                    self.id(0)
                };
                self.request(path(*method, "sale"), sale(*method, &id, *amount));
            }
            Step::Refund { other, id, amount } => {
                let (own, currency) = self.method_and_currency(*id);
                let mut body = alipay_refund(&self.id(*id), *amount);
                if amount.is_some() {
                    body["payment"]["currency"] = currency.into();
                }
                self.request(path(other.unwrap_or(own), "refund"), body);
            }
            Step::Clarify { id, zip } => {
                let mut body = alipay_refund(&self.id(*id), None);
                body["additional_data"] = json!({"customer": {}});
                if *zip {
                    body["additional_data"]["customer"]["zip"] = "100000".into();
                }
                self.request("/v2/payment/clarification", body);
            }
            Step::Choose { id, success } => {
                let choice = if *success {
                    Choice::Success
                } else {
                    Choice::Decline
                };
                let token = self.token(*id);
                self.apply(Choose {
                    token,
                    choice,
                    last_name: "Smith".to_owned(),
                });
            }
            Step::Leave { id } => {
                let token = self.token(*id);
                self.apply(Return { token });
            }
            Step::Resend { id } => {
                let payment = PaymentKey::new(PROJECT, &self.id(*id));
                self.apply(Resend {
                    payment,
                    callback: None,
                });
            }
            Step::RefundInDashboard { id, amount } => {
                let refund = RefundInDashboard {
                    project: PROJECT,
                    payment_id: self.id(*id),
                    amount: *amount,
                    description: String::new(),
                    merchant_refund_id: None,
                };
                let begun = self.apply(refund);
                self.transcript.push(format!("{begun:?}"));
            }
            Step::Trigger(wish) => {
                let made = self.apply(Trigger {
                    project: PROJECT,
                    wish: wish.clone(),
                });
                self.transcript.push(format!("{made:?}"));
            }
            Step::Change(handoff) => {
                let changes = json!({"methods": {"alipay": {"handoff": handoff}}});
                let change = ChangeProject {
                    project: PROJECT,
                    changes: changes.as_object().cloned().unwrap(),
                };
                assert!(self.apply(change).is_ok());
            }
            Step::Answers { status } => self.answers = *status,
            Step::AddFault(fault) => {
                self.apply(AddFault(fault.clone())).unwrap();
            }
            Step::RemoveFault { id } => {
                self.apply(RemoveFault { id: *id });
            }
            Step::Pass { seconds } => self.pass(*seconds),
        }
    }

    /// All that came out, and what is shown of every payment at the end.
    fn finish(mut self) -> Vec<String> {
        self.pass(24 * 60 * 60);
        self.answers = 200;
        self.pass(12 * 24 * 60 * 60);
        let now = self.world.now;
        let payments = self
            .world
            .platform
            .ask(ShowPayments { project: PROJECT }, now)
            .unwrap();
        let views = payments.iter().map(|it| serde_json::to_string(it).unwrap());
        self.transcript.extend(views);
        self.transcript
    }
}

fn path(method: Method, action: &str) -> &'static str {
    match (method, action) {
        (Method::Alipay, "sale") => "/v2/payment/wallet/alipay/sale",
        (Method::Alipay, _) => "/v2/payment/wallet/alipay/refund",
        (Method::AlfaClick, "sale") => "/v2/payment/online-banking/alfa-click/sale",
        (Method::AlfaClick, _) => "/v2/payment/online-banking/alfa-click/refund",
        (Method::WalletPartner, "sale") => "/v2/payment/wallet-partner/sale",
        (Method::WalletPartner, _) => "/v2/payment/wallet-partner/refund",
    }
}

fn sale(method: Method, id: &str, amount: i64) -> Value {
    let mut body = alipay_sale(id, amount);
    match method {
        Method::Alipay => {}
        Method::AlfaClick => {
            body["payment"]["currency"] = "RUB".into();
            body["customer"]["account_id"] = "account1".into();
        }
        Method::WalletPartner => {
            body["payment"]["currency"] = "INR".into();
            body["return_url"]["success"] = "http://shop.example/".into();
            let customer = &mut body["customer"];
            for (member, value) in [
                ("first_name", "Mary"),
                ("last_name", "Smith"),
                ("phone", "1234567890"),
                ("email", "smith@example.com"),
            ] {
                customer[member] = value.into();
            }
        }
    }
    body
}

/// Plays a program; the platform is restarted before each of the steps in `stops`.
fn play(steps: &[Step], stops: &[usize]) -> Vec<String> {
    let mut recorder = Recorder::new();
    for (number, step) in steps.iter().enumerate() {
        if stops.contains(&number) {
            recorder.restart();
        }
        recorder.take(step);
    }
    recorder.finish()
}

/// Compares two transcripts; only the first difference is told.
fn same(one: &[String], other: &[String]) -> Result<(), TestCaseError> {
    prop_assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        prop_assert_eq!(one, other);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        max_shrink_iters: 4000,
        ..ProptestConfig::with_cases(48)
    })]

    #[test]
    fn the_same_commands_give_the_same_bytes_over_any_restarts(
        steps in vec(step(), 1..120),
        stops in vec(0..120_usize, 1..4),
    ) {
        let once = play(&steps, &[]);
        same(&once, &play(&steps, &[]))?;
        same(&once, &play(&steps, &stops))?;
    }
}

/// The programs above mean something: they lead to paid, declined, refunded and disturbed
/// payments, and to callbacks that are refused.
#[test]
fn the_programs_reach_what_they_are_about() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = String::new();
    for _ in 0..10 {
        let steps = vec(step(), 100..120).new_tree(&mut runner).unwrap();
        seen.extend(play(&steps.current(), &[]));
    }
    for word in [
        "\"status\":\"success\"",
        "\"status\":\"decline\"",
        "\"status\":\"partially refunded\"",
        "\"status\":\"awaiting clarification\"",
        "\"status\":\"external review\"",
        "Http500",
        "held back until the next one",
        "lost on its way",
        "signed with another key",
        "HTTP 500",
        "wallet-partner",
        "alfa-click",
    ] {
        assert!(seen.contains(word), "{word}");
    }
}
