//! The laws of the fold on facts that need not make any sense.

use ecommpay_callback::{Change, PaidSum, PaymentState};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::folding::Read;
use crate::support::{Dice, callback, payment, project, status_answer};

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(0.9, prop::sample::select(words))
}

fn sum() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (0_i64..5, prop::sample::select(vec!["CNY", "CNY", "CNY", "USD"])).prop_map(
            |(amount, currency)| json!({"amount": amount * 100, "currency": currency}),
        ),
        1 => Just(json!({"amount": 10_000_000_000_000_i64, "currency": "CNY"})),
        1 => Just(json!(null)),
        1 => Just(json!({"amount": -5, "currency": "CNY"})),
    ]
}

fn date() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (0_u32..4).prop_map(|second| json!(format!("2019-02-27T16:01:0{second}+0000"))),
        1 => Just(json!(null)),
        1 => Just(json!("yesterday")),
    ]
}

fn operation() -> impl Strategy<Value = Value> {
    let kind = word(&[
        "sale",
        "refund",
        "reversal",
        "refund reverse",
        "capture",
        "moon",
    ]);
    let status = word(&[
        "processing",
        "awaiting redirect result",
        "awaiting clarification",
        "success",
        "decline",
        "error",
        "moon",
    ]);
    let id = prop::option::weighted(0.9, 1_i64..4);
    (
        id,
        kind,
        status,
        sum(),
        sum(),
        date(),
        prop::option::of(0_u32..3),
    )
        .prop_map(|(id, kind, status, initial, converted, date, code)| {
            json!({
                "id": id, "type": kind, "status": status, "sum_initial": initial,
                "sum_converted": converted, "date": date, "code": code,
                "request_id": code.map(|code| format!("r{code}")),
            })
        })
}

#[derive(Debug, Clone)]
struct Facts {
    body: Value,
    as_status_answer: bool,
}

fn facts() -> impl Strategy<Value = Facts> {
    let status = word(&[
        "error",
        "processing",
        "awaiting redirect result",
        "awaiting customer action",
        "awaiting clarification",
        "awaiting customer",
        "awaiting capture",
        "success",
        "decline",
        "canceled",
        "cancelled",
        "partially paid",
        "partially refunded",
        "refunded",
        "partially reversed",
        "reversed",
        "expired",
        "moon",
    ]);
    let payment = (status, sum(), date(), any::<bool>()).prop_map(|(status, sum, date, upper)| {
        json!({"id": if upper { "LAW" } else { "law" }, "status": status, "sum": sum, "date": date})
    });
    let link = prop::option::of((0_u32..3).prop_map(|number| {
        json!({"method": "GET", "url": format!("https://example.com/{number}"), "body": {"a": [number]}})
    }));
    let wanted =
        prop::option::of((0_u32..3).prop_map(|number| json!({"customer": [format!("f{number}")]})));
    let code = prop::option::of(prop::sample::select(vec!["2305", "3041", "3061", "3062"]));
    (
        payment,
        prop::collection::vec(operation(), 0..4),
        link,
        wanted,
        code,
        any::<bool>(),
    )
        .prop_map(
            |(payment, operations, link, wanted, code, as_status_answer)| {
                let mut body = json!({
                    "project_id": 201, "payment": payment, "redirect_data": link,
                    "clarification_fields": wanted,
                    "errors": code.map(|code| json!([{"code": code}])),
                });
                match as_status_answer {
                    true => body["operations"] = json!(operations),
                    false => body["operation"] = operations.first().cloned().unwrap_or_default(),
                }
                Facts {
                    body,
                    as_status_answer,
                }
            },
        )
}

fn read(facts: &Facts) -> Read {
    if facts.as_status_answer {
        Read::StatusAnswer(Box::new(status_answer(&facts.body)))
    } else {
        Read::Callback(Box::new(callback(&facts.body)))
    }
}

fn fold<'a>(documents: impl IntoIterator<Item = &'a Read>) -> PaymentState {
    let mut state = PaymentState::new(project(201), payment("law"));
    for document in documents {
        document.apply_to(&mut state);
    }
    state
}

fn merged(one: &PaymentState, other: &PaymentState) -> PaymentState {
    let mut state = one.clone();
    let change = state.merge(other).unwrap();
    assert_eq!(change == Change::Nothing, state == *one);
    state
}

proptest! {
    // 2 000 x 20 orders, and the laws of merging on 2 000 x 20 triples of states.
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn merging_and_applying_are_joins(
        facts in prop::collection::vec(facts(), 1..9), seed in any::<u64>(),
    ) {
        let documents: Vec<Read> = facts.iter().map(read).collect();
        let all = fold(&documents);
        let mut dice = Dice::new(seed);
        for _ in 0..20 {
            let mut order: Vec<&Read> = documents.iter().chain(&documents).collect();
            dice.shuffle(&mut order);
            prop_assert_eq!(&fold(order.iter().copied()), &all);

            let mut part = || fold(documents.iter().filter(|_| dice.below(2) == 0));
            let (a, b, c) = (part(), part(), part());
            prop_assert_eq!(merged(&a, &b), merged(&b, &a));
            prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
            prop_assert_eq!(&merged(&a, &a), &a);
            prop_assert_eq!(&merged(&all, &a), &all);
        }
    }

    #[test]
    fn a_state_survives_being_stored_and_answers_everything(
        facts in prop::collection::vec(facts(), 0..9),
    ) {
        let documents: Vec<Read> = facts.iter().map(read).collect();
        let state = fold(&documents);
        let stored = serde_json::to_string(&state).unwrap();
        let restored: PaymentState = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&restored, &state);
        prop_assert_eq!(serde_json::to_string(&restored).unwrap(), stored);

        prop_assert_eq!(restored.next(), state.next());
        prop_assert_eq!(restored.operations(), state.operations());
        prop_assert_eq!(restored.unrecognised(), state.unrecognised());
        prop_assert_eq!(restored.conflicts(), state.conflicts());
        let amounts = state.amounts();
        if let (Some(paid), Some(returned)) = (amounts.paid(), amounts.returned()) {
            prop_assert!(returned.minor() <= paid.money().minor());
            prop_assert_eq!(returned.currency(), paid.money().currency());
            if let (PaidSum::Told(paid), Some(left)) = (paid, amounts.remaining()) {
                prop_assert_eq!(returned.checked_add(left), Ok(paid));
            }
        }
        for document in &documents {
            prop_assert_eq!(document.apply_to(&mut state.clone()), Change::Nothing);
            if let Read::Callback(callback) = document {
                let _ = (callback.next(), state.transition(callback));
            }
        }
    }
}
