//! Whether this machine has a browser, and what its absence means.

use std::env;
use std::fmt;
use std::path::PathBuf;

/// Names under which the browser may be installed; the driver drives any of them.
const BROWSERS: [&str; 2] = ["chromium", "chromium-browser"];
const DRIVER: &str = "chromedriver";

/// The two programs that are needed, with their full paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub(crate) driver: PathBuf,
    pub(crate) browser: PathBuf,
}

/// A program that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    program: &'static str,
    required: bool,
}

impl Installed {
    /// Looks for the programs in `PATH`.
    ///
    /// # Errors
    /// [`Missing`] names the program that is not there.
    pub fn find() -> Result<Self, Missing> {
        let missing = |program| Missing {
            program,
            required: required(),
        };
        Ok(Self {
            driver: in_path(DRIVER).ok_or(missing(DRIVER))?,
            browser: BROWSERS
                .into_iter()
                .find_map(in_path)
                .ok_or(missing("chromium"))?,
        })
    }
}

impl Missing {
    /// Whether a test without a browser has failed: `CI` is set, or `ECOMMPAY_BROWSER=required`.
    /// Otherwise it is left out.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.required
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "LEFT OUT: browser tests: no {}; install chromium and chromium-driver",
            self.program
        )
    }
}

impl std::error::Error for Missing {}

fn required() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty())
        || env::var_os("ECOMMPAY_BROWSER").is_some_and(|value| value == "required")
}

fn in_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
