//! Connections between two exchanges: kept, aged, closed, shared.

#![allow(clippy::unwrap_used)] // helpers of tests

mod loopback;

use std::net::SocketAddr;
use std::time::Duration;

use ecommpay_transport::Request;
use ecommpay_transport_hyper::HyperTransport;
use loopback::{AMPLE, Seen, listen, patient, read_request, sale, send, whole};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

/// Answers every request on every connection with `reply` and counts the connections.
async fn answering(reply: &'static [u8], connections: &Seen) -> SocketAddr {
    let counted = connections.clone();
    listen(move |mut connection, _| {
        counted.add(1);
        async move {
            while !read_request(&mut connection, &Seen::default())
                .await
                .is_empty()
            {
                let _ = connection.write_all(reply).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_connection_nobody_uses_is_closed_after_its_time() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let address = listen(move |mut connection, number| {
        let tell = tell.clone();
        async move {
            read_request(&mut connection, &Seen::default()).await;
            let _ = connection.write_all(&whole("{}")).await;
            let rest = connection.read(&mut [0; 64]).await;
            tell.send((number, matches!(rest, Ok(0)))).unwrap();
        }
    })
    .await;
    let transport = patient()
        .idle_timeout(Duration::from_millis(30))
        .build()
        .unwrap();
    // twice, for the task that closes ends with the last connection and begins again
    for number in 0..2 {
        send(&transport, sale(address)).await.unwrap();
        let closed = tokio::time::timeout(AMPLE, told.recv()).await.unwrap();
        assert_eq!(closed, Some((number, true)));
    }
}

#[tokio::test]
async fn idle_times_of_none_and_of_ever_hold() {
    for (idle_timeout, expected) in [(Duration::ZERO, 3), (Duration::MAX, 1)] {
        let connections = Seen::default();
        let address = answering(b"HTTP/1.1 204 X\r\n\r\n", &connections).await;
        let transport = patient().idle_timeout(idle_timeout).build().unwrap();
        for _ in 0..3 {
            send(&transport, sale(address)).await.unwrap();
        }
        assert_eq!(connections.bytes(), expected, "{idle_timeout:?}");
    }
}

#[tokio::test]
async fn a_connection_the_server_will_close_is_not_used_again() {
    let connections = Seen::default();
    let reply = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
    let address = answering(reply, &connections).await;
    let transport = patient().build().unwrap();
    for _ in 0..3 {
        assert_eq!(send(&transport, sale(address)).await.unwrap().body(), b"{}");
    }
    assert_eq!(connections.bytes(), 3);
}

#[tokio::test]
async fn an_answer_before_the_request_is_read_does_not_hold_up_the_next() {
    let address = listen(|mut connection, _| async move {
        connection.read_exact(&mut [0; 64]).await.unwrap();
        let _ = connection
            .write_all(b"HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n")
            .await;
        std::future::pending::<()>().await;
    })
    .await;
    let transport = patient().build().unwrap();
    for _ in 0..2 {
        let large = Request::post(format!("http://{address}/"), vec![b' '; 16_000_000]);
        assert_eq!(send(&transport, large).await.unwrap().status(), 413);
    }
}

#[tokio::test]
async fn each_exchange_at_the_same_time_has_a_connection_and_the_next_ones_share_them() {
    let connections = Seen::default();
    let address = answering(
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        &connections,
    )
    .await;
    let transport = patient().build().unwrap();
    for _ in 0..10 {
        let mut at_once = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let transport = transport.clone();
            at_once.spawn(async move { send(&transport, sale(address)).await.unwrap() });
        }
        while let Some(reply) = at_once.join_next().await {
            assert_eq!(reply.unwrap().body(), b"{}");
        }
    }
    assert!(connections.bytes() <= 8, "{}", connections.bytes());
}

/// A transport outlives the runtime it was used in first: connections of a runtime that is gone are
/// not used again, and old ones are dropped as before.
#[test]
fn a_transport_is_used_in_one_runtime_after_another() {
    let transport: HyperTransport = patient()
        .idle_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (tell, mut told) = mpsc::unbounded_channel();
            let address = listen(move |mut connection, _| {
                let tell = tell.clone();
                async move {
                    read_request(&mut connection, &Seen::default()).await;
                    let _ = connection.write_all(&whole("{}")).await;
                    let _ = connection.read(&mut [0; 64]).await;
                    tell.send(()).unwrap();
                }
            })
            .await;
            send(&transport, sale(address)).await.unwrap();
            tokio::time::timeout(AMPLE, told.recv()).await.unwrap();
            // leaves a connection and its keeper behind
            send(&transport, sale(address)).await.unwrap();
        });
    }
}
