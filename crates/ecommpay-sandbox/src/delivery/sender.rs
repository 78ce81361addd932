//! One HTTP request to the merchant: no redirects, a limit on time and on the answer's size.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::{Position, Url};

use super::address;
use crate::platform::deliveries::MerchantAnswer;

/// How long one attempt may take.
const TIME_LIMIT: Duration = Duration::from_secs(15);
/// How much of an answer is read, in bytes.
const ANSWER_LIMIT: usize = 64 * 1024;
/// How many characters of an answer are kept.
const KEPT: usize = 200;

/// Sends callbacks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sender {
    allowed_hosts: Vec<String>,
}

impl Sender {
    pub(crate) fn new(allowed_hosts: Vec<String>) -> Self {
        Self { allowed_hosts }
    }

    /// Posts a callback and tells what came of it.
    pub(crate) async fn post(&self, url: &str, body: Vec<u8>) -> MerchantAnswer {
        match tokio::time::timeout(TIME_LIMIT, self.exchange(url, body)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(reason)) => MerchantAnswer::Failed(reason),
            Err(_) => {
                MerchantAnswer::Failed(format!("no answer within {} s", TIME_LIMIT.as_secs()))
            }
        }
    }

    async fn exchange(&self, url: &str, body: Vec<u8>) -> Result<MerchantAnswer, String> {
        let url = Url::parse(url).map_err(|_| "not a URL".to_owned())?;
        if url.scheme() != "http" {
            return Err("only http is spoken here".to_owned());
        }
        // The connection goes to the very address that was checked.
        let address = address::resolve(&url, &self.allowed_hosts).await?;
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| format!("cannot connect: {}", error.kind()))?;
        let request = http::Request::post(&url[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(CONTENT_TYPE, "application/json")
            .header(
                USER_AGENT,
                concat!("ecommpay-sandbox/", env!("CARGO_PKG_VERSION")),
            )
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| "the URL does not fit into a request".to_owned())?;
        let (mut requests, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .map_err(|_| "the connection broke".to_owned())?;
        let connection = tokio::spawn(connection);
        let answer = async {
            let response = requests
                .send_request(request)
                .await
                .map_err(|_| "the connection broke before an answer came".to_owned())?;
            let status = response.status().as_u16();
            let text = beginning(response.into_body()).await;
            Ok(MerchantAnswer::Status { status, text })
        }
        .await;
        connection.abort();
        answer
    }
}

/// The first characters of an answer. The status alone decides, so a body that is too long or
/// breaks off does no harm.
async fn beginning(body: Incoming) -> String {
    let mut body = Limited::new(body, ANSWER_LIMIT);
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    String::from_utf8_lossy(&bytes).chars().take(KEPT).collect()
}
