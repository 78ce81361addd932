//! The other side cuts the exchange at every byte: the stage of the failure never lies.

#![allow(clippy::unwrap_used)] // helpers of tests

mod loopback;

use ecommpay_transport::{FailureStage, Request};
use loopback::{
    AMPLE, End, Seen, end, listen, patient, read_exactly, read_request, sale, send, whole,
};
use tokio::io::AsyncWriteExt;

const ENDS: [End; 2] = [End::Close, End::Reset];

/// How many bytes one sale has on the wire.
async fn request_length() -> usize {
    let seen = Seen::default();
    let counted = seen.clone();
    let address = listen(move |mut connection, _| {
        let counted = counted.clone();
        async move {
            read_request(&mut connection, &counted).await;
            let _ = connection.write_all(&whole("{}")).await;
        }
    })
    .await;
    send(&patient().build().unwrap(), sale(address))
        .await
        .unwrap();
    seen.bytes()
}

#[tokio::test]
async fn a_reply_cut_at_every_byte_is_never_called_unsent() {
    let reply = whole(r#"{"status":"success","request_id":"r-1"}"#);
    let head = reply
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap()
        + 4;
    let transport = patient().build().unwrap();
    for how in ENDS {
        for cut in 0..=reply.len() {
            let part = reply[..cut].to_vec();
            let address = listen(move |mut connection, _| {
                let part = part.clone();
                async move {
                    read_request(&mut connection, &Seen::default()).await;
                    let _ = connection.write_all(&part).await;
                    end(connection, how).await;
                }
            })
            .await;
            let result = send(&transport, sale(address)).await;
            if cut == reply.len() && how == End::Close {
                assert_eq!(result.unwrap().status(), 200);
                continue;
            }
            // a reset may overtake bytes that were sent before it, so it may also lose the head
            match result {
                Ok(reply) => assert_eq!((cut, reply.status()), (part_length(how, cut), 200)),
                Err(failure) if cut >= head && how == End::Close => {
                    assert_eq!(failure.stage(), FailureStage::ReplyUnreadable, "{cut}");
                    assert_eq!(failure.http_status(), Some(200), "{cut}");
                }
                Err(failure) => {
                    assert_ne!(failure.stage(), FailureStage::BeforeSend, "{cut} {how:?}");
                }
            }
        }
    }
}

/// A reply is whole only when nothing of it was cut.
fn part_length(how: End, cut: usize) -> usize {
    assert_eq!(how, End::Reset);
    cut
}

#[tokio::test]
async fn a_request_cut_at_every_byte_is_never_called_unsent() {
    let length = request_length().await;
    assert!(length > 200, "{length}");
    let transport = patient().build().unwrap();
    for how in ENDS {
        for cut in 1..=length {
            let seen = Seen::default();
            let counted = seen.clone();
            let address = listen(move |mut connection, _| {
                let counted = counted.clone();
                async move {
                    read_exactly(&mut connection, cut, &counted).await;
                    end(connection, how).await;
                }
            })
            .await;
            let failure = send(&transport, sale(address)).await.unwrap_err();
            assert_eq!(seen.bytes(), cut);
            assert_eq!(
                failure.stage(),
                FailureStage::MaybeSent,
                "{cut} {how:?} {failure:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_kept_connection_cut_at_every_byte_is_never_called_unsent() {
    let length = request_length().await;
    for how in ENDS {
        for cut in 1..=length {
            let second = Seen::default();
            let counted = second.clone();
            let address = listen(move |mut connection, number| {
                let counted = counted.clone();
                async move {
                    assert_eq!(number, 0, "nothing is sent again on another connection");
                    read_request(&mut connection, &Seen::default()).await;
                    let _ = connection.write_all(&whole("{}")).await;
                    read_exactly(&mut connection, cut, &counted).await;
                    end(connection, how).await;
                }
            })
            .await;
            let transport = patient().build().unwrap();
            send(&transport, sale(address)).await.unwrap();
            let failure = send(&transport, sale(address)).await.unwrap_err();
            assert_eq!(second.bytes(), cut);
            assert_eq!(failure.stage(), FailureStage::MaybeSent, "{cut} {how:?}");
        }
    }
}

/// The server closes the kept connection while the next request is on its way to it. Whatever wins
/// the race, "nothing was sent" is said only when the server saw nothing, and nobody sends twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_kept_connection_is_told_honestly() {
    let mut unsent = 0;
    for round in 0..300 {
        let requests = Seen::default();
        let counted = requests.clone();
        let how = ENDS[round % 2];
        let address = listen(move |mut connection, _| {
            let counted = counted.clone();
            async move {
                count_request(&mut connection, &counted).await;
                let _ = connection.write_all(&whole("{}")).await;
                if round % 3 > 0 {
                    tokio::task::yield_now().await;
                }
                if round % 3 == 2 {
                    // half closed: what still comes is read and counted
                    let _ = connection.shutdown().await;
                    count_request(&mut connection, &counted).await;
                }
                end(connection, how).await;
            }
        })
        .await;
        let transport = patient().build().unwrap();
        let first = send(&transport, sale(address)).await;
        assert!(first.is_ok() || how == End::Reset);
        let second = send(&transport, sale(address)).await;
        tokio::task::yield_now().await;
        match second {
            Err(failure) if failure.stage() == FailureStage::BeforeSend => {
                unsent += 1;
                assert_eq!(requests.bytes(), 1, "{failure:?}");
            }
            _ => assert!(requests.bytes() <= 2, "one call is at most one request"),
        }
    }
    println!("{unsent} of 300 failed before sending");
}

/// Counts a request of which at least one byte came.
async fn count_request(connection: &mut tokio::net::TcpStream, requests: &Seen) {
    let bytes = Seen::default();
    read_request(connection, &bytes).await;
    if bytes.bytes() > 0 {
        requests.add(1);
    }
}

#[tokio::test]
async fn a_closed_port_is_before_sending() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = send(&patient().build().unwrap(), sale(address))
        .await
        .unwrap_err();
    assert_eq!(failure.stage(), FailureStage::BeforeSend);
    assert_eq!(failure.kind(), ecommpay_transport::FailureKind::Connect);
}

#[tokio::test]
async fn a_large_request_cut_in_the_middle_is_never_called_unsent() {
    let transport = patient().build().unwrap();
    for how in ENDS {
        for cut in [1, 100, 10_000, 1_000_000] {
            let address = listen(move |mut connection, _| async move {
                read_exactly(&mut connection, cut, &Seen::default()).await;
                end(connection, how).await;
            })
            .await;
            let request = Request::post(format!("http://{address}/"), vec![b' '; 4_000_000])
                .with_total_timeout(AMPLE);
            let failure = send(&transport, request).await.unwrap_err();
            assert_eq!(failure.stage(), FailureStage::MaybeSent, "{cut} {how:?}");
        }
    }
}
