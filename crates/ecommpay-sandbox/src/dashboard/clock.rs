//! The clock: moving it on, stopping it.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::{Control, Problem};
use super::form::FormProblem;
use super::page::{self, Notice, Page, Section, Shell};

const FIELDS: [&str; 2] = ["seconds", "now"];

#[derive(Template)]
#[template(path = "dashboard/clock.html")]
struct ClockTemplate {
    shell: Shell,
    problem: FormProblem,
    number: String,
    unit: String,
    now: String,
}

pub(super) async fn show(page: Page) -> Response {
    page::show(&template(
        page,
        FormProblem::default(),
        Advance::default(),
        "",
    ))
}

fn template(page: Page, problem: FormProblem, wish: Advance, now: &str) -> ClockTemplate {
    ClockTemplate {
        shell: page.shell(Section::Clock, "Clock"),
        problem,
        number: wish.number,
        unit: wish.unit,
        now: now.to_owned(),
    }
}

/// How far to move on: a number of some unit.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Advance {
    number: String,
    unit: String,
    here: String,
}

impl Advance {
    fn seconds(&self) -> Option<u64> {
        let unit = match self.unit.as_str() {
            "seconds" => 1,
            "minutes" => 60,
            "hours" => 60 * 60,
            "days" => 24 * 60 * 60,
            _ => return None,
        };
        self.number.trim().parse::<u64>().ok()?.checked_mul(unit)
    }
}

pub(super) async fn advance(
    State(control): State<Control>,
    page: Page,
    Form(wish): Form<Advance>,
) -> Response {
    let moved: Result<Value, Problem> = match wish.seconds() {
        Some(seconds) => {
            let body = json!({"seconds": seconds});
            control.post("/_sandbox/clock/advance", &body).await
        }
        None => Err(Problem::new(
            axum::http::StatusCode::BAD_REQUEST,
            "seconds: must be a whole number of seconds, minutes, hours or days",
        )),
    };
    let here = page::back_to(&wish.here).to_owned();
    match moved {
        Ok(_) => page::done(&here, Notice::ClockMoved).into_response(),
        Err(problem) => refused(page, &problem, wish, ""),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Set {
    now: String,
}

pub(super) async fn set(
    State(control): State<Control>,
    page: Page,
    Form(Set { now }): Form<Set>,
) -> Response {
    // A browser's field for date and time has no offset; the page says that it is UTC.
    let body = json!({"now": format!("{now}Z")});
    match control.post::<Value>("/_sandbox/clock", &body).await {
        Ok(_) => page::done("/dashboard/clock", Notice::ClockMoved).into_response(),
        Err(problem) => refused(page, &problem, Advance::default(), &now),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Pause {
    paused: bool,
    #[serde(default)]
    here: String,
}

pub(super) async fn pause(
    State(control): State<Control>,
    page: Page,
    Form(Pause { paused, here }): Form<Pause>,
) -> Response {
    let body = json!({"paused": paused});
    match control.post::<Value>("/_sandbox/clock/pause", &body).await {
        Ok(_) if paused => page::done(page::back_to(&here), Notice::ClockPaused).into_response(),
        Ok(_) => page::done(page::back_to(&here), Notice::ClockRuns).into_response(),
        Err(problem) => refused(page, &problem, Advance::default(), ""),
    }
}

fn refused(page: Page, problem: &Problem, wish: Advance, now: &str) -> Response {
    let told = FormProblem::of(problem, &FIELDS);
    page::show_as(problem.status, &template(page, told, wish, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_in_seconds() {
        let seconds = |number: &str, unit: &str| {
            Advance {
                number: number.into(),
                unit: unit.into(),
                here: String::new(),
            }
            .seconds()
        };
        assert_eq!(seconds("30", "minutes"), Some(1800));
        assert_eq!(seconds(" 1 ", "days"), Some(86_400));
        assert_eq!(seconds("-1", "days"), None);
        assert_eq!(seconds("1", "years"), None);
        assert_eq!(seconds(&u64::MAX.to_string(), "hours"), None);
    }
}
