//! Payment Page as HTML.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::text::PageText;
use super::{countdown, respond};
use crate::platform::page::{Frame, PageRefusal, PageScene, PageView, Way, WayBack};

/// From here on the page warns, in seconds.
const LAST_MINUTES: u64 = 5 * 60;

#[derive(Template)]
#[template(path = "payment.html")]
struct PaymentTemplate {
    lang: &'static str,
    /// Seconds after which a browser without scripts loads the page again.
    refresh: Option<u64>,
    text: &'static PageText,
    /// The events of the page as JSON.
    events: String,
    /// Whether time goes by itself.
    runs: bool,
    view: PageView,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalTemplate<'a> {
    lang: &'static str,
    text: &'static PageText,
    /// HTTP status.
    status: u16,
    problems: &'a [String],
}

impl PaymentTemplate {
    /// Whether the script looks for another scene now and then.
    fn polls(&self) -> bool {
        use PageScene::{Form, Instruction, Link, Qr, Waiting};
        matches!(
            self.view.scene,
            Waiting | Qr { .. } | Instruction { .. } | Link { .. } | Form { .. }
        )
    }

    /// Whether the script goes on to the provider by itself.
    fn follows(&self) -> bool {
        !self.view.new_tab
    }

    fn frame(&self) -> &'static str {
        match self.view.frame {
            Frame::Page => "page",
            Frame::Iframe => "iframe",
            Frame::Popup => "popup",
        }
    }
}

/// How the page's script goes on by itself.
fn way_name(back: &WayBack) -> &'static str {
    match back.way {
        Way::WholePage => "whole_page",
        Way::NewTab => "new_tab",
        Way::Here | Way::CloseModal | Way::EventsOnly => "here",
    }
}

/// What a browser can help with when a member is typed in.
fn autocomplete(path: &str) -> &'static str {
    match path {
        "customer.first_name" => "given-name",
        "customer.last_name" => "family-name",
        "customer.middle_name" => "additional-name",
        "customer.email" => "email",
        "customer.phone" => "tel",
        "customer.country" => "country",
        "customer.state" => "address-level1",
        "customer.city" => "address-level2",
        "customer.street" | "customer.address" => "street-address",
        "customer.zip" => "postal-code",
        _ => "off",
    }
}

/// A page of Payment Page; `runs` tells whether the sandbox's clock goes by itself.
pub(crate) fn payment_page(view: PageView, runs: bool) -> Response {
    let status = match view.scene {
        PageScene::Refused(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let refresh = match view.scene {
        PageScene::Waiting => Some(2),
        PageScene::Qr { .. } | PageScene::Instruction { .. } => Some(10),
        // Nothing can be lost that was typed: the page may change when the deadline comes.
        PageScene::Methods { .. } if runs => view.deadline.as_ref().map(|deadline| {
            let left = deadline.seconds_left;
            left.checked_sub(LAST_MINUTES).unwrap_or(left).max(1)
        }),
        _ => None,
    };
    respond(
        status,
        &PaymentTemplate {
            lang: view.language.code(),
            refresh,
            text: PageText::of(view.language),
            events: serde_json::to_string(&view.events).unwrap_or_default(),
            runs,
            view,
        },
    )
}

/// A page that says why Payment Page cannot be opened.
pub(crate) fn opening_refused(refusal: &PageRefusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    respond(
        status,
        &RefusalTemplate {
            lang: refusal.language.code(),
            text: PageText::of(refusal.language),
            status: refusal.status,
            problems: &refusal.problems,
        },
    )
}
