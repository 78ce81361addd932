//! Runs every fixture against the crates and every flow against a platform.
//!
//! The fixtures are described in `fixtures/README.md`. Three things are made of them:
//!
//! * **checks** of single documents: signatures, callbacks, histories, request rules, capabilities ([`check_documents`],
//!   [`check_vectors`]);
//! * **plays** of whole flows: a shop written with the crates, a browser and a platform talk over real HTTP on loopback,
//!   and every step of the seeds' sequence diagrams must be evidenced by what really happened ([`play_flow`]);
//! * a **report**: a table *section of a seed × case × result* and a closing line `N passed, N failed` ([`Report`]).
//!
//! The program `ecommpay-conformance` does all three; `ecommpay demo` prints plays step by step.

mod checks;
mod fixtures;
mod play;
mod report;

pub use checks::{check_documents, check_vectors};
pub use fixtures::{
    Asks, BuilderAnswer, By, CallbackCase, CallbackVector, Capability, Evidence, Expectation,
    ExpectedEnd, ExpectedHandOff, ExpectedOperation, ExpectedPayment, ExpectedState, FixtureError,
    FixtureFolder, Flow, FlowRefund, Guard, GuardVerdict, GuardedOrder, HandOff, History,
    Interface, Outcome, PageVector, PlatformAnswer, RefundKind, RequestKind, Rule, SaleLimit,
    Section, SignatureVector, Step, Sum, TestDeclines, VectorFile, VectorLine, bundled_flows,
};
pub use play::{
    Environment, EnvironmentError, FlowReport, PlatformAddress, StepReport, StepResult, play_flow,
};
pub use report::{Report, Row, Verdict};
