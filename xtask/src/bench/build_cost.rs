//! Row `build`: what our crates cost those who compile them: seconds, crates, and the bytes of a small
//! program.
//!
//! Everything is compiled as a user's release build would be, into an empty folder, by two jobs. What
//! has to be downloaded is there before.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::command::{cargo_command, root};
use crate::graph;

/// Something that a user would compile.
struct Purchase {
    what: &'static str,
    packages: &'static [&'static str],
    features: &'static [&'static str],
    most_seconds: Option<f64>,
    most_crates: Option<usize>,
}

/// What a program sends to the platform with.
const CLIENT: [&str; 3] = [
    "ecommpay-alipay",
    "ecommpay-client",
    "ecommpay-transport-hyper",
];

const PURCHASES: [Purchase; 3] = [
    Purchase {
        what: "ecommpay-signature",
        packages: &["ecommpay-signature"],
        features: &[],
        most_seconds: Some(15.0),
        most_crates: Some(30),
    },
    Purchase {
        what: "alipay and client over hyper",
        packages: &CLIENT,
        features: &["--no-default-features"],
        most_seconds: Some(75.0),
        most_crates: Some(60),
    },
    Purchase {
        what: "the same with rustls, HTTP/2 and proxies",
        packages: &CLIENT,
        features: &[],
        most_seconds: None,
        most_crates: None,
    },
];

/// Settings of a user who wants a small program; `lto` is that of this workspace.
const SMALL: [&str; 3] = [
    "profile.release.strip=true",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
];
const MOST_BYTES: f64 = 1e6;

/// Measures and appends the rows to the file.
pub(super) fn measure(rows: &Path) -> Result<(), String> {
    for purchase in &PURCHASES {
        let targets: Vec<&str> = ["--lib"].iter().chain(purchase.features).copied().collect();
        let built = build(&targets, purchase.packages, &[])?;
        let at_most = |most: Option<f64>| most.map(|most| json!({"at_most": most}));
        append(
            rows,
            &json!({
                "row": "build",
                "what": format!("{}: cold release build, two jobs", purchase.what),
                "ours": built.seconds * 1e9,
                "unit": "ns",
                "must": at_most(purchase.most_seconds.map(|seconds| seconds * 1e9)),
            }),
        )?;
        append(
            rows,
            &json!({
                "row": "build",
                "what": format!("{}: crates compiled, ours included", purchase.what),
                "ours": built.crates,
                "unit": "",
                "must": at_most(purchase.most_crates.map(|crates| crates as f64)),
            }),
        )?;
    }
    for (settings, what) in [
        (&SMALL[..1], "program that verifies, stripped"),
        (&SMALL[..], "the same with one codegen unit and panic=abort"),
    ] {
        let built = build(&["--example", "verify"], &["ecommpay-callback"], settings)?;
        append(
            rows,
            &json!({
                "row": "build",
                "what": what,
                "ours": built.program_bytes.ok_or("no program was built")? as f64 / 1e3,
                "unit": "kB",
                "must": {"at_most": MOST_BYTES / 1e3},
            }),
        )?;
    }
    Ok(())
}

/// What a build has come to.
struct Built {
    seconds: f64,
    crates: usize,
    program_bytes: Option<u64>,
}

/// Builds into a folder that is new and is removed afterwards.
fn build(targets: &[&str], packages: &[&str], settings: &[&str]) -> Result<Built, String> {
    let folder = graph::target_folder()?.join("bench-build-cost");
    clear(&folder)?;
    let mut command = cargo_command(&root(), &["build", "--release", "--locked", "-j2"]);
    command.args(targets).arg("--message-format=json");
    for package in packages {
        command.args(["--package", package]);
    }
    for setting in settings {
        command.args(["--config", setting]);
    }
    command.env("CARGO_TARGET_DIR", &folder);
    command.env_remove("RUSTC_WRAPPER").env_remove("RUSTFLAGS");
    let result = run(command).and_then(|(seconds, messages)| {
        Ok(Built {
            seconds,
            crates: crates(&messages),
            program_bytes: program(&messages).map(size).transpose()?,
        })
    });
    clear(&folder)?;
    result
}

fn run(mut command: Command) -> Result<(f64, Vec<Value>), String> {
    eprintln!("$ {command:?}");
    let begun = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status));
    }
    let messages = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    Ok((seconds, messages))
}

/// The packages of which something was compiled.
fn crates(messages: &[Value]) -> usize {
    let compiled = messages
        .iter()
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter_map(|message| message["package_id"].as_str());
    compiled.collect::<BTreeSet<_>>().len()
}

/// The example, if one was built.
fn program(messages: &[Value]) -> Option<PathBuf> {
    messages
        .iter()
        .filter(|message| message["target"]["kind"][0] == "example")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

fn size(program: PathBuf) -> Result<u64, String> {
    std::fs::metadata(&program)
        .map(|metadata| metadata.len())
        .map_err(|error| format!("{}: {error}", program.display()))
}

fn clear(folder: &Path) -> Result<(), String> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn append(rows: &Path, row: &Value) -> Result<(), String> {
    OpenOptions::new()
        .append(true)
        .open(rows)
        .and_then(|mut file| writeln!(file, "{row}"))
        .map_err(|error| format!("{}: {error}", rows.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_once_whatever_is_compiled_of_it() {
        let messages = [
            json!({"reason": "compiler-artifact", "package_id": "a 1", "executable": null}),
            json!({"reason": "compiler-artifact", "package_id": "a 1", "executable": null}),
            json!({"reason": "build-script-executed", "package_id": "b 1"}),
            json!({"reason": "compiler-artifact", "package_id": "c 1", "executable": "/x/verify",
                   "target": {"kind": ["example"]}}),
            json!({"reason": "build-finished", "success": true}),
        ];
        assert_eq!(crates(&messages), 2);
        assert_eq!(program(&messages), Some(PathBuf::from("/x/verify")));
    }
}
