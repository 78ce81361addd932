//! Why a reply is not the report that was asked for.

use ecommpay_gate::{UnreadableReply, UnverifiedReply};

use crate::Refusal;

/// Why [`DataQuery::decode`](crate::DataQuery::decode) gives no report.
///
/// Every variant keeps the raw bytes ([`raw_reply`](ReportError::raw_reply)) for a person to look
/// at; they never appear in `Debug` or `Display`, because they can hold personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The Data API answered that it gives no report.
    #[error(transparent)]
    Refused(Refusal),
    /// The answer is not one of the Data API's: no JSON, a page of a proxy, or a list is missing.
    #[error(transparent)]
    Unreadable(#[from] UnreadableReply),
    /// The report carries no signature or a wrong one. Believe nothing in it.
    #[error(transparent)]
    NotVerified(#[from] UnverifiedReply),
}

impl ReportError {
    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        match self {
            ReportError::Refused(refusal) => refusal.http_status(),
            ReportError::Unreadable(unreadable) => unreadable.http_status(),
            ReportError::NotVerified(unverified) => unverified.http_status(),
        }
    }

    /// The bytes of the reply as they came. They may hold personal data.
    #[must_use]
    pub fn raw_reply(&self) -> &[u8] {
        match self {
            ReportError::Refused(refusal) => refusal.raw_reply(),
            ReportError::Unreadable(unreadable) => unreadable.raw_reply(),
            ReportError::NotVerified(unverified) => unverified.raw_reply(),
        }
    }
}
