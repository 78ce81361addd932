//! `ecommpay clock`: the time of a sandbox.

use clap::{Args, Subcommand};
use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::control::{Control, SandboxAddress};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    sandbox: SandboxAddress,
    /// One JSON object instead of text
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Tell the time
    Now,
    /// Move on; what falls due happens, and callbacks are answered before this ends
    Advance {
        /// How far, in whole seconds or more: `45s`, `30m`, `1h 30m`, `7d`
        #[arg(value_parser = seconds)]
        duration: u64,
    },
    /// Move on to an instant
    Set {
        /// A date and time with offset, such as `2026-01-01T12:00:00Z`
        time: String,
    },
    /// Stop the time
    Pause,
    /// Let the time go on from where it stands
    Run,
}

/// The sandbox's clock.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Clock {
    pub(crate) now: String,
    unix_seconds: i64,
    kind: String,
    pub(crate) runs: bool,
}

impl Clock {
    pub(crate) fn ask(control: &Control) -> Result<Self, Failure> {
        control.get("/clock")
    }
}

/// Asks or turns the clock and tells the time then.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let control = arguments.sandbox.control();
    let clock = match &arguments.action {
        Action::Now => Clock::ask(&control),
        Action::Advance { duration } => {
            control.post("/clock/advance", &json!({"seconds": duration}))
        }
        Action::Set { time } => control.post("/clock", &json!({"now": time})),
        Action::Pause => control.post("/clock/pause", &json!({"paused": true})),
        Action::Run => control.post("/clock/pause", &json!({"paused": false})),
    }?;
    if arguments.json {
        print_json(&clock)?;
    } else {
        print_line(&clock.now)?;
        if !clock.runs {
            eprintln!("The clock stands still until it is turned.");
        }
    }
    Ok(Outcome::Yes)
}

fn seconds(text: &str) -> Result<u64, String> {
    let rule = "write a duration such as 45s, 30m, 1h 30m or 7d";
    let span: Span = text.parse().map_err(|_| rule)?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| rule)?;
    if duration.subsec_nanos() != 0 {
        return Err("the clock moves by whole seconds".to_owned());
    }
    u64::try_from(duration.as_secs()).map_err(|_| "the clock does not go back".to_owned())
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_as_people_write_them() {
        for (text, expected) in [
            ("45s", 45),
            ("30m", 1800),
            ("1h 30m", 5400),
            ("7d", 604_800),
            ("PT30M", 1800),
            ("0s", 0),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for wrong in ["", "30", "soon", "1.5s", "-5m", "1mo"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
