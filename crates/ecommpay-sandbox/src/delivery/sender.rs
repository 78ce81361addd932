//! HTTP requests to the merchant: connections are kept, redirects are not followed, and time and
//! the answer's size have limits.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use url::Url;

use super::connector::CheckedConnector;
use crate::platform::deliveries::MerchantAnswer;

/// How long one attempt may take.
const TIME_LIMIT: Duration = Duration::from_secs(15);
/// How much of an answer is read, in bytes.
const ANSWER_LIMIT: usize = 64 * 1024;
/// How many characters of an answer are kept.
const KEPT: usize = 200;

/// Sends callbacks. Clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    client: Client<CheckedConnector, Full<Bytes>>,
}

impl Sender {
    pub(crate) fn new(allowed_hosts: Vec<String>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .build(CheckedConnector::new(allowed_hosts));
        Self { client }
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
        let request = http::Request::post(url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(
                USER_AGENT,
                concat!("ecommpay-sandbox/", env!("CARGO_PKG_VERSION")),
            )
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| "the URL does not fit into a request".to_owned())?;
        let response = self.client.request(request).await;
        let response = response.map_err(|error| reason(&error))?;
        let status = response.status().as_u16();
        let text = beginning(response.into_body()).await;
        Ok(MerchantAnswer::Status { status, text })
    }
}

/// Why there was no answer, in a few words.
fn reason(error: &Error) -> String {
    match error.source() {
        Some(refusal) if error.is_connect() => refusal.to_string(),
        _ => "the connection broke before an answer came".to_owned(),
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
