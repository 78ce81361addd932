//! Heap allocations of rows a to b3, counted. A program of its own: counting costs time.

mod support;

use std::alloc::System;
use std::hint::black_box;

use ecommpay_callback::CallbackVerifier;
use ecommpay_gate::Operation;
use ecommpay_signature::{Scratch, SecretKey, SigningPolicy, Verifier, sign_json, sign_json_with};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use support::row::{Goal, Row, wanted};
use support::work::{self, SECRET};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Enough that one allocation now and then shows.
const RUNS: u32 = 1_000;

fn main() -> work::Outcome<()> {
    let merchant = work::merchant()?;
    if wanted("a") {
        let sale = work::sale()?;
        count("a", "sign a typed Gate sale", None, || {
            black_box(sale.prepare(&merchant).is_ok())
        })?;
    }
    if wanted("a2") {
        let (key, policy) = (SecretKey::new(SECRET)?, SigningPolicy::default());
        let (bodies, mut scratch) = (work::json_bodies(), Scratch::default());
        let mut turn = bodies.iter().cycle();
        count("a2", "sign JSON, members seen before", None, || {
            turn.next()
                .is_some_and(|body| sign_json_with(body, &key, &policy, &mut scratch).is_ok())
        })?;
        count("a2", "the same without a scratch", None, || {
            turn.next()
                .is_some_and(|body| sign_json(body, &key, &policy).is_ok())
        })?;
    }
    let body = work::callback()?;
    if wanted("b") {
        let (verifier, mut scratch) = (Verifier::new(work::keys()?), Scratch::default());
        count("b", "verify, shape seen", Some(Goal::AtMost(0.0)), || {
            black_box(verifier.verify_with(&body, &mut scratch).is_ok())
        })?;
    }
    if wanted("b1") {
        let (verifier, mut scratch) = (Verifier::new(work::keys()?), Scratch::default());
        let bodies = work::callbacks_of_many_shapes()?;
        let mut turn = bodies.iter().cycle();
        count("b1", "verify, shape new", None, || {
            turn.next()
                .is_some_and(|body| verifier.verify_with(body, &mut scratch).is_ok())
        })?;
    }
    if wanted("b3") {
        let verifier = CallbackVerifier::new(work::keys()?);
        count(
            "b3",
            "verify and decode, the body's copy included",
            None,
            || {
                let verified = verifier.verify(body.clone());
                verified.is_ok_and(|verified| verified.parse().is_ok())
            },
        )?;
    }
    Ok(())
}

/// Reports how often the work allocates once it has run for a while.
fn count(
    row: &'static str,
    what: &str,
    must: Option<Goal>,
    mut run: impl FnMut() -> bool,
) -> work::Outcome<()> {
    let mut all_well = (0..RUNS).fold(true, |well, _| run() && well);
    let region = Region::new(COUNTING);
    for _ in 0..RUNS {
        all_well &= run();
    }
    let change = region.change();
    if !all_well {
        return Err(format!("row {row}: the work failed").into());
    }
    let allocations = change.allocations + change.reallocations;
    Row {
        row,
        what: format!("heap allocations after warm-up: {what}"),
        ours: allocations as f64 / f64::from(RUNS),
        unit: "",
        bound: None,
        must,
        stretch: None,
    }
    .report()?;
    Ok(())
}
