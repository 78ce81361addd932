//! Random lives of payments, delivered in random order with repetitions and gaps, against what is
//! true on the platform.

use ecommpay_callback::{PaymentState, Standing};
use ecommpay_model::Money;
use proptest::prelude::*;

use crate::folding::Read;
use crate::life::{Document, Plan, Truth, plan, play};
use crate::support::{Dice, callback, payment, project, status_answer};

/// Histories that are played of each life.
const DELIVERIES: usize = 40;

fn read(document: &Document) -> Read {
    match document {
        Document::Callback(body) => Read::Callback(Box::new(callback(body))),
        Document::StatusAnswer(body) => Read::StatusAnswer(Box::new(status_answer(body))),
    }
}

fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Unknown => "unknown",
        Standing::Error => "error",
        Standing::Open(_) => "open",
        Standing::Declined => "declined",
        Standing::Cancelled => "cancelled",
        Standing::Paid => "paid",
        Standing::PartiallyRefunded => "partially refunded",
        Standing::Refunded => "refunded",
        other => panic!("{other:?}"),
    }
}

fn minor(sum: Option<Money>) -> Option<i64> {
    sum.map(Money::minor)
}

fn deliver(plan: &Plan) -> Result<(), TestCaseError> {
    let (documents, truth) = play(plan);
    let documents: Vec<Read> = documents.iter().map(read).collect();
    let empty = PaymentState::new(project(201), payment("life-1"));
    let mut in_order = empty.clone();
    for document in &documents {
        document.apply_to(&mut in_order);
    }
    is_true(&in_order, &truth)?;

    let mut dice = Dice::new(
        u64::try_from(plan.asked)
            .unwrap()
            .wrapping_mul(0x9e37_79b9_7f4a_7c15),
    );
    for _ in 0..DELIVERIES {
        complete_delivery(&documents, &empty, &in_order, &mut dice)?;
        partial_delivery(&documents, &empty, &truth, &mut dice)?;
    }
    Ok(())
}

/// Everything arrives: in any order, some of it several times, at several processes.
fn complete_delivery(
    documents: &[Read],
    empty: &PaymentState,
    in_order: &PaymentState,
    dice: &mut Dice,
) -> Result<(), TestCaseError> {
    let mut order: Vec<&Read> = documents.iter().collect();
    for _ in 0..dice.below(documents.len() + 1) {
        order.push(&documents[dice.below(documents.len())]);
    }
    dice.shuffle(&mut order);
    let mut parts = [empty.clone(), empty.clone()];
    let processes = 1 + dice.below(2);
    for document in order {
        document.apply_to(&mut parts[dice.below(processes)]);
    }
    let [mut state, other] = parts;
    state.merge(&other).unwrap();
    prop_assert_eq!(&state, in_order);
    Ok(())
}

/// Some documents never arrive: what is shown may lag behind, but is never more than the truth.
fn partial_delivery(
    documents: &[Read],
    empty: &PaymentState,
    truth: &Truth,
    dice: &mut Dice,
) -> Result<(), TestCaseError> {
    let mut state = empty.clone();
    for document in documents {
        if dice.below(3) > 0 {
            document.apply_to(&mut state);
        }
    }
    let amounts = state.amounts();
    let paid = amounts.paid().map(|paid| paid.money().minor());
    let parts = minor(amounts.returned())
        .zip(minor(amounts.remaining()))
        .zip(paid);
    prop_assert!(parts.is_none_or(|((returned, left), paid)| returned + left == paid));
    if truth.paid.is_some() {
        prop_assert!(!matches!(
            state.standing(),
            Standing::Declined | Standing::Cancelled
        ));
    } else {
        prop_assert!(!state.standing().is_paid());
    }
    // Who has not heard that a refund was taken back believes in more returned money than there is.
    if truth.refunds_taken_back == 0 {
        prop_assert_eq!(state.conflicts(), []);
        prop_assert!(paid.is_none_or(|paid| truth.paid.is_some_and(|truly| paid <= truly)));
        prop_assert!(minor(amounts.returned()).is_none_or(|returned| returned <= truth.returned));
    }
    Ok(())
}

fn is_true(state: &PaymentState, truth: &Truth) -> Result<(), TestCaseError> {
    prop_assert_eq!(word(&state.standing()), truth.standing);
    prop_assert_eq!(state.conflicts(), []);
    let amounts = state.amounts();
    prop_assert_eq!(amounts.paid().map(|paid| paid.money().minor()), truth.paid);
    if let Some(paid) = truth.paid {
        prop_assert_eq!(minor(amounts.returned()), Some(truth.returned));
        prop_assert_eq!(minor(amounts.remaining()), Some(paid - truth.returned));
    }
    Ok(())
}

proptest! {
    // 2 500 lives with 2 x 40 deliveries each: 200 000 histories.
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    #[test]
    fn any_delivery_of_a_life_tells_the_truth(plan in plan()) {
        deliver(&plan)?;
    }
}
