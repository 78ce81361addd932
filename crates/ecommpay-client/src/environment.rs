//! Project, keys and base URLs from environment variables.

use std::num::ParseIntError;

use ecommpay_data_api::{DataToken, InvalidToken};
use ecommpay_gate::Merchant;
use ecommpay_model::{InvalidValue, ProjectId};
use ecommpay_signature::{EmptySecret, KeyRing, SecretKey};

use crate::{BaseUrl, BaseUrlError, ClientBuilder};

const PROJECT_ID: &str = "ECOMMPAY_PROJECT_ID";
const SECRET_KEY: &str = "ECOMMPAY_SECRET_KEY";
const BASE_URL: &str = "ECOMMPAY_BASE_URL";
const DATA_TOKEN: &str = "ECOMMPAY_DATA_TOKEN";
const DATA_SECRET_KEY: &str = "ECOMMPAY_DATA_SECRET_KEY";
const DATA_BASE_URL: &str = "ECOMMPAY_DATA_BASE_URL";

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
    /// The base URL of Gate or of the Data API breaks a rule.
    #[error("the environment variable {variable} cannot be a base URL")]
    BaseUrl {
        /// Which variable.
        variable: &'static str,
        /// Which rule.
        source: BaseUrlError,
    },
    /// The token of the Data API breaks a rule.
    #[error("the environment variable {DATA_TOKEN} cannot be a token")]
    DataToken(#[source] InvalidToken),
    /// The secret key of the Data API's token is empty.
    #[error("the environment variable {DATA_SECRET_KEY} is empty")]
    DataSecretKey(#[source] EmptySecret),
}

/// Starts a client with what `variable` gives for each name.
pub(crate) fn builder(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<ClientBuilder, EnvironmentError> {
    let required = |name| variable(name).ok_or(EnvironmentError::Missing(name));
    let number = required(PROJECT_ID)?
        .trim()
        .parse()
        .map_err(EnvironmentError::NotANumber)?;
    let project_id = ProjectId::new(number).map_err(EnvironmentError::ProjectId)?;
    let key = SecretKey::new(required(SECRET_KEY)?).map_err(EnvironmentError::SecretKey)?;
    let base_url = match variable(BASE_URL) {
        Some(url) => BaseUrl::new(url).map_err(in_variable(BASE_URL))?,
        None => BaseUrl::ecommpay(),
    };
    let mut builder = ClientBuilder::new(Merchant::new(project_id, KeyRing::new(key)), base_url);
    // a token without its key, or a key without its token, is a setting somebody forgot
    if variable(DATA_TOKEN).is_some() || variable(DATA_SECRET_KEY).is_some() {
        let key = SecretKey::new(required(DATA_SECRET_KEY)?);
        let key = key.map_err(EnvironmentError::DataSecretKey)?;
        let token = DataToken::new(required(DATA_TOKEN)?, key);
        builder = builder.data_token(token.map_err(EnvironmentError::DataToken)?);
    }
    if let Some(url) = variable(DATA_BASE_URL) {
        let url = BaseUrl::new(url).map_err(in_variable(DATA_BASE_URL))?;
        builder = builder.data_base_url(url.as_str());
    }
    Ok(builder)
}

fn in_variable(variable: &'static str) -> impl Fn(BaseUrlError) -> EnvironmentError {
    move |source| EnvironmentError::BaseUrl { variable, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<ClientBuilder, EnvironmentError> {
        builder(|name| {
            pairs
                .iter()
                .find(|(set, _)| *set == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    const PROJECT: [(&str, &str); 2] = [(PROJECT_ID, "12345"), (SECRET_KEY, "canary-secret")];
    const DATA: [(&str, &str); 2] = [(DATA_TOKEN, "canary"), (DATA_SECRET_KEY, "canary-secret")];

    #[test]
    fn project_and_key_are_enough() {
        let shown = format!("{:?}", read(&PROJECT).unwrap());
        assert!(
            shown.contains("12345") && shown.contains(BaseUrl::ECOMMPAY),
            "{shown}"
        );
        assert!(shown.contains("data_token: None"), "{shown}");
        assert!(!shown.contains("canary"));
    }

    #[test]
    fn a_token_and_its_key_come_together() {
        let shown = format!("{:?}", read(&[PROJECT, DATA].concat()).unwrap());
        assert!(
            shown.contains("data_token: Some(DataToken([redacted]))"),
            "{shown}"
        );
        assert!(!shown.contains("canary"));

        let sandbox = [(DATA_BASE_URL, "http://127.0.0.1:8080/v1")];
        let shown = format!(
            "{:?}",
            read(&[&PROJECT[..], &DATA, &sandbox].concat()).unwrap()
        );
        assert!(shown.contains("http://127.0.0.1:8080/v1"), "{shown}");
    }

    #[test]
    fn each_variable_has_its_error_and_no_error_shows_a_value() {
        let and = |more: &[(&'static str, &'static str)]| [&PROJECT[..], more].concat();
        let url = and(&[(BASE_URL, "canary")]);
        let token_only = and(&DATA[..1]);
        let key_only = and(&DATA[1..]);
        let empty_key = and(&[(DATA_TOKEN, "canary"), (DATA_SECRET_KEY, "")]);
        let blank = and(&[(DATA_TOKEN, "canary canary"), (DATA_SECRET_KEY, "s")]);
        let data_url = and(&[(DATA_BASE_URL, "canary")]);
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
            (
                &token_only,
                "the environment variable ECOMMPAY_DATA_SECRET_KEY is not set",
            ),
            (
                &key_only,
                "the environment variable ECOMMPAY_DATA_TOKEN is not set",
            ),
            (
                &empty_key,
                "the environment variable ECOMMPAY_DATA_SECRET_KEY is empty",
            ),
            (
                &blank,
                "the environment variable ECOMMPAY_DATA_TOKEN cannot be a token",
            ),
            (
                &data_url,
                "the environment variable ECOMMPAY_DATA_BASE_URL cannot be a base URL",
            ),
        ];
        for (pairs, text) in wrong {
            let error = read(pairs).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), text);
            assert!(!format!("{error:?} {}", crate::report(&error)).contains("canary"));
        }
    }
}
