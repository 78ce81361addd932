//! TLS, HTTP/2 and proxies on loopback: trust, stages, ALPN.

#![allow(clippy::unwrap_used)] // helpers of tests

mod loopback;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use ecommpay_transport::{FailureKind, FailureStage, Request, TransportError};
use ecommpay_transport_hyper::rustls::RootCertStore;
use ecommpay_transport_hyper::rustls::crypto::CryptoProvider;
use ecommpay_transport_hyper::{BuildError, HyperTransport, Proxy};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use loopback::tls::{Identity, NAME, listen_tls};
use loopback::{BODY, Seen, listen, patient, read_request, send, whole};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::server::TlsStream;

const SHORT: Duration = Duration::from_millis(60);

fn sale(address: SocketAddr) -> Request {
    Request::post(
        format!("https://localhost:{}/v2/payment", address.port()),
        BODY,
    )
}

fn trusting(identity: &Identity) -> HyperTransport {
    patient()
        .root_certificates(identity.roots())
        .build()
        .unwrap()
}

fn told(failure: &TransportError) -> (FailureStage, FailureKind) {
    (failure.stage(), failure.kind())
}

#[tokio::test]
async fn http_1_over_tls_works_and_the_process_default_provider_stays_unset() {
    let identity = Identity::new();
    let address = listen_tls(&identity, &["http/1.1"], |mut connection| async move {
        read_request(&mut connection, &Seen::default()).await;
        let _ = connection.write_all(&whole("{}")).await;
    })
    .await;
    let reply = send(&trusting(&identity), sale(address)).await.unwrap();
    assert_eq!((reply.status(), reply.body()), (200, &b"{}"[..]));
    assert!(CryptoProvider::get_default().is_none());
}

/// Answers over HTTP/2 with the length of what came.
async fn serve_http_2(connection: TlsStream<TcpStream>) {
    let echo = service_fn(|request: http::Request<hyper::body::Incoming>| async move {
        let length = request
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .len();
        Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from(
            length.to_string(),
        ))))
    });
    let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(connection), echo)
        .await;
}

#[tokio::test]
async fn http_2_is_chosen_by_alpn_and_one_connection_carries_all() {
    let identity = Identity::new();
    let connections = Seen::default();
    let counted = connections.clone();
    let address = listen_tls(&identity, &["h2", "http/1.1"], move |connection| {
        counted.add(1);
        serve_http_2(connection)
    })
    .await;
    let transport = trusting(&identity);
    send(&transport, sale(address)).await.unwrap();
    let mut at_once = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let transport = transport.clone();
        at_once.spawn(async move { send(&transport, sale(address)).await.unwrap() });
    }
    while let Some(reply) = at_once.join_next().await {
        assert_eq!(reply.unwrap().body(), BODY.len().to_string().as_bytes());
    }
    assert_eq!(connections.bytes(), 1);
}

#[tokio::test]
async fn a_certificate_not_trusted_or_for_another_name_is_before_sending() {
    let identity = Identity::new();
    let seen = Seen::default();
    let counted = seen.clone();
    let address = listen_tls(&identity, &["http/1.1"], move |mut connection| {
        let counted = counted.clone();
        async move {
            read_request(&mut connection, &counted).await;
        }
    })
    .await;
    let strangers = [patient().build().unwrap(), trusting(&Identity::new())];
    for transport in strangers {
        let failure = send(&transport, sale(address)).await.unwrap_err();
        assert_eq!(told(&failure), (FailureStage::BeforeSend, FailureKind::Tls));
    }
    let by_address = Request::post(format!("https://{address}/v2/payment"), BODY);
    let failure = send(&trusting(&identity), by_address).await.unwrap_err();
    assert_eq!(told(&failure), (FailureStage::BeforeSend, FailureKind::Tls));
    assert_eq!(seen.bytes(), 0);
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_before_sending() {
    let address = listen(|connection, _| async move {
        std::future::pending::<()>().await;
        drop(connection);
    })
    .await;
    let connect = patient().connect_timeout(SHORT).build().unwrap();
    let failure = send(&connect, sale(address)).await.unwrap_err();
    assert_eq!(
        told(&failure),
        (FailureStage::BeforeSend, FailureKind::ConnectTimeout)
    );
    let total = patient().attempt_timeout(SHORT).build().unwrap();
    let failure = send(&total, sale(address)).await.unwrap_err();
    assert_eq!(
        told(&failure),
        (FailureStage::BeforeSend, FailureKind::TotalTimeout)
    );
}

#[tokio::test]
async fn a_server_without_tls_is_before_sending() {
    let address = listen(|mut connection, _| async move {
        let _ = connection
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await;
    })
    .await;
    let failure = send(&patient().build().unwrap(), sale(address))
        .await
        .unwrap_err();
    assert_eq!(told(&failure), (FailureStage::BeforeSend, FailureKind::Tls));
    let address = listen(|connection, _| async move { drop(connection) }).await;
    let failure = send(&patient().build().unwrap(), sale(address))
        .await
        .unwrap_err();
    assert_eq!(failure.stage(), FailureStage::BeforeSend);
}

/// Reads HTTP/2 from the client and cuts after `cut` bytes; counts bytes of its HEADERS and DATA.
async fn cut_http_2(mut connection: TlsStream<TcpStream>, cut: usize, seen: Seen) {
    const PREFACE: usize = 24;
    let mut bytes = vec![0; cut];
    if connection.read_exact(&mut bytes).await.is_err() {
        return;
    }
    let mut rest = bytes.get(PREFACE..).unwrap_or_default();
    while let [high, middle, low, kind, ..] = *rest {
        let length = 9 + usize::from(high) * 65536 + usize::from(middle) * 256 + usize::from(low);
        if kind <= 1 {
            seen.add(rest.len().min(length));
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

#[tokio::test]
async fn an_http_2_request_cut_at_every_byte_is_never_called_unsent() {
    let identity = Identity::new();
    let mut cut_inside = 0;
    for cut in 1.. {
        let seen = Seen::default();
        let counted = seen.clone();
        let address = listen_tls(&identity, &["h2"], move |connection| {
            cut_http_2(connection, cut, counted.clone())
        })
        .await;
        let transport = patient()
            .root_certificates(identity.roots())
            .read_timeout(10 * SHORT)
            .build()
            .unwrap();
        let failure = send(&transport, sale(address)).await.unwrap_err();
        if failure.kind() == FailureKind::ReadTimeout {
            // the request is shorter than this: the server still waits for more of it
            break;
        }
        if seen.bytes() > 0 {
            cut_inside += 1;
            assert_ne!(
                failure.stage(),
                FailureStage::BeforeSend,
                "{cut} {failure:?}"
            );
        }
    }
    assert!(cut_inside > 100, "{cut_inside}");
}

#[tokio::test]
async fn a_reply_over_tls_cut_at_every_byte_is_never_called_unsent() {
    let identity = Identity::new();
    let transport = trusting(&identity);
    let reply = whole("{\"status\":\"success\"}");
    for cut in 0..reply.len() {
        let part = reply[..cut].to_vec();
        let address = listen_tls(&identity, &["http/1.1"], move |mut connection| {
            let part = part.clone();
            async move {
                read_request(&mut connection, &Seen::default()).await;
                let _ = connection.write_all(&part).await;
                let _ = connection.flush().await;
            }
        })
        .await;
        let failure = send(&transport, sale(address)).await.unwrap_err();
        assert_ne!(
            failure.stage(),
            FailureStage::BeforeSend,
            "{cut} {failure:?}"
        );
    }
}

#[test]
fn settings_that_cannot_work_are_refused_when_building() {
    let nothing = HyperTransport::builder()
        .root_certificates(RootCertStore::empty())
        .build();
    assert!(matches!(nothing, Err(BuildError::NoRoots)));
    for url in [
        "",
        "not a proxy",
        "https://127.0.0.1:1",
        "socks5://127.0.0.1:1",
    ] {
        let refused = HyperTransport::builder().proxy(Proxy::to(url)).build();
        assert!(matches!(refused, Err(BuildError::ProxyUrl)), "{url}");
    }
}

/// A proxy that tunnels everything to `target`, or answers `refusal`.
async fn proxy(
    target: SocketAddr,
    refusal: Option<&'static str>,
) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (tell, heads) = mpsc::unbounded_channel();
    let address = listen(move |mut connection, _| {
        let tell = tell.clone();
        async move {
            let head = read_request(&mut connection, &Seen::default()).await;
            tell.send(String::from_utf8(head).unwrap()).unwrap();
            if let Some(refusal) = refusal {
                let _ = connection.write_all(refusal.as_bytes()).await;
                return;
            }
            let mut target = TcpStream::connect(target).await.unwrap();
            let _ = connection
                .write_all(b"HTTP/1.1 200 Connected\r\n\r\n")
                .await;
            let _ = tokio::io::copy_bidirectional(&mut connection, &mut target).await;
        }
    })
    .await;
    (address, heads)
}

fn elsewhere() -> Request {
    Request::post(format!("https://{NAME}/v2/payment"), BODY)
}

async fn answering(identity: &Identity) -> SocketAddr {
    listen_tls(identity, &["http/1.1"], |mut connection| async move {
        read_request(&mut connection, &Seen::default()).await;
        let _ = connection.write_all(&whole("{}")).await;
    })
    .await
}

#[tokio::test]
async fn https_goes_through_the_tunnel_of_a_proxy() {
    let identity = Identity::new();
    let (address, mut heads) = proxy(answering(&identity).await, None).await;
    let through = patient()
        .root_certificates(identity.roots())
        .proxy(Proxy::to(format!("http://user:password@{address}")))
        .build()
        .unwrap();
    assert_eq!(send(&through, elsewhere()).await.unwrap().status(), 200);
    let head = heads.recv().await.unwrap();
    assert!(
        head.starts_with(&format!("CONNECT {NAME}:443 HTTP/1.1\r\n")),
        "{head}"
    );
    // "user:password" in base64, as `printf user:password | base64` prints it
    assert!(
        head.contains("Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"),
        "{head}"
    );
    assert!(!head.contains("/v2/"));
}

#[tokio::test]
async fn loopback_and_excepted_hosts_go_direct() {
    let identity = Identity::new();
    let target = answering(&identity).await;
    let (address, mut heads) = proxy(target, None).await;
    let excepting = patient()
        .root_certificates(identity.roots())
        .proxy(Proxy::to(format!("http://{address}")).except("other.example, platform.invalid"))
        .build()
        .unwrap();
    assert_eq!(send(&excepting, sale(target)).await.unwrap().status(), 200);
    let failure = send(&excepting, elsewhere()).await.unwrap_err();
    assert_eq!(told(&failure), (FailureStage::BeforeSend, FailureKind::Dns));
    assert!(heads.try_recv().is_err(), "the proxy was asked");
}

#[tokio::test]
async fn a_proxy_that_gives_no_tunnel_is_before_sending() {
    let identity = Identity::new();
    let target = answering(&identity).await;
    let refusals = [
        "HTTP/1.1 407 No\r\n\r\n",
        "HTTP/1.1 502 No\r\n\r\n",
        "garbage",
        "",
    ];
    for refusal in refusals {
        let (address, _heads) = proxy(target, Some(refusal)).await;
        let through = patient()
            .proxy(Proxy::to(format!("http://{address}")))
            .build()
            .unwrap();
        let failure = send(&through, elsewhere()).await.unwrap_err();
        assert_eq!(
            told(&failure),
            (FailureStage::BeforeSend, FailureKind::Proxy),
            "{refusal}"
        );
    }
    let unknown = patient()
        .proxy(Proxy::to("http://proxy.invalid:3128"))
        .build()
        .unwrap();
    let failure = send(&unknown, elsewhere()).await.unwrap_err();
    assert_eq!(
        told(&failure),
        (FailureStage::BeforeSend, FailureKind::Proxy)
    );
}

/// The environment of a process can only be set from outside: this test runs itself again with it.
#[test]
fn the_proxy_of_the_environment_is_used() {
    const CHILD: &str = "ECOMMPAY_TEST_PROXY_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let failure = runtime.block_on(async {
            let transport = HyperTransport::builder().build().unwrap();
            send(&transport, elsewhere()).await.unwrap_err()
        });
        assert_eq!(
            told(&failure),
            (FailureStage::BeforeSend, FailureKind::Proxy)
        );
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
        let (address, mut heads) = proxy(nowhere, Some("HTTP/1.1 403 No\r\n\r\n")).await;
        let child = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_proxy_of_the_environment_is_used"])
            .env(CHILD, "1")
            .env("HTTPS_PROXY", format!("http://{address}"))
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .env_remove("REQUEST_METHOD")
            .output()
            .await
            .unwrap();
        assert!(
            child.status.success(),
            "{}",
            String::from_utf8_lossy(&child.stdout)
        );
        assert!(heads.recv().await.unwrap().starts_with("CONNECT"));
    });
}
