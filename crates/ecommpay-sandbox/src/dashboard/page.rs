//! What all pages share: the frame around them, their headers, and the page of a failure.

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::control::{Control, Problem};

/// Own styles and the one own script; no frames around, forms lead back here only.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Payments,
    Operations,
    Links,
    Batch,
    Reports,
    Analytics,
    Try,
    Faults,
    Projects,
    Clock,
}

impl Section {
    pub(super) const ALL: [Self; 10] = [
        Self::Payments,
        Self::Operations,
        Self::Links,
        Self::Batch,
        Self::Reports,
        Self::Analytics,
        Self::Try,
        Self::Faults,
        Self::Projects,
        Self::Clock,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Payments => "Payments",
            Self::Operations => "Operations",
            Self::Links => "Payment links",
            Self::Batch => "Batch refunds",
            Self::Reports => "Reports",
            Self::Analytics => "Analytics",
            Self::Try => "Try it",
            Self::Faults => "Fault desk",
            Self::Projects => "Projects",
            Self::Clock => "Clock",
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Payments => "/dashboard/payments",
            Self::Operations => "/dashboard/operations",
            Self::Links => "/dashboard/links",
            Self::Batch => "/dashboard/batch",
            Self::Reports => "/dashboard/reports",
            Self::Analytics => "/dashboard/analytics",
            Self::Try => "/dashboard/try",
            Self::Faults => "/dashboard/faults",
            Self::Projects => "/dashboard/projects",
            Self::Clock => "/dashboard/clock",
        }
    }
}

/// What was done just before, told on the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Notice {
    ClockMoved,
    ClockPaused,
    ClockRuns,
    Resent,
    RefundBegun,
    Triggered,
    ProjectChanged,
    FaultAdded,
    FaultRemoved,
    LinkCreated,
    LinkCancelled,
    TokenAdded,
    TokenRevoked,
}

impl Notice {
    fn code(self) -> &'static str {
        match self {
            Self::ClockMoved => "clock_moved",
            Self::ClockPaused => "clock_paused",
            Self::ClockRuns => "clock_runs",
            Self::Resent => "resent",
            Self::RefundBegun => "refund_begun",
            Self::Triggered => "triggered",
            Self::ProjectChanged => "project_changed",
            Self::FaultAdded => "fault_added",
            Self::FaultRemoved => "fault_removed",
            Self::LinkCreated => "link_created",
            Self::LinkCancelled => "link_cancelled",
            Self::TokenAdded => "token_added",
            Self::TokenRevoked => "token_revoked",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::ClockMoved => "The clock was moved on. Everything that was due has happened.",
            Self::ClockPaused => "The clock stands still.",
            Self::ClockRuns => "The clock runs.",
            Self::Resent => "The callback is sent once more. A virtual clock has to move for it.",
            Self::RefundBegun => "The refund was accepted; its operation tells how it ends.",
            Self::Triggered => "The payment begins. A virtual clock has to move for it.",
            Self::ProjectChanged => "The settings are in force.",
            Self::FaultAdded => "The rule is in force.",
            Self::FaultRemoved => "The rule is gone.",
            Self::LinkCreated => "The payment link was created.",
            Self::LinkCancelled => "The payment link was cancelled.",
            Self::TokenAdded => "The token is valid.",
            Self::TokenRevoked => "The token is revoked for good.",
        }
    }
}

/// The sandbox's time as the control API tells it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ClockView {
    pub(super) now: String,
    pub(super) kind: String,
    pub(super) runs: bool,
}

impl ClockView {
    pub(super) fn is_virtual(&self) -> bool {
        self.kind == "virtual"
    }
}

/// A page that is being asked for: the clock in its header and what to tell.
#[derive(Debug)]
pub(super) struct Page {
    clock: Option<ClockView>,
    /// Path and query of this page, to come back to.
    here: String,
    /// Whether it can be loaded again to see what is new.
    live: bool,
    notice: Option<Notice>,
}

/// The frame around a page's content.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) title: String,
    pub(super) section: Option<Section>,
    pub(super) clock: Option<ClockView>,
    pub(super) here: String,
    pub(super) live: bool,
    pub(super) notice: Option<&'static str>,
}

impl Shell {
    /// Whether the page belongs to this entry of the navigation.
    pub(super) fn is_in(&self, section: &Section) -> bool {
        self.section.as_ref() == Some(section)
    }
}

impl FromRequestParts<Control> for Page {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        control: &Control,
    ) -> Result<Self, Self::Rejection> {
        let uri = parts.extensions.get::<OriginalUri>();
        let uri = uri.map_or(&parts.uri, |OriginalUri(uri)| uri);
        let members: Vec<(String, String)> =
            form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let done = members.iter().find(|(name, _)| name == "done");
        let notice = done.and_then(|(_, code)| {
            serde_json::from_value(serde_json::Value::String(code.clone())).ok()
        });
        let rest = members.iter().filter(|(name, _)| name != "done");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(rest)
            .finish();
        let here = match (parts.method.as_str(), query.as_str()) {
            ("GET", "") => uri.path().to_owned(),
            ("GET", query) => format!("{}?{query}", uri.path()),
            // The answer to a form lies at an address that cannot be loaded again.
            _ => "/dashboard".to_owned(),
        };
        Ok(Self {
            clock: control.get("/_sandbox/clock").await.ok(),
            here,
            live: parts.method == "GET",
            notice,
        })
    }
}

impl Page {
    pub(super) fn shell(self, section: Section, title: impl Into<String>) -> Shell {
        Shell {
            title: title.into(),
            section: Some(section),
            clock: self.clock,
            here: self.here,
            live: self.live,
            notice: self.notice.map(Notice::text),
        }
    }
}

/// Sends the browser on to `path` of the dashboard, where `notice` is told.
pub(super) fn done(path: &str, notice: Notice) -> Redirect {
    let separator = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{separator}done={}", notice.code()))
}

/// Where a form wants to come back to; only the dashboard itself.
pub(super) fn back_to(here: &str) -> &str {
    let inside = here == "/dashboard" || here.starts_with("/dashboard/");
    let plain = here
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside && plain { here } else { "/dashboard" }
}

/// A rendered page.
pub(super) fn show<T: Template>(template: &T) -> Response {
    show_as(StatusCode::OK, template)
}

/// A rendered page that is not what was asked for.
pub(super) fn show_as<T: Template>(status: StatusCode, template: &T) -> Response {
    template.render().map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |html| (status, Html(html)).into_response(),
    )
}

#[derive(Template)]
#[template(path = "dashboard/problem.html")]
struct ProblemTemplate {
    shell: Shell,
    message: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = match self.status {
            StatusCode::NOT_FOUND => "Nothing here",
            status if status.is_client_error() => "This was refused",
            _ => "Something went wrong",
        };
        let shell = Shell {
            title: title.to_owned(),
            section: None,
            clock: None,
            here: "/dashboard".to_owned(),
            live: false,
            notice: None,
        };
        let message = self.message;
        show_as(self.status, &ProblemTemplate { shell, message })
    }
}

pub(super) async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "The dashboard has no such page.")
}

/// Adds the headers that every page of the dashboard has.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_back_to_the_dashboard_only() {
        for good in ["/dashboard", "/dashboard/payments?status=success"] {
            assert_eq!(back_to(good), good);
        }
        for bad in [
            "http://elsewhere.example/",
            "//elsewhere.example/dashboard",
            "/dashboardish",
            "/dashboard/\\elsewhere",
            "/dashboard/\r\nset-cookie: a=b",
            "",
        ] {
            assert_eq!(back_to(bad), "/dashboard", "{bad:?}");
        }
    }

    #[test]
    fn every_notice_has_a_code_that_is_read_back() {
        for notice in [
            Notice::ClockMoved,
            Notice::ClockPaused,
            Notice::ClockRuns,
            Notice::Resent,
            Notice::RefundBegun,
            Notice::Triggered,
            Notice::ProjectChanged,
            Notice::FaultAdded,
            Notice::FaultRemoved,
            Notice::LinkCreated,
            Notice::LinkCancelled,
            Notice::TokenAdded,
            Notice::TokenRevoked,
        ] {
            let code = serde_json::Value::String(notice.code().to_owned());
            assert_eq!(serde_json::from_value::<Notice>(code).unwrap(), notice);
        }
    }
}
