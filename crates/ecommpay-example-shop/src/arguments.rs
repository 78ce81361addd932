//! The command line of an example shop.

use std::path::PathBuf;

use clap::Parser;

/// A shop that sells tea, to be seen in a browser. Without arguments it brings its own sandbox.
#[derive(Debug, Clone, Parser)]
#[command(version)]
#[non_exhaustive]
pub struct Arguments {
    /// The port of loopback that the shop listens on; 0 for a free one
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// The base URL of a sandbox that runs already, such as http://127.0.0.1:9180
    #[arg(long, value_name = "URL")]
    pub sandbox: Option<String>,
    /// The project that the shop sets up in the sandbox; one of that number is replaced
    #[arg(long, default_value_t = 7001)]
    pub project: u32,
    /// The file that keeps orders and inbox; without it everything is forgotten at the end
    #[arg(long, value_name = "FILE")]
    pub database: Option<PathBuf>,
}

impl Arguments {
    /// Reads the command line; ends the program with a message if it cannot be read.
    #[must_use]
    pub fn from_command_line() -> Self {
        Self::parse()
    }

    /// A shop on a free port that forgets everything, with a sandbox of its own.
    #[must_use]
    pub fn on_a_free_port() -> Self {
        Self {
            port: 0,
            sandbox: None,
            project: 7001,
            database: None,
        }
    }

    /// The same, over a sandbox that runs already.
    #[must_use]
    pub fn for_sandbox(url: &str) -> Self {
        Self {
            sandbox: Some(url.to_owned()),
            ..Self::on_a_free_port()
        }
    }
}
