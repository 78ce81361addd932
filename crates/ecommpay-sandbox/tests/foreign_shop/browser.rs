//! The customer's browser, as far as a test needs it: one request, the answer as it came.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::{Position, Url};

pub(crate) type Failure = Box<dyn std::error::Error>;

pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) text: String,
}

pub(crate) async fn get(address: &str) -> Result<Page, Failure> {
    exchange("GET", address, "").await
}

/// Posts a form.
pub(crate) async fn post(address: &str, form: &'static str) -> Result<Page, Failure> {
    exchange("POST", address, form).await
}

async fn exchange(method: &str, address: &str, form: &'static str) -> Result<Page, Failure> {
    let url = Url::parse(address)?;
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let stream = TokioIo::new(TcpStream::connect(host).await?);
    let (mut requests, connection) = hyper::client::conn::http1::handshake(stream).await?;
    tokio::spawn(connection);
    let request = http::Request::builder()
        .method(method)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header("host", host)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from_static(form.as_bytes())))?;
    let (head, body) = requests.send_request(request).await?.into_parts();
    let location = head.headers.get("location");
    Ok(Page {
        status: head.status.as_u16(),
        location: location
            .map(|url| url.to_str())
            .transpose()?
            .map(str::to_owned),
        text: String::from_utf8(body.collect().await?.to_bytes().into())?,
    })
}
