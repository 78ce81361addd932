//! Promises hold over some hundred seeds, built-in mistakes are found and named, and runs repeat.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::process::Command;

use ecommpay_simulation::{Campaign, Fault, Flaw, Invariant, Report, run, run_with_trace};

fn campaign(first: u64, count: u64, flaw: Option<Flaw>) -> Report {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let campaign = Campaign {
        first,
        count,
        flaw,
        threads,
    };
    campaign.run().unwrap()
}

#[test]
fn every_promise_holds_and_everything_that_can_go_wrong_does() {
    let report = campaign(1, 300, None);
    let violation = report.broken.and_then(|outcome| outcome.violation);
    assert_eq!(violation, None);
    assert_eq!(report.seeds, 300);
    assert!(report.called_people > 0 && report.answers_200 > 0);
    for fault in Fault::ALL {
        let times = report.faults.get(fault.as_str());
        assert!(times.is_some_and(|it| *it > 0), "{}", fault.as_str());
    }
    for result in [
        "payment success",
        "payment decline",
        "payment never heard of",
        "payment partially refunded",
        "payment refunded",
        "refund success",
        "refund decline",
    ] {
        let times = report.results.get(result);
        assert!(times.is_some_and(|it| *it > 0), "{result}");
    }
}

#[test]
fn every_mistake_is_found_and_named() {
    for (flaw, invariant) in [
        (Flaw::Ack, Invariant::DurableBeforeAcknowledged),
        (Flaw::Dedupe, Invariant::NoEventAppliedTwice),
        (Flaw::Fold, Invariant::SameStateOnBothSides),
    ] {
        let broken = campaign(1, 2000, Some(flaw)).broken;
        let violation = broken.and_then(|outcome| outcome.violation);
        let found = violation.map(|violation| violation.invariant());
        assert_eq!(found, Some(invariant), "{flaw}");
    }
}

#[test]
fn a_seed_runs_in_the_same_way_every_time() {
    for seed in 1..=40 {
        let (first, second) = (run_with_trace(seed, None), run_with_trace(seed, None));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first, second);
        assert!(!first.trace.is_empty());
        // Keeping the text changes nothing.
        assert_eq!(run(seed, None).unwrap().digest, first.digest);
        assert_ne!(run(seed + 1, None).unwrap().digest, first.digest);
    }
}

fn simulate(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ecommpay-simulation"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_program_says_how_it_ended() {
    let (code, out, _) = simulate(&["--seeds", "5", "--from", "100"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("5 seeds in "), "{out}");

    let (code, out, told) = simulate(&["--seeds", "2000", "--broken", "dedupe", "--json"]);
    assert_eq!(code, Some(1));
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(result["broken"]["invariant"], "no event applied twice");
    let seed = result["broken"]["seed"].to_string();
    let replay = format!("--seeds 1 --from {seed} --broken dedupe");
    assert!(told.contains(&replay), "{told}");

    // The seed alone breaks the same promise, and is shown step by step.
    let alone = ["--seeds", "1", "--from", &seed, "--broken", "dedupe"];
    let (code, _, told) = simulate(&alone);
    assert_eq!(code, Some(1));
    assert!(told.contains("no event applied twice"), "{told}");
    assert!(told.contains("shop: started"), "{told}");

    for wrong in [
        &["--seeds", "0"][..],
        &["--seeds", "1", "--broken", "luck"],
        &[],
    ] {
        let (code, _, _) = simulate(wrong);
        assert_eq!(code, Some(2), "{wrong:?}");
    }
}
