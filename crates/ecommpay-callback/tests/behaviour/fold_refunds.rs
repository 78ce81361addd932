//! Refunds: the sums are those of the documentation, in every order.

use ecommpay_callback::{Change, Extent, NextAction, PaidSum, Standing};
use ecommpay_model::OperationStatus;
use serde_json::{Value, json};

use crate::folding::{
    Read, alfa_refund, alfa_sale, asked, at, new_state, same_in_every_order, told,
};
use crate::support::{money, seed, with};

/// 600.00 paid, 100.00 returned, a refund of 1000.00 declined: the Alfa-Click samples in their
/// order.
#[test]
fn a_partial_and_a_declined_refund_as_in_the_seed() {
    let sale = alfa_sale(60_000);
    let partial = seed("alfa-click-callback-refund-success");
    let declined = with(
        &seed("alfa-click-callback-refund-decline"),
        [
            ("/operation/id", json!(634)),
            ("/payment/status", json!("partially refunded")),
            ("/payment/date", at("20:00")),
            ("/operation/date", at("20:00")),
        ],
    );
    let documents = [told(&sale), told(&partial), told(&declined)];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let amounts = state.amounts();
    assert_eq!(amounts.paid(), Some(PaidSum::Told(money(60_000, "RUB"))));
    assert_eq!(amounts.returned(), Some(money(10_000, "RUB")));
    assert_eq!(amounts.remaining(), Some(money(50_000, "RUB")));
    assert_eq!(state.standing(), Standing::PartiallyRefunded);
    assert_eq!(state.refunds().len(), 2);
    assert_eq!(state.conflicts(), []);
}

/// As printed, the declined refund says `success` with what is left of 600.00: told between the
/// two.
#[test]
fn a_declined_refund_changes_nothing() {
    let sale = alfa_sale(50_000);
    let declined = seed("alfa-click-callback-refund-decline");
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&declined)]);
    assert_eq!(state.standing(), Standing::Paid);
    assert_eq!(state.amounts().returned(), Some(money(0, "RUB")));
    assert_eq!(state.amounts().remaining(), Some(money(50_000, "RUB")));
    assert_eq!(
        state.refunds()[0].reason().code().map(|code| code.as_str()),
        Some("3283")
    );
}

#[test]
fn a_full_refund_as_in_the_seed() {
    let refund = seed("wallet-partner-callback-refund-success");
    let sale = with(
        &seed("wallet-partner-callback-sale-success"),
        [
            ("/payment/id", json!("TEST_554862")),
            ("/payment/sum/amount", json!(35_000)),
            ("/operation/sum_initial/amount", json!(35_000)),
        ],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&refund)]);
    assert_eq!(state.standing(), Standing::Refunded);
    assert_eq!(
        state.amounts().paid(),
        Some(PaidSum::Told(money(35_000, "INR")))
    );
    assert_eq!(state.amounts().remaining(), Some(money(0, "INR")));
    match state.next() {
        NextAction::Refunded(returned) => {
            assert_eq!(
                (returned.extent(), returned.sum()),
                (Extent::Full, Some(money(35_000, "INR")))
            );
        }
        other => panic!("{other:?}"),
    }
}

/// The platform's article on refunds: 13.70, a refund of 10.00 leaves 3.70, one of 3.70 leaves 0.00.
#[test]
fn refunds_add_up_as_documented() {
    let sale = alfa_sale(1370);
    let (first, second) = (
        alfa_refund(633, 1000, 370, "16:29"),
        alfa_refund(634, 370, 0, "20:29"),
    );
    let declined = with(
        &alfa_refund(635, 500, 370, "18:00"),
        [("/operation/status", json!("decline"))],
    );
    let steps: [(&[&Value], i64, Standing); 5] = [
        (&[&sale], 0, Standing::Paid),
        (&[&sale, &first], 1000, Standing::PartiallyRefunded),
        (
            &[&sale, &first, &declined],
            1000,
            Standing::PartiallyRefunded,
        ),
        (
            &[&sale, &first, &declined, &second],
            1370,
            Standing::Refunded,
        ),
        // The first refund is still out: what is left tells of it.
        (&[&sale, &second], 1370, Standing::Refunded),
    ];
    for (bodies, returned, standing) in steps {
        let documents: Vec<Read> = bodies.iter().map(|body| told(body)).collect();
        let state = same_in_every_order(&new_state(&sale), &documents);
        assert_eq!(state.standing(), standing);
        assert_eq!(
            state.amounts().paid(),
            Some(PaidSum::Told(money(1370, "RUB")))
        );
        assert_eq!(state.amounts().returned(), Some(money(returned, "RUB")));
        assert_eq!(
            state.amounts().remaining(),
            Some(money(1370 - returned, "RUB"))
        );
        assert_eq!(state.conflicts(), []);
    }
}

#[test]
fn refunds_of_one_second_add_up() {
    let sale = alfa_sale(1370);
    let second = "16:29";
    let documents = [
        told(&sale),
        told(&alfa_refund(633, 300, 1070, second)),
        told(&alfa_refund(634, 700, 370, second)),
        told(&alfa_refund(635, 370, 0, second)),
    ];
    let state = same_in_every_order(&new_state(&sale), &documents);
    assert_eq!(state.standing(), Standing::Refunded);
    assert_eq!(state.amounts().returned(), Some(money(1370, "RUB")));
}

#[test]
fn a_refund_can_be_taken_back() {
    let sale = alfa_sale(1370);
    let refund = alfa_refund(633, 1000, 370, "16:29");
    let back = with(
        &alfa_refund(634, 1000, 1370, "30:00"),
        [
            ("/payment/status", json!("success")),
            ("/operation/type", json!("refund reverse")),
        ],
    );
    let documents = [told(&sale), told(&refund), told(&back)];
    let state = same_in_every_order(&new_state(&sale), &documents);
    assert_eq!(state.standing(), Standing::Paid);
    assert_eq!(state.amounts().returned(), Some(money(0, "RUB")));
    assert_eq!(state.conflicts(), []);
}

#[test]
fn a_status_answer_tells_what_callbacks_have_not() {
    let sale = alfa_sale(1370);
    let (first, second) = (
        alfa_refund(633, 1000, 370, "16:29"),
        alfa_refund(634, 370, 0, "20:29"),
    );
    let mut answer = second.clone();
    answer.as_object_mut().unwrap().remove("operation");
    answer["operations"] = json!([sale["operation"], first["operation"], second["operation"]]);
    // The platform repeats the payment's refund id, which belongs to one of the refunds only.
    answer["payment"]["merchant_refund_id"] = json!("r-2");
    let told_all = same_in_every_order(
        &new_state(&sale),
        &[told(&sale), told(&first), told(&second)],
    );
    let mixed = same_in_every_order(&new_state(&sale), &[told(&sale), asked(&answer)]);
    assert_eq!(mixed.standing(), Standing::Refunded);
    assert_eq!(mixed.amounts(), told_all.amounts());
    assert_eq!(mixed.operations(), told_all.operations());
    // Known already, the three callbacks change nothing.
    let mut state = mixed.clone();
    for document in [told(&sale), told(&second)] {
        assert_eq!(document.apply_to(&mut state), Change::Nothing);
    }

    // Alone, it tells what was paid by what is left and what was returned.
    let alone = same_in_every_order(&new_state(&sale), &[asked(&answer)]);
    assert_eq!(
        alone.amounts().paid(),
        Some(PaidSum::AtLeast(money(1370, "RUB")))
    );
    assert_eq!(alone.amounts().returned(), Some(money(1370, "RUB")));
}

#[test]
fn a_result_stands_over_a_later_word_of_the_same_operation() {
    let sale = alfa_sale(1370);
    let refund = alfa_refund(633, 1000, 370, "16:29");
    let late = with(
        &alfa_refund(633, 1000, 370, "17:00"),
        [("/operation/status", json!("processing"))],
    );
    let documents = [told(&sale), told(&refund), told(&late)];
    let state = same_in_every_order(&new_state(&sale), &documents);
    let refunds = state.refunds();
    assert_eq!(refunds[0].status(), Some(&OperationStatus::Success));
    assert_eq!(refunds[0].date(), "2019-03-04T11:16:29+0000".parse().ok());
    assert_eq!(state.amounts().returned(), Some(money(1000, "RUB")));
}

/// Whatever sum is printed with it, the word `refunded` means that nothing is left.
#[test]
fn a_full_refund_leaves_nothing_whatever_the_sum_says() {
    let sale = alfa_sale(1370);
    let refund = with(
        &alfa_refund(633, 1370, 0, "16:29"),
        [
            ("/payment/sum/amount", json!(1370)),
            ("/operation/id", json!(null)),
        ],
    );
    let state = same_in_every_order(&new_state(&sale), &[told(&sale), told(&refund)]);
    assert_eq!(state.standing(), Standing::Refunded);
    assert_eq!(state.amounts().remaining(), Some(money(0, "RUB")));
    assert_eq!(state.conflicts(), []);
}

#[test]
fn a_part_of_a_split_amount_is_paid_and_refunded_in_part() {
    let part = with(
        &alfa_sale(600),
        [("/payment/status", json!("partially paid"))],
    );
    let state = same_in_every_order(&new_state(&part), &[told(&part)]);
    assert_eq!(state.standing(), Standing::PartiallyPaid);
    assert_eq!(
        state.amounts().paid(),
        Some(PaidSum::Told(money(600, "RUB")))
    );
    let documents = [told(&part), told(&alfa_refund(633, 100, 500, "16:29"))];
    let state = same_in_every_order(&new_state(&part), &documents);
    assert_eq!(state.standing(), Standing::PartiallyRefunded);
    assert_eq!(
        state.amounts().paid(),
        Some(PaidSum::Told(money(600, "RUB")))
    );
    assert_eq!(state.amounts().returned(), Some(money(100, "RUB")));
}
