//! The sandbox over real HTTP on loopback: each test has a sandbox and a receiving shop of its own.

// Helpers of tests fail as tests do; the setting for tests does not reach them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod alfa_click;
mod alipay_gate;
mod alipay_qr;
mod clarification;
mod control;
mod control_document;
mod control_events;
mod control_payments;
mod control_projects;
mod control_trigger;
mod delivery;
mod determinism;
mod expectations;
mod failing_answers;
mod faults;
mod gate_refusals;
#[cfg(feature = "db")]
mod journal;
mod payment_page;
mod refunds;
#[cfg(feature = "db")]
mod restarts;
mod status_queries;
mod support;
mod unknown_outcomes;
mod wallet_partner;
