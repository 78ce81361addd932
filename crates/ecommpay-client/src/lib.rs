//! Executes Gate operations over a transport and says of every failure whether money may have
//! moved; asks the Data API for reports.
//!
//! A [`Client`] joins three things: a [`Merchant`](ecommpay_gate::Merchant) (project and keys), the
//! platform's base URL, and a [`Transport`](ecommpay_transport::Transport). It builds and signs an
//! operation, sends it within limits of time, repeats only what is safe, and reads the reply.
//!
//! ```
//! use ecommpay_alipay::Sale;
//! use ecommpay_client::{Client, ExecuteError, Resolution, report};
//! use ecommpay_gate::{Customer, Merchant};
//! use ecommpay_model::{Currency, CustomerId, IpAddress, Money, PaymentId, ProjectId, WebUrl};
//! use ecommpay_signature::{KeyRing, SecretKey};
//! # use ecommpay_transport::{FailureKind, FailureStage, doubles::BreaksAt};
//! # fn transport() -> BreaksAt { BreaksAt::new(FailureStage::BeforeSend, FailureKind::Connect) }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let merchant = Merchant::new(ProjectId::new(12345)?, KeyRing::new(SecretKey::new("secret")?));
//! let client = Client::builder(merchant).transport(transport()).build()?;
//!
//! let customer = Customer::new(CustomerId::new("42")?, IpAddress::new("192.0.2.17")?);
//! let sale = Sale::new(
//!     PaymentId::new("pay_0001")?,
//!     Money::new(10_000, Currency::CNY)?,
//!     customer,
//!     WebUrl::new("https://shop.example/return")?,
//! );
//! match client.execute(&sale).await {
//!     Ok(acknowledgement) => println!("taken in as {}", acknowledgement.request_id()),
//!     Err(ExecuteError::OutcomeUnknown(unknown)) => match client.resolve(&unknown).await {
//!         Resolution::Known(known) => println!("it arrived: {:?}", known.payment().status),
//!         still_unknown => println!("ask again later, do not repeat: {still_unknown:?}"),
//!     },
//!     Err(error) => {
//!         println!("{}; money moved: {:?}", report(&error), error.money_may_have_moved());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Reports come by [`Client::query`] and, page by page, by [`Client::operations`]; they need a
//! [`DataToken`](ecommpay_data_api::DataToken).
//!
//! # What is repeated
//!
//! | the attempt ended with | status and Data API queries | sale, refund, clarification, code resend |
//! |---|---|---|
//! | failure before sending (no connection, TLS, time-out while connecting) | repeated | repeated |
//! | failure after it may have been sent, reply unreadable | repeated | **never**: [`OutcomeUnknown`] |
//! | HTTP 408, 429, 5xx | repeated; `Retry-After` is obeyed | never: [`OutcomeUnknown`] |
//! | refusal (HTTP 200, 400, 403, 404, 422 with an error body) | not repeated | not repeated |
//! | request not usable, reply too large, transport shut down | not repeated | not repeated |
//!
//! [`ClientBuilder::retries`] counts repeats, so 0 means that everything is sent once. A pause that
//! does not fit into the call's deadline is not begun.
//!
//! The platform refuses a second sale with the same payment identifier (code 3041) and a second
//! refund with the same `merchant_refund_id` (3230), and its documentation calls a repeated request
//! safe for that reason. This client does not lean on it: a payment that ended in the status
//! `error` frees its identifier, and a refund without `merchant_refund_id` has no such guard.
//! Asking for the status gives the same knowledge without a second request that could move money.
//!
//! # Tracing
//!
//! Span `ecommpay.execute` for a call: `operation`, `path`, `attempts`, `outcome`, `duration_ms`.
//! Span `ecommpay.query` for a query of the Data API: `path`, `attempts`, `outcome`, `duration_ms`.
//! Span `ecommpay.attempt` for each attempt in it: `attempt`, `http_status`, `stage`, `failure`,
//! `duration_ms`. Span `ecommpay.resolve`: `operation`, `asked`, `outcome`, `duration_ms`. Each ends
//! with one event. No identifiers, no values, no URL: only what is listed here.

mod attempt;
mod base_url;
mod builder;
mod call;
mod client;
mod environment;
mod error;
mod outcome;
mod pages;
mod query;
mod query_error;
mod repeat;
mod report;
mod resolve;
mod sending;

pub use base_url::{BaseUrl, BaseUrlError};
pub use builder::{ClientBuildError, ClientBuilder};
pub use client::Client;
pub use ecommpay_clock::{Clock, Randomness, SystemRandomness, TokioClock, doubles};
pub use environment::EnvironmentError;
pub use error::{ExecuteError, MoneyMoved, NoAnswer, NotSent, Unanswered};
pub use outcome::OutcomeUnknown;
pub use pages::OperationPages;
pub use query_error::QueryError;
pub use report::report;
pub use resolve::{Known, Resolution, StillUnknown};
