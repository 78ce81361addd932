//! `ecommpay sandbox`: the platform in a box, for as long as this command runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use ecommpay_sandbox::{
    ClockKind, HandoffKind, Method, ProjectConfig, SandboxConfig, SandboxServer,
};

use crate::input::Secret;
use crate::outcome::{Failure, Outcome, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8420)]
    port: u16,
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
    /// The number from which all identifiers are made
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Keep everything in this SQLite file, and go on where a sandbox with this file ended
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// A clock that stands still at this second since the Unix epoch until it is advanced
    #[arg(long, value_name = "SECONDS")]
    virtual_clock: Option<i64>,
}

/// Runs the sandbox until the process is told to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut project = ProjectConfig::new(arguments.project, arguments.secret.text()?);
    if let Some(url) = &arguments.callback_url {
        project = project.callback_url(url);
    }
    for (method, kind) in &arguments.handoff {
        project = project.handoff(*method, *kind);
    }
    let clock = match arguments.virtual_clock {
        Some(start) => ClockKind::Virtual { start },
        None => ClockKind::Real,
    };
    let mut config = SandboxConfig::new()
        .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)))
        .seed(arguments.seed)
        .clock(clock)
        .project(project);
    if let Some(file) = &arguments.db {
        config = config.database(file);
    }
    let sandbox =
        SandboxServer::start(config).map_err(|error| Failure::caused("sandbox", &error))?;
    eprintln!("This is a sandbox for development, not the platform: no money moves.");
    eprintln!("Project {}, Gate and Payment Page at", arguments.project);
    print_line(sandbox.uri())?;
    eprintln!(
        "Turn the clock: POST {}/_sandbox/clock/advance {{\"seconds\": 1800}}",
        sandbox.uri()
    );
    sandbox.wait();
    Ok(Outcome::Yes)
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
