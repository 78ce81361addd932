//! The sandbox over real HTTP on loopback: each test has a sandbox and a receiving shop of its own.

// Helpers of tests fail as tests do; the setting for tests does not reach them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod alfa_click;
mod alipay_gate;
mod alipay_qr;
mod batch_refunds;
mod clarification;
mod control;
mod control_document;
mod control_events;
mod control_payments;
mod control_projects;
mod control_trigger;
mod dashboard;
mod dashboard_actions;
mod data_access;
mod data_api;
mod deadlines;
mod delivery;
mod determinism;
mod emulator_pages;
mod expectations;
mod failing_answers;
mod faults;
mod gate_access;
mod gate_refusals;
mod html;
#[cfg(feature = "db")]
mod journal;
mod page_clarification;
mod page_deadline;
mod page_flows;
mod page_frames;
mod page_language;
mod page_methods;
mod page_opening;
mod page_returning;
mod page_steps;
mod page_validator;
mod payment_links;
mod refund_rules;
mod refunds;
mod reports;
#[cfg(feature = "db")]
mod restarts;
mod sale_switches;
mod status_queries;
mod support;
mod unknown_outcomes;
mod wallet_partner;
mod widget;
