//! Running other programs, with the command line shown as it runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The top folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Runs `cargo` with the arguments in the top folder.
pub(crate) fn cargo(arguments: &[&str]) -> Result<(), String> {
    cargo_in(&root(), arguments)
}

/// Runs `cargo` with the arguments in a folder.
pub(crate) fn cargo_in(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    run(cargo_command(folder, arguments))
}

/// A `cargo` command which does not inherit the settings of the run that started this tool.
pub(crate) fn cargo_command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).args(arguments);
    command
}

/// Shows and runs a command; anything but exit code 0 is an error that names it.
pub(crate) fn run(mut command: Command) -> Result<(), String> {
    let shown = shown(&command);
    eprintln!("$ {shown}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("`{shown}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` ended with {status}"))
    }
}

/// Whether a cargo subcommand such as `nextest` is installed.
pub(crate) fn has_cargo_subcommand(name: &str) -> bool {
    cargo_command(&root(), &[name, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let mut words = vec!["cargo".to_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
