//! Figures over operations: how many, with which result, for how much. Amounts are kept by
//! currency and never added across currencies.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::moment::Moment;
use crate::platform::reporting::ReportedOperation;

/// More steps than this are not listed.
const MOST_STEPS: usize = 1000;
const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// How long one step of the time line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Hour,
    Day,
    Month,
}

impl Step {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Hour, Self::Day, Self::Month]
            .into_iter()
            .find(|step| step.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The step that shows a period of so many seconds in at most some dozens of parts.
    fn fitting(seconds: i64) -> Self {
        match seconds {
            ..=172_800 => Self::Hour,
            172_801..=7_948_800 => Self::Day,
            _ => Self::Month,
        }
    }

    /// The beginning of the step in which `at` lies.
    fn begin(self, at: Moment) -> Moment {
        match self {
            Self::Hour => floor(at, HOUR),
            Self::Day => floor(at, DAY),
            Self::Month => at.month_begin(),
        }
    }

    /// The beginning of the step after the one that begins at `begin`.
    fn after(self, begin: Moment) -> Moment {
        match self {
            Self::Hour => Moment::from_unix_seconds(begin.unix_seconds() + HOUR),
            Self::Day => Moment::from_unix_seconds(begin.unix_seconds() + DAY),
            // No month is longer than 31 days or shorter than 28.
            Self::Month => Moment::from_unix_seconds(begin.unix_seconds() + 31 * DAY).month_begin(),
        }
    }
}

fn floor(at: Moment, seconds: i64) -> Moment {
    Moment::from_unix_seconds(at.unix_seconds().div_euclid(seconds) * seconds)
}

/// Payments by how their sale ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Results {
    success: u64,
    decline: u64,
    /// Without a result yet.
    open: u64,
}

impl Results {
    fn count(&mut self, status: &str) {
        match status {
            "success" => self.success += 1,
            "decline" => self.decline += 1,
            _ => self.open += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.success += other.success;
        self.decline += other.decline;
        self.open += other.open;
    }
}

/// Payments of one method.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct MethodFigures {
    method: &'static str,
    #[serde(flatten)]
    results: Results,
}

/// Payments that have one status now.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct StatusFigures {
    status: &'static str,
    payments: u64,
}

/// Successful operations in one currency; amounts are minor units.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CurrencyFigures {
    currency: String,
    paid: u64,
    paid_amount: i64,
    refunds: u64,
    refunded_amount: i64,
}

/// What began within one step of time.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TimeFigures {
    /// When the step begins, as the platform prints dates.
    from: String,
    #[serde(flatten)]
    moved: Moved,
}

/// Payments and refunds that began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
struct Moved {
    #[serde(flatten)]
    results: Results,
    refunds: u64,
}

/// The figures of a period. A payment counts when its sale is among the operations.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Figures {
    payments: u64,
    refunds: u64,
    by_method: Vec<MethodFigures>,
    by_status: Vec<StatusFigures>,
    by_currency: Vec<CurrencyFigures>,
    step: Step,
    /// Without gaps between the first step in which something began and the last.
    by_time: Vec<TimeFigures>,
}

/// Figures while they are being added up.
#[derive(Debug, Default)]
pub(crate) struct Adding {
    payments: u64,
    refunds: u64,
    methods: BTreeMap<&'static str, Results>,
    statuses: BTreeMap<&'static str, u64>,
    currencies: BTreeMap<String, CurrencyFigures>,
    /// By the hour in which it began.
    hours: BTreeMap<Moment, Moved>,
}

impl Adding {
    pub(crate) fn add(&mut self, operation: &ReportedOperation) {
        let hour = self.hours.entry(Step::Hour.begin(operation.created));
        let moved = hour.or_default();
        if operation.kind != "sale" {
            self.refunds += 1;
            moved.refunds += 1;
        } else {
            self.payments += 1;
            moved.results.count(operation.status);
            let method = self.methods.entry(operation.method).or_default();
            method.count(operation.status);
            *self.statuses.entry(operation.payment_status).or_default() += 1;
        }
        if operation.status == "success" {
            self.add_amount(operation);
        }
    }

    fn add_amount(&mut self, operation: &ReportedOperation) {
        let sum = self
            .currencies
            .entry(operation.currency.clone())
            .or_insert_with(|| CurrencyFigures {
                currency: operation.currency.clone(),
                ..CurrencyFigures::default()
            });
        if operation.kind != "sale" {
            sum.refunds += 1;
            sum.refunded_amount = sum.refunded_amount.saturating_add(operation.amount);
        } else {
            sum.paid += 1;
            sum.paid_amount = sum.paid_amount.saturating_add(operation.amount);
        }
    }

    /// The figures; by a fitting step when none is named.
    ///
    /// # Errors
    /// A text for the asker when the step is too small for the period.
    pub(crate) fn finish(self, step: Option<Step>) -> Result<Figures, String> {
        let (step, by_time) = in_steps(&self.hours, step)?;
        Ok(Figures {
            payments: self.payments,
            refunds: self.refunds,
            by_method: self
                .methods
                .into_iter()
                .map(|(method, results)| MethodFigures { method, results })
                .collect(),
            by_status: self
                .statuses
                .into_iter()
                .map(|(status, payments)| StatusFigures { status, payments })
                .collect(),
            by_currency: self.currencies.into_values().collect(),
            step,
            by_time,
        })
    }
}

fn in_steps(
    hours: &BTreeMap<Moment, Moved>,
    step: Option<Step>,
) -> Result<(Step, Vec<TimeFigures>), String> {
    let (first, last) = (hours.keys().next(), hours.keys().next_back());
    let (Some(first), Some(last)) = (first, last) else {
        return Ok((step.unwrap_or(Step::Hour), Vec::new()));
    };
    let period = last.unix_seconds() - first.unix_seconds();
    let step = step.unwrap_or_else(|| Step::fitting(period));
    let mut by_time = Vec::new();
    let mut begin = step.begin(*first);
    while begin <= *last {
        if by_time.len() == MOST_STEPS {
            let name = step.name();
            return Err(format!(
                "step: a step of one {name} divides this period into more than {MOST_STEPS}; take a longer one"
            ));
        }
        let next = step.after(begin);
        let mut moved = Moved::default();
        for part in hours.range(begin..next).map(|(_, part)| part) {
            moved.results.add(part.results);
            moved.refunds += part.refunds;
        }
        by_time.push(TimeFigures {
            from: begin.platform_date(),
            moved,
        });
        begin = next;
    }
    Ok((step, by_time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn steps(hours: &[&str], step: Option<Step>) -> Result<(Step, Vec<String>), String> {
        let moved = Moved {
            refunds: 1,
            ..Moved::default()
        };
        let hours = hours.iter().map(|hour| (at(hour), moved)).collect();
        let (step, by_time) = in_steps(&hours, step)?;
        let texts = by_time.iter().map(|part| {
            let date = part.from.trim_end_matches(":00:00+0000");
            format!("{date} {}", part.moved.refunds)
        });
        Ok((step, texts.collect()))
    }

    #[test]
    fn a_day_is_shown_by_hours_without_gaps() {
        let (step, by_time) =
            steps(&["2026-01-01T22:00:00Z", "2026-01-02T01:00:00Z"], None).unwrap();
        assert_eq!(step, Step::Hour);
        let expected = [
            "2026-01-01T22 1",
            "2026-01-01T23 0",
            "2026-01-02T00 0",
            "2026-01-02T01 1",
        ];
        assert_eq!(by_time, expected);
    }

    #[test]
    fn weeks_are_shown_by_days() {
        let (step, by_time) = steps(
            &[
                "2026-02-27T05:00:00Z",
                "2026-02-27T23:00:00Z",
                "2026-03-02T00:00:00Z",
            ],
            None,
        )
        .unwrap();
        assert_eq!(step, Step::Day);
        let expected = [
            "2026-02-27T00 2",
            "2026-02-28T00 0",
            "2026-03-01T00 0",
            "2026-03-02T00 1",
        ];
        assert_eq!(by_time, expected);
    }

    #[test]
    fn months_have_their_own_lengths() {
        let (_, by_time) = steps(
            &[
                "2026-01-31T23:00:00Z",
                "2026-02-28T23:00:00Z",
                "2026-12-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ],
            None,
        )
        .unwrap();
        assert_eq!(by_time.len(), 13);
        assert_eq!(by_time[1], "2026-02-01T00 1");
        assert_eq!(by_time[11], "2026-12-01T00 1");
        assert_eq!(by_time[12], "2027-01-01T00 1");
    }

    #[test]
    fn too_many_steps_are_refused_by_name() {
        let error = steps(
            &["2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"],
            Some(Step::Hour),
        )
        .unwrap_err();
        assert!(error.starts_with("step: "), "{error}");
    }

    #[test]
    fn nothing_began() {
        assert_eq!(steps(&[], None).unwrap(), (Step::Hour, Vec::new()));
    }
}
