//! Refuses requests that name another host: a web page elsewhere must not reach the sandbox
//! through a name that it points at this machine.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shared;

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

/// The name in a `Host` header, without port and brackets.
fn name_of(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn port_and_brackets_are_left_out() {
        assert_eq!(name_of("127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(name_of("localhost"), "localhost");
        assert_eq!(name_of("[::1]:8080"), "::1");
    }
}
