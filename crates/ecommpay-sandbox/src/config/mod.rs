//! How a sandbox is set up: address, clock, seed, pace and projects.

mod access;
mod clarification;
mod data_token;
pub(crate) mod fault;
pub(crate) mod fault_text;
mod file;
mod link;
mod method;
mod method_switches;
mod page;
mod project;
mod project_switches;
mod refunds;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

pub use access::Permission;
pub use clarification::{ClarificationForm, ClarificationSettings};
pub use data_token::DataToken;
pub use fault::{Fault, FaultPlace, When};
pub use link::{CancelledSpelling, LinkSettings};
pub use method::{
    EmptyBody, HandoffKind, Limits, Method, MethodSettings, RefundKinds, TestRefunds,
};
pub use page::{Language, PageSettings};
pub use project::{ProjectConfig, ProjectMode, SignatureFaults};
pub use project_switches::StatusFaults;
pub use refunds::RefundRules;

/// Which time the sandbox lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockKind {
    /// The machine's time, plus whatever [`advance`](crate::SandboxServer::advance) added.
    Real,
    /// Time stands still and moves only when it is advanced.
    Virtual {
        /// The first instant, in seconds since the Unix epoch.
        start: i64,
    },
}

/// How long the platform and the providers behind it think.
///
/// Both waits pass on the sandbox's clock, so under a virtual clock nothing happens until it is
/// advanced by at least as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub(crate) processing: Duration,
    pub(crate) result: Duration,
}

impl Pace {
    /// `processing` passes between the acknowledgement and the request to the provider, `result`
    /// between the customer's action (or a refund) and the provider's answer.
    #[must_use]
    pub fn new(processing: Duration, result: Duration) -> Self {
        Self { processing, result }
    }
}

impl Default for Pace {
    /// Half a second for processing, one second for the provider's result.
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(1))
    }
}

/// Everything a sandbox needs to know before it starts.
///
/// ```
/// use ecommpay_sandbox::{HandoffKind, Method, ProjectConfig, SandboxConfig};
///
/// let config = SandboxConfig::new().virtual_clock(1_767_225_600).seed(7).project(
///     ProjectConfig::new(239, "project secret")
///         .callback_url("http://127.0.0.1:9000/callback")
///         .handoff(Method::Alipay, HandoffKind::QrText),
/// );
/// # drop(config);
/// ```
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    pub(crate) bind: SocketAddr,
    pub(crate) clock: ClockKind,
    pub(crate) seed: u64,
    pub(crate) pace: Pace,
    pub(crate) projects: Vec<ProjectConfig>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) data_tokens: Vec<DataToken>,
    pub(crate) allowed_hosts: Vec<String>,
    #[cfg(feature = "db")]
    pub(crate) database: Option<std::path::PathBuf>,
}

impl SandboxConfig {
    /// A sandbox on a free port of 127.0.0.1 with the real clock, seed 0 and no project.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: ClockKind::Real,
            seed: 0,
            pace: Pace::default(),
            projects: Vec::new(),
            faults: Vec::new(),
            data_tokens: Vec::new(),
            allowed_hosts: Vec::new(),
            #[cfg(feature = "db")]
            database: None,
        }
    }

    /// Listens on this address; port 0 takes a free one.
    #[must_use]
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.bind = address;
        self
    }

    /// Chooses the clock.
    #[must_use]
    pub fn clock(mut self, clock: ClockKind) -> Self {
        self.clock = clock;
        self
    }

    /// A clock that stands still at `start` (seconds since the Unix epoch) until it is advanced.
    #[must_use]
    pub fn virtual_clock(self, start: i64) -> Self {
        self.clock(ClockKind::Virtual { start })
    }

    /// The number from which all identifiers are made; same seed and same commands at the same
    /// times give the same bytes.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How long the platform and the providers think.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Adds a project.
    #[must_use]
    pub fn project(mut self, project: ProjectConfig) -> Self {
        self.projects.push(project);
        self
    }

    /// Adds a rule to the fault desk. A sandbox that goes on with a database file keeps the rules
    /// that the file knows instead.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Adds a token of the Data API.
    #[must_use]
    pub fn data_token(mut self, token: DataToken) -> Self {
        self.data_tokens.push(token);
        self
    }

    /// Lets callbacks go to this host name or address although it is not a loopback address, and
    /// answers requests that name it in their `Host` header.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }
}

#[cfg(feature = "db")]
impl SandboxConfig {
    /// Keeps everything in this SQLite file, and goes on where an earlier sandbox with the same
    /// file ended, however it ended. Projects and tokens that the file knows keep the settings they
    /// had.
    ///
    /// One sandbox at a time can use a file. The file belongs to its seed and pace.
    #[must_use]
    pub fn database(mut self, file: impl Into<std::path::PathBuf>) -> Self {
        self.database = Some(file.into());
        self
    }
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self::new()
    }
}
