//! Laws: nothing panics, statuses move along the allowed ways, never more is refunded than was
//! paid, and the same commands at the same times give the same callbacks.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::world::{CALLER, PROJECT, World, alipay_refund, alipay_sale};
use crate::config::{ClarificationSettings, HandoffKind, Method, MethodSettings};
use crate::platform::deliveries::{Delivered, MerchantAnswer, Send};
use crate::platform::emulator::{Arrive, Choice, Choose, PressPay, Return, SignIn};
use crate::platform::moment::Moment;
use crate::platform::page::parameters::Parameters;
use crate::platform::page::{
    AnswerOnPage, ChooseAgain, ChooseMethod, EnterLogin, OpenPage, ShowPage,
};
use crate::platform::payment::PaymentKey;
use crate::platform::status::{OperationStatus, PaymentStatus};

const IDS: [&str; 3] = ["a", "B", "b"];

/// What the merchant, the customer or time may do.
#[derive(Debug, Clone)]
enum Step {
    Sale { id: usize, amount: i64 },
    Refund { id: usize, amount: Option<i64> },
    Clarify { id: usize, zip: bool },
    Choose { id: usize, success: bool },
    Leave { id: usize },
    Answer { status: u16 },
    Pass { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let id = 0..IDS.len();
    prop_oneof![
        4 => (id.clone(), prop_oneof![Just(40000_i64), 990..3000_i64])
            .prop_map(|(id, amount)| Step::Sale { id, amount }),
        4 => (id.clone(), proptest::option::of(0..2500_i64))
            .prop_map(|(id, amount)| Step::Refund { id, amount }),
        1 => (id.clone(), any::<bool>()).prop_map(|(id, zip)| Step::Clarify { id, zip }),
        4 => (id.clone(), any::<bool>()).prop_map(|(id, success)| Step::Choose { id, success }),
        1 => id.prop_map(|id| Step::Leave { id }),
        2 => prop_oneof![Just(200_u16), Just(500)].prop_map(|status| Step::Answer { status }),
        6 => prop_oneof![0..3_u64, 600..2000_u64, Just(100_000)]
            .prop_map(|seconds| Step::Pass { seconds }),
    ]
}

fn key(id: usize) -> PaymentKey {
    PaymentKey::new(PROJECT, IDS[id])
}

fn token(world: &World, id: usize) -> String {
    world
        .platform
        .payment(&key(id))
        .map(|payment| payment.token.clone())
        .unwrap_or_default()
}

/// Takes a step; callbacks that became due are added to `sent`.
fn take(world: &mut World, step: &Step, sent: &mut Vec<Send>) {
    match step {
        Step::Sale { id, amount } => {
            world.gate(
                "/v2/payment/wallet/alipay/sale",
                alipay_sale(IDS[*id], *amount),
            );
        }
        Step::Refund { id, amount } => {
            world.gate(
                "/v2/payment/wallet/alipay/refund",
                alipay_refund(IDS[*id], *amount),
            );
        }
        Step::Clarify { id, zip } => {
            let mut body = alipay_refund(IDS[*id], None);
            body["additional_data"] = serde_json::json!({"customer": {}});
            if *zip {
                body["additional_data"]["customer"]["zip"] = "100000".into();
            }
            world.gate("/v2/payment/clarification", body);
        }
        Step::Choose { id, success } => {
            let choice = if *success {
                Choice::Success
            } else {
                Choice::Decline
            };
            let token = token(world, *id);
            world.apply(Choose {
                token,
                choice,
                last_name: String::new(),
            });
        }
        Step::Leave { id } => {
            let token = token(world, *id);
            world.apply(Return { token });
        }
        Step::Answer { status } => {
            let answer = MerchantAnswer::Status {
                status: *status,
                text: String::new(),
            };
            if let Some(send) = sent.last() {
                world.apply(Delivered {
                    delivery: send.delivery,
                    answer,
                });
            }
        }
        Step::Pass { seconds } => sent.extend(world.pass(*seconds)),
    }
}

/// Status and refunded sum of every payment.
fn snapshot(world: &World) -> BTreeMap<PaymentKey, (PaymentStatus, i64, i64, i64)> {
    let project = world.platform.project(PROJECT).unwrap();
    project
        .payments
        .iter()
        .map(|(key, payment)| {
            let sums = (payment.purchase.amount, payment.refunded, payment.reserved);
            (key.clone(), (payment.status, sums.0, sums.1, sums.2))
        })
        .collect()
}

/// The operations as reports find them, newest first.
fn reported(world: &World) -> Vec<(Moment, u64, PaymentKey)> {
    let project = world.platform.project(PROJECT).unwrap();
    let found = project.updates.newest_first(Moment::FIRST, Moment::LAST);
    found
        .map(|((updated, id), payment)| (updated, id, payment.clone()))
        .collect()
}

/// The operations as the payments hold them, in the order that reports should have.
fn operations(world: &World) -> Vec<(Moment, u64, PaymentKey)> {
    let project = world.platform.project(PROJECT).unwrap();
    let mut all: Vec<_> = project
        .payments
        .iter()
        .flat_map(|(key, payment)| {
            let operations = payment.operations.iter();
            operations.map(|operation| (operation.changed, operation.id, key.clone()))
        })
        .collect();
    all.sort_by(|one, other| other.cmp(one));
    all
}

fn world(clarification: bool) -> World {
    World::new(|project| {
        let mut settings = MethodSettings::of(Method::Alipay).handoff(HandoffKind::QrText);
        if clarification {
            settings = settings.clarification(ClarificationSettings::new(["customer.zip"]));
        }
        project.method(Method::Alipay, settings)
    })
}

proptest! {
    #[test]
    fn payments_obey_the_laws(steps in vec(step(), 1..120), clarification in any::<bool>()) {
        let mut world = world(clarification);
        let mut sent = Vec::new();
        let mut before = snapshot(&world);
        for step in &steps {
            take(&mut world, step, &mut sent);
            let after = snapshot(&world);
            for (key, (status, amount, refunded, reserved)) in &after {
                prop_assert!(*refunded >= 0 && *reserved >= 0);
                prop_assert!(refunded + reserved <= *amount, "{refunded} + {reserved} of {amount}");
                let nothing_left = refunded == amount;
                prop_assert_eq!(*status == PaymentStatus::Refunded, nothing_left && *amount > 0);
                if let Some((earlier, ..)) = before.get(key) {
                    prop_assert!(
                        reaches(*earlier, *status),
                        "{} -> {}", earlier.name(), status.name()
                    );
                }
            }
            before = after;
            prop_assert_eq!(reported(&world), operations(&world));
            for payment in world.platform.project(PROJECT).unwrap().payments.values() {
                let paid = payment.operations.first().map(|sale| sale.status);
                let settled = matches!(
                    payment.status,
                    PaymentStatus::Success
                        | PaymentStatus::PartiallyRefunded
                        | PaymentStatus::Refunded
                );
                prop_assert_eq!(settled, paid == Some(OperationStatus::Success));
                let declined = payment.status == PaymentStatus::Decline;
                prop_assert_eq!(declined, paid == Some(OperationStatus::Decline));
            }
        }
    }

    #[test]
    fn the_same_program_gives_the_same_bytes(steps in vec(step(), 1..60)) {
        let play = || {
            let mut world = world(false);
            let mut sent = Vec::new();
            for step in &steps {
                take(&mut world, step, &mut sent);
            }
            sent
        };
        prop_assert_eq!(play(), play());
    }

    /// The state does not depend on how often the world outside looks at the clock.
    #[test]
    fn looking_more_often_changes_nothing(seconds in 1..4000_u64) {
        let play = |glances: bool| {
            let mut world = world(true);
            world.gate("/v2/payment/wallet/alipay/sale", alipay_sale("a", 1000));
            let mut sent = Vec::new();
            if glances {
                for _ in 0..seconds {
                    sent.extend(world.pass(1));
                }
            } else {
                sent.extend(world.pass(seconds));
            }
            sent
        };
        prop_assert_eq!(play(true), play(false));
    }

    #[test]
    fn no_text_from_outside_makes_a_page_panic(
        pairs in vec(("[a-z_]{0,16}", ".{0,20}"), 0..12),
        token in ".{0,40}",
    ) {
        let mut world = world(false);
        let _ = world.apply(OpenPage {
            parameters: Parameters::new(pairs.clone()),
            accept_language: Some(token.clone()),
        });
        let (session, method) = (token.clone(), token.clone());
        world.apply(ChooseMethod { session: session.clone(), method });
        world.apply(EnterLogin { session: session.clone(), login: token.clone() });
        world.apply(ChooseAgain { session: session.clone() });
        world.apply(AnswerOnPage { session: session.clone(), members: pairs.clone() });
        world.apply(ShowPage { session });
        world.apply(SignIn { token: token.clone(), login: token.clone() });
        world.apply(PressPay { token: token.clone() });
        world.apply(Arrive { token, by_post: true, members: pairs });
    }

    #[test]
    fn no_body_makes_gate_panic(body in vec(any::<u8>(), 0..200), json in arbitrary_json()) {
        let mut world = world(false);
        let paths = [
            "/v2/payment/wallet/alipay/sale", "/v2/payment/refund", "/v2/payment/status",
            "/v2/payment/status/request", "/v2/payment/clarification", "/v2/x",
        ];
        for path in paths {
            world.apply(crate::platform::gate::GateRequest {
                caller: CALLER, path: path.to_owned(), body: body.clone(),
            });
            let mut request = alipay_sale("a", 1000);
            for member in ["payment", "customer", "additional_data", "callback", "receipt_data"] {
                request[member] = json.clone();
            }
            world.gate(path, request);
            world.pass(5);
        }
    }
}

/// Whether a payment can have gone from one status to another, over statuses in between.
fn reaches(from: PaymentStatus, to: PaymentStatus) -> bool {
    use PaymentStatus::*;
    const ALL: [PaymentStatus; 10] = [
        Error,
        Processing,
        AwaitingRedirectResult,
        AwaitingCustomerAction,
        AwaitingClarification,
        Success,
        Decline,
        PartiallyRefunded,
        Refunded,
        Reversed,
    ];
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(status) = reached.get(next).copied() {
        next += 1;
        let more = ALL.into_iter().filter(|other| status.may_become(*other));
        let new: Vec<PaymentStatus> = more.filter(|other| !reached.contains(other)).collect();
        reached.extend(new);
    }
    reached.contains(&to)
}

fn arbitrary_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        let names = prop_oneof![
            Just("amount".to_owned()),
            Just("currency".to_owned()),
            Just("ip_address".to_owned()),
            Just("positions".to_owned()),
            "[a-z]{1,6}",
        ];
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Into::into),
            vec((names, inner), 0..5)
                .prop_map(|members| { serde_json::Value::Object(members.into_iter().collect()) }),
        ]
    })
}
