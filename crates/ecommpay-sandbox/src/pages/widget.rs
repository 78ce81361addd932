//! The demonstration page of the widget: signed openings in every mode.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::respond_under;
use crate::config::{Language, Method};
use crate::platform::page::demonstration::Demonstration;

/// Payment Page opens in a frame of this page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the visitor chose besides the project.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WidgetChoice {
    pub(crate) method: Method,
    pub(crate) language: Language,
    /// `popup`, `iframe` or `redirect`.
    pub(crate) mode: &'static str,
    pub(crate) by_post: bool,
}

const MODES: [(&str, &str); 3] = [
    ("popup", "modal window"),
    ("iframe", "frame in the page"),
    ("redirect", "page of its own"),
];
const LANGUAGES: [Language; 3] = [Language::English, Language::Russian, Language::Chinese];

#[derive(Template)]
#[template(path = "widget.html")]
struct WidgetTemplate {
    lang: &'static str,
    refresh: Option<u32>,
    demonstration: Demonstration,
    choice: WidgetChoice,
    /// The signed configuration as JSON, for the script.
    config: String,
    /// The same for people.
    code: String,
}

impl WidgetTemplate {
    fn is_chosen(&self, project: &u32) -> bool {
        self.demonstration.project == Some(*project)
    }
}

/// The page for one choice.
pub(crate) fn widget(demonstration: Demonstration, choice: WidgetChoice) -> Response {
    let config = serde_json::to_string(&demonstration.config).unwrap_or_default();
    let code = code(&demonstration.config, choice);
    respond_under(
        POLICY,
        StatusCode::OK,
        &WidgetTemplate {
            lang: "en",
            refresh: None,
            demonstration,
            choice,
            config,
            code,
        },
    )
}

/// What a shop would write.
fn code(config: &BTreeMap<&'static str, String>, choice: WidgetChoice) -> String {
    let entries = serde_json::to_string_pretty(config).unwrap_or_default();
    let method = if choice.by_post { "POST" } else { "GET" };
    format!("EPayWidget.bind(\"pay\", {entries}, \"{method}\");")
}
