//! What of a request is looked at before its body.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use ecommpay_receiver::RequestHead;

/// The head of a request, for a handler that calls a reader or a receiver by itself.
///
/// The address of the connection is known if the routes are served with
/// `into_make_service_with_connect_info::<SocketAddr>()`.
#[must_use]
pub fn request_head(parts: &Parts) -> RequestHead<'_> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let headers = parts.headers.iter();
    RequestHead::new(
        peer.map(|ConnectInfo(address)| address.ip()),
        headers.map(|(name, value)| (name.as_str(), value.as_bytes())),
    )
}
