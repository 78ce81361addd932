//! Commands of the driver that the client library has no method for.

use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command below the session's address.
#[derive(Debug)]
pub(crate) struct Command {
    path: String,
    /// A POST carries a body.
    body: Option<Value>,
}

impl Command {
    /// The name of an element as assistive technology reads it (WebDriver, "Get Computed Label").
    pub(crate) fn computed_label(element: &Element) -> Self {
        Self {
            path: format!("element/{}/computedlabel", element.element_id()),
            body: None,
        }
    }

    /// A command of the browser's own protocol.
    pub(crate) fn of_browser(name: &str, parameters: Value) -> Self {
        Self {
            path: "goog/cdp/execute".to_owned(),
            body: Some(json!({"cmd": name, "params": parameters})),
        }
    }

    /// Each character pressed and let go, where the focus is.
    pub(crate) fn keys(text: &str) -> Self {
        let presses: Vec<Value> = text
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})))
            .collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": presses});
        Self {
            path: "actions".to_owned(),
            body: Some(json!({"actions": [keyboard]})),
        }
    }

    /// What the browser's console has heard since this was last asked.
    pub(crate) fn console() -> Self {
        Self {
            path: "se/log".to_owned(),
            body: Some(json!({"type": "browser"})),
        }
    }
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        match &self.body {
            None => (Method::GET, None),
            Some(body) => (Method::POST, Some(body.to_string())),
        }
    }
}
