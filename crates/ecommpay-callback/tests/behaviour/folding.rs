//! Folding documents in every order, and the documents of the seeds' sequences.

use ecommpay_callback::{Callback, Change, PaymentState};
use ecommpay_model::PaymentStatusBody;
use serde_json::{Value, json};

use crate::support::{Dice, callback, permutations, project, seed, status_answer, with};

/// A document about a payment, read.
#[derive(Clone)]
pub(crate) enum Read {
    Callback(Box<Callback>),
    StatusAnswer(Box<PaymentStatusBody>),
}

impl Read {
    pub(crate) fn apply_to(&self, state: &mut PaymentState) -> Change {
        match self {
            Self::Callback(callback) => state.apply_callback(callback),
            Self::StatusAnswer(answer) => state.apply_status(answer),
        }
        .unwrap()
    }
}

pub(crate) fn told(body: &Value) -> Read {
    Read::Callback(Box::new(callback(body)))
}

pub(crate) fn asked(body: &Value) -> Read {
    Read::StatusAnswer(Box::new(status_answer(body)))
}

/// Folds in every order, with repetitions, and merged from parts; gives the one result.
pub(crate) fn same_in_every_order(empty: &PaymentState, documents: &[Read]) -> PaymentState {
    let fold = |documents: &[Read]| {
        let mut state = empty.clone();
        for document in documents {
            document.apply_to(&mut state);
        }
        state
    };
    let result = fold(documents);
    let mut dice = Dice::new(0x5eed);
    for order in permutations(documents) {
        assert_eq!(fold(&order), result);

        let mut twice = [order.clone(), order.clone()].concat();
        dice.shuffle(&mut twice);
        assert_eq!(fold(&twice), result);

        // Three processes, each of which heard a part, some of it twice; one of them was restarted.
        let mut parts = vec![empty.clone(), empty.clone(), empty.clone()];
        for document in twice {
            document.apply_to(&mut parts[dice.below(3)]);
        }
        let stored = serde_json::to_string(&parts[1]).unwrap();
        parts[1] = serde_json::from_str(&stored).unwrap();
        dice.shuffle(&mut parts);
        let mut merged = parts.pop().unwrap();
        for part in parts {
            merged.merge(&part).unwrap();
        }
        assert_eq!(merged, result);
    }
    result
}

pub(crate) fn new_state(body: &Value) -> PaymentState {
    let callback = callback(body);
    PaymentState::new(
        callback.project_id().unwrap_or(project(201)),
        callback.payment_id().unwrap().clone(),
    )
}

pub(crate) fn at(second: &str) -> Value {
    json!(format!("2019-03-04T11:{second}+0000"))
}

/// The sale of the Alfa-Click sample, of another sum.
pub(crate) fn alfa_sale(amount: i64) -> Value {
    with(
        &seed("alfa-click-callback-sale-success"),
        [
            ("/payment/sum/amount", json!(amount)),
            ("/operation/sum_initial/amount", json!(amount)),
            ("/operation/sum_converted/amount", json!(amount)),
        ],
    )
}

pub(crate) fn awaiting(sale: &Value, status: &str, second: &str) -> Value {
    with(
        sale,
        [
            ("/payment/status", json!(status)),
            ("/payment/date", at(second)),
            ("/operation/status", json!(status)),
            ("/operation/date", at(second)),
            ("/operation/code", json!("9999")),
            ("/operation/message", json!("Awaiting processing")),
        ],
    )
}

/// A refund after the sale, in the form of the Alfa-Click sample.
pub(crate) fn alfa_refund(id: i64, returned: i64, left: i64, second: &str) -> Value {
    with(
        &seed("alfa-click-callback-refund-success"),
        [
            (
                "/payment/status",
                json!(if left == 0 {
                    "refunded"
                } else {
                    "partially refunded"
                }),
            ),
            ("/payment/sum/amount", json!(left)),
            ("/payment/date", at(second)),
            ("/operation/id", json!(id)),
            ("/operation/date", at(second)),
            ("/operation/sum_initial/amount", json!(returned)),
            ("/operation/sum_converted/amount", json!(returned)),
        ],
    )
}
