//! Finding out what became of a request: when it asks, what it believes, what it never concludes.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use std::time::Duration;

use ecommpay_client::doubles::HandClock;
use ecommpay_client::{Client, ExecuteError, OutcomeUnknown, Resolution, StillUnknown};
use ecommpay_gate::{AdditionalData, Clarification, CodeResend, NotKnown, Operation};
use ecommpay_model::{OperationStatus, PaymentStatus, Timestamp};
use ecommpay_transport::doubles::{AnswerWith, Recorder, Replay};
use ecommpay_transport::{FailureStage, Reply, TransportError};
use serde_json::{Value, json};
use support::*;

type Results = Vec<Result<Reply, TransportError>>;

/// Executes `operation`, whose answer gets lost, then lets the platform answer with `results`.
async fn lost<O>(operation: &O, mut results: Results, clock: &HandClock) -> (Client, OutcomeUnknown)
where
    O: Operation + Sync,
{
    results.insert(0, Err(failure(FailureStage::MaybeSent)));
    let client = client(Replay::new(results), clock).build().unwrap();
    match client.execute(operation).await {
        Err(ExecuteError::OutcomeUnknown(unknown)) => (client, unknown),
        _ => panic!("the outcome should be unknown"),
    }
}

async fn resolved<O>(operation: &O, results: Results) -> Resolution
where
    O: Operation + Sync,
{
    let (client, unknown) = lost(operation, results, &HandClock::new()).await;
    client.resolve(&unknown).await
}

/// The date of the hand clock's start, moved.
fn date(seconds: i64) -> String {
    // 2026-01-01T00:00:00Z
    Timestamp::from_unix_seconds(1_767_225_600 + seconds)
        .unwrap()
        .to_string()
}

fn still(resolution: Resolution) -> StillUnknown {
    match resolution {
        Resolution::StillUnknown(still) => still,
        known => panic!("{known:?}"),
    }
}

#[tokio::test]
async fn the_first_question_comes_ten_seconds_after_the_request() {
    let clock = HandClock::new();
    let (client, unknown) = lost(&sale(), vec![Ok(in_status("processing"))], &clock).await;
    let Resolution::Known(known) = client.resolve(&unknown).await else {
        panic!()
    };
    assert_eq!(clock.sleeps(), [seconds(10)]);
    assert_eq!(known.asked(), 1);
    assert_eq!(known.payment().status, Some(PaymentStatus::Processing));
}

#[tokio::test]
async fn time_that_has_passed_since_the_request_counts() {
    for (passed, waits) in [(4, vec![seconds(6)]), (10, vec![]), (3600, vec![])] {
        let clock = HandClock::new();
        let (client, unknown) = lost(&sale(), vec![Ok(in_status("success"))], &clock).await;
        clock.advance(seconds(passed));
        assert!(matches!(
            client.resolve(&unknown).await,
            Resolution::Known(_)
        ));
        assert_eq!(clock.sleeps(), waits, "{passed}");
    }
}

#[tokio::test]
async fn it_asks_with_growing_pauses_and_believes_no_not_found_error_or_silence() {
    let clock = HandClock::new();
    let results = vec![
        Ok(not_found("3061")),
        Ok(not_found("3062")),
        Ok(Reply::new(500, "")),
        Ok(refused(404, "3061")),
        Ok(refused(403, "303")),
        Err(failure(FailureStage::MaybeSent)),
        Ok(in_status("awaiting redirect result")),
    ];
    let (client, unknown) = lost(&sale(), results, &clock).await;
    let Resolution::Known(known) = client.resolve(&unknown).await else {
        panic!()
    };
    assert_eq!(known.asked(), 7);
    assert_eq!(clock.sleeps(), [10, 2, 4, 8, 16, 30, 30].map(seconds));
}

#[tokio::test]
async fn not_found_for_ever_stays_unknown() {
    let clock = HandClock::new();
    let recorder = Recorder::new(AnswerWith::new(|request| {
        if request.url().ends_with("/sale") {
            return Err(failure(FailureStage::ReplyUnreadable));
        }
        Ok(not_found("3061"))
    }));
    let client = client(recorder.clone(), &clock)
        .resolve_timeout(seconds(60))
        .build()
        .unwrap();
    let Err(ExecuteError::OutcomeUnknown(unknown)) = client.execute(&sale()).await else {
        panic!()
    };
    let still = still(client.resolve(&unknown).await);
    assert_eq!(still.not_known(), Some(NotKnown::NeverRegistered));
    // at 10, 12, 16, 24 and 40 seconds; the next pause of 30 would end after the 60
    assert_eq!(still.asked(), 5);
    assert_eq!(recorder.count(), 1 + 5);
    assert!(still.seen().is_none() && still.failure().is_none());
}

#[tokio::test]
async fn knowledge_is_not_overwritten_by_later_failures() {
    let earlier_try = status(&json!({"status": "error", "date": date(-3600)}), &json!([]));
    let mut results = vec![Ok(earlier_try)];
    results.extend((0..20).map(|_| Ok(Reply::new(500, ""))));
    let still = still(resolved(&sale(), results).await);
    assert_eq!(
        still.seen().unwrap().payment.status,
        Some(PaymentStatus::Error)
    );
    assert!(matches!(still.failure(), Some(ExecuteError::Unanswered(_))));
}

#[tokio::test]
async fn no_time_for_the_first_question_leaves_it_unknown() {
    let clock = HandClock::new();
    let (_, unknown) = lost(&sale(), vec![], &clock).await;
    let hasty = client(Replay::new([]), &clock)
        .resolve_timeout(seconds(5))
        .build()
        .unwrap();
    assert_eq!(still(hasty.resolve(&unknown).await).asked(), 0);
}

#[tokio::test]
async fn every_status_of_a_payment_makes_a_sale_known() {
    let statuses = [
        "processing",
        "awaiting customer action",
        "success",
        "decline",
        "refunded",
        "new",
    ];
    for text in statuses {
        let Resolution::Known(known) = resolved(&sale(), vec![Ok(in_status(text))]).await else {
            panic!("{text}")
        };
        assert_eq!(known.payment().status, Some(PaymentStatus::from(text)));
        assert!(known.operation().is_none());
    }
}

/// After the status `error` the identifier may be used again (gate.md 3.5), so an `error` of
/// before the request says nothing about it.
#[tokio::test]
async fn an_error_of_an_earlier_try_is_not_taken_for_this_one() {
    let of = |seconds| {
        status(
            &json!({"status": "error", "date": date(seconds)}),
            &json!([]),
        )
    };
    let results = vec![Ok(in_status("error")), Ok(of(-61)), Ok(of(-60))];
    let Resolution::Known(known) = resolved(&sale(), results).await else {
        panic!()
    };
    assert_eq!(known.asked(), 3);
}

#[tokio::test]
async fn clarification_and_code_resend_are_known_with_their_payment() {
    let clarification = Clarification::new(payment_id(), AdditionalData::new());
    let answer = || vec![Ok(in_status("awaiting clarification"))];
    assert!(matches!(
        resolved(&clarification, answer()).await,
        Resolution::Known(_)
    ));
    let resend = CodeResend::new(payment_id());
    assert!(matches!(
        resolved(&resend, answer()).await,
        Resolution::Known(_)
    ));
}

fn refund_operation(id: u64, amount: i64, status: &str, created: i64) -> Value {
    json!({
        "id": id, "type": "refund", "status": status, "created_date": date(created),
        "sum_initial": {"amount": amount, "currency": "CNY"},
    })
}

fn paid(operations: &[Value]) -> Result<Reply, TransportError> {
    let mut all = vec![json!({"id": 1, "type": "sale", "status": "success", "date": date(-900)})];
    all.extend(operations.iter().cloned());
    Ok(status(&json!({"status": "success"}), &Value::Array(all)))
}

#[tokio::test]
async fn a_refund_is_known_by_the_one_operation_that_fits_it() {
    let results = vec![
        // only the sale, then refunds of before, of another amount, and at last this one
        paid(&[]),
        paid(&[refund_operation(2, 1000, "success", -600)]),
        paid(&[refund_operation(3, 900, "success", 2)]),
        paid(&[
            refund_operation(2, 1000, "success", -600),
            refund_operation(3, 900, "success", 2),
            refund_operation(4, 1000, "decline", 3),
        ]),
    ];
    let Resolution::Known(known) = resolved(&partial_refund(1000), results).await else {
        panic!()
    };
    assert_eq!(known.asked(), 4);
    let operation = known.operation().unwrap();
    assert_eq!(operation.id.map(|id| id.value()), Some(4));
    assert_eq!(operation.status, Some(OperationStatus::from("decline")));
    assert_eq!(known.payment().status, Some(PaymentStatus::Success));
}

#[tokio::test]
async fn a_full_refund_takes_a_reversal_of_any_sum() {
    let reversal =
        json!({"id": 7, "type": "reversal", "status": "success", "created_date": date(1)});
    let Resolution::Known(known) = resolved(&full_refund(), vec![paid(&[reversal])]).await else {
        panic!()
    };
    assert_eq!(known.operation().unwrap().id.map(|id| id.value()), Some(7));
}

#[tokio::test]
async fn refunds_that_cannot_be_told_apart_stay_unknown() {
    let twins = || {
        paid(&[
            refund_operation(2, 1000, "success", 1),
            refund_operation(3, 1000, "success", 2),
        ])
    };
    let results = (0..20).map(|_| twins()).collect();
    let still = still(resolved(&partial_refund(1000), results).await);
    assert_eq!(still.seen().unwrap().operations.len(), 3);
}

#[tokio::test]
async fn an_operation_without_the_date_of_its_beginning_proves_nothing() {
    let undated = json!({"id": 2, "type": "refund", "status": "success", "date": date(5),
        "sum_initial": {"amount": 1000, "currency": "CNY"}});
    let results = (0..20)
        .map(|_| paid(std::slice::from_ref(&undated)))
        .collect();
    still(resolved(&partial_refund(1000), results).await);
}

#[tokio::test]
async fn another_refunds_identifier_rules_the_operation_out() {
    let shown = |id: &str| {
        let payment = json!({"status": "partially refunded", "merchant_refund_id": id});
        Ok(status(
            &payment,
            &json!([refund_operation(2, 1000, "success", 1)]),
        ))
    };
    let refund = named(partial_refund(1000), "refund-17");
    let Resolution::Known(known) =
        resolved(&refund, vec![shown("refund-16"), shown("refund-17")]).await
    else {
        panic!()
    };
    assert_eq!(known.asked(), 2);
    // the platform may show an identifier nobody sent (gate.md 6.2): then it rules nothing out
    let unnamed = resolved(&partial_refund(1000), vec![shown("canary-payment")]).await;
    assert!(matches!(unnamed, Resolution::Known(_)));
}

#[tokio::test]
async fn a_payment_can_be_asked_for_without_its_unknown_outcome() {
    let clock = HandClock::new();
    let results = [Ok(not_found("3062")), Ok(in_status("decline"))];
    let client = client(Replay::new(results), &clock).build().unwrap();
    let Resolution::Known(known) = client.resolve_payment(&payment_id()).await else {
        panic!()
    };
    assert_eq!(known.payment().status, Some(PaymentStatus::Decline));
    assert_eq!(clock.sleeps(), [seconds(2)]);
}

#[tokio::test]
async fn pauses_set_to_nothing_still_let_time_pass() {
    let clock = HandClock::new();
    let client = client(AnswerWith::new(|_| Ok(not_found("3061"))), &clock)
        .resolve_backoff(Duration::ZERO, Duration::ZERO)
        .resolve_timeout(seconds(1))
        .build()
        .unwrap();
    assert_eq!(
        still(client.resolve_payment(&payment_id()).await).asked(),
        10
    );
}
