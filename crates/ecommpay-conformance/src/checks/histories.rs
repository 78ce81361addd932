//! Histories of payments: every order and repetition of the callbacks gives the same state.

use ecommpay_callback::{Callback, CallbackVerifier, PaymentState};
use ecommpay_signature::{KeyRing, SecretKey};

use super::compare::{Differences, chain};
use crate::fixtures::History;
use crate::report::Row;

/// Up to so many callbacks all orders are tried: 4! = 24.
const ALL_ORDERS_UP_TO: usize = 4;

/// Checks one case of `histories/`.
pub(super) fn check_history(name: &str, history: &History) -> Row {
    Row::new(&history.sections, format!("history {name}"), check(history))
}

fn check(history: &History) -> Result<(), String> {
    let key = SecretKey::new(&history.secret).map_err(|error| error.to_string())?;
    let verifier = CallbackVerifier::new(KeyRing::new(key));
    let callbacks = history
        .bodies
        .iter()
        .map(|body| {
            verifier
                .verify(body.as_bytes())
                .map_err(|error| chain(&error))
        })
        .map(|verified| verified?.parse().map_err(|error| chain(&error)))
        .collect::<Result<Vec<_>, String>>()?;
    let in_order = fold(&callbacks.iter().collect::<Vec<_>>())?;
    compare(history, &in_order)?;
    for order in orders(callbacks.len()) {
        let shuffled: Vec<&Callback> = order.iter().map(|place| &callbacks[*place]).collect();
        let twice: Vec<&Callback> = shuffled.iter().chain(&shuffled).copied().collect();
        for callbacks in [shuffled, twice] {
            if fold(&callbacks)? != in_order {
                return Err(format!("another state when told in the order {order:?}"));
            }
        }
    }
    Ok(())
}

fn fold(callbacks: &[&Callback]) -> Result<PaymentState, String> {
    let first = callbacks.first().ok_or("there are no callbacks")?;
    let project = first.project_id().ok_or("project_id is missing")?;
    let payment = first.payment_id().ok_or("payment.id is missing")?;
    let mut state = PaymentState::new(project, payment.clone());
    for callback in callbacks {
        state
            .apply_callback(callback)
            .map_err(|error| chain(&error))?;
    }
    Ok(state)
}

fn compare(history: &History, state: &PaymentState) -> Result<(), String> {
    let expect = &history.expect;
    let mut differences = Differences::default();
    differences.compare_some("status", &expect.status, state.status());
    differences.compare("final", expect.is_final, state.standing().is_final());
    if let Some(remaining) = expect.remaining {
        let found = state.amounts().remaining().map(|sum| sum.minor());
        differences.compare_some("remaining", remaining, found);
    }
    if let Some(refunded) = expect.refunded {
        let found = state.amounts().returned().map(|sum| sum.minor());
        differences.compare_some("refunded", refunded, found);
    }
    if !state.conflicts().is_empty() {
        differences.wrong("the state holds a conflict");
    }
    differences.into_result()
}

/// All orders of so few places, else the order backwards and every rotation.
fn orders(length: usize) -> Vec<Vec<usize>> {
    if length > ALL_ORDERS_UP_TO {
        let rotated = |by| (0..length).map(|place| (place + by) % length).collect();
        let mut orders: Vec<Vec<usize>> = (0..length).map(rotated).collect();
        orders.push((0..length).rev().collect());
        return orders;
    }
    let mut orders = vec![Vec::new()];
    for place in 0..length {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, place);
                    longer
                })
            })
            .collect();
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_places_have_six_orders() {
        let mut all = orders(3);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
    }
}
