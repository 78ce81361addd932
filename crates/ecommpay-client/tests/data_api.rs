//! Queries of the Data API: what is sent, what is repeated, what errors say.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use std::error::Error;
use std::time::Duration;

use ecommpay_client::doubles::HandClock;
use ecommpay_client::{ClientBuildError, ClientBuilder, QueryError, report};
use ecommpay_data_api::{
    BalanceQuery, DataQuery, DataToken, LARGEST_REPORT_BYTES, OperationsQuery, ReportError,
};
use ecommpay_model::Email;
use ecommpay_signature::{SecretKey, SignaturePlace, SigningPolicy, signed_body};
use ecommpay_transport::doubles::{AnswerWith, NeverAnswers, Recorder, Replay};
use ecommpay_transport::{FailureKind, FailureStage, Reply, Transport, TransportError};
use serde_json::{Value, json};
use support::*;

const TOKEN: &str = "canary-token-of-30-characters-";
const DATA_SECRET: &str = "canary-data-key";

fn token() -> DataToken {
    DataToken::new(TOKEN, SecretKey::new(DATA_SECRET).unwrap()).unwrap()
}

fn data_client(transport: impl Transport, clock: &HandClock) -> ClientBuilder {
    client(transport, clock).data_token(token())
}

/// A report as the platform signs it.
fn signed(body: &Value) -> Reply {
    let key = SecretKey::new(DATA_SECRET).unwrap();
    let policy = SigningPolicy::default();
    let bytes = signed_body(body, SignaturePlace::TopLevel, &key, &policy).unwrap();
    Reply::new(200, bytes)
}

fn page(operations: usize) -> Reply {
    let operation = json!({"operation_id": "1", "customer_email": "canary@example.com"});
    signed(&json!({"operations": vec![operation; operations]}))
}

fn refusal(status: u16) -> Reply {
    let body = json!({"name": "canary", "message": format!("canary {TOKEN}"), "status": status});
    Reply::new(status, body.to_string())
}

type Results = Vec<Result<Reply, TransportError>>;

/// The same reply to three attempts.
fn always(reply: &Reply) -> Results {
    (0..3).map(|_| Ok(reply.clone())).collect()
}

/// Asks for operations against these results; gives the outcome, how often it was sent, the pauses.
async fn ask(results: Results, retries: u32) -> (Result<usize, QueryError>, usize, Vec<Duration>) {
    let clock = HandClock::new();
    let recorder = Recorder::new(Replay::new(results));
    let client = data_client(recorder.clone(), &clock)
        .retries(retries)
        .build()
        .unwrap();
    let outcome = client.query(&OperationsQuery::latest()).await;
    let count = outcome.map(|reply| reply.body().operations.len());
    (count, recorder.count(), clock.sleeps())
}

#[tokio::test]
async fn the_prepared_bytes_go_to_the_data_api_with_time_and_room_for_a_report() {
    let recorder = Recorder::new(AnswerWith::new(|_| Ok(page(0))));
    let clock = HandClock::new();
    let client = data_client(recorder.clone(), &clock).build().unwrap();
    let query = OperationsQuery::latest();
    client.query(&query).await.unwrap();
    client.query_within(&query, seconds(10)).await.unwrap();

    let requests = recorder.requests();
    assert_eq!(
        requests[0].url(),
        "https://data.ecommpay.com/v1/operations/get"
    );
    assert_eq!(requests[0].body(), query.prepare(&token()).unwrap().body());
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].allowed_reply_bytes(), LARGEST_REPORT_BYTES);
    assert_eq!(requests[0].allowed_silence(), seconds(360));
    // 100 ms are left for the transport's own report of a time-out
    assert_eq!(
        requests[0].total_timeout(),
        Some(Duration::from_millis(359_900))
    );
    assert_eq!(requests[1].allowed_silence(), seconds(10));
    assert_eq!(
        requests[1].total_timeout(),
        Some(Duration::from_millis(9_900))
    );
}

#[tokio::test]
async fn payments_are_still_sent_with_the_limits_of_payments() {
    let recorder = Recorder::new(AnswerWith::new(|_| Ok(acknowledged())));
    let client = data_client(recorder.clone(), &HandClock::new())
        .build()
        .unwrap();
    client.execute(&sale()).await.unwrap();
    let requests = recorder.requests();
    assert_eq!(requests[0].allowed_silence(), Duration::ZERO);
    assert_eq!(requests[0].allowed_reply_bytes(), 0);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let recorder = Recorder::new(NeverAnswers);
    let client = client(recorder.clone(), &HandClock::new()).build().unwrap();
    let error = client.query(&BalanceQuery::new()).await.unwrap_err();
    assert!(matches!(error, QueryError::NoToken));
    let query = OperationsQuery::latest();
    assert!(client.operations(query).next().await.is_err());
    assert_eq!(recorder.count(), 0);
}

#[tokio::test]
async fn a_broken_rule_is_told_before_anything_is_sent() {
    let recorder = Recorder::new(NeverAnswers);
    let client = data_client(recorder.clone(), &HandClock::new())
        .build()
        .unwrap();
    let query = OperationsQuery::latest().limit(1001);
    let error = client.query(&query).await.unwrap_err();
    assert_eq!(
        report(&error),
        "the query was not built: limit: must be a whole number from 0 to 1000"
    );
    assert_eq!(recorder.count(), 0);
}

#[tokio::test]
async fn what_another_attempt_may_mend_is_asked_again() {
    for stage in FailureStage::ALL {
        let (count, sent, _) = ask(vec![Err(failure(stage)), Ok(page(3))], 2).await;
        assert_eq!((count.unwrap(), sent), (3, 2), "{stage:?}");
    }
    for status in [408, 500, 502, 503] {
        let (count, sent, pauses) = ask(vec![Ok(refusal(status)), Ok(page(3))], 2).await;
        assert_eq!((count.unwrap(), sent), (3, 2), "{status}");
        assert_eq!(pauses, [Duration::from_millis(200)]);
    }
    let (outcome, sent, _) = ask(always(&refusal(500)), 2).await;
    let error = outcome.unwrap_err();
    assert!(matches!(
        error,
        QueryError::Refused {
            retry_after: None,
            ..
        }
    ));
    assert_eq!(sent, 3);
}

#[tokio::test]
async fn what_another_attempt_cannot_mend_is_asked_once() {
    for status in [302, 400, 401, 403, 404] {
        let (outcome, sent, _) = ask(always(&refusal(status)), 2).await;
        assert!(matches!(outcome.unwrap_err(), QueryError::Refused { .. }));
        assert_eq!(sent, 1, "{status}");
    }
    let forged = Reply::new(200, r#"{"operations":[],"signature":"eA=="}"#);
    let (outcome, sent, _) = ask(always(&forged), 2).await;
    let QueryError::NoReport { source, .. } = outcome.unwrap_err() else {
        panic!();
    };
    assert!(matches!(*source, ReportError::NotVerified(_)));
    assert_eq!(sent, 1);
    let too_large = TransportError::new(FailureStage::ReplyUnreadable, FailureKind::ReplyTooLarge);
    let (outcome, sent, _) = ask(vec![Err(too_large), Ok(page(0))], 2).await;
    assert!(matches!(outcome.unwrap_err(), QueryError::NoAnswer { .. }));
    assert_eq!(sent, 1);
    let (outcome, sent, _) = ask(vec![Err(failure(FailureStage::MaybeSent))], 0).await;
    assert!(matches!(
        outcome.unwrap_err(),
        QueryError::NoAnswer { attempts: 1, .. }
    ));
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn after_too_many_requests_it_waits_as_it_is_told_or_ten_seconds() {
    let crowded = || refusal(429);
    let told = |seconds: &str| crowded().with_header("retry-after", seconds);

    let (count, _, pauses) = ask(vec![Ok(crowded()), Ok(page(1))], 2).await;
    assert_eq!((count.unwrap(), pauses), (1, vec![seconds(10)]));
    let (count, _, pauses) = ask(vec![Ok(told("30")), Ok(page(1))], 2).await;
    assert_eq!((count.unwrap(), pauses), (1, vec![seconds(30)]));

    // longer than the call may take
    let (outcome, sent, pauses) = ask(always(&told("600")), 2).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the Data API gave no report but HTTP 429: too many requests; wait and ask again, \
         not before 600 s"
    );
    let QueryError::Refused { retry_after, .. } = error else {
        panic!();
    };
    assert_eq!(retry_after, Some(seconds(600)));
    assert_eq!((sent, pauses.len()), (1, 0));
}

#[tokio::test]
async fn the_limit_of_the_call_holds_for_a_silent_platform() {
    let clock = HandClock::new();
    let client = data_client(NeverAnswers, &clock)
        .data_timeout(seconds(90))
        .build()
        .unwrap();
    let error = client.query(&BalanceQuery::new()).await.unwrap_err();
    let QueryError::NoAnswer { attempts, source } = error else {
        panic!();
    };
    assert_eq!((attempts, source.kind()), (1, FailureKind::TotalTimeout));
    assert_eq!(clock.sleeps(), [seconds(90)]);
}

#[tokio::test]
async fn pages_end_with_a_short_one_and_a_failed_one_is_asked_again() {
    let recorder = Recorder::new(Replay::new([
        Ok(page(10)),
        Ok(refusal(401)),
        Ok(page(10)),
        Ok(page(4)),
    ]));
    let client = data_client(recorder.clone(), &HandClock::new())
        .build()
        .unwrap();
    let mut pages = client.operations(OperationsQuery::latest().limit(10));
    let mut counts = Vec::new();
    loop {
        match pages.next().await {
            Ok(Some(page)) => counts.push(page.body().operations.len()),
            Ok(None) => break,
            Err(QueryError::Refused { .. }) => counts.push(0),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(counts, [10, 0, 10, 4]);
    assert!(pages.next().await.unwrap().is_none());
    let offsets: Vec<Value> = recorder
        .requests()
        .iter()
        .map(|request| serde_json::from_slice::<Value>(request.body()).unwrap()["offset"].clone())
        .collect();
    assert_eq!(offsets, [Value::Null, json!(10), json!(10), json!(20)]);
}

#[test]
fn a_token_does_not_go_to_ecommpay_from_another_brand_s_client() {
    let clock = HandClock::new();
    let brand = || data_client(NeverAnswers, &clock).base_url("https://gate.brand.example");
    assert!(matches!(
        brand().build(),
        Err(ClientBuildError::NoDataBaseUrl)
    ));
    assert!(
        brand()
            .data_base_url("https://data.brand.example/v1")
            .build()
            .is_ok()
    );
    assert!(
        client(NeverAnswers, &clock)
            .base_url("http://127.0.0.1:1")
            .build()
            .is_ok()
    );
    assert!(matches!(
        brand().data_base_url("data.brand.example").build(),
        Err(ClientBuildError::DataBaseUrl(_))
    ));
    assert!(matches!(
        data_client(NeverAnswers, &clock)
            .data_timeout(Duration::ZERO)
            .build(),
        Err(ClientBuildError::NoTime)
    ));
}

#[tokio::test]
async fn clients_pages_and_errors_show_no_token_no_key_and_no_email() {
    let email = Email::new("canary@example.com").unwrap();
    let results = [
        Ok(page(1)),
        Ok(refusal(401)),
        Ok(Reply::new(200, "{\"operations\":[\"canary\"]}")),
        Ok(Reply::new(502, "canary")),
        Err(failure(FailureStage::MaybeSent)),
    ];
    let builder = data_client(Replay::new(results), &HandClock::new()).retries(0);
    let mut shown = vec![format!("{builder:?}")];
    let client = builder.build().unwrap();
    let query = OperationsQuery::latest().customer_email(email);
    let mut pages = client.operations(query);
    shown.push(format!("{client:?} {pages:?}"));
    shown.push(format!("{:?}", pages.next().await.unwrap()));
    for _ in 0..4 {
        let error = client.query(&BalanceQuery::new()).await.unwrap_err();
        assert!(error.source().is_some() || matches!(error, QueryError::Refused { .. }));
        shown.push(format!("{error:?} {}", report(&error)));
    }
    for text in shown {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn queries_can_run_on_any_thread() {
    fn moves<T: Send>(_: &T) {}
    let client = data_client(NeverAnswers, &HandClock::new())
        .build()
        .unwrap();
    let query = OperationsQuery::latest();
    moves(&client.query(&query));
    let mut pages = client.operations(query.clone());
    moves(&pages.next());
}
