//! What is sent: method, URL, headers, body.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// The HTTP method of a request; the platform uses POST, Payment Page links use GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a body.
    Post,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// Name and value of a header; constants are not copied.
pub type Header = (Cow<'static, str>, Cow<'static, str>);

/// One request, complete and ready to be written to the wire.
///
/// `Debug` shows the method, the names of the headers and the length of the body: URL, header
/// values and body may hold personal data or a signature.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_transport::Request;
///
/// let request = Request::post("https://api.ecommpay.com/v2/payment/status", "{}")
///     .with_header("content-type", "application/json")
///     .with_total_timeout(Duration::from_secs(15));
/// assert_eq!(request.header("Content-Type"), Some("application/json"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    method: Method,
    url: String,
    headers: Vec<Header>,
    body: Bytes,
    total_timeout: Option<Duration>,
    allowed_silence: Duration,
    allowed_reply_bytes: usize,
}

impl Request {
    /// A GET request without a body; `url` is absolute.
    pub fn get(url: impl Into<String>) -> Self {
        Request::new(Method::Get, url.into(), Bytes::new())
    }

    /// A POST request with these body bytes; `url` is absolute.
    ///
    /// A body that is sent again is best kept as [`Bytes`], whose clones share it.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Request::new(Method::Post, url.into(), body.into())
    }

    fn new(method: Method, url: String, body: Bytes) -> Self {
        Request {
            method,
            url,
            headers: Vec::new(),
            body,
            total_timeout: None,
            allowed_silence: Duration::ZERO,
            allowed_reply_bytes: 0,
        }
    }

    /// Adds a header after those already there.
    #[must_use]
    pub fn with_header(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Limits the whole exchange, from this call's start to the last byte of the reply.
    ///
    /// A transport that has a limit of its own keeps the shorter one.
    #[must_use]
    pub fn with_total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = Some(limit);
        self
    }

    /// Lets the other side be silent this long: for reports that take minutes to make.
    ///
    /// A transport whose own limits of silence and of the whole exchange are shorter raises them to
    /// this for the request; the [total time-out](Self::with_total_timeout) still holds.
    #[must_use]
    pub fn with_allowed_silence(mut self, limit: Duration) -> Self {
        self.allowed_silence = limit;
        self
    }

    /// Lets the body of the reply have this many bytes: for reports.
    ///
    /// A transport whose own limit is lower raises it to this for the request.
    #[must_use]
    pub fn with_allowed_reply_bytes(mut self, bytes: usize) -> Self {
        self.allowed_reply_bytes = bytes;
        self
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The absolute URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers in the order they were added.
    #[must_use]
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The first header of this name, whatever its letter case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_ref())
    }

    /// The body bytes, exactly as they go out.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body bytes, without a copy.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// URL, headers and body bytes, without a copy: for a transport.
    #[must_use]
    pub fn into_parts(self) -> (String, Vec<Header>, Bytes) {
        (self.url, self.headers, self.body)
    }

    /// The limit of the whole exchange, if the caller set one.
    #[must_use]
    pub fn total_timeout(&self) -> Option<Duration> {
        self.total_timeout
    }

    /// How long the other side may be silent, if that is longer than the transport's own limit;
    /// zero if the caller did not say.
    #[must_use]
    pub fn allowed_silence(&self) -> Duration {
        self.allowed_silence
    }

    /// How many bytes the body of the reply may have, if that is more than the transport's own
    /// limit; zero if the caller did not say.
    #[must_use]
    pub fn allowed_reply_bytes(&self) -> usize {
        self.allowed_reply_bytes
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_ref()).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("header_names", &names)
            .field("body_bytes", &self.body.len())
            .field("total_timeout", &self.total_timeout)
            .finish_non_exhaustive()
    }
}
