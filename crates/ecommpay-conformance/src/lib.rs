//! Runs every fixture against the crates and every flow against a platform.
//!
//! The fixtures are described in `fixtures/README.md`. Three things are made of them:
//!
//! * **checks** of single documents: signatures, callbacks, histories, request rules, capabilities
//!   ([`Suite`], [`run_vectors`]);
//! * **plays** of whole flows: a shop written with the crates, a browser and a platform talk over
//!   real HTTP on loopback, and every step of the seeds' sequence diagrams must be evidenced by
//!   what really happened ([`play_flow`]);
//! * a **report**: a table *section of a seed × case × result* and a closing line `N passed, N
//!   failed` ([`Report`]).
//!
//! The program `ecommpay-conformance` does all three; `ecommpay demo` prints plays step by step.

mod checks;
mod fixtures;
mod play;
mod report;
mod suite;

pub use checks::{RecordedSchedule, ScheduleError, record_schedule};
pub use fixtures::{
    By, Evidence, ExpectedEnd, FixtureError, FixtureFolder, Flow, FlowClarification, FlowRefund,
    HandOff, Interface, Outcome, RefundKind, Step, Sum, bundled_flows,
};
pub use play::{
    Environment, EnvironmentError, FlowReport, PlatformAddress, StepReport, StepResult, play_flow,
};
pub use report::{Report, Row, Verdict};
pub use suite::{Suite, SuiteError, run_vectors};
