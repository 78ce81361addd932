//! The Data API's answer that it gives no report.

use std::fmt;

use ecommpay_model::reporting::ReportErrorBody;
use ecommpay_signature::json::{self, Limits};

/// The Data API answered that it gives no report. The answer carries no signature.
///
/// `Display` gives the HTTP status, what it means and what to do; the platform's own words may
/// repeat what was sent and stay out of it ([`message`](Refusal::message)).
#[derive(Clone, PartialEq)]
pub struct Refusal {
    http_status: u16,
    body: Box<ReportErrorBody>,
    bytes: Vec<u8>,
}

impl Refusal {
    /// Takes a reply for a refusal if its status is one the Data API refuses with, whatever the
    /// body, or if its body is one of an error.
    pub(crate) fn read(http_status: u16, bytes: &[u8]) -> Option<Self> {
        let read: Option<ReportErrorBody> = json::from_slice(bytes, &Limits::STRICT).ok();
        let body = read.unwrap_or_default();
        let says_something = body.name.is_some()
            || body.message.is_some()
            || body.code.is_some()
            || body.status.is_some();
        let known = RefusalReason::of(http_status) != RefusalReason::Other;
        (known || says_something).then(|| Refusal {
            http_status,
            body: Box::new(body),
            bytes: bytes.to_vec(),
        })
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.http_status
    }

    /// What the HTTP status means.
    #[must_use]
    pub fn reason(&self) -> RefusalReason {
        RefusalReason::of(self.http_status)
    }

    /// The platform's name of the error.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.body.name.as_deref()
    }

    /// The platform's message. It may repeat what was sent.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.body.message.as_deref()
    }

    /// The platform's code of the error.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.body.code.as_deref()
    }

    /// The bytes of the reply as they came. They may hold personal data.
    #[must_use]
    pub fn raw_reply(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why the Data API gives no report, by the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalReason {
    /// 400: a member of the query was not accepted.
    Validation,
    /// 401: the token, its key or its user is not accepted.
    Authentication,
    /// 403: the user behind the token may not ask this.
    Forbidden,
    /// 429: too many requests.
    TooManyRequests,
    /// 500: a failure inside the platform.
    Internal,
    /// Any other status.
    Other,
}

impl RefusalReason {
    fn of(http_status: u16) -> Self {
        match http_status {
            400 => RefusalReason::Validation,
            401 => RefusalReason::Authentication,
            403 => RefusalReason::Forbidden,
            429 => RefusalReason::TooManyRequests,
            500 => RefusalReason::Internal,
            _ => RefusalReason::Other,
        }
    }

    /// What it means and what to do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            RefusalReason::Validation => {
                "a member of the query was not accepted; the platform's message may say which"
            }
            RefusalReason::Authentication => {
                "the token or the signature was not accepted; use the newest token of its user and \
                 the secret key that was shown with it, not the key of a project"
            }
            RefusalReason::Forbidden => {
                "the user behind the token may not ask this; have Dashboard give the user the right"
            }
            RefusalReason::TooManyRequests => "too many requests; wait and ask again",
            RefusalReason::Internal => {
                "a failure inside the platform; ask again later, nothing was changed"
            }
            RefusalReason::Other => "the documentation does not know this status",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the Data API gave no report but HTTP {}: {}",
            self.http_status,
            self.reason().advice()
        )
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Refusal")
            .field("http_status", &self.http_status)
            .field("reason", &self.reason())
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Refusal {}
