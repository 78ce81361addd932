//! `ecommpay sandbox`: the platform in a box, for as long as this command runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use ecommpay_sandbox::{
    ClockKind, HandoffKind, Method, ProjectConfig, SandboxConfig, SandboxServer,
};

use crate::input::Secret;
use crate::outcome::{Failure, Outcome, print_line};

/// Where a sandbox listens unless it is told otherwise.
const PORT: u16 = 8420;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// JSON file with `port`, `seed`, `clock`, `pace`, `allowed_hosts`, `projects` and `faults`,
    /// all optional; projects and faults are written as the control API takes them. Its projects
    /// stand in place of the one that other options describe
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["project", "variable", "callback_url", "handoff"]
    )]
    config: Option<PathBuf>,
    /// SQLite file that keeps everything; a file that is there is gone on with, and its projects
    /// keep their settings
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one; 8420 unless the configuration says otherwise
    #[arg(long)]
    port: Option<u16>,
    /// Identifier of the test project
    #[arg(long, default_value_t = 1)]
    project: u32,
    #[command(flatten)]
    secret: Secret,
    /// Where the project's callbacks go; loopback addresses only
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// Hand-off of a method, such as `alipay=qr_text` or `alfa-click=instruction`; can be repeated
    #[arg(long, value_name = "METHOD=KIND", value_parser = handoff)]
    handoff: Vec<(Method, HandoffKind)>,
    /// The number from which all identifiers are made; 0 unless the configuration says otherwise
    #[arg(long)]
    seed: Option<u64>,
    /// A clock that stands still at this second since the Unix epoch until it is advanced
    #[arg(long, value_name = "SECONDS")]
    virtual_clock: Option<i64>,
}

/// Runs the sandbox until the process is told to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut config = match &arguments.config {
        Some(file) => {
            let name = file.display().to_string();
            let text = std::fs::read(file).map_err(|error| Failure::caused(&name, &error))?;
            SandboxConfig::from_json(&text).map_err(|error| Failure::caused(&name, &error))?
        }
        None => SandboxConfig::new()
            .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)))
            .project(project(arguments)?),
    };
    if let Some(port) = arguments.port {
        config = config.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    if let Some(seed) = arguments.seed {
        config = config.seed(seed);
    }
    if let Some(start) = arguments.virtual_clock {
        config = config.clock(ClockKind::Virtual { start });
    }
    if let Some(file) = &arguments.db {
        config = config.database(file);
    }
    let sandbox =
        SandboxServer::start(config).map_err(|error| Failure::caused("sandbox", &error))?;
    eprintln!("This is a sandbox for development, not the platform: no money moves.");
    eprintln!("Dashboard at {}/dashboard/, control API", sandbox.uri());
    eprintln!("described at {}/_sandbox/openapi.json,", sandbox.uri());
    eprintln!("Gate, Payment Page and Data API at");
    print_line(sandbox.uri())?;
    sandbox.wait();
    Ok(Outcome::Yes)
}

/// The one project that the options describe.
fn project(arguments: &Arguments) -> Result<ProjectConfig, Failure> {
    let mut project = ProjectConfig::new(arguments.project, arguments.secret.text()?);
    if let Some(url) = &arguments.callback_url {
        project = project.callback_url(url);
    }
    for (method, kind) in &arguments.handoff {
        project = project.handoff(*method, *kind);
    }
    Ok(project)
}

fn handoff(text: &str) -> Result<(Method, HandoffKind), String> {
    let (method, kind) = text.split_once('=').ok_or("write METHOD=KIND")?;
    let method =
        Method::from_code(method).ok_or("the methods are alipay, alfa-click and wallet-partner")?;
    let kind: HandoffKind = serde_json::from_value(kind.into()).map_err(
        |_| "the kinds are redirect_get, redirect_post, qr_text, qr_image, qr_url and instruction",
    )?;
    if !kind.fits(method) {
        return Err(format!("{} has no such hand-off", method.code()));
    }
    Ok((method, kind))
}
