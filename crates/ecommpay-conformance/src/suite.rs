//! The whole run: documents, the rules of a platform, and the flows, in one report.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::checks::coverage::{check_diagrams, in_order_of_seeds, not_in_scope_yet};
use crate::checks::{
    ScheduleError, check_documents, check_platform, check_results, check_timing, check_vectors,
    record_schedule,
};
use crate::fixtures::{FixtureError, FixtureFolder, Flow, VectorFile};
use crate::play::{Environment, EnvironmentError, FlowReport, play_flow};
use crate::report::{Report, Row};

/// How many flows are played at a time, each in a sandbox of its own.
const AT_A_TIME: usize = 8;

/// Why a run could not be made at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// A fixture is missing or not of its format.
    #[error("the fixtures are not whole")]
    Fixture(#[from] FixtureError),
    /// The delivery schedule could not be recorded.
    #[error("the delivery schedule could not be recorded")]
    Schedule(#[from] ScheduleError),
    /// There is nowhere to play.
    #[error("there is no platform to play against")]
    Environment(#[from] EnvironmentError),
}

/// A run over the fixtures of a folder.
///
/// ```
/// use ecommpay_conformance::{FixtureFolder, Suite};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let suite = Suite::new(FixtureFolder::of_the_repository()).only("redirect_data");
/// let report = suite.run().await?;
/// assert_eq!(report.failed(), 0);
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Suite {
    fixtures: FixtureFolder,
    only: Option<String>,
}

impl Suite {
    /// Everything in this folder.
    #[must_use]
    pub fn new(fixtures: FixtureFolder) -> Self {
        Suite {
            fixtures,
            only: None,
        }
    }

    /// Only cases whose section or name holds this text, in any letter case.
    #[must_use]
    pub fn only(mut self, pattern: impl Into<String>) -> Self {
        self.only = Some(pattern.into().to_lowercase());
        self
    }

    /// Checks all documents, asks a sandbox about all rules and plays all flows against sandboxes.
    ///
    /// # Errors
    ///
    /// A fixture is missing or not of its format, or no sandbox could be started. What does not
    /// conform is no error but a failed row.
    pub async fn run(&self) -> Result<Report, SuiteError> {
        let mut rows = check_documents(&self.fixtures)?;
        let environment = Environment::in_process().await?;
        rows.extend(check_platform(&self.fixtures, &environment).await?);
        rows.extend(check_diagrams(
            &self.fixtures.diagrams()?,
            &self.fixtures.flow_files()?,
        ));
        rows.extend(check_timing().await);
        rows.extend(check_results().await);
        rows.push(record_schedule(&self.fixtures).await?.into_row());
        rows.extend(self.play_in_process().await?);
        let sections = self.fixtures.sections()?;
        if self.only.is_some() {
            rows.retain(|row| self.wants(row));
            return Ok(Report::new(rows));
        }
        Ok(Report::new(in_order_of_seeds(rows, &sections))
            .with_not_in_scope_yet(not_in_scope_yet(&sections)))
    }

    /// Plays the flows against a platform somewhere else, one after the other.
    ///
    /// # Errors
    ///
    /// A fixture is missing or not of its format.
    pub async fn run_flows(&self, environment: &Environment) -> Result<Report, SuiteError> {
        let mut rows = Vec::new();
        for flow in self.flows()? {
            let report = play_flow(&flow, environment, &mut |_| {}).await;
            rows.push(row(&flow, &report));
        }
        Ok(Report::new(rows))
    }

    async fn play_in_process(&self) -> Result<Vec<Row>, SuiteError> {
        let seats = Arc::new(Semaphore::new(AT_A_TIME));
        let mut plays = JoinSet::new();
        for (place, flow) in self.flows()?.into_iter().enumerate() {
            let seats = Arc::clone(&seats);
            plays.spawn(async move {
                // The semaphore is never closed.
                let _seat = seats.acquire_owned().await;
                let environment = Environment::in_process().await?;
                let report = play_flow(&flow, &environment, &mut |_| {}).await;
                Ok::<_, EnvironmentError>((place, row(&flow, &report)))
            });
        }
        let mut rows = Vec::new();
        while let Some(played) = plays.join_next().await {
            match played {
                Ok(row) => rows.push(row?),
                Err(error) => {
                    let reason = Err(format!("a play broke off: {error}"));
                    rows.push((
                        usize::MAX,
                        Row::new(&["flows".to_owned()], "a play", reason),
                    ));
                }
            }
        }
        rows.sort_by_key(|(place, _)| *place);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// The flows that can be read; the others are failed rows of their diagrams.
    fn flows(&self) -> Result<Vec<Flow>, FixtureError> {
        let files = self.fixtures.flow_files()?;
        let mut flows: Vec<Flow> = files
            .into_iter()
            .filter_map(|(_, flow)| flow.ok())
            .collect();
        flows.retain(|flow| {
            self.matches(&case(flow)) || flow.sections().iter().any(|name| self.matches(name))
        });
        Ok(flows)
    }

    fn wants(&self, row: &Row) -> bool {
        self.matches(row.case()) || row.sections().iter().any(|section| self.matches(section))
    }

    fn matches(&self, text: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|pattern| text.to_lowercase().contains(pattern))
    }
}

/// Checks vector files of their own, whatever is in the fixtures.
///
/// # Errors
///
/// A file is not readable or a line is of none of the formats.
pub fn run_vectors<P: AsRef<std::path::Path>>(files: &[P]) -> Result<Report, SuiteError> {
    let mut rows = Vec::new();
    for file in files {
        rows.extend(check_vectors(&VectorFile::read(file.as_ref())?));
    }
    Ok(Report::new(rows))
}

fn case(flow: &Flow) -> String {
    format!(
        "flow {}: {}, {} steps",
        flow.name(),
        flow.variant(),
        flow.steps().len()
    )
}

fn row(flow: &Flow, report: &FlowReport) -> Row {
    let mut case = case(flow);
    if report.not_observable() > 0 {
        case.push_str(&format!(", {} not observable", report.not_observable()));
    }
    let result = report
        .failure()
        .map_or(Ok(()), |failure| Err(failure.to_owned()));
    Row::new(flow.sections(), case, result)
}
