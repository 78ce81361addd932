//! Why a query of the Data API gave no report.

use std::time::Duration;

use ecommpay_data_api::{Refusal, ReportError};
use ecommpay_gate::BuildError;
use ecommpay_transport::TransportError;

/// Why [`Client::query`](crate::Client::query) gives no report.
///
/// A query reads only: whatever the error, nothing was changed and no money moved, and the query
/// may be asked again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The client has no token of the Data API.
    #[error(
        "the client has no Data API token; give it one with data_token, \
         or ECOMMPAY_DATA_TOKEN and ECOMMPAY_DATA_SECRET_KEY"
    )]
    NoToken,
    /// The query breaks a rule and was not sent.
    #[error("the query was not built")]
    Build(#[source] BuildError),
    /// The Data API gave an error instead of a report.
    #[error("{refusal}{}", wait(*retry_after))]
    Refused {
        /// What the last attempt was answered.
        refusal: Box<Refusal>,
        /// How long the platform asks to wait, with HTTP 429.
        retry_after: Option<Duration>,
    },
    /// No whole reply came.
    #[error("the Data API gave no answer in {attempts} attempt(s)")]
    NoAnswer {
        /// How often it was asked.
        attempts: u32,
        /// The failure of the last attempt.
        source: TransportError,
    },
    /// A reply came that is no report: a page of a proxy, a wrong signature.
    #[error("the Data API gave no report in {attempts} attempt(s)")]
    NoReport {
        /// How often it was asked.
        attempts: u32,
        /// What came in the last attempt.
        source: Box<ReportError>,
    },
}

fn wait(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(String::new, |pause| {
        format!(", not before {} s", pause.as_secs())
    })
}
