//! Project, key and base URL from environment variables.

use std::num::ParseIntError;

use ecommpay_gate::Merchant;
use ecommpay_model::{InvalidValue, ProjectId};
use ecommpay_signature::{EmptySecret, KeyRing, SecretKey};

use crate::{BaseUrl, BaseUrlError};

const PROJECT_ID: &str = "ECOMMPAY_PROJECT_ID";
const SECRET_KEY: &str = "ECOMMPAY_SECRET_KEY";
const BASE_URL: &str = "ECOMMPAY_BASE_URL";

/// A variable of the environment is missing or unusable; its value is never shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// The variable is not set, or is not text.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The project identifier is not a number.
    #[error("the environment variable {PROJECT_ID} is not a whole number")]
    NotANumber(#[source] ParseIntError),
    /// The project identifier breaks a rule.
    #[error("the environment variable {PROJECT_ID} cannot be a project identifier")]
    ProjectId(#[source] InvalidValue),
    /// The secret key is empty.
    #[error("the environment variable {SECRET_KEY} is empty")]
    SecretKey(#[source] EmptySecret),
    /// The base URL breaks a rule.
    #[error("the environment variable {BASE_URL} cannot be a base URL")]
    BaseUrl(#[source] BaseUrlError),
}

/// Reads the settings through `variable`, which gives the value of a name.
pub(crate) fn settings(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(Merchant, BaseUrl), EnvironmentError> {
    let required = |name| variable(name).ok_or(EnvironmentError::Missing(name));
    let number = required(PROJECT_ID)?
        .trim()
        .parse()
        .map_err(EnvironmentError::NotANumber)?;
    let project_id = ProjectId::new(number).map_err(EnvironmentError::ProjectId)?;
    let key = SecretKey::new(required(SECRET_KEY)?).map_err(EnvironmentError::SecretKey)?;
    let base_url = match variable(BASE_URL) {
        Some(url) => BaseUrl::new(url).map_err(EnvironmentError::BaseUrl)?,
        None => BaseUrl::ecommpay(),
    };
    Ok((Merchant::new(project_id, KeyRing::new(key)), base_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<(Merchant, BaseUrl), EnvironmentError> {
        settings(|name| {
            pairs
                .iter()
                .find(|(set, _)| *set == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn project_and_key_are_enough() {
        let (merchant, base_url) =
            read(&[(PROJECT_ID, "12345"), (SECRET_KEY, "canary-secret")]).unwrap();
        assert_eq!(merchant.project_id().value(), 12345);
        assert_eq!(base_url, BaseUrl::ecommpay());
        assert!(!format!("{merchant:?}").contains("canary"));
    }

    #[test]
    fn each_variable_has_its_error_and_no_error_shows_a_value() {
        let url = [(PROJECT_ID, "1"), (SECRET_KEY, "s"), (BASE_URL, "canary")];
        let wrong = [
            (
                &[][..],
                "the environment variable ECOMMPAY_PROJECT_ID is not set",
            ),
            (
                &[(PROJECT_ID, "canary")],
                "the environment variable ECOMMPAY_PROJECT_ID is not a whole number",
            ),
            (
                &[(PROJECT_ID, "0")],
                "the environment variable ECOMMPAY_PROJECT_ID cannot be a project identifier",
            ),
            (
                &[(PROJECT_ID, "1")],
                "the environment variable ECOMMPAY_SECRET_KEY is not set",
            ),
            (
                &[(PROJECT_ID, "1"), (SECRET_KEY, "")],
                "the environment variable ECOMMPAY_SECRET_KEY is empty",
            ),
            (
                &url,
                "the environment variable ECOMMPAY_BASE_URL cannot be a base URL",
            ),
        ];
        for (pairs, text) in wrong {
            let error = read(pairs).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), text);
            assert!(!format!("{error:?} {}", crate::report(&error)).contains("canary"));
        }
    }
}
