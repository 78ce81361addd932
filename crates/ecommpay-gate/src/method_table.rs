//! The table of methods for people, made from the data programs ask.

use std::fmt::Write as _;
use std::time::Duration;

use crate::capabilities::{Capabilities, Interface, TestOutcome, Time};

/// A Markdown table of what the methods can do: one column a method, one row a question.
///
/// ```
/// use ecommpay_gate::{Capabilities, methods_table};
///
/// const EXAMPLE: Capabilities = Capabilities::new("example", "Example", "digital wallet");
/// let table = methods_table(&[EXAMPLE]);
/// assert!(table.starts_with("| | Example |\n|---|---|\n| code | `example` |\n"));
/// ```
#[must_use]
pub fn methods_table(methods: &[Capabilities]) -> String {
    let mut table = String::new();
    row(&mut table, "", methods, |method| method.title.to_owned());
    row(&mut table, "---", methods, |_| "---".to_owned());
    row(&mut table, "code", methods, |method| {
        format!("`{}`", method.code)
    });
    row(&mut table, "type", methods, |method| method.kind.to_owned());
    row(&mut table, "countries", methods, |method| {
        list(method.countries)
    });
    row(&mut table, "currencies", methods, |method| {
        list(method.currencies)
    });
    row(&mut table, "currency conversion", methods, |method| {
        method.conversion.to_string()
    });
    row(&mut table, "purchases", methods, |method| {
        list(method.purchases)
    });
    row(&mut table, "full refunds", methods, |method| {
        interfaces(method.full_refunds)
    });
    row(&mut table, "partial refunds", methods, |method| {
        interfaces(method.partial_refunds)
    });
    row(&mut table, "least purchase", methods, least);
    row(&mut table, "greatest purchase", methods, greatest);
    row(&mut table, "base time", methods, |method| {
        time(method.base_time)
    });
    row(&mut table, "threshold time", methods, |method| {
        time(method.threshold_time)
    });
    row(
        &mut table,
        "shorter or other life in some cases",
        methods,
        |method| {
            method
                .special_lifetime
                .map_or_else(|| "–".to_owned(), duration)
        },
    );
    row(&mut table, "the customer gets", methods, |method| {
        list(method.handoffs)
    });
    row(
        &mut table,
        "test currencies",
        methods,
        |method| match method.test.currencies {
            [] => "–".to_owned(),
            some => format!("{} only", list(some)),
        },
    );
    row(&mut table, "test purchases", methods, |method| {
        outcome(method.test.purchases)
    });
    row(&mut table, "test refunds", methods, |method| {
        outcome(method.test.refunds)
    });
    row(&mut table, "test page without a click", methods, |method| {
        method.test.emulator_timeout.map_or_else(
            || "–".to_owned(),
            |after| format!("declined after {}", duration(after)),
        )
    });
    row(&mut table, "source", methods, |method| {
        method.sources.join("; ")
    });
    row(&mut table, "notes", methods, |method| match method.notes {
        [] => "–".to_owned(),
        notes => notes.join("; "),
    });
    table
}

fn row(
    table: &mut String,
    question: &str,
    methods: &[Capabilities],
    answer: impl Fn(&Capabilities) -> String,
) {
    // The second row of a Markdown table has no blanks around its dashes.
    let pad = if question == "---" { "" } else { " " };
    table.push_str(if question.is_empty() { "|" } else { "" });
    if !question.is_empty() {
        // Writing into a String can't fail.
        let _ = write!(table, "|{pad}{question}{pad}");
    }
    for method in methods {
        let _ = write!(
            table,
            "{}|{pad}{}{pad}",
            if question.is_empty() { " " } else { "" },
            answer(method)
        );
    }
    table.push_str("|\n");
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

fn least(method: &Capabilities) -> String {
    if method.limits.is_empty() {
        return "not stated".to_owned();
    }
    method
        .limits
        .iter()
        .map(|limit| limit.minimum_text())
        .collect::<Vec<_>>()
        .join(", ")
}

fn greatest(method: &Capabilities) -> String {
    if method.limits.is_empty() {
        return "not stated".to_owned();
    }
    let text = |limit: &crate::AmountLimit| {
        limit
            .maximum_text()
            .unwrap_or_else(|| format!("none for {}", limit.currency))
    };
    method
        .limits
        .iter()
        .map(text)
        .collect::<Vec<_>>()
        .join(", ")
}

fn time(time: Time) -> String {
    match time {
        Time::UpTo(limit) => format!("up to {}", duration(limit)),
        Time::AskTheManager => "ask the account manager".to_owned(),
        Time::NotStated => "not stated".to_owned(),
    }
}

/// A whole number of the largest unit that divides the duration: `7 days`, `1 hour`, `30 minutes`.
fn duration(duration: Duration) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let seconds = duration.as_secs();
    let (size, name) = UNITS
        .into_iter()
        .find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size))
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
