//! Why a sandbox did not start or refused a setting.

use std::io;

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
    /// The sandbox has stopped, so its clock cannot be advanced.
    #[error("the sandbox has stopped")]
    Stopped,
}
