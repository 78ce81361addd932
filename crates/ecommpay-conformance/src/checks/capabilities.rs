//! What each method can do: the tables of the seeds against the data of the method crates.

use std::time::Duration;

use ecommpay_gate::{Capabilities, Interface, TestOutcome, Time};

use super::compare::Differences;
use crate::fixtures::{Capability, FixtureError, FixtureFolder};
use crate::report::Row;

/// Checks every method of `capabilities.json`.
pub(super) fn check_capabilities(fixtures: &FixtureFolder) -> Result<Vec<Row>, FixtureError> {
    let tables = fixtures.capabilities()?;
    Ok(tables
        .iter()
        .flat_map(|table| {
            let result = match of_method(&table.method) {
                Some(found) => check(table, &found),
                None => Err(format!("there is no method {}", table.method)),
            };
            // Each section of the table is shown by all of its values together.
            table.sections.iter().map(move |section| {
                Row::new(
                    std::slice::from_ref(section),
                    "capabilities as data",
                    result.clone(),
                )
            })
        })
        .collect())
}

fn of_method(code: &str) -> Option<Capabilities> {
    [
        ecommpay_alipay::CAPABILITIES,
        ecommpay_alfa_click::CAPABILITIES,
        ecommpay_wallet_partner::CAPABILITIES,
    ]
    .into_iter()
    .find(|capabilities| capabilities.code == code)
}

fn check(table: &Capability, found: &Capabilities) -> Result<(), String> {
    let mut differences = Differences::default();
    let countries: Vec<&str> = found
        .countries
        .iter()
        .map(|country| country.as_str())
        .collect();
    differences.compare("countries", table.countries.join(" "), countries.join(" "));
    let currencies: Vec<&str> = found
        .currencies
        .iter()
        .map(|currency| currency.as_str())
        .collect();
    differences.compare(
        "currencies",
        table.currencies.join(" "),
        currencies.join(" "),
    );
    let over_gate = |interfaces: &[Interface]| interfaces.contains(&Interface::Gate);
    differences.compare(
        "full refund over Gate",
        table.full_refund,
        over_gate(found.full_refunds),
    );
    differences.compare(
        "partial refund over Gate",
        table.partial_refund,
        over_gate(found.partial_refunds),
    );
    for interface in [Interface::PaymentPage, Interface::Gate] {
        differences.compare(
            &format!("purchases over {interface}"),
            true,
            found.purchases.contains(&interface),
        );
    }
    compare_limits(&mut differences, table, found);
    let base = match found.base_time {
        Time::UpTo(time) => Some(time),
        _ => None,
    };
    differences.compare(
        "base time",
        format!("{:?}", table.base_time_seconds.map(Duration::from_secs)),
        format!("{base:?}"),
    );
    compare_tests(&mut differences, table, found);
    differences.into_result()
}

fn compare_limits(differences: &mut Differences, table: &Capability, found: &Capabilities) {
    differences.compare(
        "currencies with limits",
        table.sale_limits.len(),
        found.limits.len(),
    );
    for limit in &table.sale_limits {
        let known = found
            .limits
            .iter()
            .find(|known| known.currency.as_str() == limit.currency);
        let text = |minimum: i64, maximum: Option<i64>| format!("{minimum} to {maximum:?}");
        differences.compare_some(
            &format!("limits in {}", limit.currency),
            text(limit.minimum, limit.maximum),
            known.map(|known| text(known.minimum, known.maximum)),
        );
    }
}

fn compare_tests(differences: &mut Differences, table: &Capability, found: &Capabilities) {
    let declined = |outcome: TestOutcome| match outcome {
        TestOutcome::DeclinedAmounts(amounts) => Some(amounts.to_vec()),
        _ => None,
    };
    let sale = table
        .test_decline
        .as_ref()
        .map(|declines| declines.sale.clone());
    differences.compare(
        "sums that decline a test purchase",
        format!("{sale:?}"),
        format!("{:?}", declined(found.test.purchases)),
    );
    let refund = table
        .test_decline
        .as_ref()
        .and_then(|declines| declines.refund.clone());
    differences.compare(
        "sums that decline a test refund",
        format!("{refund:?}"),
        format!("{:?}", declined(found.test.refunds)),
    );
    let currencies: Vec<&str> = found
        .test
        .currencies
        .iter()
        .map(|currency| currency.as_str())
        .collect();
    let expected = table.test_currencies.clone().unwrap_or_default();
    differences.compare(
        "currencies of tests",
        expected.join(" "),
        currencies.join(" "),
    );
}
