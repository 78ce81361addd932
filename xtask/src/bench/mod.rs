//! `cargo xtask bench`: measures, prints one table, writes `docs/PERFORMANCE.md`.

mod build_cost;
mod instructions;
mod profile;
mod program;
mod table;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::command::{cargo_command, root, run};
use crate::graph;

use self::table::Row;

/// A program and the rows it measures.
struct Group {
    program: Program,
    rows: &'static [&'static str],
}

/// What measures rows, and hands them over as lines of a file.
enum Program {
    /// A bench of `ecommpay-bench`, with the features it needs; each brings its dependencies along.
    Bench(&'static str, &'static str),
    /// An example of a crate.
    Example(&'static str, &'static str),
    /// The compiler.
    Build,
}

const GROUPS: [Group; 11] = [
    Group {
        program: Program::Bench("signature", ""),
        rows: &["a", "a2", "b", "b1", "b2", "b3"],
    },
    Group {
        program: Program::Bench("allocations", ""),
        rows: &["a", "a2", "b", "b1", "b3"],
    },
    Group {
        program: Program::Bench("client", "client"),
        rows: &["c"],
    },
    Group {
        program: Program::Bench("accept", "accept"),
        rows: &["d", "d2"],
    },
    Group {
        program: Program::Bench("accept_postgres", "accept-postgres"),
        rows: &["d3"],
    },
    Group {
        program: Program::Bench("sandbox", "load"),
        rows: &["e", "e2", "h"],
    },
    Group {
        program: Program::Example("ecommpay-inbox-sqlite", "sqlite_cost"),
        rows: &["f"],
    },
    Group {
        program: Program::Example("ecommpay-inbox-postgres", "postgres_cost"),
        rows: &["f"],
    },
    Group {
        program: Program::Bench("growth", "load"),
        rows: &["f"],
    },
    Group {
        program: Program::Bench("qr", "qr"),
        rows: &["g"],
    },
    Group {
        program: Program::Build,
        rows: &["build"],
    },
];

const USAGE: &str = "bench takes [--json] [--only ROW]..., or --check, or --keep, or --profile";

/// What is asked for.
#[derive(Default)]
struct Wishes {
    json: bool,
    only: Vec<String>,
}

pub(crate) fn run_task(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [flag] if flag == "--check" => instructions::check(),
        [flag] if flag == "--keep" => instructions::keep(),
        [flag] if flag == "--profile" => profile::draw(),
        _ => measure(&wishes(arguments)?),
    }
}

fn wishes(arguments: &[String]) -> Result<Wishes, String> {
    let mut wishes = Wishes::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => wishes.json = true,
            "--only" => {
                let row = words.next().ok_or(USAGE)?;
                if !GROUPS
                    .iter()
                    .any(|group| group.rows.contains(&row.as_str()))
                {
                    return Err(format!("there is no row `{row}`"));
                }
                wishes.only.push(row.clone());
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(wishes)
}

fn measure(wishes: &Wishes) -> Result<(), String> {
    let file = rows_file()?;
    for group in &GROUPS {
        let named = wishes.only.iter().map(String::as_str);
        let rows: Vec<&str> = named.filter(|row| group.rows.contains(row)).collect();
        if wishes.only.is_empty() || !rows.is_empty() {
            run_group(group, &rows, &file)?;
        }
    }
    let lines =
        std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut rows = table::read(&lines)?;
    // What belongs together stands together; within a row the order of measuring stays.
    rows.sort_by(|a, b| a.letter().cmp(b.letter()));
    if wishes.json {
        println!("{}", table::json(&rows));
    } else {
        println!("{}", table::markdown(&rows));
    }
    if wishes.only.is_empty() {
        table::write_document(&rows)?;
    }
    verdict(&rows)
}

fn verdict(rows: &[Row]) -> Result<(), String> {
    let missed: Vec<&str> = rows
        .iter()
        .filter(|row| row.missed())
        .map(Row::letter)
        .collect();
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "rows that miss what they must reach: {}",
            missed.join(", ")
        ))
    }
}

/// An empty file for the rows of this run.
fn rows_file() -> Result<PathBuf, String> {
    let file = graph::target_folder()?.join("bench-rows.jsonl");
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    std::fs::write(&file, "").map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}

fn run_group(group: &Group, rows: &[&str], file: &Path) -> Result<(), String> {
    let mut command = match group.program {
        Program::Bench(name, features) => {
            let mut command = cargo_command(&root(), &["bench", "--quiet", "--locked"]);
            command.args(["--package", "ecommpay-bench", "--no-default-features"]);
            command.args(["--features", features, "--bench", name, "--"]);
            command.args(rows);
            command
        }
        Program::Example(package, name) => {
            let mut command = cargo_command(&root(), &["run", "--release", "--quiet", "--locked"]);
            command.args(["--package", package, "--example", name]);
            command
        }
        Program::Build => return build_cost::measure(file),
    };
    command.env("ECOMMPAY_BENCH_ROWS", file);
    // Stdout is for the table alone.
    command.stdout(Stdio::from(std::io::stderr()));
    run(command)
}
