//! `ecommpay control-api`: the OpenAPI document of a sandbox's control API.

use crate::outcome::{Failure, Outcome, print_line};

/// Prints the document that `docs/control-api.json` is.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let document = ecommpay_sandbox::control_api()
        .map_err(|error| Failure::caused("the control API", &error))?;
    print_line(&document)?;
    Ok(Outcome::Yes)
}
