//! The checks: each takes fixtures and gives rows for the report.

mod callbacks;
pub(crate) mod compare;
mod guards;
mod histories;
pub(crate) mod names;
mod vectors;

pub use vectors::check_vectors;

use crate::fixtures::{FixtureError, FixtureFolder};
use crate::report::Row;

/// Everything that needs no platform: vectors, callbacks, order guard, histories.
///
/// # Errors
///
/// A fixture is missing or not of its format.
pub fn check_documents(fixtures: &FixtureFolder) -> Result<Vec<Row>, FixtureError> {
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
    for file in ["signature-php", "callback-verify", "payment-page-url"] {
        rows.extend(check_vectors(&fixtures.vectors(&format!("{file}.jsonl"))?));
    }
    Ok(rows)
}
