//! What of a request is looked at before its body.

use actix_web::HttpRequest;
use ecommpay_receiver::RequestHead;

/// The head of a request, for a handler that calls a reader or a receiver by itself.
///
/// The address is that of the connection; `realip_remote_addr` of actix is not used, as it believes
/// whatever a sender writes into a header.
#[must_use]
pub fn request_head(request: &HttpRequest) -> RequestHead<'_> {
    let peer = request.peer_addr();
    let headers = request.headers().iter();
    RequestHead::new(
        peer.map(|address| address.ip()),
        headers.map(|(name, value)| (name.as_str(), value.as_bytes())),
    )
}
