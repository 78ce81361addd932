//! The checks: each takes fixtures and gives rows for the report.

mod builders;
mod callbacks;
mod capabilities;
pub(crate) mod compare;
pub(crate) mod coverage;
mod data_api;
mod data_queries;
mod guards;
mod histories;
pub(crate) mod names;
mod precision;
mod results;
mod rules;
mod samples;
mod sandbox_visit;
mod schedule;
mod timing;
mod vectors;

pub(crate) use results::check_results;
pub use schedule::{RecordedSchedule, ScheduleError, record_schedule};
pub(crate) use timing::check_timing;
pub(crate) use vectors::check_vectors;

use crate::fixtures::{FixtureError, FixtureFolder};
use crate::play::Environment;
use crate::report::Row;

/// Everything that needs no platform: vectors, callbacks, order guard, histories, Data API.
pub(crate) fn check_documents(fixtures: &FixtureFolder) -> Result<Vec<Row>, FixtureError> {
    let callbacks = fixtures.callbacks()?;
    let mut rows: Vec<Row> = callbacks.iter().map(callbacks::check_callback).collect();
    rows.extend(
        fixtures
            .refused_callbacks()?
            .iter()
            .map(callbacks::check_refused),
    );
    rows.extend(
        fixtures
            .guards()?
            .iter()
            .map(|guard| guards::check_guard(guard, &callbacks)),
    );
    let histories = fixtures.histories()?;
    rows.extend(
        histories
            .iter()
            .map(|(name, history)| histories::check_history(name, history)),
    );
    rows.extend(
        fixtures
            .data_exchanges()?
            .iter()
            .map(|(name, exchange)| data_api::check_exchange(name, exchange)),
    );
    rows.extend(samples::check_samples(fixtures)?);
    rows.extend(capabilities::check_capabilities(fixtures)?);
    for method in rules::METHODS {
        rows.extend(rules::check_builders(fixtures, method)?);
    }
    for file in ["signature-php", "callback-verify", "payment-page-url"] {
        rows.extend(check_vectors(&fixtures.vectors(&format!("{file}.jsonl"))?));
    }
    rows.extend(precision::check_precision(fixtures)?);
    Ok(rows)
}

/// What a platform answers to the requests of every rule; only a sandbox with a clock that is
/// turned can be asked.
pub(crate) async fn check_platform(
    fixtures: &FixtureFolder,
    environment: &Environment,
) -> Result<Vec<Row>, FixtureError> {
    let mut rows = Vec::new();
    for method in rules::METHODS {
        rows.extend(rules::check_platform(fixtures, method, environment).await?);
    }
    Ok(rows)
}
