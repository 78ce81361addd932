//! Facts that cannot all be true stay visible, in every order.

use ecommpay_callback::{Conflict, NextAction, PaidSum, Standing, Transition, Unclear};
use ecommpay_model::{Currency, OperationStatus, OperationType, PaymentStatus};
use serde_json::json;

use crate::folding::{alfa_refund, alfa_sale, at, awaiting, new_state, same_in_every_order, told};
use crate::support::{callback, folded, money, seed, with};

#[test]
fn a_late_final_callback_of_another_amount_is_seen() {
    // Asked for 1370, paid 1300: no contradiction, and what was paid counts.
    let sale = with(&alfa_sale(1370), [("/payment/sum/amount", json!(1300))]);
    let open = awaiting(&alfa_sale(1370), "processing", "07:09");
    let state = same_in_every_order(&new_state(&sale), &[told(&open), told(&sale)]);
    assert_eq!(
        state.amounts().paid(),
        Some(PaidSum::Told(money(1300, "RUB")))
    );
    assert_eq!(state.conflicts(), []);
    // Told to be paid with two sums, one of them is wrong.
    let other = with(
        &sale,
        [
            ("/payment/sum/amount", json!(1250)),
            ("/payment/date", at("09:00")),
        ],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&open), told(&sale), told(&other)]);
    let sums = vec![money(1250, "RUB"), money(1300, "RUB")];
    assert_eq!(state.conflicts(), [Conflict::PaidSums(sums)]);
    assert_eq!(
        state.amounts().paid(),
        Some(PaidSum::Told(money(1250, "RUB")))
    );
    assert_eq!(state.next(), NextAction::Look(Unclear::Conflict));
}

/// The two Alfa-Click refund samples as printed: one operation, two results, two sums.
#[test]
fn two_results_of_one_operation_stay_visible() {
    let sale = alfa_sale(60_000);
    let documents = [
        told(&sale),
        told(&seed("alfa-click-callback-refund-success")),
        told(&seed("alfa-click-callback-refund-decline")),
    ];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let conflicts = state.conflicts();
    let [
        Conflict::Operation { id, results },
        Conflict::PaidSums(sums),
    ] = conflicts.as_slice()
    else {
        panic!("{conflicts:?}")
    };
    assert_eq!(id.value(), 633);
    let statuses: Vec<_> = results
        .iter()
        .filter_map(|result| result.status())
        .collect();
    assert_eq!(
        statuses,
        [&OperationStatus::Success, &OperationStatus::Decline]
    );
    assert_eq!(results[1].sum(), Some(money(100_000, "RUB")));
    assert_eq!(sums.len(), 2);
    assert_eq!(state.next(), NextAction::Look(Unclear::Conflict));
}

#[test]
fn declined_and_then_paid_is_for_a_person() {
    let (sale, decline) = (alfa_sale(10_000), seed("alfa-click-callback-sale-decline"));
    let late = with(
        &sale,
        [
            ("/payment/date", at("59:00")),
            ("/operation/id", json!(640)),
        ],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&decline), told(&late)]);
    let both = vec![PaymentStatus::Success, PaymentStatus::Decline];
    assert_eq!(state.conflicts(), [Conflict::Statuses(both)]);
    assert_eq!(state.standing(), Standing::Paid);
    assert_eq!(state.next(), NextAction::Look(Unclear::Conflict));
    let forbidden = folded([&callback(&decline)]).transition(&callback(&late));
    assert!(matches!(forbidden, Transition::Forbidden { .. }));
}

#[test]
fn more_returned_or_left_than_paid_is_reported_and_not_shown() {
    let sale = alfa_sale(1000);
    let documents = [
        told(&sale),
        told(&alfa_refund(633, 800, 200, "16:29")),
        told(&alfa_refund(634, 800, 0, "20:29")),
    ];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let (paid, returned) = (money(1000, "RUB"), money(1600, "RUB"));
    assert_eq!(
        state.conflicts(),
        [Conflict::ReturnedMoreThanPaid { paid, returned }]
    );
    assert_eq!(state.amounts().returned(), Some(paid));
    assert_eq!(state.amounts().remaining(), Some(money(0, "RUB")));

    // The samples as printed: 100.00 paid, then 500.00 left after a refund of 100.00.
    let sale = seed("alfa-click-callback-sale-success");
    let refund = seed("alfa-click-callback-refund-success");
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&refund)]);
    let (paid, remaining) = (money(10_000, "RUB"), money(50_000, "RUB"));
    assert_eq!(
        state.conflicts(),
        [Conflict::RemainingMoreThanPaid { paid, remaining }]
    );
    assert_eq!(state.amounts().returned(), Some(paid));
}

#[test]
fn currencies_are_never_added_up() {
    let sale = alfa_sale(1000);
    let foreign = with(
        &alfa_refund(633, 400, 600, "16:29"),
        [
            ("/operation/sum_initial/currency", json!("USD")),
            ("/operation/sum_converted/currency", json!("EUR")),
        ],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&foreign)]);
    assert_eq!(
        state.conflicts(),
        [Conflict::Currencies(vec![Currency::RUB, Currency::USD])]
    );
    assert_eq!(
        state.amounts().returned(),
        Some(money(400, "RUB")),
        "by what is left"
    );
    // Converted into the payment's currency it counts.
    let converted = with(
        &foreign,
        [("/operation/sum_converted/currency", json!("RUB"))],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&converted)]);
    assert_eq!(state.conflicts(), []);
}

#[test]
fn a_refund_taken_back_can_explain_a_conflict_when_it_arrives() {
    let sale = alfa_sale(1370);
    let first = alfa_refund(633, 1370, 0, "16:29");
    let back = with(
        &alfa_refund(634, 1370, 1370, "30:00"),
        [
            ("/payment/status", json!("success")),
            ("/operation/type", json!("refund reverse")),
        ],
    );
    let second = with(
        &alfa_refund(635, 1370, 0, "40:00"),
        [
            ("/payment/status", json!("reversed")),
            ("/operation/type", json!("reversal")),
        ],
    );
    let state = same_in_every_order(
        &new_state(&sale),
        &[told(&sale), told(&first), told(&second)],
    );
    let (paid, returned) = (money(1370, "RUB"), money(2740, "RUB"));
    assert_eq!(
        state.conflicts(),
        [Conflict::ReturnedMoreThanPaid { paid, returned }]
    );
    let documents = [told(&sale), told(&first), told(&back), told(&second)];
    let state = same_in_every_order(&new_state(&sale), &documents);
    assert_eq!(
        (state.standing(), state.conflicts().len()),
        (Standing::Refunded, 0)
    );
    assert_eq!(state.amounts().returned(), Some(money(1370, "RUB")));
}

#[test]
fn two_sums_of_one_refund_stay_visible() {
    let sale = alfa_sale(1000);
    let documents = [
        told(&sale),
        told(&alfa_refund(633, 300, 700, "16:29")),
        told(&alfa_refund(633, 400, 600, "16:30")),
    ];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let conflicts = state.conflicts();
    let [Conflict::Operation { id, results }] = conflicts.as_slice() else {
        panic!("{conflicts:?}")
    };
    let sums: Vec<_> = results.iter().filter_map(|result| result.sum()).collect();
    assert_eq!(id.value(), 633);
    assert_eq!(sums, [money(300, "RUB"), money(400, "RUB")]);
    assert_eq!(state.amounts().remaining(), Some(money(600, "RUB")));
}

#[test]
fn two_kinds_of_one_operation_stay_visible() {
    let sale = alfa_sale(1000);
    let refund = with(
        &alfa_refund(632, 300, 700, "16:29"),
        [("/operation/status", json!("processing"))],
    );
    let documents = [told(&sale), told(&refund)];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let conflicts = state.conflicts();
    let [Conflict::Operation { results, .. }] = conflicts.as_slice() else {
        panic!("{conflicts:?}")
    };
    let kinds: Vec<_> = results.iter().filter_map(|result| result.kind()).collect();
    assert_eq!(kinds, [&OperationType::Sale, &OperationType::Refund]);
}
