//! The analytics panel: figures as charts, each with its table.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::chart::Bars;
use super::control::{Control, Problem, with_query};
use super::filter::{Filter, FilterChoices};
use super::form::{Choice, FormProblem, choices};
use super::page::{self, Page, Section, Shell};
use super::text;

#[derive(Debug, Deserialize)]
struct Figures {
    payments: u64,
    refunds: u64,
    by_method: Vec<MethodFigures>,
    by_status: Vec<StatusFigures>,
    by_currency: Vec<CurrencyFigures>,
    step: String,
    by_time: Vec<TimeFigures>,
}

#[derive(Debug, Deserialize)]
struct MethodFigures {
    method: String,
    success: u64,
    decline: u64,
    open: u64,
}

#[derive(Debug, Deserialize)]
struct StatusFigures {
    status: String,
    payments: u64,
}

#[derive(Debug, Deserialize)]
struct CurrencyFigures {
    currency: String,
    paid: u64,
    paid_amount: i64,
    refunds: u64,
    refunded_amount: i64,
}

#[derive(Debug, Deserialize)]
struct TimeFigures {
    from: String,
    success: u64,
    decline: u64,
    open: u64,
    refunds: u64,
}

/// The charts as SVG, empty where there is nothing to draw.
#[derive(Debug, Default)]
struct Charts {
    by_method: String,
    by_status: String,
    by_currency: String,
    by_time: String,
}

#[derive(Template)]
#[template(path = "dashboard/analytics.html")]
struct AnalyticsTemplate {
    shell: Shell,
    filter: Filter,
    choices: FilterChoices,
    steps: Vec<Choice>,
    step: String,
    problem: FormProblem,
    figures: Option<Figures>,
    charts: Charts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    step: String,
}

pub(super) async fn show(
    State(control): State<Control>,
    page: Page,
    Query(filter): Query<Filter>,
    Query(Wanted { step }): Query<Wanted>,
) -> Result<Response, Problem> {
    let mut members = filter.members().to_vec();
    members.push(("step", &step));
    let path = with_query("/_sandbox/analytics", &members);
    let (figures, problem) = match control.get::<Figures>(&path).await {
        Ok(figures) => (Some(figures), None),
        Err(problem) if problem.is_refusal() => (None, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let mut fields = Filter::FIELDS.to_vec();
    fields.push("step");
    let status = problem.as_ref().map(|problem| problem.status);
    let told = problem.map(|problem| FormProblem::of(&problem, &fields));
    let template = AnalyticsTemplate {
        shell: page.shell(Section::Analytics, "Analytics"),
        choices: FilterChoices::of_operations(&control).await?,
        filter,
        steps: choices(&["hour", "day", "month"]),
        step,
        problem: told.unwrap_or_default(),
        charts: figures.as_ref().map(Charts::of).unwrap_or_default(),
        figures,
    };
    Ok(match status {
        Some(status) => page::show_as(status, &template),
        None => page::show(&template),
    })
}

impl Charts {
    fn of(figures: &Figures) -> Self {
        if figures.payments + figures.refunds == 0 {
            return Self::default();
        }
        Self {
            by_method: by_method(&figures.by_method),
            by_status: by_status(&figures.by_status),
            by_currency: by_currency(&figures.by_currency),
            by_time: by_time(figures),
        }
    }
}

fn by_method(figures: &[MethodFigures]) -> String {
    let parts = figures.iter().map(|part| {
        let total = part.success + part.decline + part.open;
        format!("{}: {} of {total} successful", part.method, part.success)
    });
    Bars {
        id: "chart-method",
        title: "Payments by method and result",
        summary: &sentence(parts),
        categories: figures.iter().map(|part| part.method.clone()).collect(),
        series: vec![
            figures.iter().map(|part| part.success).collect(),
            figures.iter().map(|part| part.decline).collect(),
            figures.iter().map(|part| part.open).collect(),
        ],
    }
    .rows()
}

fn by_status(figures: &[StatusFigures]) -> String {
    let parts = figures
        .iter()
        .map(|part| format!("{}: {}", part.status, part.payments));
    Bars {
        id: "chart-status",
        title: "Payments by status",
        summary: &sentence(parts),
        categories: figures.iter().map(|part| part.status.clone()).collect(),
        series: vec![figures.iter().map(|part| part.payments).collect()],
    }
    .rows()
}

fn by_currency(figures: &[CurrencyFigures]) -> String {
    let parts = figures.iter().map(|part| {
        let (paid, refunds) = (part.paid, part.refunds);
        format!("{}: {paid} paid, {refunds} refunded", part.currency)
    });
    Bars {
        id: "chart-currency",
        title: "Successful operations by currency",
        summary: &sentence(parts),
        categories: figures.iter().map(|part| part.currency.clone()).collect(),
        series: vec![
            figures.iter().map(|part| part.paid).collect(),
            figures.iter().map(|part| part.refunds).collect(),
        ],
    }
    .rows()
}

fn by_time(figures: &Figures) -> String {
    let times = &figures.by_time;
    let busiest = times
        .iter()
        .max_by_key(|part| part.success + part.decline + part.open);
    let summary = busiest.map_or_else(String::new, |part| {
        let (count, when) = (part.success + part.decline + part.open, &part.from);
        format!(
            "Payments that began in each {}; most, {count}, from {} UTC.",
            figures.step,
            text::instant(when)
        )
    });
    Bars {
        id: "chart-time",
        title: "Payments over time by result",
        summary: &summary,
        categories: times
            .iter()
            .map(|part| step_name(&part.from, &figures.step))
            .collect(),
        series: vec![
            times.iter().map(|part| part.success).collect(),
            times.iter().map(|part| part.decline).collect(),
            times.iter().map(|part| part.open).collect(),
        ],
    }
    .columns()
}

/// A short name of a step: `01-31 12:00`, `2026-01-31` or `2026-01`.
fn step_name(from: &str, step: &str) -> String {
    let time = text::instant(from);
    let part = match step {
        "hour" => time.get(5..16),
        "day" => time.get(..10),
        _ => time.get(..7),
    };
    part.unwrap_or(&time).to_owned()
}

fn sentence(parts: impl Iterator<Item = String>) -> String {
    let mut text = parts.collect::<Vec<_>>().join("; ");
    text.push('.');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_have_short_names() {
        let from = "2026-01-31T12:00:00+0000";
        assert_eq!(step_name(from, "hour"), "01-31 12:00");
        assert_eq!(step_name(from, "day"), "2026-01-31");
        assert_eq!(step_name(from, "month"), "2026-01");
    }
}
