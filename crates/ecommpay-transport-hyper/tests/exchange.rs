//! The ordinary course: bytes as given, any status is a reply, one pool, shutting down, giving up.

#![allow(clippy::unwrap_used)] // helpers of tests

mod loopback;

use std::sync::Arc;
use std::time::Duration;

use ecommpay_transport::{FailureKind, FailureStage, Request, SharedTransport, Transport};
use loopback::{BODY, Seen, listen, patient, read_request, sale, send, whole};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

#[tokio::test]
async fn the_request_goes_out_as_given() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let address = listen(move |mut connection, _| {
        let tell = tell.clone();
        async move {
            tell.send(read_request(&mut connection, &Seen::default()).await)
                .unwrap();
            let _ = connection.write_all(&whole("{\"a\": 1 }")).await;
        }
    })
    .await;
    let reply = send(&patient().build().unwrap(), sale(address))
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.header("content-type"), Some(&b"application/json"[..]));
    assert_eq!(reply.body(), b"{\"a\": 1 }");

    let request = String::from_utf8(told.recv().await.unwrap()).unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(
        lines.next(),
        Some("POST /v2/payment/wallet/alipay/sale?canary-query HTTP/1.1")
    );
    let mut headers: Vec<String> = lines.map(str::to_ascii_lowercase).collect();
    headers.sort();
    let length = format!("content-length: {}", BODY.len());
    let host = format!("host: {address}");
    let expected = [
        length.as_str(),
        "content-type: application/json",
        host.as_str(),
        "x-secret: canary-header",
    ];
    assert_eq!(headers, expected);
    assert_eq!(body, BODY);
}

#[tokio::test]
async fn every_status_is_a_reply_and_no_redirect_is_followed() {
    for status in [
        200, 204, 301, 302, 303, 307, 308, 400, 404, 422, 429, 500, 503, 599,
    ] {
        let requests = Seen::default();
        let counted = requests.clone();
        let address = listen(move |mut connection, _| {
            let counted = counted.clone();
            async move {
                read_request(&mut connection, &Seen::default()).await;
                counted.add(1);
                let reply = format!(
                    "HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"
                );
                let _ = connection.write_all(reply.as_bytes()).await;
                read_request(&mut connection, &counted).await;
            }
        })
        .await;
        let reply = send(&patient().build().unwrap(), sale(address))
            .await
            .unwrap();
        assert_eq!(reply.status(), status);
        assert_eq!(reply.header("location"), Some(&b"/elsewhere"[..]));
        assert_eq!(requests.bytes(), 1);
    }
}

#[tokio::test]
async fn a_kept_connection_serves_the_next_request() {
    let connections = Seen::default();
    let counted = connections.clone();
    let address = listen(move |mut connection, _| {
        counted.add(1);
        async move {
            while !read_request(&mut connection, &Seen::default())
                .await
                .is_empty()
            {
                let _ = connection.write_all(&whole("{}")).await;
            }
        }
    })
    .await;
    let transport = SharedTransport::new(patient().build().unwrap());
    for _ in 0..20 {
        transport.send(sale(address)).await.unwrap();
        // the pool takes the connection back in a task of its own
        tokio::task::yield_now().await;
    }
    assert_eq!(connections.bytes(), 1);
}

#[tokio::test]
async fn closing_waits_for_running_exchanges_and_refuses_new_ones() {
    let arrived = Arc::new(Notify::new());
    let answer = Arc::new(Notify::new());
    let (at_server, from_test) = (arrived.clone(), answer.clone());
    let address = listen(move |mut connection, _| {
        let (at_server, from_test) = (at_server.clone(), from_test.clone());
        async move {
            read_request(&mut connection, &Seen::default()).await;
            at_server.notify_one();
            from_test.notified().await;
            let _ = connection.write_all(&whole("{}")).await;
        }
    })
    .await;
    let transport = patient().build().unwrap();
    let running = tokio::spawn({
        let transport = transport.clone();
        async move { transport.send(sale(address)).await }
    });
    arrived.notified().await;

    let mut closing = tokio::spawn({
        let transport = transport.clone();
        async move { transport.close().await }
    });
    let early = tokio::time::timeout(Duration::from_millis(20), &mut closing).await;
    assert!(early.is_err(), "closed while an exchange was running");
    let refused = send(&transport, sale(address)).await.unwrap_err();
    assert_eq!(
        (refused.stage(), refused.kind()),
        (FailureStage::BeforeSend, FailureKind::Closed)
    );

    answer.notify_one();
    assert_eq!(running.await.unwrap().unwrap().status(), 200);
    closing.await.unwrap();
}

#[tokio::test]
async fn dropping_the_future_gives_the_exchange_up() {
    let arrived = Arc::new(Notify::new());
    let (told, mut closed) = mpsc::unbounded_channel();
    let at_server = arrived.clone();
    let address = listen(move |mut connection, _| {
        let (at_server, told) = (at_server.clone(), told.clone());
        async move {
            read_request(&mut connection, &Seen::default()).await;
            at_server.notify_one();
            let rest = connection.read(&mut [0; 64]).await;
            told.send(matches!(rest, Ok(0) | Err(_))).unwrap();
        }
    })
    .await;
    let transport = patient().build().unwrap();
    let running = tokio::spawn({
        let transport = transport.clone();
        async move { transport.send(sale(address)).await }
    });
    arrived.notified().await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_eq!(
        closed.recv().await,
        Some(true),
        "the server sees the connection end"
    );
    transport.close().await;
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn an_unknown_host_is_before_sending() {
    // RFC 6761: names below .invalid do not exist
    let request = Request::post("https://gate.canary.invalid/v2/payment/status", BODY);
    let failure = send(&patient().build().unwrap(), request)
        .await
        .unwrap_err();
    assert_eq!(
        (failure.stage(), failure.kind()),
        (FailureStage::BeforeSend, FailureKind::Dns)
    );
}

#[tokio::test]
async fn plain_http_elsewhere_is_refused_unless_allowed() {
    let request = || Request::post("http://gate.canary.invalid/v2/payment/status", BODY);
    let failure = send(&patient().build().unwrap(), request())
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::InvalidRequest);
    let allowed = patient().allow_plain_http_anywhere().build().unwrap();
    let failure = send(&allowed, request()).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Dns);
}

#[cfg(feature = "proxy")]
#[test]
fn debug_shows_settings_and_nothing_secret() {
    let proxy = ecommpay_transport_hyper::Proxy::to("http://user:canary-password@127.0.0.1:3128");
    let builder = ecommpay_transport_hyper::HyperTransport::builder().proxy(proxy);
    assert!(!format!("{builder:?}").contains("canary"));
    assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
}
