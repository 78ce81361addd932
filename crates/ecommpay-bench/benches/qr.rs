//! Row g: a QR code as SVG, held against the library's own call.

mod support;

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use ecommpay_handoff::QrCode;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

use support::contest::{Runner, measure};
use support::row::{Bound, Goal, Row, wanted};
use support::work;

/// 90 bytes, as wallets make them.
const LINK: &str =
    "https://qr.alipay.example/bax04110qzuvaxw2fvrv60a4?order=ORD-2026-0004711-01&t=7d1f0a4c9be";

fn main() -> work::Outcome<()> {
    if !wanted("g") {
        return Ok(());
    }
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4));
    let ours = || QrCode::new(LINK).map(|code| code.svg());
    let own = || {
        let code = QRBuilder::new(LINK).ecl(ECL::M).build();
        code.map(|code| SvgBuilder::default().margin(4).to_str(&code))
    };
    ours()?;
    own()?;
    let runners = vec![
        Runner::new(|| drop(black_box(ours()))),
        Runner::new(|| drop(black_box(own()))),
    ];
    let outcome = measure(&mut criterion, "g", "a link as SVG", runners);
    Row {
        row: "g",
        what: format!("QR code of a link of {} bytes, as SVG", LINK.len()),
        ours: outcome.nanoseconds(0),
        unit: "ns",
        bound: Some(Bound {
            name: "fast_qr alone",
            value: outcome.nanoseconds(1),
            ratio: outcome.ratio(0, 1),
        }),
        must: Some(Goal::AtMost(1.3)),
        stretch: None,
    }
    .report()?;
    Ok(())
}
