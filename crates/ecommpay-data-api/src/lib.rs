//! Queries of the Data API as data: path, token-signed body, verified report.
//!
//! The Data API is the platform's reporting interface. It only reads: no query of this crate can
//! move money, and each may be repeated. As everywhere in the pure crates nothing is sent here and
//! there is no clock.
//!
//! ```text
//! OperationsQuery ────────┐
//! PaymentOperationsQuery  ├─ prepare ──► path + signed bytes ──► someone posts them
//! BalanceQuery            │
//! FraudQuery             ─┘─ decode  ◄── HTTP status + bytes ◄── and gives the reply back
//! ```
//!
//! | query | path | report |
//! |---|---|---|
//! | [`OperationsQuery`] | `/operations/get` | [`OperationsReport`](ecommpay_model::reporting::OperationsReport) |
//! | [`PaymentOperationsQuery`] | `/operations/get-by-payment` | [`PaymentOperationsReport`](ecommpay_model::reporting::PaymentOperationsReport) |
//! | [`BalanceQuery`] | `/balance/get` | [`BalanceReport`](ecommpay_model::reporting::BalanceReport) |
//! | [`FraudQuery`] | `/fraud/list` | [`FraudReport`](ecommpay_model::reporting::FraudReport) |
//!
//! Chargebacks, currency rates and financial reporting exist, but their bodies are not public. Who
//! knows them implements [`DataQuery`].
//!
//! # Whom to believe
//!
//! A query is signed with the secret key of a [`DataToken`], which is not the key of a project, and
//! so is every report. The signature covers the report and nothing else: it does not say to which
//! query, nor of which moment. That a report answers the query that was sent is the promise of TLS.
//! Error answers carry no signature. Texts of customers stand in reports: where one reads as a line of
//! its own, [`SignedReply::ambiguities`](ecommpay_gate::SignedReply::ambiguities) names the place.
//!
//! The platform means this data for watching; for accounting it recommends its financial reports.
//!
//! # Example
//!
//! ```
//! use ecommpay_data_api::{DataQuery, DataToken, Interval, OperationsQuery};
//! use ecommpay_model::OperationStatus;
//! use ecommpay_signature::SecretKey;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let token = DataToken::new("token-of-30-characters", SecretKey::new("its secret key")?)?;
//! let august = Interval::between(
//!     "2024-08-01T00:00:00Z".parse()?,
//!     "2024-08-31T23:59:59Z".parse()?,
//! );
//! let query = OperationsQuery::of(august).statuses([OperationStatus::Success]);
//! let prepared = query.prepare(&token)?;
//! assert_eq!(prepared.path(), "/operations/get");
//! // post `prepared.body()` to https://data.ecommpay.com/v1 and this path, then:
//! # let (status, answer) = (401, b"{}");
//! match query.decode(&token, status, answer) {
//!     Ok(report) => println!("{} operations", report.body().operations.len()),
//!     Err(error) => println!("no report: {error}"),
//! }
//! # Ok(())
//! # }
//! ```

mod balance;
mod fraud;
mod interval;
mod members;
mod operations;
mod payment;
mod query;
mod refusal;
mod report_error;
mod token;

pub use crate::balance::BalanceQuery;
pub use crate::fraud::FraudQuery;
pub use crate::interval::Interval;
pub use crate::operations::OperationsQuery;
pub use crate::payment::PaymentOperationsQuery;
pub use crate::query::DataQuery;
pub use crate::refusal::{Refusal, RefusalReason};
pub use crate::report_error::ReportError;
pub use crate::token::{DataToken, InvalidToken, LARGEST_REPORT_BYTES};
