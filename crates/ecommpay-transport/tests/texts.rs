//! What requests, replies and failures say of themselves, and what they keep to themselves.

use std::collections::HashSet;
use std::error::Error;

use ecommpay_transport::doubles::{AnswerWith, Recorder, Replay};
use ecommpay_transport::{
    FailureKind, FailureStage, Reply, Request, SharedTransport, Transport, TransportError,
};

fn secret_request() -> Request {
    Request::post("https://canary.example/canary?canary", "canary").with_header("x-key", "canary")
}

#[test]
fn debug_of_requests_and_replies_shows_no_value() {
    let request = format!("{:?}", secret_request());
    assert!(!request.contains("canary"), "{request}");
    assert!(
        request.contains("x-key") && request.contains("body_bytes: 6"),
        "{request}"
    );
    let reply = Reply::new(200, "canary").with_header("set-cookie", "canary");
    let reply = format!("{reply:?}");
    assert!(!reply.contains("canary"), "{reply}");
    assert!(
        reply.contains("set-cookie") && reply.contains("body_bytes: 6"),
        "{reply}"
    );
}

#[tokio::test]
async fn debug_of_doubles_shows_no_value() {
    let recorder = Recorder::new(Replay::new([Ok(Reply::new(200, "canary"))]));
    let shared = SharedTransport::new(recorder.clone());
    assert!(shared.send(secret_request()).await.is_ok());
    assert!(!format!("{shared:?}").contains("canary"));
    assert_eq!(recorder.inner().remaining(), 0);
}

#[test]
fn a_failure_says_stage_and_kind_and_leaves_the_source_to_the_chain() {
    let cause = std::io::Error::other("cause");
    let failure = TransportError::new(FailureStage::ReplyUnreadable, FailureKind::ReplyTooLarge)
        .with_http_status(200)
        .with_source(cause);
    assert_eq!(
        failure.to_string(),
        "the reply is unreadable: its body is larger than the limit"
    );
    assert_eq!(
        failure.source().map(ToString::to_string).as_deref(),
        Some("cause")
    );
    assert_eq!(failure.http_status(), Some(200));
}

#[test]
fn every_stage_and_kind_has_a_name_and_a_sentence_of_its_own() {
    let mut names = HashSet::new();
    let mut sentences = HashSet::new();
    for stage in FailureStage::ALL {
        assert!(names.insert(stage.as_str()));
        for kind in FailureKind::ALL {
            let sentence = TransportError::new(stage, kind).to_string();
            assert!(!sentence.ends_with('.'), "{sentence}");
            assert!(sentences.insert(sentence));
        }
    }
    for kind in FailureKind::ALL {
        assert!(names.insert(kind.as_str()));
    }
}

#[tokio::test]
async fn a_used_up_replay_says_so_before_sending() {
    let failure = Replay::new([]).send(secret_request()).await.unwrap_err();
    assert_eq!(failure.stage(), FailureStage::BeforeSend);
    let source = failure.source().map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("the replay list is used up"));
}

#[tokio::test]
async fn a_closure_sees_the_whole_request() {
    let echo = AnswerWith::new(|request: Request| {
        let told = request
            .header("X-KEY")
            .map(str::to_owned)
            .unwrap_or_default();
        Ok(Reply::new(200, request.into_body()).with_header("Told", told))
    });
    let reply = echo.send(secret_request()).await.unwrap();
    assert_eq!(reply.header("told"), Some(&b"canary"[..]));
    assert_eq!(reply.into_body(), b"canary");
}
