//! The sandbox under load, in a process of its own.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use clap::Args;
use ecommpay_sandbox::{HandoffKind, Method, Pace, ProjectConfig, SandboxConfig, SandboxServer};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::LoadError;
use crate::memory;

/// The one project of the run.
pub(super) const PROJECT: u32 = 1;
/// Its key, which protects nothing.
pub(super) const SECRET: &str = "key of the load run";

#[derive(Debug, Args)]
pub(crate) struct PlatformArguments {
    /// Where callbacks go
    #[arg(long)]
    callback_url: String,
    /// The database file; in memory without one
    #[arg(long)]
    db: Option<PathBuf>,
}

/// Runs the sandbox until whoever started it closes our standard input.
pub(crate) fn run_platform(arguments: &PlatformArguments) -> Result<(), LoadError> {
    let project = ProjectConfig::new(PROJECT, SECRET)
        .callback_url(&arguments.callback_url)
        .handoff(Method::Alipay, HandoffKind::RedirectGet);
    let mut config = SandboxConfig::new()
        .pace(Pace::new(Duration::ZERO, Duration::ZERO))
        .project(project);
    if let Some(file) = &arguments.db {
        config = config.database(file);
    }
    let sandbox = SandboxServer::start(config)?;
    println!("{}", sandbox.uri());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A sandbox in another process; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct RunningPlatform {
    process: Child,
    uri: String,
}

impl RunningPlatform {
    /// Starts this very program as the sandbox and waits until it listens.
    pub(super) async fn start(
        callback_url: &str,
        database: Option<&Path>,
    ) -> Result<Self, LoadError> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("platform")
            .args(["--callback-url", callback_url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(file) = database {
            command.arg("--db").arg(file);
        }
        let mut process = command.spawn()?;
        let output = process.stdout.take();
        let output = output.ok_or_else(|| LoadError::Setup("no output of the sandbox".into()))?;
        let mut lines = BufReader::new(output).lines();
        match lines.next_line().await? {
            Some(uri) => Ok(Self { process, uri }),
            None => Err(LoadError::Ended(process.wait().await?)),
        }
    }

    pub(super) fn uri(&self) -> &str {
        &self.uri
    }

    /// Whether it still runs.
    pub(super) fn check(&mut self) -> Result<(), LoadError> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => Err(LoadError::Ended(status)),
        }
    }

    pub(super) fn resident_bytes(&self) -> Option<u64> {
        memory::resident_bytes(self.process.id()?)
    }
}
