//! Server-rendered pages: plain HTML, every text escaped by the templates. They work without
//! scripts; the script only makes them smoother.

pub(crate) mod assets;
mod emulator;
mod payment;
mod text;
mod widget;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

pub(crate) use self::emulator::{bank, emulator};
pub(crate) use self::payment::{opening_refused, payment_page};
pub(crate) use self::widget::{WidgetChoice, widget};

/// Only our own scripts, styles and images. Forms may lead anywhere on the web, since browsers
/// apply `form-action` to redirects after the form as well, and a shop's page lies behind them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action http: https:";

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticeTemplate<'a> {
    lang: &'static str,
    refresh: Option<u32>,
    title: &'a str,
    lines: &'a [String],
}

#[derive(Template)]
#[template(path = "front.html")]
struct FrontTemplate {
    lang: &'static str,
    refresh: Option<u32>,
}

/// A page with a title and a few lines.
pub(crate) fn notice(status: StatusCode, title: &str, lines: &[String]) -> Response {
    respond(
        status,
        &NoticeTemplate {
            lang: "en",
            refresh: None,
            title,
            lines,
        },
    )
}

/// The first page: what this is and where everything lies.
pub(crate) async fn front() -> Response {
    respond(
        StatusCode::OK,
        &FrontTemplate {
            lang: "en",
            refresh: None,
        },
    )
}

fn respond<T: Template>(status: StatusCode, template: &T) -> Response {
    respond_under(POLICY, status, template)
}

fn respond_under<T: Template>(policy: &'static str, status: StatusCode, template: &T) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

/// A time to go as `m:ss`, or `h:mm:ss` from an hour on.
fn countdown(seconds: &u64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::countdown;

    #[test]
    fn a_countdown_reads_like_a_clock() {
        assert_eq!(countdown(&0), "0:00");
        assert_eq!(countdown(&299), "4:59");
        assert_eq!(countdown(&1800), "30:00");
        assert_eq!(countdown(&7261), "2:01:01");
    }
}
