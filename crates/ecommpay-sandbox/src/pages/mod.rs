//! Server-rendered pages: plain HTML without scripts, every text escaped by the templates.

mod text;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use self::text::PageText;
use crate::config::Method;
use crate::platform::emulator::{Choice, EmulatorView, LastName, Scene};
use crate::platform::page::parameters::Language;
use crate::platform::page::{PageRefusal, PageScene, PageView};

/// The stylesheet of all pages.
pub(crate) const STYLE: &str = include_str!("style.css");

/// Scripts and foreign content are off. Forms may lead anywhere on the web, since browsers apply
/// `form-action` to redirects after the form as well, and a shop's page lies behind them.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action http: https:";

#[derive(Template)]
#[template(path = "payment.html")]
struct PaymentTemplate {
    lang: &'static str,
    refresh: Option<u32>,
    text: &'static PageText,
    view: PageView,
}

#[derive(Template)]
#[template(path = "emulator.html")]
struct EmulatorTemplate {
    lang: &'static str,
    refresh: Option<u32>,
    brand: &'static str,
    view: EmulatorView,
}

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

/// A page of Payment Page.
pub(crate) fn payment_page(view: PageView) -> Response {
    let status = match view.scene {
        PageScene::Refused(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let refresh = match view.scene {
        PageScene::Waiting => Some(2),
        PageScene::Qr { .. } | PageScene::Instruction { .. } => Some(10),
        _ => None,
    };
    let lang = view.language.code();
    let text = PageText::of(view.language);
    respond(
        status,
        &PaymentTemplate {
            lang,
            refresh,
            text,
            view,
        },
    )
}

/// A page of a provider's emulator.
pub(crate) fn emulator(view: EmulatorView) -> Response {
    let status = match view.scene {
        Scene::Broken(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let brand = match view.method {
        Method::Alipay => "Alipay",
        Method::AlfaClick => "Alfa-Click",
        Method::WalletPartner => "Wallet partner",
    };
    respond(
        status,
        &EmulatorTemplate {
            lang: "en",
            refresh: None,
            brand,
            view,
        },
    )
}

/// A page that says why Payment Page cannot be opened.
pub(crate) fn opening_refused(refusal: PageRefusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = PageText::of(refusal.language).cannot_open;
    let lang = refusal.language.code();
    respond(
        status,
        &NoticeTemplate {
            lang,
            refresh: None,
            title,
            lines: &refusal.problems,
        },
    )
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

/// Whether a browser may be sent there.
pub(crate) fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn respond<T: Template>(status: StatusCode, template: &T) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

impl Language {
    fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
            Self::Chinese => "zh",
        }
    }
}
