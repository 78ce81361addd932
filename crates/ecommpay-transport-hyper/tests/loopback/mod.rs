//! A server on loopback that does with each connection what a test says.

// each test file uses its own part of this
#![allow(dead_code, missing_docs, unreachable_pub)]

#[cfg(feature = "tls")]
pub mod tls;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ecommpay_transport::{Reply, Request, Transport, TransportError};
use ecommpay_transport_hyper::{HyperTransport, HyperTransportBuilder};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Long enough never to fire where a test expects an answer.
pub const AMPLE: Duration = Duration::from_secs(20);

/// Serves every connection with `serve`; the number is that of the connection, from 0.
pub async fn listen<F, Done>(serve: F) -> SocketAddr
where
    F: Fn(TcpStream, usize) -> Done + Send + Sync + 'static,
    Done: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection, number));
            number += 1;
        }
    });
    address
}

/// A transport that waits long and uses no proxy.
pub fn patient() -> HyperTransportBuilder {
    let builder = HyperTransport::builder();
    #[cfg(feature = "proxy")]
    let builder = builder.proxy(ecommpay_transport_hyper::Proxy::none());
    builder
        .connect_timeout(AMPLE)
        .read_timeout(AMPLE)
        .attempt_timeout(AMPLE)
}

pub const BODY: &str = r#"{"general":{"project_id":1,"payment_id":"canary-payment"}}"#;

pub fn sale(address: SocketAddr) -> Request {
    Request::post(
        format!("http://{address}/v2/payment/wallet/alipay/sale?canary-query"),
        BODY,
    )
    .with_header("content-type", "application/json")
    .with_header("x-secret", "canary-header")
}

/// A whole reply of HTTP/1.1 with this body.
pub fn whole(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Counts the request bytes the server has seen.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<AtomicUsize>);

impl Seen {
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::SeqCst);
    }
}

/// Reads one whole request (head, then as many bytes as its length says) and returns its bytes.
pub async fn read_request(connection: &mut (impl AsyncRead + Unpin), seen: &Seen) -> Vec<u8> {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if whole_length(&request).is_some_and(|length| request.len() >= length) {
            return request;
        }
        match connection.read(&mut piece).await {
            Ok(0) | Err(_) => return request,
            Ok(count) => {
                seen.add(count);
                request.extend_from_slice(&piece[..count]);
            }
        }
    }
}

fn whole_length(request: &[u8]) -> Option<usize> {
    let head_end = request
        .windows(4)
        .position(|window| window == b"\r\n\r\n")?
        + 4;
    let head = String::from_utf8_lossy(&request[..head_end]).to_ascii_lowercase();
    let body = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| length.trim().parse().unwrap());
    Some(head_end + body)
}

/// Reads until this many bytes came, no further.
pub async fn read_exactly(connection: &mut (impl AsyncRead + Unpin), bytes: usize, seen: &Seen) {
    let mut piece = vec![0; bytes];
    if connection.read_exact(&mut piece).await.is_ok() {
        seen.add(bytes);
    }
}

/// How a server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Close,
    Reset,
}

pub async fn end(mut connection: TcpStream, how: End) {
    match how {
        End::Close => {
            let _ = connection.shutdown().await;
        }
        End::Reset => connection.set_zero_linger().unwrap(),
    }
}

/// The whole text of a failure: every link of the chain, `Display` and `Debug`.
pub fn all_text(failure: &TransportError) -> String {
    let mut text = format!("{failure}\n{failure:?}");
    let mut link = std::error::Error::source(failure);
    while let Some(error) = link {
        text.push_str(&format!("\n{error}\n{error:?}"));
        link = error.source();
    }
    text
}

/// Sends, and checks that a failure says nothing about the request.
pub async fn send(transport: &HyperTransport, request: Request) -> Result<Reply, TransportError> {
    let result = transport.send(request).await;
    if let Err(failure) = &result {
        let text = all_text(failure);
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains("/v2/"), "{text}");
    }
    result
}
