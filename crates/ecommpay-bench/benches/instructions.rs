//! The work of rows a, a2, b, b1 and b3 by itself, for counting its instructions:
//! `instructions ROW RUNS` does the work of a row so many times and nothing else.
//!
//! `cargo xtask bench --check` runs it under valgrind with two numbers of runs; the difference is
//! the work without the start of the program.

mod support;

use std::hint::black_box;

use ecommpay_callback::CallbackVerifier;
use ecommpay_gate::Operation;
use ecommpay_signature::{
    Scratch, SecretKey, SigningPolicy, Verifier, exact, sign_json, sign_json_with,
};

use support::bound::BareMac;
use support::work::{self, SECRET};

fn main() -> work::Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // Cargo adds `--bench`; without a row there is nothing to do.
    let [row, runs] = words.as_slice() else {
        return Ok(());
    };
    let runs: usize = runs.parse()?;
    let verifier = Verifier::new(work::keys()?);
    let mut scratch = Scratch::default();
    let mut all_well = true;
    match row.as_str() {
        "a" => {
            let (merchant, sale) = (work::merchant()?, work::sale()?);
            for _ in 0..runs {
                all_well &= black_box(&sale).prepare(&merchant).is_ok();
            }
        }
        "a2" | "a2-fresh" => {
            let (key, policy) = (SecretKey::new(SECRET)?, SigningPolicy::default());
            for body in work::json_bodies().iter().cycle().take(runs) {
                let signed = if row == "a2" {
                    sign_json_with(black_box(body), &key, &policy, &mut scratch)
                } else {
                    sign_json(black_box(body), &key, &policy)
                };
                all_well &= signed.is_ok();
            }
        }
        "b" => {
            let body = work::callback()?;
            for _ in 0..runs {
                all_well &= verifier.verify_with(black_box(&body), &mut scratch).is_ok();
            }
        }
        "b1" => {
            let bodies = work::callbacks_of_many_shapes()?;
            for body in bodies.iter().cycle().take(runs) {
                all_well &= verifier.verify_with(black_box(body), &mut scratch).is_ok();
            }
        }
        "b3" => {
            let (verifier, body) = (CallbackVerifier::new(work::keys()?), work::callback()?);
            for _ in 0..runs {
                let verified = verifier.verify(black_box(&body).clone());
                all_well &= verified.is_ok_and(|verified| verified.parse().is_ok());
            }
        }
        // The hash alone: tells another processor or compiler from another program.
        "mac" => {
            let (mac, canonical) = (
                BareMac::new(SECRET),
                exact::canonical_callback(&work::callback()?)?,
            );
            for _ in 0..runs {
                black_box(mac.tag(black_box(canonical.as_bytes())));
            }
        }
        _ => return Err(format!("no row `{row}` to count").into()),
    }
    if all_well {
        Ok(())
    } else {
        Err(format!("row {row}: the work failed").into())
    }
}
