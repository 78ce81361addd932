//! One call: what is sent, what is repeated, what its error says.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use std::time::Duration;

use ecommpay_client::doubles::HandClock;
use ecommpay_client::{ClientBuildError, ExecuteError, MoneyMoved, NoAnswer, report};
use ecommpay_gate::{Operation, PaymentStatusQuery};
use ecommpay_transport::doubles::{AnswerWith, BreaksAt, NeverAnswers, Recorder, Replay};
use ecommpay_transport::{FailureKind, FailureStage, Reply, Request, TransportError};
use support::*;

type Results = Vec<Result<Reply, TransportError>>;

fn replay(results: Results) -> Recorder<Replay> {
    Recorder::new(Replay::new(results))
}

fn question() -> PaymentStatusQuery {
    PaymentStatusQuery::new(payment_id())
}

#[tokio::test]
async fn the_prepared_bytes_go_to_the_base_url_of_the_brand() {
    let recorder = replay(vec![Ok(acknowledged())]);
    let client = client(recorder.clone(), &HandClock::new())
        .base_url("https://gate.brand.example/")
        .build()
        .unwrap();
    let acknowledgement = client.execute(&sale()).await.unwrap();
    assert_eq!(acknowledgement.request_id().as_str(), "canary-request");

    let requests = recorder.requests();
    let prepared = sale().prepare(&merchant()).unwrap();
    assert_eq!(
        requests[0].url(),
        "https://gate.brand.example/v2/payment/wallet/alipay/sale"
    );
    assert_eq!(requests[0].body(), prepared.body());
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    // a tenth of the attempt's 20 s, at most 100 ms, is left for the transport's own report
    assert_eq!(
        requests[0].total_timeout(),
        Some(Duration::from_millis(19_900))
    );
}

#[tokio::test]
async fn what_was_never_sent_is_repeated_with_growing_pauses() {
    let clock = HandClock::new();
    let recorder = replay(vec![
        Err(failure(FailureStage::BeforeSend)),
        Err(failure(FailureStage::BeforeSend)),
        Ok(acknowledged()),
    ]);
    let client = client(recorder.clone(), &clock).build().unwrap();
    client.execute(&sale()).await.unwrap();
    assert_eq!(recorder.count(), 3);
    assert_eq!(
        clock.sleeps(),
        [Duration::from_millis(200), Duration::from_millis(400)]
    );
    let requests = recorder.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.body() == requests[0].body())
    );
}

#[tokio::test]
async fn zero_retries_means_one_attempt() {
    let recorder = Recorder::new(BreaksAt::new(
        FailureStage::BeforeSend,
        FailureKind::Connect,
    ));
    let client = client(recorder.clone(), &HandClock::new())
        .retries(0)
        .build()
        .unwrap();
    let error = client.execute(&sale()).await.unwrap_err();
    assert_eq!(recorder.count(), 1);
    let ExecuteError::NotSent(not_sent) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (not_sent.attempts(), not_sent.failure().kind()),
        (1, FailureKind::Connect)
    );
    assert_eq!(error.money_may_have_moved(), MoneyMoved::Never);
    let text =
        "the sale was not sent in 1 attempt(s): nothing was sent: no connection could be opened";
    assert_eq!(report(&error), text);
}

#[tokio::test]
async fn a_sale_that_may_have_been_sent_is_sent_once_and_ends_unknown() {
    for stage in [FailureStage::MaybeSent, FailureStage::ReplyUnreadable] {
        let recorder = Recorder::new(BreaksAt::new(stage, FailureKind::Reset));
        let client = client(recorder.clone(), &HandClock::new())
            .retries(9)
            .build()
            .unwrap();
        let error = client.execute(&sale()).await.unwrap_err();
        assert_eq!(recorder.count(), 1);
        assert_eq!(error.money_may_have_moved(), MoneyMoved::Maybe);
        let ExecuteError::OutcomeUnknown(unknown) = error else {
            panic!("{error:?}")
        };
        assert_eq!(unknown.payment_id(), &payment_id());
        assert_eq!(unknown.attempts(), 1);
        assert!(matches!(unknown.cause(), NoAnswer::Transport(cause) if cause.stage() == stage));
        let beginning = "the outcome of the sale of payment canary-payment is unknown";
        assert!(unknown.to_string().starts_with(beginning), "{unknown}");
    }
}

#[tokio::test]
async fn a_status_query_is_repeated_after_any_failure() {
    let recorder = replay(vec![
        Err(failure(FailureStage::MaybeSent)),
        Err(failure(FailureStage::ReplyUnreadable)),
        Ok(Reply::new(502, "<html>bad gateway</html>")),
        Ok(in_status("success")),
    ]);
    let client = client(recorder.clone(), &HandClock::new())
        .retries(3)
        .build()
        .unwrap();
    assert!(client.execute(&question()).await.unwrap().known().is_some());
    assert_eq!(recorder.count(), 4);
}

#[tokio::test]
async fn a_status_query_without_answer_moved_nothing() {
    let client = client(NeverAnswers, &HandClock::new()).build().unwrap();
    let error = client.execute(&question()).await.unwrap_err();
    assert_eq!(error.money_may_have_moved(), MoneyMoved::Never);
    let ExecuteError::Unanswered(unanswered) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unanswered.attempts(), 3);
}

#[tokio::test]
async fn refusals_carry_status_code_and_message_and_moved_nothing() {
    for status in [400, 403, 404, 422] {
        let recorder = replay(vec![Ok(refused(status, "3061"))]);
        let client = client(recorder.clone(), &HandClock::new()).build().unwrap();
        let error = client.execute(&sale()).await.unwrap_err();
        assert_eq!(error.money_may_have_moved(), MoneyMoved::No);
        let refusal = error.refusal().unwrap();
        assert_eq!(refusal.http_status(), status);
        assert_eq!(refusal.code().unwrap().as_str(), "3061");
        assert_eq!(refusal.message(), Some("canary message"));
        assert_eq!(recorder.count(), 1);
    }
}

/// 3041: this payment exists; 3230: this refund exists; 3613: this operation exists (gate.md 2.5).
#[tokio::test]
async fn a_refusal_because_it_exists_points_at_an_earlier_call() {
    for code in ["3041", "3230", "3613"] {
        let client = client(replay(vec![Ok(refused(400, code))]), &HandClock::new())
            .build()
            .unwrap();
        let error = client.execute(&sale()).await.unwrap_err();
        assert!(error.refusal().is_some());
        assert_eq!(error.money_may_have_moved(), MoneyMoved::Maybe, "{code}");
    }
}

#[tokio::test]
async fn what_settles_nothing_leaves_a_sale_unknown() {
    let replies = [
        refused(500, "1"),
        Reply::new(500, ""),
        Reply::new(503, "").with_header("retry-after", "1"),
        Reply::new(429, "").with_header("retry-after", "1"),
        Reply::new(408, ""),
        Reply::new(302, ""),
        Reply::new(200, "<html>login to the proxy</html>"),
        Reply::new(200, "{}"),
        Reply::new(400, "<html>not of gate</html>"),
    ];
    for reply in replies {
        let status = reply.status();
        let recorder = replay(vec![Ok(reply)]);
        let client = client(recorder.clone(), &HandClock::new()).build().unwrap();
        let error = client.execute(&sale()).await.unwrap_err();
        assert_eq!(recorder.count(), 1);
        let ExecuteError::OutcomeUnknown(unknown) = error else {
            panic!("{status} {error:?}")
        };
        assert!(matches!(unknown.cause(), NoAnswer::Reply(cause) if cause.http_status() == status));
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_for_questions_within_the_deadline() {
    let clock = HandClock::new();
    let busy = || Ok(Reply::new(503, "{}").with_header("Retry-After", "7"));
    let recorder = replay(vec![busy(), Ok(in_status("processing"))]);
    let client = client(recorder.clone(), &clock).build().unwrap();
    client.execute(&question()).await.unwrap();
    assert_eq!(clock.sleeps(), [seconds(7)]);
}

#[tokio::test]
async fn a_pause_beyond_the_deadline_is_not_begun() {
    for asked in ["60", "Wed, 21 Oct 2026 07:28:00 GMT"] {
        let clock = HandClock::new();
        let recorder = replay(vec![Ok(
            Reply::new(429, "{}").with_header("Retry-After", asked)
        )]);
        let client = client(recorder.clone(), &clock).build().unwrap();
        let error = client.execute(&question()).await.unwrap_err();
        assert!(matches!(error, ExecuteError::Unanswered(_)));
        assert_eq!(recorder.count(), 1);
        assert_eq!(clock.sleeps(), []);
    }
}

#[tokio::test]
async fn one_deadline_holds_for_all_attempts_together() {
    let clock = HandClock::new();
    let slow = {
        let clock = clock.clone();
        move |_: Request| {
            clock.advance(seconds(20));
            Err(TransportError::new(
                FailureStage::BeforeSend,
                FailureKind::ConnectTimeout,
            ))
        }
    };
    let recorder = Recorder::new(AnswerWith::new(slow));
    let client = client(recorder.clone(), &clock)
        .call_timeout(seconds(50))
        .retries(100)
        .build()
        .unwrap();
    let error = client.execute(&sale()).await.unwrap_err();
    assert!(matches!(error, ExecuteError::NotSent(_)));
    let limits: Vec<u128> = recorder
        .requests()
        .iter()
        .map(|request| request.total_timeout().unwrap().as_millis())
        .collect();
    // 20 s each, then what 50 s leave after two attempts and pauses of 200 and 400 ms
    assert_eq!(limits, [19_900, 19_900, 9_300]);
}

#[tokio::test]
async fn silence_ends_with_the_attempt_and_is_taken_for_sent() {
    let clock = HandClock::new();
    let client = client(NeverAnswers, &clock)
        .attempt_timeout(seconds(15))
        .build()
        .unwrap();
    let error = client.execute(&sale()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [seconds(15)]);
    let ExecuteError::OutcomeUnknown(unknown) = error else {
        panic!("{error:?}")
    };
    let NoAnswer::Transport(cause) = unknown.cause() else {
        panic!()
    };
    assert_eq!(cause.stage(), FailureStage::MaybeSent);
    assert_eq!(cause.kind(), FailureKind::TotalTimeout);
}

#[tokio::test]
async fn what_cannot_be_built_is_not_sent() {
    let recorder = replay(vec![]);
    let client = client(recorder.clone(), &HandClock::new()).build().unwrap();
    let too_small = partial_refund(0);
    let error = client.execute(&too_small).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Build(_)));
    assert_eq!(error.money_may_have_moved(), MoneyMoved::Never);
    assert_eq!(recorder.count(), 0);
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_at_all_is_tried_once() {
    for kind in [FailureKind::InvalidRequest, FailureKind::Closed] {
        let recorder = Recorder::new(BreaksAt::new(FailureStage::BeforeSend, kind));
        let client = client(recorder.clone(), &HandClock::new()).build().unwrap();
        assert!(client.execute(&question()).await.is_err());
        assert_eq!(recorder.count(), 1);
    }
}

#[tokio::test]
async fn a_status_answer_with_a_wrong_signature_is_no_answer() {
    let forged = {
        let genuine = String::from_utf8(in_status("decline").into_body()).unwrap();
        Reply::new(200, genuine.replace("decline", "success"))
    };
    let recorder = replay(vec![Ok(forged)]);
    let client = client(recorder.clone(), &HandClock::new()).build().unwrap();
    let error = client.execute(&question()).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Unanswered(_)), "{error:?}");
    assert_eq!(recorder.count(), 1);
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let built = |change: fn(ecommpay_client::ClientBuilder) -> ecommpay_client::ClientBuilder| {
        change(client(NeverAnswers, &HandClock::new()))
            .build()
            .map(|_| ())
    };
    assert_eq!(built(|builder| builder), Ok(()));
    assert!(matches!(
        built(|builder| builder.base_url("api.ecommpay.com")),
        Err(ClientBuildError::BaseUrl(_))
    ));
    let no_time = Err(ClientBuildError::NoTime);
    assert_eq!(
        built(|builder| builder.call_timeout(Duration::ZERO)),
        no_time
    );
    assert_eq!(
        built(|builder| builder.attempt_timeout(Duration::ZERO)),
        no_time
    );
    let bare = ecommpay_client::Client::builder(merchant())
        .build()
        .map(|_| ());
    assert_eq!(bare, Err(ClientBuildError::NoTransport));
}

#[test]
fn debug_shows_no_secret() {
    let client = client(NeverAnswers, &HandClock::new()).build().unwrap();
    assert!(!format!("{client:?}").contains("canary"));
}
