//! What can go wrong on the way, and how far the request got.

use std::error::Error;
use std::fmt;

/// How far the exchange got: may the request have reached the other side?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureStage {
    /// No byte of the request left this machine: a repeat is safe.
    BeforeSend,
    /// The request may have arrived, and no reply came: ask before repeating.
    MaybeSent,
    /// Something came back that is not a whole reply within the limits: ask before repeating.
    ReplyUnreadable,
}

impl FailureStage {
    /// All stages, for tests that go through each of them.
    pub const ALL: [FailureStage; 3] = [
        FailureStage::BeforeSend,
        FailureStage::MaybeSent,
        FailureStage::ReplyUnreadable,
    ];

    /// A stable name for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FailureStage::BeforeSend => "before_send",
            FailureStage::MaybeSent => "maybe_sent",
            FailureStage::ReplyUnreadable => "reply_unreadable",
        }
    }
}

/// What went wrong.
///
/// The kind is for people and metrics; whether to repeat is decided by the [`FailureStage`] alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The request cannot be sent as it is: URL, header or scheme not usable.
    InvalidRequest,
    /// The transport was shut down.
    Closed,
    /// The host name could not be resolved.
    Dns,
    /// No connection could be opened.
    Connect,
    /// No connection was ready within the connect time-out.
    ConnectTimeout,
    /// The proxy refused or could not be used.
    Proxy,
    /// TLS failed: certificate, protocol version, alert.
    Tls,
    /// Nothing was received for the read time-out.
    ReadTimeout,
    /// The whole exchange took longer than allowed.
    TotalTimeout,
    /// The other side closed or reset the connection.
    Reset,
    /// The reply's body is larger than the limit.
    ReplyTooLarge,
    /// What came back is not HTTP, or its head is larger than the limit.
    MalformedReply,
    /// The exchange was given up by this side.
    Cancelled,
    /// None of the others; the source says more.
    Other,
}

impl FailureKind {
    /// All kinds, for tests that go through each of them.
    pub const ALL: [FailureKind; 14] = [
        FailureKind::InvalidRequest,
        FailureKind::Closed,
        FailureKind::Dns,
        FailureKind::Connect,
        FailureKind::ConnectTimeout,
        FailureKind::Proxy,
        FailureKind::Tls,
        FailureKind::ReadTimeout,
        FailureKind::TotalTimeout,
        FailureKind::Reset,
        FailureKind::ReplyTooLarge,
        FailureKind::MalformedReply,
        FailureKind::Cancelled,
        FailureKind::Other,
    ];

    /// A stable name for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FailureKind::InvalidRequest => "invalid_request",
            FailureKind::Closed => "closed",
            FailureKind::Dns => "dns",
            FailureKind::Connect => "connect",
            FailureKind::ConnectTimeout => "connect_timeout",
            FailureKind::Proxy => "proxy",
            FailureKind::Tls => "tls",
            FailureKind::ReadTimeout => "read_timeout",
            FailureKind::TotalTimeout => "total_timeout",
            FailureKind::Reset => "reset",
            FailureKind::ReplyTooLarge => "reply_too_large",
            FailureKind::MalformedReply => "malformed_reply",
            FailureKind::Cancelled => "cancelled",
            FailureKind::Other => "other",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            FailureKind::InvalidRequest => "the request cannot be sent as it is",
            FailureKind::Closed => "the transport is shut down",
            FailureKind::Dns => "the host name could not be resolved",
            FailureKind::Connect => "no connection could be opened",
            FailureKind::ConnectTimeout => "no connection within the connect time-out",
            FailureKind::Proxy => "the proxy could not be used",
            FailureKind::Tls => "TLS failed",
            FailureKind::ReadTimeout => "nothing received within the read time-out",
            FailureKind::TotalTimeout => "the exchange took longer than its limit",
            FailureKind::Reset => "the connection was closed by the other side",
            FailureKind::ReplyTooLarge => "its body is larger than the limit",
            FailureKind::MalformedReply => "it is not HTTP or its head is larger than the limit",
            FailureKind::Cancelled => "the exchange was given up",
            FailureKind::Other => "the exchange failed",
        }
    }
}

/// No whole reply came; [`stage`](TransportError::stage) says how far the exchange got.
///
/// Holds neither URL nor headers nor body. `Display` does not repeat the
/// [`source`](Error::source).
///
/// ```
/// use ecommpay_transport::{FailureKind, FailureStage, TransportError};
///
/// let failure = TransportError::new(FailureStage::BeforeSend, FailureKind::Dns);
/// assert_eq!(failure.to_string(), "nothing was sent: the host name could not be resolved");
/// ```
pub struct TransportError {
    stage: FailureStage,
    kind: FailureKind,
    http_status: Option<u16>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// A failure of this kind at this stage.
    #[must_use]
    pub fn new(stage: FailureStage, kind: FailureKind) -> Self {
        TransportError {
            stage,
            kind,
            http_status: None,
            source: None,
        }
    }

    /// Adds what caused it; the cause must hold neither URL nor headers nor body.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the HTTP status of a reply whose rest could not be read.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// How far the exchange got.
    #[must_use]
    pub fn stage(&self) -> FailureStage {
        self.stage
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The HTTP status, if the head of a reply was read before the failure.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.http_status
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how_far = match self.stage {
            FailureStage::BeforeSend => "nothing was sent",
            FailureStage::MaybeSent => "the request may have arrived",
            FailureStage::ReplyUnreadable => "the reply is unreadable",
        };
        write!(f, "{how_far}: {}", self.kind.sentence())
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("stage", &self.stage)
            .field("kind", &self.kind)
            .field("http_status", &self.http_status)
            .field("source", &self.source.as_ref().map(ToString::to_string))
            .finish()
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
