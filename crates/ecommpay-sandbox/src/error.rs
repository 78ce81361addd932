//! Why a sandbox did not start or refused a setting.

use std::io;

use crate::store::StoreError;

impl From<StoreError> for SandboxError {
    fn from(error: StoreError) -> Self {
        Self::NotKept {
            problem: error.to_string(),
        }
    }
}

/// The one error of starting and configuring a sandbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The listening socket could not be opened.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The thread that runs the sandbox could not be started.
    #[error("cannot start the sandbox's thread")]
    Thread {
        /// What the system said.
        source: io::Error,
    },
    /// A project's settings contradict the rules.
    #[error("project {project}: {field} {rule}")]
    Project {
        /// The project's id as given.
        project: u32,
        /// The setting.
        field: String,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// A document of settings breaks a rule.
    #[error("{field}: {rule}")]
    Settings {
        /// The member, as `projects[0].mode`.
        field: String,
        /// The rule it breaks.
        rule: String,
    },
    /// A fault rule contradicts itself or a limit.
    #[error("fault: {field} {rule}")]
    Fault {
        /// The member of the rule.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// The settings of a token of the Data API contradict the rules.
    #[error("data token: {field} {rule}")]
    DataToken {
        /// The setting.
        field: &'static str,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// The database file cannot be used.
    #[error("database file {} {problem}", path.display())]
    Database {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The database file cannot be written any more, so nothing is acknowledged.
    #[error("{problem}")]
    NotKept {
        /// What the system said.
        problem: String,
    },
    /// The sandbox has stopped, so its clock cannot be advanced.
    #[error("the sandbox has stopped")]
    Stopped,
}
