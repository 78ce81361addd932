//! Playing a flow: a shop, a customer and a platform over real HTTP, and a journal of what each of
//! them saw.
//!
//! ```text
//! customer (browser) ──► shop ──► Gate                merchant: client, callback, handoff, payment-page
//!        │                ▲  callbacks │
//!        ├──► Payment Page ◄───────────┤              platform: a sandbox in this process, or any other
//!        └──► provider's page ─────────┘
//! ```

mod answers;
mod browser;
mod control;
mod customer;
mod environment;
mod goods;
mod html;
mod journal;
mod notes;
mod qr;
mod shop;
mod stage;

use std::error::Error;
use std::fmt;

use tokio::sync::mpsc;

pub(crate) use answers::platform_answer;
pub use environment::{Environment, EnvironmentError, PlatformAddress};
pub use journal::{StepReport, StepResult};

use crate::checks::compare::{Differences, chain};
use crate::fixtures::{ExpectedEnd, Flow};
use shop::OrderStands;
use stage::Stage;

/// What came of a play.
#[derive(Debug, Clone)]
pub struct FlowReport {
    steps: Vec<StepReport>,
    failure: Option<String>,
}

impl FlowReport {
    /// Whether every step was seen in order and the order stands as it should.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }

    /// What went wrong, one matter a line.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// All steps by number.
    #[must_use]
    pub fn steps(&self) -> &[StepReport] {
        &self.steps
    }

    /// Steps that nobody could see, as the platform keeps no timeline.
    #[must_use]
    pub fn not_observable(&self) -> usize {
        let unseen = |step: &&StepReport| *step.result() == StepResult::NotObservable;
        self.steps.iter().filter(unseen).count()
    }
}

/// Plays one flow.
///
/// `observer` is called once per step: as soon as all its evidence has been seen, or at the end if
/// something is missing or came too early. The play itself never panics and ends by itself.
///
/// ```
/// use ecommpay_conformance::{Environment, bundled_flows, play_flow};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let environment = Environment::in_process().await?;
/// let flows = bundled_flows()?;
/// let flow = flows.iter().find(|flow| flow.name() == "alipay-refund-partial").ok_or("no such flow")?;
/// let mut seen = 0;
/// let report = play_flow(flow, &environment, &mut |step| {
///     println!("{:>2}. {}", step.number(), step.text());
///     seen += 1;
/// })
/// .await;
/// assert_eq!(report.failure(), None);
/// assert_eq!(seen, 10);
/// # Ok(())
/// # }
/// ```
pub async fn play_flow(
    flow: &Flow,
    environment: &Environment,
    observer: &mut (dyn FnMut(&StepReport) + Send),
) -> FlowReport {
    let (reports, mut received) = mpsc::unbounded_channel();
    let mut play = Box::pin(play(flow, environment, reports));
    let report = loop {
        tokio::select! {
            biased;
            Some(step) = received.recv() => observer(&step),
            report = &mut play => break report,
        }
    };
    while let Ok(step) = received.try_recv() {
        observer(&step);
    }
    report
}

async fn play(
    flow: &Flow,
    environment: &Environment,
    reports: mpsc::UnboundedSender<StepReport>,
) -> FlowReport {
    let stage = match Stage::set(flow, environment, reports).await {
        Ok(stage) => stage,
        Err(error) => {
            return FlowReport {
                steps: Vec::new(),
                failure: Some(error.to_string()),
            };
        }
    };
    let mut differences = Differences::default();
    if let Err(error) = stage.act().await {
        differences.wrong(error.to_string());
    }
    let (steps, problem) = stage.notes.finish().await;
    if let Some(problem) = problem {
        differences.wrong(problem);
    }
    for step in steps.iter().filter(|step| !step.result().passed()) {
        differences.wrong(format!(
            "step {} ({}): {}",
            step.number(),
            step.text(),
            step.result()
        ));
    }
    compare_end(&mut differences, flow.expect(), &stage.shop.stands().await);
    stage.shop.close().await;
    FlowReport {
        steps,
        failure: differences.into_result().err(),
    }
}

fn compare_end(differences: &mut Differences, expected: &ExpectedEnd, found: &OrderStands) {
    for problem in &found.problems {
        differences.wrong(problem.as_str());
    }
    let status = found.payment_status.as_ref();
    differences.compare_some("payment status", &expected.payment_status, status);
    if let Some(remaining) = expected.remaining {
        differences.compare_some("remaining", remaining, found.remaining);
    }
    let Some(result) = &found.last_result else {
        return differences.wrong("no callback brought a result");
    };
    differences.compare("next", &expected.next, result.next);
    let status = result.operation_status.as_ref();
    differences.compare_some("operation status", &expected.operation_status, status);
    if let Some(code) = &expected.operation_code {
        differences.compare_some("operation code", code, result.operation_code.as_ref());
    }
}

/// Why a play could not go on.
#[derive(Debug)]
pub(crate) struct PlayError(String);

impl PlayError {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        PlayError(text.into())
    }

    /// What could not be done, with the reasons the error gives.
    pub(crate) fn of(what: &str, error: &dyn Error) -> Self {
        PlayError(format!("{what}: {}", chain(error)))
    }
}

impl fmt::Display for PlayError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for PlayError {}
