//! What a run has shown.

use std::time::Duration;

use serde::Serialize;

use crate::Failure;
use crate::backend::Kind;

/// What a run has shown.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) backend: Kind,
    pub(crate) seed: u64,
    pub(crate) seconds: f64,
    /// How often a process was killed, by how its moment was chosen.
    pub(crate) kills: Kills,
    /// Answers 200, repetitions included.
    pub(crate) answered: u64,
    /// Different callbacks among them; each is stored once.
    pub(crate) stored: u64,
    /// Callbacks handled; each once.
    pub(crate) handled: u64,
    /// From the start of a process until it listens.
    pub(crate) restart_median_millis: f64,
    pub(crate) restart_longest_millis: f64,
    /// What is broken; nothing if everything holds.
    pub(crate) broken: Option<String>,
}

/// How often a process was killed.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Kills {
    /// By `SIGKILL` while callbacks poured in.
    pub(crate) under_load: u64,
    /// By `SIGKILL` while it started.
    pub(crate) starting: u64,
    /// By itself, after a commit and before the answer.
    pub(crate) after_commit: u64,
    /// By itself, after the handler and before the acknowledgement.
    pub(crate) before_acknowledgement: u64,
}

impl Kills {
    pub(crate) fn sum(self) -> u64 {
        self.under_load + self.starting + self.after_commit + self.before_acknowledgement
    }
}

/// Half of the times and the longest, in milliseconds.
pub(crate) fn median_and_longest(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let millis = |time: Option<&Duration>| time.map_or(0.0, |it| it.as_secs_f64() * 1000.0);
    (millis(times.get(times.len() / 2)), millis(times.last()))
}

impl Report {
    /// Prints the report; a broken promise is a failure.
    pub(crate) fn finish(self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let text = serde_json::to_string_pretty(&self)
                .map_err(Failure::not_run("writing the report"))?;
            println!("{text}");
        } else {
            println!(
                "{} kills in {:.0} s: {} answered 200, {} different, {} handled; \
                 restart {:.0} ms, at most {:.0} ms; seed {}",
                self.kills.sum(),
                self.seconds,
                self.answered,
                self.stored,
                self.handled,
                self.restart_median_millis,
                self.restart_longest_millis,
                self.seed,
            );
        }
        match self.broken {
            Some(broken) => Err(Failure::Broken(format!("{broken} (seed {})", self.seed))),
            None => Ok(()),
        }
    }
}
