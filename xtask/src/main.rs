//! Tasks of the workspace; `cargo xtask` without arguments lists them.
//!
//! One file per task. This crate knows none of ours: it runs cargo and reads files.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

mod bench;
mod browser;
mod checks;
mod codegen;
mod command;
mod fuzz;
mod graph;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask <task> [arguments]

  test                     all tests, and the two proofs outside the workspace
  browser [PATTERN]        the tests in a real browser alone; screenshots to look at
  ci                       what must be green before a change lands: tidy, fmt, clippy,
                           each package alone, docs, generated files, tests, conformance, simulation
  conformance [ARGS]       fixtures against our crates, flows against the sandbox
                           (--json, --vectors FILE, --base-url URL; --help for all)
  schedule [--json]        the schedule of a callback that nobody accepts, in no time
  crash-test --backend B   kill a shop that receives callbacks; none is lost or handled twice
                           (B is sqlite or postgres; --kills N, --seed N, --json)
  instances [ARGS]         three such shops on one PostgreSQL, one of them killed
  simulate --seeds N       a shop on a bad network and a bad disk, seed by seed
                           (--from SEED, --broken ack|dedupe|fold, --threads N, --json)
  bench [--json] [--only ROW]
                           how near signing and verifying are to their bounds; writes
                           docs/PERFORMANCE.md (--check: instructions against those kept
                           in the tree, needs valgrind; --keep takes new ones;
                           --profile: flamegraphs of b and d, needs perf and inferno)
  load [--json]            payments per second through a sandbox, and its memory
  demo                     the demonstration, as in the README
  tidy                     habits of the house that no compiler checks
  graph                    who depends on whom, against docs/ARCHITECTURE.md
  codegen [--check]        write (or compare) the generated files
  no-std                   prove that the signature core links without std
  fuzz [TARGET] [SECONDS]  run one fuzz target, or each in turn (needs cargo-fuzz)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("test") => test::run(rest),
        Some("browser") => browser::run(rest),
        Some("ci") => checks::ci(),
        Some("conformance") => checks::conformance(rest),
        Some("schedule") => checks::schedule(rest),
        Some("crash-test") => checks::crash_test(rest),
        Some("instances") => checks::instances(rest),
        Some("simulate") => checks::simulate(rest),
        Some("bench") => bench::run_task(rest),
        Some("load") => checks::load(rest),
        Some("demo") => checks::demo(rest),
        Some("tidy") => tidy::run(),
        Some("graph") => graph::run(),
        Some("codegen") => codegen_task(rest),
        Some("no-std") => checks::no_std(),
        Some("fuzz") => fuzz::run(rest),
        None | Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!(
            "unknown task `{other}`; `cargo xtask` lists the tasks"
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn codegen_task(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => checks::codegen(false),
        [flag] if flag == "--check" => checks::codegen(true),
        _ => Err("codegen takes nothing or --check".to_owned()),
    }
}
