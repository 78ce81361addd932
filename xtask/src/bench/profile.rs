//! `cargo xtask bench --profile`: where the time of rows b and d goes, as flamegraphs in `docs/profiles`.
//!
//! `perf` takes the samples; `inferno` (`cargo install inferno`) draws them. Neither comes with the
//! workspace, so the task says what it lacks.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::root;
use crate::graph;

use super::program;

const FOLDER: &str = "docs/profiles";

/// One picture.
struct Picture {
    file: &'static str,
    title: &'static str,
    bench: &'static str,
    features: &'static str,
    arguments: &'static [&'static str],
    /// Stacks with one of these are the bench's own: its clients and the bound.
    not_ours: &'static [&'static str],
}

const PICTURES: [Picture; 2] = [
    Picture {
        file: "b-verify.svg",
        title: "Row b: verifying a callback of a shape that was seen",
        bench: "instructions",
        features: "",
        arguments: &["b", "2000000"],
        not_ours: &["work::"],
    },
    Picture {
        file: "d-accept.svg",
        title: "Row d: from HTTP into SQLite and back, without the clients and the bare loop",
        bench: "accept",
        features: "accept",
        arguments: &["d"],
        // The server writes by `writev`.
        not_ours: &["raw_http", "__send", "BareLoop", "work::", "sync_time"],
    },
];

/// Takes and draws all pictures.
pub(super) fn draw() -> Result<(), String> {
    let folder = root().join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for picture in &PICTURES {
        draw_one(picture, &folder)?;
    }
    Ok(())
}

fn draw_one(picture: &Picture, folder: &Path) -> Result<(), String> {
    // With frame pointers everywhere, or stacks end in the middle.
    let target = graph::target_folder()?.join("profile");
    let variables = [
        ("CARGO_TARGET_DIR", target.display().to_string()),
        ("CARGO_PROFILE_BENCH_DEBUG", "line-tables-only".to_owned()),
        ("RUSTFLAGS", "-Cforce-frame-pointers=yes".to_owned()),
        ("CFLAGS", "-fno-omit-frame-pointer".to_owned()),
    ];
    let program = program::built(picture.bench, picture.features, &variables)?;
    let samples = target.join("perf.data");
    let record = [
        "record",
        "--quiet",
        "--freq",
        "997",
        "--call-graph",
        "fp",
        "--output",
    ];
    let mut command = Command::new("perf");
    command.args(record).arg(&samples).arg("--").arg(&program);
    command.args(picture.arguments).current_dir(root());
    // Its rows are not wanted here.
    command.env("ECOMMPAY_BENCH_ROWS", target.join("rows.jsonl"));
    output_of(command, b"")?;
    let mut script = Command::new("perf");
    script.args(["script", "--input"]).arg(&samples);
    let stacks = output_of(script, b"")?;
    let folded = output_of(Command::new("inferno-collapse-perf"), &stacks)?;
    let ours = without(&folded, picture.not_ours);
    let mut flamegraph = Command::new("inferno-flamegraph");
    flamegraph.args([
        "--title",
        picture.title,
        "--deterministic",
        "--minwidth",
        "0.2",
    ]);
    let drawn = output_of(flamegraph, &ours)?;
    let file = folder.join(picture.file);
    std::fs::write(&file, drawn).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("{FOLDER}/{}", picture.file);
    Ok(())
}

/// The folded stacks that hold none of the words.
fn without(folded: &[u8], words: &[&str]) -> Vec<u8> {
    let text = String::from_utf8_lossy(folded);
    let ours = text
        .lines()
        .filter(|stack| !words.iter().any(|word| stack.contains(word)));
    ours.flat_map(|stack| [stack, "\n"])
        .collect::<String>()
        .into_bytes()
}

/// Runs a program with such input; fails unless it ends well.
fn output_of(mut command: Command, input: &[u8]) -> Result<Vec<u8>, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| {
        format!("`{name}`: {error}; profiles need perf (linux-perf) and `cargo install inferno`")
    };
    let mut running = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(failed)?;
    let stdin = running.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        running.wait_with_output()
    })
    .map_err(failed)?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("`{name}` ended with {}", output.status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_of_the_bench_itself_are_left_out() {
        let folded = b"main;ours;hash 7\nmain;raw_http::send_all 9\nmain;ours 1\n";
        assert_eq!(
            without(folded, &["raw_http", "BareLoop"]),
            b"main;ours;hash 7\nmain;ours 1\n"
        );
    }
}
