//! Settings of Payment Page in one project.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language of Payment Page's visible text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub enum Language {
    /// English (`en`).
    #[default]
    #[serde(rename = "en")]
    English,
    /// Russian (`ru`).
    #[serde(rename = "ru")]
    Russian,
    /// Chinese (`zh`).
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    /// The two-letter code, as `language_code` and the `lang` attribute write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
            Self::Chinese => "zh",
        }
    }
}

/// Settings of Payment Page in one project.
///
/// As JSON: `language` (`en`, `ru`, `zh`) and `filter_by_country`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PageSettings {
    /// The language when neither the opening nor the browser names one of ours.
    pub(crate) language: Language,
    /// Whether a method is offered only in its countries.
    pub(crate) filter_by_country: bool,
}

impl PageSettings {
    /// The language when neither the opening nor the browser asks for one of ours: English unless
    /// set here.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Offers a method only in its countries. The country is `region_code`; without it every
    /// method is offered, as a loopback address has no country.
    #[must_use]
    pub fn filter_by_country(mut self, filter: bool) -> Self {
        self.filter_by_country = filter;
        self
    }
}
