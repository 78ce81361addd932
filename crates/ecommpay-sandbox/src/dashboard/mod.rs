//! The dashboard under `/dashboard`: what a merchant's team looks at all day, rendered on the
//! server, usable without scripts.
//!
//! It is a client of the control API like any other program: it gets that API as a service, sends
//! it requests and reads the JSON of its answers into views of its own. It knows nothing else of
//! the sandbox; a test reads these files and holds them to it.

mod analytics;
mod batch;
mod chart;
mod clock;
mod control;
mod faults;
mod filter;
mod form;
mod links;
mod operations;
mod page;
mod paging;
mod payment;
mod payments;
mod projects;
mod reports;
mod text;
mod tokens;
mod try_it;

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};

use self::control::Control;

/// The dashboard in front of this control API, whose paths begin with `/_sandbox`.
pub(crate) fn router(control_api: Router) -> Router {
    let pages = Router::new()
        .route("/payments", get(payments::show))
        .route("/operations", get(operations::show))
        .route("/payment", get(payment::show))
        .route("/payment/resend", post(payment::resend))
        .route("/payment/refund", post(payment::refund))
        .route("/links", get(links::show).post(links::make))
        .route("/links/cancel", post(links::cancel))
        .route("/batch", get(batch::show).post(batch::upload))
        .route("/tokens", post(tokens::add))
        .route("/tokens/revoke", post(tokens::revoke))
        .route("/try", get(try_it::show).post(try_it::start))
        .route("/faults", get(faults::show).post(faults::add))
        .route("/faults/remove", post(faults::remove))
        .route("/projects", get(projects::list).post(projects::add))
        .route("/project", get(projects::show).post(projects::change))
        .route("/project/secret", post(projects::reveal))
        .route("/reports", get(reports::show))
        .route("/reports/file", get(reports::file))
        .route("/analytics", get(analytics::show))
        .route("/clock", get(clock::show))
        .route("/clock/advance", post(clock::advance))
        .route("/clock/set", post(clock::set))
        .route("/clock/pause", post(clock::pause))
        .fallback(page::nothing_here)
        .with_state(Control::new(control_api));
    Router::new()
        .route("/dashboard", get(first_page))
        .route("/dashboard/assets/dashboard.css", get(stylesheet))
        .route("/dashboard/assets/dashboard.js", get(script))
        .route("/dashboard/assets/icon.svg", get(icon))
        .nest("/dashboard", pages)
        .layer(middleware::from_fn(page::add_headers))
}

async fn first_page() -> Redirect {
    Redirect::to("/dashboard/payments")
}

async fn stylesheet() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("dashboard.css")).into_response()
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("dashboard.js")).into_response()
}

async fn icon() -> Response {
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    (kind, include_str!("icon.svg")).into_response()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The only things of this crate that the dashboard may name: itself and the table of
    /// currencies' digits.
    const MAY_NAME: [&str; 2] = ["crate::dashboard", "crate::money"];

    #[test]
    fn the_dashboard_knows_the_control_api_only() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dashboard");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            files += 1;
            let code = text.split("#[cfg(test)]").next().unwrap();
            for (place, _) in code.match_indices("crate::") {
                let named = &code[place..];
                assert!(
                    MAY_NAME.iter().any(|known| named.starts_with(known)),
                    "{}: {}",
                    path.display(),
                    named.lines().next().unwrap()
                );
            }
            assert!(!code.contains("super::super"), "{}", path.display());
        }
        assert!(files > 12, "{files}");
    }
}
