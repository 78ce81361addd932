//! Time, size and form: what the other side may not do, and what the failure says when it does.

#![allow(clippy::unwrap_used)] // helpers of tests

mod loopback;

use std::time::Duration;

use ecommpay_transport::{FailureKind, FailureStage, Reply, TransportError};
use loopback::{End, Seen, end, listen, patient, read_request, sale, send, whole};
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Short for a test, long for a loaded machine.
const SHORT: Duration = Duration::from_millis(200);

/// Answers one sale with these bytes, then closes.
async fn answered_with(
    transport: ecommpay_transport_hyper::HyperTransportBuilder,
    bytes: impl Into<Vec<u8>>,
) -> Result<Reply, TransportError> {
    let bytes = bytes.into();
    let address = listen(move |mut connection, _| {
        let bytes = bytes.clone();
        async move {
            read_request(&mut connection, &Seen::default()).await;
            let _ = connection.write_all(&bytes).await;
            end(connection, End::Close).await;
        }
    })
    .await;
    send(&transport.build().unwrap(), sale(address)).await
}

/// Answers one sale with these bytes, then says nothing more and keeps the connection.
async fn silent_after(
    transport: ecommpay_transport_hyper::HyperTransportBuilder,
    bytes: &'static str,
) -> TransportError {
    let address = listen(move |mut connection, _| async move {
        read_request(&mut connection, &Seen::default()).await;
        let _ = connection.write_all(bytes.as_bytes()).await;
        std::future::pending::<()>().await;
    })
    .await;
    send(&transport.build().unwrap(), sale(address))
        .await
        .unwrap_err()
}

fn outcome(failure: &TransportError) -> (FailureStage, FailureKind, Option<u16>) {
    (failure.stage(), failure.kind(), failure.http_status())
}

const BODY_STARTED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345";

#[tokio::test]
async fn silence_ends_with_the_read_timeout() {
    use FailureKind::ReadTimeout;
    let hurried = || patient().read_timeout(SHORT);
    let nothing = silent_after(hurried(), "").await;
    assert_eq!(
        outcome(&nothing),
        (FailureStage::MaybeSent, ReadTimeout, None)
    );
    let half_head = silent_after(hurried(), "HTTP/1.1 200 OK\r\ncont").await;
    assert_eq!(
        outcome(&half_head),
        (FailureStage::MaybeSent, ReadTimeout, None)
    );
    let half_body = silent_after(hurried(), BODY_STARTED).await;
    assert_eq!(
        outcome(&half_body),
        (FailureStage::ReplyUnreadable, ReadTimeout, Some(200))
    );
}

#[tokio::test]
async fn the_total_timeout_holds_in_every_phase() {
    use FailureKind::TotalTimeout;
    let hurried = || patient().attempt_timeout(SHORT);
    let nothing = silent_after(hurried(), "").await;
    assert_eq!(
        outcome(&nothing),
        (FailureStage::MaybeSent, TotalTimeout, None)
    );
    let half_body = silent_after(hurried(), BODY_STARTED).await;
    assert_eq!(
        outcome(&half_body),
        (FailureStage::ReplyUnreadable, TotalTimeout, Some(200))
    );
}

#[tokio::test]
async fn the_shorter_of_both_total_timeouts_wins() {
    let address = listen(|connection, _| async move {
        std::future::pending::<()>().await;
        drop(connection);
    })
    .await;
    let patient = patient().build().unwrap();
    let request = sale(address).with_total_timeout(SHORT);
    let failure = send(&patient, request).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::TotalTimeout);
    assert_eq!(failure.stage(), FailureStage::MaybeSent);
}

/// One byte at a time, faster than the read time-out: only the total time-out ends it.
async fn trickle(reply: &'static str) -> TransportError {
    let address = listen(move |mut connection: TcpStream, _| async move {
        read_request(&mut connection, &Seen::default()).await;
        let mut pace = tokio::time::interval(Duration::from_millis(2));
        for byte in reply.bytes().chain(std::iter::repeat(b'x')) {
            pace.tick().await;
            if connection.write_all(&[byte]).await.is_err() {
                return;
            }
        }
    })
    .await;
    let transport = patient().attempt_timeout(SHORT).build().unwrap();
    send(&transport, sale(address)).await.unwrap_err()
}

#[tokio::test]
async fn a_trickle_ends_with_the_total_timeout() {
    let head = trickle("HTTP/1.1 200 OK\r\nx: ").await;
    assert_eq!(
        outcome(&head),
        (FailureStage::MaybeSent, FailureKind::TotalTimeout, None)
    );
    let body = trickle("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n").await;
    let expected = (
        FailureStage::ReplyUnreadable,
        FailureKind::TotalTimeout,
        Some(200),
    );
    assert_eq!(outcome(&body), expected);
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit_and_no_further() {
    let limited = || patient().reply_limit(1000);
    let full = answered_with(limited(), whole(&"x".repeat(1000)))
        .await
        .unwrap();
    assert_eq!(full.body().len(), 1000);

    let too_large = (
        FailureStage::ReplyUnreadable,
        FailureKind::ReplyTooLarge,
        Some(200),
    );
    let announced = answered_with(limited(), whole(&"x".repeat(1001)))
        .await
        .unwrap_err();
    assert_eq!(outcome(&announced), too_large);

    let chunk = format!("200\r\n{}\r\n", "x".repeat(0x200));
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    let unannounced = answered_with(limited(), chunked).await.unwrap_err();
    assert_eq!(outcome(&unannounced), too_large);

    let until_closed = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(5000));
    let endless = answered_with(limited(), until_closed).await.unwrap_err();
    assert_eq!(outcome(&endless), too_large);

    let absurd = "HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999999\r\n\r\nx";
    let announced = answered_with(patient(), absurd).await.unwrap_err();
    assert_eq!(outcome(&announced), too_large);
}

#[tokio::test]
async fn the_default_limit_of_a_body_is_one_mebibyte() {
    let full = answered_with(patient(), whole(&"x".repeat(1024 * 1024)))
        .await
        .unwrap();
    assert_eq!(full.body().len(), 1024 * 1024);
    let failure = answered_with(patient(), whole(&"x".repeat(1024 * 1024 + 1)))
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::ReplyTooLarge);
}

#[tokio::test]
async fn a_request_may_ask_for_a_larger_body() {
    let reply = whole(&"x".repeat(1001));
    let address = listen(move |mut connection, _| {
        let reply = reply.clone();
        async move {
            read_request(&mut connection, &Seen::default()).await;
            let _ = connection.write_all(&reply).await;
            end(connection, End::Close).await;
        }
    })
    .await;
    let limited = patient().reply_limit(1000).build().unwrap();
    let plain = send(&limited, sale(address)).await.unwrap_err();
    assert_eq!(plain.kind(), FailureKind::ReplyTooLarge);
    let larger = sale(address).with_allowed_reply_bytes(1001);
    assert_eq!(send(&limited, larger).await.unwrap().body().len(), 1001);
}

#[tokio::test]
async fn a_head_is_read_up_to_the_limits_and_no_further() {
    let long_line = |bytes: usize| format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(bytes));
    assert!(answered_with(patient(), long_line(60_000)).await.is_ok());
    let failure = answered_with(patient(), long_line(300_000))
        .await
        .unwrap_err();
    let expected = (
        FailureStage::ReplyUnreadable,
        FailureKind::MalformedReply,
        None,
    );
    assert_eq!(outcome(&failure), expected);

    let lines = |count| {
        format!(
            "HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n",
            "x: y\r\n".repeat(count)
        )
    };
    assert_eq!(
        answered_with(patient(), lines(99))
            .await
            .unwrap()
            .headers()
            .len(),
        100
    );
    let failure = answered_with(patient(), lines(100)).await.unwrap_err();
    assert_eq!(outcome(&failure), expected);
}

#[tokio::test]
async fn what_is_not_http_is_unreadable_and_never_called_unsent() {
    let garbage: [&[u8]; 7] = [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\0\0\0\0\0\0\0\0",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/7.3 200 OK\r\n\r\n",
        b"<html><body>502 Bad Gateway</body></html>",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx",
    ];
    for bytes in garbage {
        let failure = answered_with(patient(), bytes).await.unwrap_err();
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(
            failure.stage(),
            FailureStage::ReplyUnreadable,
            "{text} {failure:?}"
        );
        assert_eq!(failure.kind(), FailureKind::MalformedReply, "{text}");
    }
    let bad_chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    let failure = answered_with(patient(), bad_chunk).await.unwrap_err();
    assert_eq!(failure.stage(), FailureStage::ReplyUnreadable);
    assert_eq!(failure.http_status(), Some(200));
}

/// What a hostile server does, step by step.
#[derive(Debug, Clone)]
enum Step {
    Read(usize),
    ReadWhole,
    Write(Vec<u8>),
    Hang,
    End(End),
}

fn step() -> impl Strategy<Value = Step> {
    let reply_part = proptest::sample::select(vec![
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: /x\r\n\r\n",
        "content-length: 5\r\n",
        "transfer-encoding: chunked\r\n",
        "connection: close\r\n",
        "\r\n",
        "5\r\nhello\r\n",
        "0\r\n\r\n",
        "hello",
    ]);
    prop_oneof![
        4 => (1_usize..400).prop_map(Step::Read),
        4 => Just(Step::ReadWhole),
        8 => reply_part.prop_map(|part| Step::Write(part.as_bytes().to_vec())),
        2 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Step::Write),
        1 => Just(Step::Hang),
        1 => Just(Step::End(End::Close)),
        1 => Just(Step::End(End::Reset)),
    ]
}

async fn play(mut connection: TcpStream, script: Vec<Step>, seen: Seen) {
    for step in script {
        match step {
            Step::Read(bytes) => {
                let mut piece = vec![0; bytes];
                let read = tokio::io::AsyncReadExt::read(&mut connection, &mut piece).await;
                seen.add(read.unwrap_or(0));
            }
            Step::ReadWhole => {
                read_request(&mut connection, &seen).await;
            }
            Step::Write(bytes) => {
                let _ = connection.write_all(&bytes).await;
            }
            Step::Hang => std::future::pending::<()>().await,
            Step::End(how) => return end(connection, how).await,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever the server does: no panic, an end in time, and never "nothing was sent" once the
    /// server has seen a byte.
    #[test]
    fn no_server_makes_the_stage_lie(
        scripts in proptest::collection::vec(proptest::collection::vec(step(), 1..10), 40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let transport = patient().read_timeout(SHORT / 4)
                .attempt_timeout(SHORT / 2).build().unwrap();
            let mut exchanges = tokio::task::JoinSet::new();
            for script in scripts {
                let transport = transport.clone();
                exchanges.spawn(async move {
                    let seen = Seen::default();
                    let counted = seen.clone();
                    let played = script.clone();
                    let address = listen(move |connection, _| {
                        play(connection, played.clone(), counted.clone())
                    })
                    .await;
                    let result = send(&transport, sale(address)).await;
                    (script, seen, result)
                });
            }
            while let Some(done) = exchanges.join_next().await {
                let (script, seen, result) = done.unwrap();
                if let Err(failure) = result {
                    let lied = failure.stage() == FailureStage::BeforeSend && seen.bytes() > 0;
                    assert!(!lied, "{script:?} {failure:?}");
                }
            }
        });
    }
}
