//! What is checked on every page: rules of accessibility, and that nothing scrolls sideways.

use serde_json::Value;

use crate::browser::Browser;
use crate::error::BrowserError;
use crate::settings::Window;

const RULES: &str = include_str!("checks.js");
const SIDEWAYS: &str = include_str!("sideways.js");

impl Browser {
    /// Broken rules of accessibility, one sentence each: language, title, one main heading, names
    /// of controls, fields, frames and pictures, order of headings, ids.
    ///
    /// # Errors
    /// [`BrowserError`] when the page cannot be looked at.
    pub async fn accessibility_faults(&self) -> Result<Vec<String>, BrowserError> {
        self.sentences(RULES).await
    }

    /// Elements that make the page scroll sideways in a window of this size; the window then stays
    /// at that size.
    ///
    /// # Errors
    /// [`BrowserError`] when the page cannot be looked at.
    pub async fn too_wide_for(&self, window: Window) -> Result<Vec<String>, BrowserError> {
        self.resize(window).await?;
        self.sentences(SIDEWAYS).await
    }

    async fn sentences(&self, script: &str) -> Result<Vec<String>, BrowserError> {
        match self.run(script, Vec::new()).await? {
            Value::Array(sentences) => Ok(sentences
                .iter()
                .filter_map(|sentence| sentence.as_str().map(str::to_owned))
                .collect()),
            _ => Err(BrowserError::Answer {
                step: "check the page".to_owned(),
            }),
        }
    }
}
