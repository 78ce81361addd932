//! One browser: opening, going somewhere, pictures, frames, tabs and scripts.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::commands::Command;
use crate::driver::Driver;
use crate::error::BrowserError;
use crate::installed::Installed;
use crate::settings::{BrowserSettings, Window, downloads};

/// So many browsers at a time; more would only wait for each other and miss their deadlines.
static PLACES: Semaphore = Semaphore::const_new(2);

/// How long anything may take before it counts as missing.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for meanwhile.
const PERIOD: Duration = Duration::from_millis(25);

/// A browser with one window, closed when it is dropped.
///
/// Fields are dropped in order: the session before its driver, the driver before its profile.
#[derive(Debug)]
pub struct Browser {
    pub(crate) client: Client,
    _driver: Driver,
    profile: TempDir,
    settings: BrowserSettings,
    _place: SemaphorePermit<'static>,
}

impl Browser {
    /// Starts a browser. Nothing where none is installed and none is required: a line that begins
    /// with `LEFT OUT` then goes to standard error.
    ///
    /// # Errors
    /// [`BrowserError`] when a browser is required and missing, or does not start.
    pub async fn open(settings: BrowserSettings) -> Result<Option<Self>, BrowserError> {
        let installed = match Installed::find() {
            Ok(installed) => installed,
            Err(missing) if missing.is_failure() => return Err(BrowserError::Missing(missing)),
            Err(missing) => {
                eprintln!("{missing}");
                return Ok(None);
            }
        };
        let place = PLACES.acquire().await.map_err(|_| {
            BrowserError::Driver(std::io::Error::other("the places for browsers are closed"))
        })?;
        make_folder(&settings)?;
        let profile = tempfile::tempdir().map_err(BrowserError::Driver)?;
        let driver = Driver::start(&installed.driver).map_err(BrowserError::Driver)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(settings.capabilities(&installed, profile.path()))
            .connect(&driver.address())
            .await
            .map_err(BrowserError::Session)?;
        let browser = Self {
            client,
            _driver: driver,
            profile,
            settings,
            _place: place,
        };
        browser.resize(browser.settings.window).await?;
        Ok(Some(browser))
    }

    /// Opens an address and waits until the page is loaded.
    ///
    /// # Errors
    /// [`BrowserError`] when the browser cannot open it.
    pub async fn go(&self, address: &str) -> Result<(), BrowserError> {
        let step = format!("open {address}");
        let opened = self.client.goto(address).await;
        opened.map_err(BrowserError::command(&step))
    }

    /// The address of the page.
    ///
    /// # Errors
    /// [`BrowserError`] when the driver does not answer.
    pub async fn address(&self) -> Result<String, BrowserError> {
        let url = self.client.current_url().await;
        Ok(url
            .map_err(BrowserError::command("ask for the address"))?
            .into())
    }

    /// Gives the window's inside another size.
    ///
    /// # Errors
    /// [`BrowserError`] when the driver refuses.
    pub async fn resize(&self, window: Window) -> Result<(), BrowserError> {
        // The window itself has a least width that is wider than a telephone.
        let size = json!({"width": window.width, "height": window.height,
            "deviceScaleFactor": 1, "mobile": false});
        self.of_browser("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(())
    }

    /// Saves what the window shows as `<test>/<step>.png` and gives the PNG.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no picture, or it cannot be written.
    pub async fn picture(&self, step: &str) -> Result<Vec<u8>, BrowserError> {
        let picture = self.client.screenshot().await;
        let picture = picture.map_err(BrowserError::command("take a picture"))?;
        let path = self.settings.pictures.join(format!("{step}.png"));
        fs::write(&path, &picture).map_err(|source| BrowserError::File {
            path: path.display().to_string(),
            source,
        })?;
        Ok(picture)
    }

    /// Runs the body of a function in the page and gives what it returns. This works in pages
    /// without scripts too.
    ///
    /// # Errors
    /// [`BrowserError`] when the function throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value, BrowserError> {
        let result = self.client.execute(script, arguments).await;
        result.map_err(BrowserError::command("run a script"))
    }

    /// Runs a script in every document, frames included, before any script of the document's own.
    ///
    /// # Errors
    /// [`BrowserError`] when the browser refuses.
    pub async fn run_first(&self, script: &str) -> Result<(), BrowserError> {
        let source = json!({"source": script});
        self.of_browser("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// Lets pages do what their content security policy forbids: to see what holds without it.
    ///
    /// # Errors
    /// [`BrowserError`] when the browser refuses.
    pub async fn ignore_content_security_policy(&self) -> Result<(), BrowserError> {
        self.of_browser("Page.setBypassCSP", json!({"enabled": true}))
            .await?;
        Ok(())
    }

    /// Errors and warnings that the console has heard since this was last asked: scripts that
    /// failed, files that are missing, what a content security policy has stopped.
    ///
    /// # Errors
    /// [`BrowserError`] when the driver does not answer.
    pub async fn complaints(&self) -> Result<Vec<String>, BrowserError> {
        let entries = self.client.issue_cmd(Command::console()).await;
        let entries = entries.map_err(BrowserError::command("read the console"))?;
        let entries = entries.as_array().into_iter().flatten();
        Ok(entries
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
            .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
            .collect())
    }

    /// Waits until a file has been downloaded, and takes it: its name and its bytes.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when no file comes.
    pub async fn downloaded(&self) -> Result<(String, Vec<u8>), BrowserError> {
        let folder = downloads(self.profile.path());
        self.until("get a file", async || Ok(take_file(&folder)))
            .await
    }

    /// Looks into the frame with this title; what follows happens inside it.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when no such frame comes.
    pub async fn enter_frame(&self, title: &str) -> Result<(), BrowserError> {
        let step = format!("enter the frame \"{title}\"");
        let selector = format!("iframe[title=\"{title}\"]");
        self.until(&step, async || {
            let frame = fantoccini::Locator::Css(&selector);
            self.client.find(frame).await?.enter_frame().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Back to the page around the frame.
    ///
    /// # Errors
    /// [`BrowserError`] when the page is gone.
    pub async fn leave_frame(&self) -> Result<(), BrowserError> {
        let left = self.client.enter_parent_frame().await;
        left.map_err(BrowserError::command("leave the frame"))
    }

    /// Opens a tab and goes to it: another device for the pages, which keep no cookies.
    ///
    /// # Errors
    /// [`BrowserError`] when the browser opens none.
    pub async fn open_tab(&self, window: Window) -> Result<(), BrowserError> {
        let step = "open a tab";
        let tab = self.client.new_window(true).await;
        let tab = tab.map_err(BrowserError::command(step))?.handle;
        let entered = self.client.switch_to_window(tab).await;
        entered.map_err(BrowserError::command(step))?;
        self.resize(window).await
    }

    /// Goes to the tab that a link has opened.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when there is no second tab.
    pub async fn enter_new_tab(&self) -> Result<(), BrowserError> {
        let here = self.client.window().await;
        let here = here.map_err(BrowserError::command("ask for the tab"))?;
        let another = |tabs: Vec<WindowHandle>| tabs.into_iter().find(|tab| *tab != here);
        let tab = self
            .until("see a second tab", async || {
                Ok(another(self.client.windows().await?))
            })
            .await?;
        let entered = self.client.switch_to_window(tab).await;
        entered.map_err(BrowserError::command("enter the second tab"))?;
        self.resize(self.settings.window).await
    }

    /// Closes the tab and goes back to the first.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no other tab.
    pub async fn close_tab(&self) -> Result<(), BrowserError> {
        let step = "close the tab";
        self.client
            .close_window()
            .await
            .map_err(BrowserError::command(step))?;
        let tabs = self.client.windows().await;
        let first = tabs
            .map_err(BrowserError::command(step))?
            .into_iter()
            .next();
        let first = first.ok_or_else(|| BrowserError::Answer {
            step: step.to_owned(),
        })?;
        let entered = self.client.switch_to_window(first).await;
        entered.map_err(BrowserError::command(step))
    }

    /// Looks again and again until there is something.
    ///
    /// What the driver refuses meanwhile is taken as "not yet": pages change while they are looked
    /// at. An unexpected dialogue and a lost browser end it at once.
    ///
    /// # Errors
    /// [`BrowserError::Deadline`] when nothing was found in time.
    pub(crate) async fn until<T>(
        &self,
        step: &str,
        mut look: impl AsyncFnMut() -> Result<Option<T>, CmdError>,
    ) -> Result<T, BrowserError> {
        let end = Instant::now() + PATIENCE;
        loop {
            let last = match look().await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => "it is not there, or not the only one".to_owned(),
                Err(error) if !may_pass(&error) => return Err(BrowserError::command(step)(error)),
                Err(error) => error.to_string(),
            };
            if Instant::now() > end {
                // For the eyes of whoever looks for the reason; the error stands without it too.
                let _ = self.picture("failed").await;
                return Err(BrowserError::Deadline {
                    step: step.to_owned(),
                    seconds: PATIENCE.as_secs(),
                    last,
                    page: self.shown().await,
                });
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    pub(crate) async fn of_browser(
        &self,
        name: &str,
        parameters: Value,
    ) -> Result<Value, BrowserError> {
        let command = Command::of_browser(name, parameters);
        let answer = self.client.issue_cmd(command).await;
        answer.map_err(BrowserError::command(name))
    }

    /// Address and text of the page, for an error.
    async fn shown(&self) -> String {
        let script = "return location.href + ': ' + document.body.innerText.slice(0, 600)";
        match self.client.execute(script, Vec::new()).await {
            Ok(Value::String(text)) => text,
            _ => "not to be seen".to_owned(),
        }
    }
}

/// Whether a refusal may be over at the next look.
fn may_pass(error: &CmdError) -> bool {
    matches!(error, CmdError::Standard(_))
        && !error.is_unexpected_alert_open()
        && !error.is_invalid_session_id()
        && !error.is_invalid_selector()
}

/// The one file of a folder, once it is complete; the browser writes under another name till then.
fn take_file(folder: &Path) -> Option<(String, Vec<u8>)> {
    let mut entries = fs::read_dir(folder).ok()?;
    let path = entries.next()?.ok()?.path();
    let name = path.file_name()?.to_str()?.to_owned();
    let hidden_or_partial = name.starts_with('.') || name.ends_with(".crdownload");
    if hidden_or_partial || entries.next().is_some() {
        return None;
    }
    let bytes = fs::read(&path).ok()?;
    fs::remove_file(&path).ok()?;
    Some((name, bytes))
}

/// An empty folder for the pictures.
fn make_folder(settings: &BrowserSettings) -> Result<(), BrowserError> {
    let folder = &settings.pictures;
    let made = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    };
    made.map_err(|source| BrowserError::File {
        path: folder.display().to_string(),
        source,
    })
}
