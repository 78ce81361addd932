//! Tokens of the Data API: each with a key of its own, the projects it sees and a time zone.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use super::project::Secret;
use crate::error::SandboxError;
use crate::platform::data_api::zone;

/// A token of the Data API, as Dashboard gives it to a user account.
///
/// As JSON (control API; the key is read, never shown): `token`, `key`, and optionally `projects`
/// (all when absent), `time_zone` (IANA name or offset, else UTC) and `interval_required`.
///
/// ```
/// use ecommpay_sandbox::{DataToken, SandboxConfig};
///
/// let token = DataToken::new("WKiarERJ5pcceNerpM9R5TNnyPTQMl", "key of the token")
///     .project(239)
///     .time_zone("Europe/London");
/// let config = SandboxConfig::new().data_token(token);
/// # drop(config);
/// ```
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataToken {
    /// The token; not empty.
    pub(crate) token: String,
    /// The secret key that signs its requests and answers; read, never shown.
    #[serde(skip_serializing)]
    #[schema(value_type = String, write_only)]
    pub(crate) key: Secret,
    /// The projects that it sees; all when absent.
    #[serde(default)]
    pub(crate) projects: Option<Vec<u32>>,
    /// IANA name or offset of requests that name none.
    #[serde(default = "utc")]
    pub(crate) time_zone: String,
    /// Whether `/v1/operations/get` needs an interval.
    #[serde(default)]
    pub(crate) interval_required: bool,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl fmt::Debug for DataToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataToken")
            .field("projects", &self.projects)
            .field("time_zone", &self.time_zone)
            .field("interval_required", &self.interval_required)
            .finish_non_exhaustive()
    }
}

impl DataToken {
    /// A token that sees all projects, with UTC as its time zone. The platform's tokens have 30
    /// characters; the sandbox takes any that are not empty.
    #[must_use]
    pub fn new(token: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            key: Secret::new(key),
            projects: None,
            time_zone: utc(),
            interval_required: false,
        }
    }

    /// Lets the token see this project, and no other that is not named too.
    #[must_use]
    pub fn project(mut self, id: u32) -> Self {
        self.projects.get_or_insert_with(Vec::new).push(id);
        self
    }

    /// The time zone of requests that name none: an IANA name or an offset such as `+10:30`.
    #[must_use]
    pub fn time_zone(mut self, name: impl Into<String>) -> Self {
        self.time_zone = name.into();
        self
    }

    /// Makes `interval` required in `/v1/operations/get`, as one of the descriptions has it.
    #[must_use]
    pub fn require_interval(mut self) -> Self {
        self.interval_required = true;
        self
    }

    /// Writes the token with its key, for the journal.
    pub(crate) fn serialize_with_key<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct WithKey<'a> {
            key: &'a str,
            #[serde(flatten)]
            token: &'a DataToken,
        }
        WithKey {
            key: self.key.expose(),
            token: self,
        }
        .serialize(serializer)
    }

    /// Checks what the types cannot.
    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        let refuse = |field, rule| Err(SandboxError::DataToken { field, rule });
        if self.token.is_empty() {
            return refuse("token", "must not be empty");
        }
        if self.key.expose().is_empty() {
            return refuse("key", "must not be empty");
        }
        if zone::parse(&self.time_zone).is_none() {
            return refuse("time_zone", zone::RULE);
        }
        Ok(())
    }
}
