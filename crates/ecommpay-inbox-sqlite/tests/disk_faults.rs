//! Disks that fail and processes that are killed, at every single write of a run.
//!
//! A child process of this test puts callbacks, and repeats each until it is answered, while
//! `strace` makes one of its writes or syncs fail, or kills it there. Whatever was answered must
//! be there afterwards. Left out, loudly, where `strace` is not installed or may not trace.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::{Arrival, Inbox, LeaseRequest, Moment, Put};
use ecommpay_inbox_sqlite::{SqliteInbox, doctor};
use tempfile::TempDir;

const FOLDER: &str = "ECOMMPAY_DISK_FAULTS_FOLDER";
const CALLBACKS: u64 = 3;
/// The system calls by which SQLite changes a file.
const CALLS: &str = "pwrite64,fdatasync,fsync,ftruncate";

fn arrival(number: u64) -> Arrival {
    let now = Moment::from_unix_millis(1_700_000_000_000);
    Sample::of(&format!("p-{number}"))
        .paid(number)
        .arrival(now)
        .unwrap()
}

/// The child: does nothing unless it is called by the other tests.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(put_and_note(Path::new(&folder)));
}

/// Puts each callback until it is answered, and notes each answer in a file of its own.
async fn put_and_note(folder: &Path) {
    let mut notes = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("notes"))
        .unwrap();
    let mut open = || match SqliteInbox::open(folder.join("inbox.db")) {
        Ok(inbox) => Some(inbox),
        Err(_) => {
            writeln!(notes, "closed").unwrap();
            None
        }
    };
    // A disk that fails once lets the second attempt through.
    let Some(inbox) = open().or_else(open) else {
        return;
    };
    for number in 0..CALLBACKS {
        for _ in 0..3 {
            match inbox.put(arrival(number)).await {
                Ok(_) => {
                    writeln!(notes, "answered {number}").unwrap();
                    break;
                }
                Err(_) => writeln!(notes, "refused {number}").unwrap(),
            }
        }
    }
    inbox.close().await;
}

/// What the child finds.
#[derive(Debug, Clone, Copy)]
enum Beginning {
    /// No file: its tables are made under the fault.
    Nothing,
    /// A file with its tables: the fault strikes while callbacks are put.
    Tables,
}

struct Run {
    folder: TempDir,
    status: ExitStatus,
}

impl Run {
    /// Runs the child under strace with a fault, or none.
    fn with(beginning: Beginning, inject: Option<&str>) -> Self {
        let folder = TempDir::new().unwrap();
        if matches!(beginning, Beginning::Tables) {
            drop(SqliteInbox::open(folder.path().join("inbox.db")).unwrap());
        }
        let mut command = Command::new("strace");
        command.arg("-f").arg("-o").arg(folder.path().join("trace"));
        command.arg("-e").arg(format!("trace={CALLS}"));
        if let Some(inject) = inject {
            command.arg("-e").arg(format!("inject={inject}"));
        }
        let status = command
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--test-threads", "1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        Run { folder, status }
    }

    fn notes(&self, word: &str) -> Vec<u64> {
        let notes = fs::read_to_string(self.folder.path().join("notes")).unwrap_or_default();
        let numbers = notes.lines().filter_map(|line| line.strip_prefix(word));
        numbers
            .map(|number| number.trim().parse().unwrap())
            .collect()
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("inbox.db")
    }

    /// How often one thread has made a call of this name, at most: faults count by thread.
    fn count(&self, call: &str) -> usize {
        let trace = fs::read_to_string(self.folder.path().join("trace")).unwrap();
        let mut by_thread = BTreeMap::new();
        for line in trace
            .lines()
            .filter(|line| line.contains(&format!(" {call}(")))
        {
            *by_thread.entry(line.split_whitespace().next()).or_insert(0) += 1;
        }
        by_thread.into_values().max().unwrap_or(0)
    }

    /// Opens what the child has left: whole, with everything that was answered, each once.
    async fn check(&self, what: &str) {
        let inbox = SqliteInbox::open(self.database())
            .unwrap_or_else(|error| panic!("{what}: cannot be opened: {error:?}"));
        let answered = self.notes("answered");
        for number in 0..CALLBACKS {
            let put = inbox.put(arrival(number)).await.unwrap();
            if answered.contains(&number) {
                assert!(
                    matches!(put, Put::SeenBefore(_)),
                    "{what}: {number} is lost"
                );
            }
        }
        let request = LeaseRequest::new("check", 100, std::time::Duration::from_secs(60));
        let leased = inbox
            .lease(Moment::from_unix_millis(1_700_000_000_000), request)
            .await;
        assert_eq!(leased.unwrap().len() as u64, CALLBACKS, "{what}");
        inbox.close().await;
        let report = doctor(self.database()).unwrap();
        assert!(report.is_healthy(), "{what}: {report}");
    }
}

/// Says so, and notes it in the list of `cargo xtask test`, if that runs the tests.
fn left_out(reason: &str) {
    eprintln!("LEFT OUT: {reason}");
    if let Some(list) = std::env::var_os("ECOMMPAY_TESTS_LEFT_OUT") {
        let mut options = OpenOptions::new();
        let mut list = options.create(true).append(true).open(list).unwrap();
        writeln!(list, "{reason}").unwrap();
    }
}

/// Every fault of a kind at every call of a run; nothing if calls cannot be traced.
fn faults(beginning: Beginning, kinds: &[&str]) -> Vec<String> {
    let can_trace = Command::new("strace")
        .args(["-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !can_trace {
        left_out("strace is not installed or may not trace; disk faults are not tested");
        return Vec::new();
    }
    let run = Run::with(beginning, None);
    assert_eq!(run.notes("answered"), (0..CALLBACKS).collect::<Vec<_>>());
    let syncs = run.count("fdatasync") + run.count("fsync");
    assert!(
        syncs as u64 >= CALLBACKS,
        "each commit must sync, but {syncs} syncs were made"
    );
    let mut faults = Vec::new();
    for call in CALLS.split(',') {
        for number in 1..=run.count(call) {
            let kind = kinds[number % kinds.len()];
            faults.push(format!("{call}:{kind}:when={number}"));
        }
    }
    faults
}

#[tokio::test]
async fn a_disk_that_fails_once_loses_nothing_that_was_answered() {
    let faults = faults(Beginning::Tables, &["error=EIO", "error=ENOSPC"]);
    let mut refused = 0;
    for fault in &faults {
        let run = Run::with(Beginning::Tables, Some(fault));
        assert!(run.status.success(), "{fault}: the process must live on");
        refused += run.notes("refused").len();
        let all: Vec<u64> = (0..CALLBACKS).collect();
        assert_eq!(
            run.notes("answered"),
            all,
            "{fault}: the inbox must recover"
        );
        run.check(fault).await;
    }
    assert!(
        refused > 0 || faults.is_empty(),
        "a fault that nobody notices tests nothing"
    );
}

#[tokio::test]
async fn a_disk_that_fails_for_good_answers_nothing_it_does_not_keep() {
    for fault in faults(Beginning::Tables, &["error=EIO", "error=ENOSPC"]) {
        let fault = format!("{fault}+");
        let run = Run::with(Beginning::Tables, Some(&fault));
        run.check(&fault).await;
    }
}

#[tokio::test]
async fn a_process_killed_at_any_write_loses_nothing_that_was_answered() {
    killed_at_each(Beginning::Tables).await;
}

#[tokio::test]
async fn a_process_killed_while_it_makes_its_tables_leaves_a_file_that_can_be_opened() {
    killed_at_each(Beginning::Nothing).await;
}

async fn killed_at_each(beginning: Beginning) {
    let faults = faults(beginning, &["signal=KILL"]);
    let mut kills = 0;
    for fault in &faults {
        let run = Run::with(beginning, Some(fault));
        kills += usize::from(!run.status.success());
        run.check(fault).await;
    }
    // Runs differ by a few writes, when a checkpoint comes sooner or later.
    assert!(
        kills * 10 >= faults.len() * 8,
        "{kills} of {} were killed",
        faults.len()
    );
}
