//! The table of methods for people, made from the data programs ask.

use std::time::Duration;

use crate::capabilities::{AmountLimit, Capabilities, Interface, TestOutcome, Time};

type Answer = fn(&Capabilities) -> String;

/// The rows of the table: a question, and how a method answers it.
const ROWS: &[(&str, Answer)] = &[
    ("code", |method| format!("`{}`", method.code)),
    ("type", |method| method.kind.to_owned()),
    ("countries", |method| list(method.countries)),
    ("currencies", |method| list(method.currencies)),
    ("currency conversion", |method| {
        method.conversion.to_string()
    }),
    ("purchases", |method| interfaces(method.purchases)),
    ("full refunds", |method| interfaces(method.full_refunds)),
    ("partial refunds", |method| {
        interfaces(method.partial_refunds)
    }),
    ("least purchase", |method| {
        limits(method, |limit| limit.minimum_text())
    }),
    ("greatest purchase", |method| limits(method, greatest)),
    ("base time", |method| time(method.base_time)),
    ("threshold time", |method| time(method.threshold_time)),
    ("lifetime in special cases", |method| {
        method.special_lifetime.map_or_else(none, duration)
    }),
    ("the customer gets", |method| list(method.handoffs)),
    ("test currencies", |method| match method.test.currencies {
        [] => none(),
        some => format!("{} only", list(some)),
    }),
    ("test purchases", |method| outcome(method.test.purchases)),
    ("test refunds", |method| outcome(method.test.refunds)),
    ("test page without a click", |method| {
        let declined = |after| format!("declined after {}", duration(after));
        method.test.emulator_timeout.map_or_else(none, declined)
    }),
    ("notes", |method| match method.notes {
        [] => none(),
        notes => notes.join("; "),
    }),
    ("source", |method| method.sources.join("; ")),
];

/// A Markdown table of what the methods can do: one column a method, one row a question.
///
/// ```
/// use ecommpay_gate::{Capabilities, methods_table};
///
/// const EXAMPLE: Capabilities = Capabilities::new("example", "Example", "digital wallet");
/// let table = methods_table(&[EXAMPLE]);
/// assert!(table.starts_with("| method | Example |\n|---|---|\n| code | `example` |\n"));
/// ```
#[must_use]
pub fn methods_table(methods: &[Capabilities]) -> String {
    let mut table = line("method", methods, |method| method.title.to_owned());
    table.push_str(&"|---".repeat(methods.len() + 1));
    table.push_str("|\n");
    for (question, answer) in ROWS {
        table.push_str(&line(question, methods, *answer));
    }
    table
}

fn line(question: &str, methods: &[Capabilities], answer: Answer) -> String {
    let answers: Vec<_> = methods.iter().map(answer).collect();
    format!("| {question} | {} |\n", answers.join(" | "))
}

fn none() -> String {
    "–".to_owned()
}

fn list<T: ToString>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn interfaces(interfaces: &[Interface]) -> String {
    if interfaces.is_empty() {
        "no".to_owned()
    } else {
        list(interfaces)
    }
}

fn limits(method: &Capabilities, text: fn(&AmountLimit) -> String) -> String {
    match method.limits {
        [] => "not stated".to_owned(),
        limits => limits.iter().map(text).collect::<Vec<_>>().join(", "),
    }
}

fn greatest(limit: &AmountLimit) -> String {
    limit
        .maximum_text()
        .unwrap_or_else(|| format!("no ceiling in {}", limit.currency))
}

fn time(time: Time) -> String {
    match time {
        Time::UpTo(limit) => format!("up to {}", duration(limit)),
        Time::AskTheManager => "ask the account manager".to_owned(),
        Time::NotStated => "not stated".to_owned(),
    }
}

/// A whole number of the largest unit that fits: `7 days`, `1 hour`, `30 minutes`.
fn duration(duration: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let seconds = duration.as_secs();
    let fits = |size: &u64| seconds >= *size && seconds.is_multiple_of(*size);
    let (size, name) = UNITS
        .into_iter()
        .find(|(size, _)| fits(size))
        .unwrap_or((1, "second"));
    match seconds / size {
        1 => format!("1 {name}"),
        count => format!("{count} {name}s"),
    }
}

fn outcome(outcome: TestOutcome) -> String {
    match outcome {
        TestOutcome::DeclinedAmounts(amounts) => {
            let amounts: Vec<_> = amounts.iter().map(|amount| format!("`{amount}`")).collect();
            format!("declined with {}, else success", amounts.join(" or "))
        }
        TestOutcome::NotDocumented => "not documented".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ecommpay_model::{Country, Currency};

    use super::*;
    use crate::{Handoff, TestRules};

    const FULL: Capabilities = Capabilities::new("full", "Full", "wallet")
        .countries(&[Country::RU, Country::KZ])
        .limits(&[
            AmountLimit::between(Currency::CNY, 1000, 500_000),
            AmountLimit::at_least(Currency::JPY, 100),
        ])
        .partial_refunds(&[Interface::Gate, Interface::Dashboard])
        .times(Time::UpTo(Duration::from_secs(3600)), Time::AskTheManager)
        .special_lifetime(Duration::from_secs(7 * 86_400))
        .handoffs(&[Handoff::Redirect, Handoff::QrCode])
        .test(
            TestRules::new(
                TestOutcome::DeclinedAmounts(&[40_000, 40_400]),
                TestOutcome::NotDocumented,
            )
            .only_in(&[Currency::RUB])
            .emulator_timeout(Duration::from_secs(1800)),
        );

    const EMPTY: Capabilities = Capabilities::new("empty", "Empty", "bank");

    #[test]
    fn every_row_has_a_cell_for_every_method() {
        let table = methods_table(&[FULL, EMPTY]);
        for line in table.lines() {
            assert_eq!(line.matches('|').count(), 4, "{line}");
        }
        for row in [
            "| countries | RU, KZ |  |",
            "| partial refunds | Gate, Dashboard | no |",
            "| least purchase | 10.00 CNY, 100 JPY | not stated |",
            "| greatest purchase | 5000.00 CNY, no ceiling in JPY | not stated |",
            "| base time | up to 1 hour | not stated |",
            "| threshold time | ask the account manager | not stated |",
            "| lifetime in special cases | 7 days | – |",
            "| the customer gets | redirect, QR code |  |",
            "| test currencies | RUB only | – |",
            "| test purchases | declined with `40000` or `40400`, else success | not documented |",
            "| test page without a click | declined after 30 minutes | – |",
        ] {
            assert!(table.contains(row), "{row}\n{table}");
        }
    }
}
