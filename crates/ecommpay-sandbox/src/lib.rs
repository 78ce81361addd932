//! The ecommpay platform in a box: an imitation to build and test against, on loopback, with a
//! clock that can be turned.
//!
//! ```
//! use std::time::Duration;
//!
//! use ecommpay_sandbox::{Callbacks, ProjectConfig, SandboxConfig, SandboxServer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let project = ProjectConfig::new(239, "project secret")
//!     .callback_url("http://127.0.0.1:9000/callback");
//! let sandbox = SandboxServer::start(
//!     SandboxConfig::new().virtual_clock(1_767_225_600).project(project),
//! )?;
//! // Point the merchant's program at sandbox.uri(), let it send a sale, then let time pass:
//! sandbox.advance(Duration::from_secs(1)).await?;
//! for step in sandbox.timeline(239, "order 1") {
//!     println!("{} {} {}", step.at, step.event, step.detail);
//! }
//! // What a test expects is a value; if it is not met, the error says what was seen instead.
//! sandbox.check(&Callbacks::of(239, "order 2").never())?;
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! Inside, `platform` is a pure state machine (a command at an instant changes the state, gives a
//! reply and leaves callbacks to be sent); `http`, `pages`, `delivery`, `store` and `clock` connect
//! it with the world:
//!
//! ```text
//! http  ──command──>  store ──(command, now)──>  platform ──callbacks──>  delivery ──> merchant
//!       <──reply────        <──reply───────────            <──answers───
//! ```
//!
//! [`SandboxCore`] is the state machine alone, driven by hand: for simulations that bring their own
//! time and network.
//!
//! One sandbox per test is the intended use: it takes a free port and stops when it is dropped. What
//! goes wrong between platform and merchant goes wrong on purpose, by rules ([`Fault`]).
//!
//! It reads requests by itself and checks them against tables of its own: it shares no code with
//! the crates that build requests, only the signature with all of them. What it does not imitate
//! is listed in the README.

mod clock;
mod config;
mod dashboard;
mod delivery;
mod driven;
mod error;
mod expectation;
mod http;
mod money;
mod pages;
mod platform;
mod qr;
mod reports;
mod server;
mod store;

pub use config::{
    CancelledSpelling, ClarificationForm, ClarificationSettings, ClockKind, DataToken, EmptyBody,
    Fault, FaultPlace, HandoffKind, Language, Limits, LinkSettings, Method, MethodSettings, Pace,
    PageSettings, Permission, ProjectConfig, ProjectMode, RefundKinds, RefundRules, SandboxConfig,
    SignatureFaults, StatusFaults, TestRefunds, When,
};
pub use driven::{
    CallbackAnswer, CoreReply, CustomerChoice, DueCallback, PaymentBalance, SandboxCore,
};
pub use error::SandboxError;
pub use expectation::{Callbacks, Expectation, Unmet};
pub use platform::deliveries::{AttemptView, CallbackView};
pub use platform::faults::FaultView;
pub use platform::timeline::TimelineEntry;
pub use platform::view::{OperationView, PaymentView, PurchaseView};
pub use server::SandboxServer;

/// The OpenAPI document of the control API, as JSON.
///
/// # Errors
/// What the JSON writer says, which no document here makes it say.
pub fn control_api() -> Result<String, serde_json::Error> {
    http::control_api().to_pretty_json()
}

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
