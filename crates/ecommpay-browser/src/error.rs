//! Why a browser could not do something.

use std::io;

use fantoccini::error::{CmdError, NewSessionError};

use crate::installed::Missing;

/// A step of a browser test that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// There is no browser, and it is required here.
    #[error("browser tests are required here and cannot run")]
    Missing(#[source] Missing),
    /// The driver did not start.
    #[error("chromedriver did not start")]
    Driver(#[source] io::Error),
    /// The driver started no browser.
    #[error("chromedriver started no browser")]
    Session(#[source] NewSessionError),
    /// A folder or picture could not be written.
    #[error("{path} could not be written")]
    File {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The driver or the browser refused a command.
    #[error("{step}")]
    Command {
        /// What was to be done.
        step: String,
        /// What the driver says.
        source: CmdError,
    },
    /// Something that had to come did not come in time.
    #[error("{step}: not within {seconds} s; {last}. The page is {page}")]
    Deadline {
        /// What was waited for.
        step: String,
        /// How long it was waited for.
        seconds: u64,
        /// What stood in the way at the last look.
        last: String,
        /// Address and text of the page at the end.
        page: String,
    },
    /// The driver's answer is of another form than the standard says.
    #[error("{step}: an answer that is not understood")]
    Answer {
        /// What was asked.
        step: String,
    },
}

impl BrowserError {
    pub(crate) fn command(step: &str) -> impl FnOnce(CmdError) -> Self {
        move |source| Self::Command {
            step: step.to_owned(),
            source,
        }
    }
}
