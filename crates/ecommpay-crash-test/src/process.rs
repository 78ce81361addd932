//! A receiving process, from its start to its end.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Failure;
use crate::kill_points::{self, KillPoint};
use crate::receive::LISTENING;

/// A process that does not listen after this time has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running process. It is killed when this is dropped.
pub(crate) struct Receiver {
    process: Child,
}

/// When a process ends by itself.
pub(crate) type Suicide = Option<(KillPoint, u64)>;

impl Receiver {
    /// Starts a process and does not wait for it.
    pub(crate) fn start(arguments: &[String], suicide: Suicide) -> Result<Self, Failure> {
        let starting = "starting the receiving process";
        let program = std::env::current_exe().map_err(Failure::not_run(starting))?;
        let mut command = Command::new(program);
        command
            .arg("receive")
            .args(arguments)
            .env_remove(kill_points::VARIABLE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some((point, after)) = suicide {
            command.env(kill_points::VARIABLE, format!("{}:{after}", point.name()));
        }
        let process = command.spawn().map_err(Failure::not_run(starting))?;
        Ok(Self { process })
    }

    /// Waits until it listens; answers the port and how long that took since `started`.
    pub(crate) async fn listening(&mut self, started: Instant) -> Result<(u16, Duration), Failure> {
        let output = self.process.stdout.take();
        let output = output.ok_or_else(|| Failure::NotRun("it was waited for twice".to_owned()))?;
        let mut lines = BufReader::new(output).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        let port = line
            .ok()
            .and_then(Result::ok)
            .flatten()
            .and_then(|line| line.strip_prefix(LISTENING)?.parse().ok());
        let port = port.ok_or_else(|| {
            Failure::Broken("the receiving process does not come up again".to_owned())
        })?;
        Ok((port, started.elapsed()))
    }

    /// Kills it (`SIGKILL`) and waits until it is gone.
    pub(crate) async fn kill(mut self) -> Result<(), Failure> {
        self.process
            .kill()
            .await
            .map_err(Failure::not_run("killing the receiving process"))
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> Result<(), Failure> {
        self.process
            .wait()
            .await
            .map(drop)
            .map_err(Failure::not_run("waiting for the receiving process"))
    }
}
