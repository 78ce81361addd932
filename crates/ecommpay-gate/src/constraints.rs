//! Limits of the specification that the types of the members do not carry themselves.

use ecommpay_model::{Json, JsonObject, Money, Timestamp};

use crate::BuildError;
use crate::build_error::BuildRule;

/// What a member has to be when it is there.
#[derive(Clone, Copy)]
pub(crate) enum Constraint {
    /// A text of so many characters.
    Length(usize, usize),
    /// A whole number from the first to the second.
    Range(i64, i64),
    /// A list of so many items.
    Items(usize, usize),
    /// A day of the calendar as `DD-MM-YYYY`.
    Date,
    /// So many capital letters or digits.
    Code(usize, usize),
}

use Constraint::{Code, Date, Items, Length, Range};

const CONSTRAINTS: &[(&str, Constraint)] = &[
    ("general.merchant_callback_url", Length(1, 255)),
    ("general.merchant_success_callback_url", Length(1, 255)),
    ("general.merchant_decline_callback_url", Length(1, 255)),
    ("general.terminal_callback_url", Length(0, 255)),
    ("general.referrer_url", Length(0, 255)),
    ("customer.day_of_birth", Date),
    ("customer.billing.region_code", Code(1, 3)),
    ("customer.billing.postal", Length(0, 16)),
    ("payment.amount", Range(1, Money::MAX_MINOR)),
    ("payment.customer_amount", Range(1, Money::MAX_MINOR)),
    ("account.secret", Length(1, 255)),
    ("receipt_data.positions", Items(1, 50)),
    ("callback.delay", Range(0, 600)),
    ("recurring.amount", Range(1, Money::MAX_MINOR)),
    ("recurring.interval", Range(1, 100)),
    ("recurring.expiry_year", Range(2020, 9999)),
    ("recurring.expiry_month", Range(1, 12)),
    ("recurring.expiry_day", Range(1, 31)),
    ("recurring.start_date", Date),
];

/// What the member has to be whose line in a canonical string begins with `line`.
pub(crate) const fn of(line: &str) -> Option<Constraint> {
    let mut at = 0;
    while at < CONSTRAINTS.len() {
        if names(line, CONSTRAINTS[at].0) {
            return Some(CONSTRAINTS[at].1);
        }
        at += 1;
    }
    None
}

/// Whether `line` is `;path:`, be the names of the path joined by dots or by colons.
pub(crate) const fn names(line: &str, path: &str) -> bool {
    let (line, path) = (line.as_bytes(), path.as_bytes());
    if line.len() != path.len() + 2 {
        return false;
    }
    let mut at = 0;
    while at < path.len() {
        let joint = path[at] == b'.' && line[at + 1] == b':';
        if !joint && path[at] != line[at + 1] {
            return false;
        }
        at += 1;
    }
    true
}

/// Holds a finished body against the limits.
pub(crate) fn check(body: &JsonObject) -> Result<(), BuildError> {
    for (path, constraint) in CONSTRAINTS {
        if let Some(rule) = value_at(body, path).and_then(|value| constraint.broken_by(value)) {
            return Err(BuildError::broken(*path, rule));
        }
    }
    Ok(())
}

fn value_at<'body>(body: &'body JsonObject, path: &str) -> Option<&'body Json> {
    match path.split_once('.') {
        None => body.get(path),
        Some((name, rest)) => value_at(body.get(name)?.as_object()?, rest),
    }
}

impl Constraint {
    /// Whether a text surely keeps the rule.
    pub(crate) fn admits_text(&self, text: &str) -> bool {
        match *self {
            // Counted in bytes, of which there are never fewer than characters.
            Length(0, most) => text.len() <= most,
            Length(1, most) => (1..=most).contains(&text.len()),
            Length(..) | Range(..) | Items(..) => false,
            Date => is_date(text),
            Code(least, most) => is_code(text, least, most),
        }
    }

    /// Whether a whole number surely keeps the rule.
    pub(crate) fn admits_integer(&self, number: i64) -> bool {
        match *self {
            Range(least, most) => (least..=most).contains(&number),
            Length(..) | Items(..) | Date | Code(..) => false,
        }
    }

    fn broken_by(&self, value: &Json) -> Option<BuildRule> {
        match *self {
            Length(least, most) => {
                let seen = value.as_str()?.chars().count();
                (!(least..=most).contains(&seen)).then_some(BuildRule::Length { least, most, seen })
            }
            Range(least, most) => {
                let in_range = value
                    .as_i64()
                    .is_some_and(|seen| (least..=most).contains(&seen));
                (!in_range).then_some(BuildRule::Range { least, most })
            }
            Items(least, most) => {
                let seen = value.as_array()?.len();
                (!(least..=most).contains(&seen)).then_some(BuildRule::Items { least, most, seen })
            }
            Date => (!is_date(value.as_str()?)).then_some(BuildRule::Date),
            Code(least, most) => {
                let fits = is_code(value.as_str()?, least, most);
                (!fits).then_some(BuildRule::Code { least, most })
            }
        }
    }
}

fn is_code(text: &str, least: usize, most: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (least..=most).contains(&text.len()) && text.bytes().all(allowed)
}

/// Whether a text as `DD-MM-YYYY` names a day of the calendar.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(day), Some(month), Some(year)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    format!("{year}-{month}-{day}T00:00:00Z")
        .parse::<Timestamp>()
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for day in ["29-02-2024", "31-12-1990", "01-01-2000"] {
            assert!(is_date(day), "{day}");
        }
        for no_day in [
            "29-02-2023",
            "31-04-2024",
            "00-01-2000",
            "01-13-2000",
            "1990-12-31",
            "",
        ] {
            assert!(!is_date(no_day), "{no_day}");
        }
    }
}
