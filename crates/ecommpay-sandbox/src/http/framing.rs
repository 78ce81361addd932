//! Which pages may be shown inside other pages: Payment Page and the providers' pages that follow
//! it, so that the widget works; nothing else, least of all what controls the sandbox.

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Forbids frames, except for the pages that the widget opens.
pub(super) async fn forbid_frames(request: Request, next: Next) -> Response {
    let framed = may_be_framed(request.uri().path());
    let mut response = next.run(request).await;
    if !framed {
        let headers = response.headers_mut();
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        // Beside whatever policy the page has: all of them count.
        headers.append(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("frame-ancestors 'none'"),
        );
    }
    response
}

fn may_be_framed(path: &str) -> bool {
    path == "/payment" || path.starts_with("/payment/") || path.starts_with("/emulator/")
}

#[cfg(test)]
mod tests {
    use super::may_be_framed;

    #[test]
    fn only_what_customers_see() {
        for path in ["/payment", "/payment/0f", "/emulator/0f", "/emulator/bank"] {
            assert!(may_be_framed(path), "{path}");
        }
        for path in [
            "/",
            "/payments",
            "/_sandbox/clock",
            "/_sandbox/widget",
            "/v2/payment/x",
        ] {
            assert!(!may_be_framed(path), "{path}");
        }
    }
}
