//! Rows a to b3: signing and verifying, held against the bare hash of the same bytes.

mod support;

use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use ecommpay_callback::CallbackVerifier;
use ecommpay_gate::Operation;
use ecommpay_model::CallbackBody;
use ecommpay_signature::{
    Scratch, SecretKey, SigningPolicy, Verifier, exact, sign_json, sign_json_with,
};

use support::bound::{BareMac, usual_signature, usual_verification};
use support::contest::{Outcome, Runner, measure};
use support::hostile;
use support::row::{Bound, Goal, Row, wanted};
use support::work::{self, SECRET};

const BARE_MAC: &str = "bare HMAC-SHA-512 of the same string";

fn main() -> work::Outcome<()> {
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(60)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4));
    if wanted("a") {
        typed_sale(&mut criterion)?;
    }
    if wanted("a2") {
        arbitrary_json(&mut criterion)?;
    }
    if wanted("b") {
        shape_seen(&mut criterion)?;
    }
    if wanted("b1") {
        shape_new(&mut criterion)?;
    }
    if wanted("b2") {
        refusing(&mut criterion)?;
    }
    if wanted("b3") {
        verifying_and_decoding(&mut criterion)?;
    }
    Ok(())
}

/// Reports ours, which ran first, against the bare hash, which ran second.
fn against_the_mac(
    row: &'static str,
    what: &str,
    outcome: &Outcome,
    must: f64,
    stretch: f64,
) -> work::Outcome<()> {
    Row {
        row,
        what: what.to_owned(),
        ours: outcome.nanoseconds(0),
        unit: "ns",
        bound: Some(Bound {
            name: BARE_MAC,
            value: outcome.nanoseconds(1),
            ratio: outcome.ratio(0, 1),
        }),
        must: Some(Goal::AtMost(must)),
        stretch: Some(Goal::AtMost(stretch)),
    }
    .report()?;
    Ok(())
}

/// Reports something that is measured beside ours and has no goal.
fn beside(row: &'static str, what: &str, outcome: &Outcome, runner: usize) -> work::Outcome<()> {
    Row {
        row,
        what: what.to_owned(),
        ours: outcome.nanoseconds(runner),
        unit: "ns",
        bound: Some(Bound {
            name: BARE_MAC,
            value: outcome.nanoseconds(1),
            ratio: outcome.ratio(runner, 1),
        }),
        must: None,
        stretch: None,
    }
    .report()?;
    Ok(())
}

fn typed_sale(criterion: &mut Criterion) -> work::Outcome<()> {
    let (merchant, sale, mac) = (work::merchant()?, work::sale()?, BareMac::new(SECRET));
    let body = sale.prepare(&merchant)?.into_body();
    let canonical = exact::canonical_callback(&body)?;
    let runners = vec![
        Runner::new(|| {
            black_box(black_box(&sale).prepare(&merchant).is_ok());
        }),
        Runner::new(|| {
            black_box(mac.tag(black_box(canonical.as_bytes())));
        }),
        Runner::new(|| {
            let sale = work::sale();
            black_box(sale.is_ok_and(|sale| sale.prepare(&merchant).is_ok()));
        }),
        Runner::new(|| {
            black_box(usual_signature(black_box(&body), SECRET));
        }),
    ];
    let outcome = measure(criterion, "a", "sign a typed sale", runners);
    let what = format!(
        "sign a typed Gate sale, {} bytes canonical",
        canonical.len()
    );
    against_the_mac("a", &what, &outcome, 1.30, 1.18)?;
    beside(
        "a",
        "the same, with the sale made from texts and checked",
        &outcome,
        2,
    )?;
    let peer = "peer: sign the finished JSON with serde_json::Value, sort, hmac";
    beside("a", peer, &outcome, 3)
}

fn arbitrary_json(criterion: &mut Criterion) -> work::Outcome<()> {
    let (key, policy) = (SecretKey::new(SECRET)?, SigningPolicy::default());
    let mac = BareMac::new(SECRET);
    let bodies = work::json_bodies();
    let canonical: Vec<String> = bodies
        .iter()
        .map(|body| exact::canonical(body))
        .collect::<Result<_, _>>()?;
    let mut scratch = Scratch::default();
    let (mut ours, mut bound, mut peer, mut fresh) = (
        bodies.iter().cycle(),
        canonical.iter().cycle(),
        bodies.iter().cycle(),
        bodies.iter().cycle(),
    );
    let runners = vec![
        Runner::new(|| {
            let signed = ours
                .next()
                .map(|body| sign_json_with(black_box(body), &key, &policy, &mut scratch));
            black_box(matches!(signed, Some(Ok(_))));
        }),
        Runner::new(|| {
            black_box(bound.next().map(|canonical| mac.tag(canonical.as_bytes())));
        }),
        Runner::new(|| {
            let signature = peer
                .next()
                .map(|body| usual_signature(black_box(body), SECRET));
            black_box(matches!(signature, Some(Some(_))));
        }),
        Runner::new(|| {
            let signed = fresh
                .next()
                .map(|body| sign_json(black_box(body), &key, &policy));
            black_box(matches!(signed, Some(Ok(_))));
        }),
    ];
    let outcome = measure(criterion, "a2", "sign JSON", runners);
    let bytes = bodies.iter().map(Vec::len).sum::<usize>() / bodies.len();
    let what = format!("sign JSON of 36 values, {bytes} bytes, members seen before");
    against_the_mac("a2", &what, &outcome, 2.4, 1.8)?;
    beside("a2", "the same without a scratch", &outcome, 3)?;
    beside("a2", "peer: serde_json::Value, sort, hmac", &outcome, 2)
}

fn shape_seen(criterion: &mut Criterion) -> work::Outcome<()> {
    let (verifier, mac) = (Verifier::new(work::keys()?), BareMac::new(SECRET));
    let body = work::callback()?;
    let canonical = exact::canonical_callback(&body)?;
    let mut scratch = Scratch::default();
    let runners = vec![
        Runner::new(|| {
            black_box(verifier.verify_with(black_box(&body), &mut scratch).is_ok());
        }),
        Runner::new(|| {
            black_box(mac.tag(black_box(canonical.as_bytes())));
        }),
        Runner::new(|| {
            black_box(usual_verification(black_box(&body), SECRET));
        }),
        Runner::new(|| {
            black_box(verifier.verify(black_box(&body)).is_ok());
        }),
    ];
    let outcome = measure(criterion, "b", "verify, shape seen", runners);
    let what = format!("verify a callback of {} bytes, shape seen", body.len());
    against_the_mac("b", &what, &outcome, 2.1, 1.6)?;
    beside("b", "the same without a scratch", &outcome, 3)?;
    beside("b", "peer: serde_json::Value, sort, hmac", &outcome, 2)
}

fn shape_new(criterion: &mut Criterion) -> work::Outcome<()> {
    let (verifier, mac) = (Verifier::new(work::keys()?), BareMac::new(SECRET));
    let bodies = work::callbacks_of_many_shapes()?;
    let canonical = exact::canonical_callback(&bodies[0])?;
    let mut scratch = Scratch::default();
    let turn = Cell::new(0);
    let runners = vec![
        Runner::new(|| {
            turn.set((turn.get() + 1) % bodies.len());
            black_box(
                verifier
                    .verify_with(black_box(&bodies[turn.get()]), &mut scratch)
                    .is_ok(),
            );
        }),
        Runner::new(|| {
            black_box(mac.tag(black_box(canonical.as_bytes())));
        }),
    ];
    let outcome = measure(criterion, "b1", "verify, shape new", runners);
    let what = format!("verify a callback of {} bytes, shape new", bodies[0].len());
    against_the_mac("b1", &what, &outcome, 3.0, 2.2)
}

fn refusing(criterion: &mut Criterion) -> work::Outcome<()> {
    let verifier = Verifier::new(work::keys()?);
    for kind in hostile::KINDS {
        let (small, large) = (kind.body(1024), kind.body(256 * 1024));
        let (mut scratch_small, mut scratch_large) = (Scratch::default(), Scratch::default());
        if verifier.verify(&small).is_ok() || verifier.verify(&large).is_ok() {
            return Err(format!("{} was accepted", kind.name()).into());
        }
        let runners = vec![
            Runner::new(|| {
                black_box(
                    verifier
                        .verify_with(black_box(&large), &mut scratch_large)
                        .is_ok(),
                );
            }),
            Runner::new(|| {
                black_box(
                    verifier
                        .verify_with(black_box(&small), &mut scratch_small)
                        .is_ok(),
                );
            }),
        ];
        let outcome = measure(criterion, "b2", kind.name(), runners);
        Row {
            row: "b2",
            what: format!("refuse 256 KiB: {}", kind.name()),
            ours: outcome.nanoseconds(0),
            unit: "ns",
            bound: Some(Bound {
                name: "the same in 1 KiB",
                value: outcome.nanoseconds(1),
                ratio: outcome.ratio(0, 1),
            }),
            must: Some(Goal::AtMost(260.0)),
            stretch: None,
        }
        .report()?;
    }
    Ok(())
}

fn verifying_and_decoding(criterion: &mut Criterion) -> work::Outcome<()> {
    let (verifier, mac) = (CallbackVerifier::new(work::keys()?), BareMac::new(SECRET));
    let body = work::callback()?;
    let canonical = exact::canonical_callback(&body)?;
    let runners = vec![
        Runner::new(|| {
            let verified = verifier.verify(black_box(body.clone()));
            black_box(verified.is_ok_and(|verified| verified.parse().is_ok()));
        }),
        Runner::new(|| {
            black_box(mac.tag(black_box(canonical.as_bytes())));
            black_box(serde_json::from_slice::<CallbackBody>(black_box(&body)).is_ok());
        }),
    ];
    let outcome = measure(criterion, "b3", "verify and decode", runners);
    Row {
        row: "b3",
        what: format!("verify and decode a callback of {} bytes", body.len()),
        ours: outcome.nanoseconds(0),
        unit: "ns",
        bound: Some(Bound {
            name: "serde_json into the same type + bare HMAC",
            value: outcome.nanoseconds(1),
            ratio: outcome.ratio(0, 1),
        }),
        must: Some(Goal::AtMost(1.5)),
        stretch: Some(Goal::AtMost(1.2)),
    }
    .report()?;
    Ok(())
}
