//! Styles, scripts and the icon. All of them are the sandbox's own.

use axum::Router;
use axum::http::header;
use axum::routing::get;

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and content. Shops load what lies under `/shared`.
const FILES: [(&str, &str, &str); 6] = [
    ("/_sandbox/style.css", CSS, include_str!("style.css")),
    ("/_sandbox/page.js", SCRIPT, include_str!("page.js")),
    ("/_sandbox/widget.js", SCRIPT, include_str!("widget.js")),
    (
        "/_sandbox/icon.svg",
        "image/svg+xml",
        include_str!("icon.svg"),
    ),
    ("/shared/merchant.css", CSS, include_str!("merchant.css")),
    ("/shared/merchant.js", SCRIPT, include_str!("merchant.js")),
];

/// A route for each file.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.into_iter().fold(Router::new(), |router, file| {
        let (path, kind, content) = file;
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-cache"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        router.route(path, get(move || async move { (headers, content) }))
    })
}
