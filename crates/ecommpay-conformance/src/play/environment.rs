//! Where flows are played: a sandbox in this process, or a platform somewhere else.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ecommpay_sandbox::{SandboxConfig, SandboxServer};
use ecommpay_transport::SharedTransport;
use ecommpay_transport_hyper::HyperTransport;

use super::control::Control;

/// The first instant of the sandbox's clock: 1 January 2026, midnight UTC.
const FIRST_INSTANT: i64 = 1_767_225_600;

/// Where flows are played.
///
/// In the sandbox of this process each play makes a project of its own, with a secret and a
/// callback address of its own, so that plays may run at the same time; only those that turn the
/// clock by half an hour disturb the others, and belong into an environment of their own.
#[derive(Debug)]
pub struct Environment {
    pub(super) gate: String,
    pub(super) page: String,
    pub(super) transport: SharedTransport,
    pub(super) control: Option<Control>,
    pub(super) listen: SocketAddr,
    pub(super) announced: Option<String>,
    projects: Projects,
    // Stops when the environment is dropped.
    _sandbox: Option<SandboxServer>,
}

/// Whose project a play uses.
#[derive(Debug)]
enum Projects {
    /// One for each play, by control API.
    Own { next: AtomicU32 },
    /// The same for all; how it hands customers over is the platform's business.
    Given(Credentials),
}

/// A project with its secret; `Debug` shows no secret.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) project: u32,
    pub(super) secret: String,
}

/// The project of one play.
pub(super) enum PlayProject {
    /// To be added to the sandbox.
    New(Credentials),
    /// Known to the platform.
    Known(Credentials),
}

/// Why there is nowhere to play.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// The sandbox in this process did not start.
    #[error("the sandbox did not start")]
    Sandbox(#[source] ecommpay_sandbox::SandboxError),
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] ecommpay_transport_hyper::BuildError),
    /// The control API of the sandbox did not answer as expected.
    #[error("the control API failed: {0}")]
    Control(String),
}

/// A platform that is not in this process.
///
/// Steps that only a sandbox can show (its timeline) count as not observable unless the platform
/// has the control API of our sandbox. Its emulator pages must be reachable from here, and this
/// program from there.
#[derive(Debug)]
pub struct PlatformAddress {
    gate: String,
    page: Option<String>,
    credentials: Credentials,
    listen: SocketAddr,
    announced: Option<String>,
}

impl PlatformAddress {
    /// A platform whose Gate has this base URL, and a project of it.
    pub fn new(gate: impl Into<String>, project: u32, secret: impl Into<String>) -> Self {
        PlatformAddress {
            gate: without_slash(gate.into()),
            page: None,
            credentials: Credentials {
                project,
                secret: secret.into(),
            },
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            announced: None,
        }
    }

    /// The origin of Payment Page, if it is another than Gate's.
    #[must_use]
    pub fn page(mut self, origin: impl Into<String>) -> Self {
        self.page = Some(without_slash(origin.into()));
        self
    }

    /// Where the shop of a play listens for callbacks and browsers; a free port of loopback
    /// otherwise. With a fixed port only one play can run at a time.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The origin under which the platform reaches the shop, if it is another than the one it
    /// listens on.
    #[must_use]
    pub fn announced(mut self, origin: impl Into<String>) -> Self {
        self.announced = Some(without_slash(origin.into()));
        self
    }
}

fn without_slash(url: String) -> String {
    url.trim_end_matches('/').to_owned()
}

impl Environment {
    /// Starts a sandbox in this process, with a clock that is turned by the plays.
    ///
    /// # Errors
    ///
    /// No port or no thread could be had.
    pub async fn in_process() -> Result<Self, EnvironmentError> {
        let config = SandboxConfig::new().virtual_clock(FIRST_INSTANT);
        let sandbox = SandboxServer::start(config).map_err(EnvironmentError::Sandbox)?;
        let transport = transport()?;
        let uri = sandbox.uri().to_owned();
        let control = Control::find(&uri, &transport)
            .await
            .map_err(EnvironmentError::Control)?;
        Ok(Environment {
            gate: uri.clone(),
            page: uri,
            transport,
            control,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            announced: None,
            projects: Projects::Own {
                next: AtomicU32::new(1001),
            },
            _sandbox: Some(sandbox),
        })
    }

    /// Plays against a platform somewhere else; looks whether it has the sandbox's control API.
    ///
    /// # Errors
    ///
    /// The HTTP client could not be made. Whether the platform answers shows with the first play.
    pub async fn of_platform(address: PlatformAddress) -> Result<Self, EnvironmentError> {
        let transport = transport()?;
        let control = Control::find(&address.gate, &transport)
            .await
            .unwrap_or(None);
        Ok(Environment {
            page: address.page.unwrap_or_else(|| address.gate.clone()),
            gate: address.gate,
            transport,
            control,
            listen: address.listen,
            announced: address.announced,
            projects: Projects::Given(address.credentials),
            _sandbox: None,
        })
    }

    /// Whether the platform tells what it did, so that its steps can be seen.
    #[must_use]
    pub fn keeps_a_timeline(&self) -> bool {
        self.control.is_some()
    }

    pub(super) fn project(&self) -> PlayProject {
        match &self.projects {
            Projects::Own { next } => {
                let project = next.fetch_add(1, Ordering::Relaxed);
                PlayProject::New(Credentials {
                    project,
                    secret: format!("play-secret-{project}"),
                })
            }
            Projects::Given(credentials) => PlayProject::Known(credentials.clone()),
        }
    }
}

/// Loopback answers at once; a platform elsewhere gets the time its documentation speaks of.
fn transport() -> Result<SharedTransport, EnvironmentError> {
    let transport = HyperTransport::builder()
        .connect_timeout(Duration::from_secs(10))
        .attempt_timeout(Duration::from_secs(30))
        .allow_plain_http_anywhere()
        .build()
        .map_err(EnvironmentError::Client)?;
    Ok(SharedTransport::new(transport))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::PlatformAddress;

    #[test]
    fn the_secret_does_not_show() {
        let address = PlatformAddress::new("https://platform.example", 1, "CANARY");
        assert!(!format!("{address:?}").contains("CANARY"));
    }
}
