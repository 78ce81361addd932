//! Keeps web pages from elsewhere away: requests that name another host are refused, since a page
//! could point its own name at this machine; and so are requests of such pages that would change
//! something under `/_sandbox` or `/dashboard`. Gate, Payment Page and emulator take forms of any page, as the
//! platform does.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::control::Refusal;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets requests through whose `Host` is a loopback name, the bound address or an allowed host.
pub(super) async fn check_host(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let known = host.map(name_of).is_some_and(|name| {
        shared
            .hosts
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(name))
    });
    if known {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "the sandbox does not answer to this host name; allow it first\n",
        )
            .into_response()
    }
}

/// Lets requests to `/_sandbox` and `/dashboard` through that only ask, that come from the sandbox's own pages, or
/// that come from no page at all: browsers say so in `Sec-Fetch-Site` or in `Origin`.
pub(super) async fn check_origin(request: Request, next: Next) -> Response {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let guarded = path.starts_with("/_sandbox/") || path.starts_with("/dashboard/");
    if asks || !guarded || comes_from_here(request.headers()) {
        return next.run(request).await;
    }
    let message = "a web page of another origin must not change the sandbox";
    Refusal::new(StatusCode::FORBIDDEN, message).into_response()
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    // What is not readable text is not ours.
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site_fits = text(SEC_FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin_fits = text(header::ORIGIN).is_none_or(|origin| {
        origin
            .strip_prefix("http://")
            .is_some_and(|host| Some(host) == text(header::HOST))
    });
    site_fits && origin_fits
}

/// The name in a `Host` header, without port and brackets.
fn name_of(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_and_brackets_are_left_out() {
        assert_eq!(name_of("127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(name_of("localhost"), "localhost");
        assert_eq!(name_of("[::1]:8080"), "::1");
    }

    #[test]
    fn only_pages_of_the_same_origin_may_change_things() {
        let comes_from_here = |members: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            headers.insert("host", "127.0.0.1:8420".parse().unwrap());
            for (name, value) in members {
                headers.insert(*name, value.parse().unwrap());
            }
            comes_from_here(&headers)
        };
        assert!(comes_from_here(&[]));
        assert!(comes_from_here(&[("origin", "http://127.0.0.1:8420")]));
        assert!(comes_from_here(&[("sec-fetch-site", "same-origin")]));
        for foreign in [
            ("origin", "http://127.0.0.1:9000"),
            ("origin", "https://127.0.0.1:8420"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!comes_from_here(&[foreign]), "{foreign:?}");
        }
    }
}
