//! How a project's payment links look where the documentation is silent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the status of a cancelled link is spelled; the documentation and an official plugin differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CancelledSpelling {
    /// `invoice cancelled`, as the plugin reads it.
    #[default]
    Cancelled,
    /// `invoice canceled`, as the documentation's text writes it.
    Canceled,
}

/// Settings of payment links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LinkSettings {
    /// The member of callbacks and status answers that carries the link's address.
    pub(crate) member: String,
    /// How the status of a cancelled link is spelled.
    pub(crate) cancelled: CancelledSpelling,
}

impl LinkSettings {
    /// The link in the member `payment_link`, a cancelled one called `invoice cancelled`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            member: "payment_link".to_owned(),
            cancelled: CancelledSpelling::Cancelled,
        }
    }

    /// The member at the top of callbacks and status answers that carries the link's address;
    /// nobody knows how the platform calls it.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>) -> Self {
        self.member = name.into();
        self
    }

    /// How the status of a cancelled link is spelled.
    #[must_use]
    pub fn cancelled(mut self, spelling: CancelledSpelling) -> Self {
        self.cancelled = spelling;
        self
    }
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self::new()
    }
}
