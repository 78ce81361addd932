//! Additional data that a project asks for before a sale by a method goes on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The shape in which missing members are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClarificationForm {
    /// `{"customer":["zip"]}`.
    List,
    /// `{"customer":{"type":"object","properties":{…},"required":[…]}}`.
    Schema,
}

/// Members that a project asks for before a payment goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClarificationSettings {
    /// Paths of members of the sale request, `object.member`.
    pub(crate) fields: Vec<String>,
    /// The shape of `clarification_fields`.
    #[serde(default = "ClarificationSettings::list")]
    pub(crate) form: ClarificationForm,
    /// How long the platform waits for the data.
    #[serde(default = "ClarificationSettings::half_an_hour")]
    pub(crate) round_seconds: u64,
    /// How often a one-time code may be asked for again.
    #[serde(default)]
    pub(crate) code_resends: u32,
    /// Whether callbacks tell what is missing; else only status answers do.
    #[serde(default = "ClarificationSettings::sent")]
    pub(crate) callbacks: bool,
}

impl ClarificationSettings {
    /// Asks for these members of the sale (`object.member`, for instance `customer.zip`) when
    /// the request came without them.
    #[must_use]
    pub fn new<F: Into<String>>(fields: impl IntoIterator<Item = F>) -> Self {
        Self {
            fields: fields.into_iter().map(Into::into).collect(),
            form: ClarificationForm::List,
            round_seconds: Self::half_an_hour(),
            code_resends: 0,
            callbacks: true,
        }
    }

    /// Chooses the shape of `clarification_fields`.
    #[must_use]
    pub fn form(mut self, form: ClarificationForm) -> Self {
        self.form = form;
        self
    }

    /// Whether callbacks tell what is missing; without them only status answers do.
    #[must_use]
    pub fn callbacks(mut self, sent: bool) -> Self {
        self.callbacks = sent;
        self
    }

    /// Lets a one-time code be asked for again this many times
    /// (`POST /v2/customer/action/resend`).
    #[must_use]
    pub fn code_resends(mut self, times: u32) -> Self {
        self.code_resends = times;
        self
    }

    fn list() -> ClarificationForm {
        ClarificationForm::List
    }

    fn sent() -> bool {
        true
    }

    fn half_an_hour() -> u64 {
        30 * 60
    }
}
