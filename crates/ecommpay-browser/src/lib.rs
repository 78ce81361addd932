//! A real browser for tests: starts Debian's `chromedriver` and `chromium`, finds what a person
//! finds (buttons, links and fields by the names that assistive technology reads), waits for
//! conditions, takes pictures.
//!
//! ```no_run
//! use ecommpay_browser::{Browser, BrowserSettings, Window};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = BrowserSettings::new("front_page", "target/browser").window(Window::PHONE);
//! let Some(browser) = Browser::open(settings).await? else {
//!     return Ok(()); // no browser is installed; a loud line has said so
//! };
//! browser.go("http://127.0.0.1:8080/").await?;
//! browser.heading("ecommpay sandbox").await?;
//! browser.picture("front").await?; // target/browser/front_page/front.png
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here sleeps for a fixed time: every step is tried until it succeeds or its deadline is
//! over, and the error then says what was looked for and what the page showed instead.
//! At most two browsers run at a time in one process.

mod browser;
mod checks;
mod commands;
mod driver;
mod elements;
mod error;
mod installed;
mod settings;

pub use browser::Browser;
pub use error::BrowserError;
pub use fantoccini::key::Key;
pub use installed::{Installed, Missing};
pub use settings::{BrowserSettings, Window};
