//! Finding and using what a person uses: controls by their names, texts, headings, the keyboard.

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::Value;

use crate::browser::Browser;
use crate::commands::Command;
use crate::error::BrowserError;

/// What can be pressed.
const CONTROLS: &str = "a[href], button, summary, input[type=submit], [role=button]";
/// What can be filled in.
const FIELDS: &str = "input:not([type=hidden]):not([type=submit]), textarea, select";

/// Gives a field a value as a picker does.
const SET_VALUE: &str = "const [field, value] = arguments; field.value = value; \
                         field.dispatchEvent(new Event('input', {bubbles: true})); \
                         field.dispatchEvent(new Event('change', {bubbles: true}));";

impl Browser {
    /// Presses the one button or link whose name is this, or begins with it.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when there is none, or there are several.
    pub async fn press(&self, name: &str) -> Result<(), BrowserError> {
        let step = format!("press \"{name}\"");
        self.until(&step, async || {
            let Some(control) = self.named(CONTROLS, name).await? else {
                return Ok(None);
            };
            control.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Whether the page shows a button or link whose name is this, or begins with it.
    ///
    /// # Errors
    /// [`BrowserError`] when the driver does not answer.
    pub async fn offers(&self, name: &str) -> Result<bool, BrowserError> {
        let step = format!("look for \"{name}\"");
        let found = self.until(&step, async || {
            Ok(Some(self.named(CONTROLS, name).await?.is_some()))
        });
        found.await
    }

    /// Writes a text into the field with this label, in place of what it holds. In a list it
    /// chooses the entry with this text; a date is given as its value (`2026-01-31T12:00`), since
    /// how it is typed depends on the browser's language.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when there is no such field.
    pub async fn fill(&self, label: &str, text: &str) -> Result<(), BrowserError> {
        let step = format!("fill \"{label}\"");
        self.until(&step, async || {
            let Some(field) = self.named(FIELDS, label).await? else {
                return Ok(None);
            };
            let kind = field.prop("type").await?.unwrap_or_default();
            match kind.as_str() {
                "select-one" => field.select_by_label(text).await?,
                "date" | "datetime-local" | "time" => {
                    let arguments = vec![serde_json::to_value(&field)?, text.into()];
                    self.client.execute(SET_VALUE, arguments).await?;
                }
                _ => {
                    field.clear().await?;
                    field.send_keys(text).await?;
                }
            }
            Ok(Some(()))
        })
        .await
    }

    /// Waits until the page's main heading contains this text.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when it does not come.
    pub async fn heading(&self, text: &str) -> Result<(), BrowserError> {
        let step = format!("see the heading \"{text}\"");
        self.until(&step, async || {
            let heading = self.client.find(Locator::Css("h1")).await?.text().await?;
            Ok(heading.contains(text).then_some(()))
        })
        .await
    }

    /// Waits until the page shows this text anywhere.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when it does not come.
    pub async fn sees(&self, text: &str) -> Result<(), BrowserError> {
        let step = format!("see \"{text}\"");
        self.until(&step, async || {
            let body = self.client.find(Locator::Css("body")).await?.text().await?;
            Ok(body.contains(text).then_some(()))
        })
        .await
    }

    /// The text that the page shows.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when there is no page.
    pub async fn text(&self) -> Result<String, BrowserError> {
        self.until("read the page", async || {
            let body = self.client.find(Locator::Css("body")).await?;
            Ok(Some(body.text().await?))
        })
        .await
    }

    /// Waits until the address begins like this.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when it does not.
    pub async fn arrives_at(&self, address: &str) -> Result<(), BrowserError> {
        let step = format!("arrive at {address}");
        self.until(&step, async || {
            let url = self.client.current_url().await?;
            Ok(url.as_str().starts_with(address).then_some(()))
        })
        .await
    }

    /// Waits until the body of a function returns something else than `null`, `false` or nothing,
    /// and gives it.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when it does not.
    pub async fn until_script(&self, step: &str, script: &str) -> Result<Value, BrowserError> {
        self.until(step, async || {
            let found = self.client.execute(script, Vec::new()).await?;
            Ok((!matches!(found, Value::Null | Value::Bool(false))).then_some(found))
        })
        .await
    }

    /// Presses a key where the focus is, as a person without a mouse does.
    ///
    /// # Errors
    /// [`BrowserError`] when the browser refuses.
    pub async fn key(&self, key: Key) -> Result<(), BrowserError> {
        self.type_keys(&char::from(key).to_string()).await
    }

    /// Types a text where the focus is.
    ///
    /// # Errors
    /// [`BrowserError`] when the browser refuses.
    pub async fn type_keys(&self, text: &str) -> Result<(), BrowserError> {
        let pressed = self.client.issue_cmd(Command::keys(text)).await;
        pressed.map_err(BrowserError::command("press keys"))?;
        Ok(())
    }

    /// The name of the element that has the focus; empty for none.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when the page has no such element for long.
    pub async fn focused(&self) -> Result<String, BrowserError> {
        self.until("ask for the focus", async || {
            let element = self.client.active_element().await?;
            Ok(Some(self.name_of(&element).await?))
        })
        .await
    }

    /// Presses Tab until the control or field with this name (or its beginning) has the focus.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when going round the whole page did not lead there.
    pub async fn tab_to(&self, name: &str) -> Result<(), BrowserError> {
        let step = format!("reach \"{name}\" by Tab");
        let tab = char::from(Key::Tab).to_string();
        self.until(&step, async || {
            let element = self.client.active_element().await?;
            if self.name_of(&element).await?.starts_with(name) {
                return Ok(Some(()));
            }
            self.client.issue_cmd(Command::keys(&tab)).await?;
            Ok(None)
        })
        .await
    }

    /// The displayed element with this name, else the one whose name begins with it.
    async fn named(&self, kinds: &str, name: &str) -> Result<Option<Element>, CmdError> {
        let mut exact = Vec::new();
        let mut beginning = Vec::new();
        for element in self.client.find_all(Locator::Css(kinds)).await? {
            let label = self.name_of(&element).await?;
            if !label.starts_with(name) || !element.is_displayed().await? {
                continue;
            }
            if label == name {
                exact.push(element);
            } else {
                beginning.push(element);
            }
        }
        let found = if exact.is_empty() { beginning } else { exact };
        self.the_one(found).await
    }

    /// The element that is meant. With several the test does not say which, unless all are links to
    /// the same place.
    async fn the_one(&self, found: Vec<Element>) -> Result<Option<Element>, CmdError> {
        let mut found = found.into_iter();
        let Some(first) = found.next() else {
            return Ok(None);
        };
        for other in found {
            let target = first.prop("href").await?;
            if target.is_none() || other.prop("href").await? != target {
                return Ok(None);
            }
        }
        Ok(Some(first))
    }

    async fn name_of(&self, element: &Element) -> Result<String, CmdError> {
        let name = self
            .client
            .issue_cmd(Command::computed_label(element))
            .await?;
        Ok(name.as_str().unwrap_or_default().trim().to_owned())
    }
}
