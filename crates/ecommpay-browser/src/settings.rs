//! What kind of browser a test wants.

use std::path::{Path, PathBuf};

use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use crate::installed::Installed;

/// The inner size of a window, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Window {
    /// A window on a desk.
    pub const DESKTOP: Self = Self::new(1280, 900);
    /// A telephone of these years.
    pub const PHONE: Self = Self::new(360, 740);
    /// The narrowest screen that pages have to fit.
    pub const NARROW: Self = Self::new(320, 640);

    /// A window of any size.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }
}

/// How a browser is started, and where its pictures go.
#[derive(Debug, Clone)]
pub struct BrowserSettings {
    pub(crate) window: Window,
    pub(crate) pictures: PathBuf,
    scripts: bool,
}

impl BrowserSettings {
    /// A desktop window with scripts. Pictures go into a folder of this name below `pictures`.
    #[must_use]
    pub fn new(test: &str, pictures: impl AsRef<Path>) -> Self {
        Self {
            window: Window::DESKTOP,
            pictures: pictures.as_ref().join(test),
            scripts: true,
        }
    }

    /// Chooses the size of the window.
    #[must_use]
    pub const fn window(mut self, window: Window) -> Self {
        self.window = window;
        self
    }

    /// Switches scripts off by the browser's own setting, as a careful customer does.
    #[must_use]
    pub const fn without_scripts(mut self) -> Self {
        self.scripts = false;
        self
    }

    /// What the driver is told.
    pub(crate) fn capabilities(&self, installed: &Installed, profile: &Path) -> Capabilities {
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            // A container may have next to no shared memory.
            "--disable-dev-shm-usage",
            "--lang=en-US",
            // The driver cannot read names in frames that have a process of their own.
            "--disable-site-isolation-trials",
            "--disable-features=IsolateOrigins,site-per-process",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        if is_root() {
            // The browser refuses to build its own sandbox as root.
            arguments.push("--no-sandbox".to_owned());
        }
        let mut preferences = json!({"download.default_directory": downloads(profile)});
        if !self.scripts {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let options = json!({"binary": installed.browser, "args": arguments, "prefs": preferences});
        let mut capabilities = Capabilities::new();
        let mut set = |name: &str, value: Value| capabilities.insert(name.to_owned(), value);
        set("browserName", json!("chrome"));
        set("goog:chromeOptions", options);
        set("goog:loggingPrefs", json!({"browser": "ALL"}));
        // A dialogue that nobody expects is an error of the next command.
        set("unhandledPromptBehavior", json!("dismiss and notify"));
        capabilities
    }
}

/// Where a browser with this profile puts downloaded files.
pub(crate) fn downloads(profile: &Path) -> PathBuf {
    profile.join("downloads")
}

/// Whether this process belongs to root, as Linux tells it.
#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}
