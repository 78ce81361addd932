//! What every test begins with.

pub(crate) mod customer;
pub(crate) mod phone;
pub(crate) mod shop;

use std::error::Error;
use std::fmt;
use std::path::Path;

use ecommpay_browser::{Browser, BrowserSettings};

/// How a test ends.
pub(crate) type Outcome = Result<(), Failure>;

/// Why a test failed: an error with its sources, as a person reads it.
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text.push_str(&format!(": {error}"));
            source = error.source();
        }
        Self(text)
    }
}

/// The runner shows a failure by `Debug`.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Settings of a browser with a folder for its pictures.
pub(crate) fn settings(test: &str) -> BrowserSettings {
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser");
    BrowserSettings::new(test, pictures)
}

/// A desktop browser; nothing where none is installed.
pub(crate) async fn open(test: &str) -> Result<Option<Browser>, Failure> {
    Ok(Browser::open(settings(test)).await?)
}

/// Looks a page over: takes its picture, holds it against the rules of accessibility and reads
/// what the console complains about.
pub(crate) async fn inspect(browser: &Browser, step: &str) -> Outcome {
    browser.picture(step).await?;
    let faults = browser.accessibility_faults().await?;
    assert_eq!(faults, Vec::<String>::new(), "{step}");
    let complaints = browser.complaints().await?;
    assert_eq!(complaints, Vec::<String>::new(), "{step}");
    Ok(())
}
