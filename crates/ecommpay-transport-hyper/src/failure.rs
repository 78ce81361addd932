//! From hyper's errors to a stage and a kind.

use std::error::Error;
use std::io;

use ecommpay_transport::{FailureKind, FailureStage, TransportError};
use hyper::client::conn::TrySendError;

use crate::connector::ConnectTimedOut;
use crate::road::DnsFailed;
use crate::{proxy, tls};

/// There is no connection.
pub(crate) fn without_connection(error: Box<dyn Error + Send + Sync>) -> TransportError {
    let kind = connect_kind(&*error);
    TransportError::new(FailureStage::BeforeSend, kind).with_source(error)
}

/// The request was handed to a connection, and no head of a reply came.
pub(crate) fn without_head<B>(mut failure: TrySendError<B>) -> TransportError {
    // hyper gives back only a request of which it wrote nothing
    let unwritten = failure.take_message().is_some();
    let error = failure.into_error();
    let (stage, kind) = if unwritten && error.is_canceled() {
        (FailureStage::BeforeSend, FailureKind::Reset)
    } else if error.is_parse() {
        (FailureStage::ReplyUnreadable, FailureKind::MalformedReply)
    } else {
        (FailureStage::MaybeSent, exchange_kind(&error))
    };
    TransportError::new(stage, kind).with_source(error)
}

/// The head of a reply came, its body did not.
pub(crate) fn without_body(error: hyper::Error, http_status: u16) -> TransportError {
    let kind = if error.is_parse() {
        FailureKind::MalformedReply
    } else {
        exchange_kind(&error)
    };
    TransportError::new(FailureStage::ReplyUnreadable, kind)
        .with_http_status(http_status)
        .with_source(error)
}

fn connect_kind(error: &(dyn Error + 'static)) -> FailureKind {
    if find::<ConnectTimedOut>(error).is_some() {
        FailureKind::ConnectTimeout
    } else if proxy::is_failure(error) {
        FailureKind::Proxy
    } else if find::<DnsFailed>(error).is_some() {
        FailureKind::Dns
    } else if tls::is_failure(error) {
        FailureKind::Tls
    } else {
        FailureKind::Connect
    }
}

fn exchange_kind(error: &(dyn Error + 'static)) -> FailureKind {
    if tls::is_failure(error) {
        return FailureKind::Tls;
    }
    match find::<hyper::Error>(error) {
        Some(cause) if cause.is_incomplete_message() || cause.is_closed() => FailureKind::Reset,
        // the task of the connection was dropped, as when the runtime shuts down
        Some(cause) if cause.is_user() => FailureKind::Cancelled,
        _ if find::<io::Error>(error).is_some() => FailureKind::Reset,
        _ => FailureKind::Other,
    }
}

/// The first error of type `T` in the chain; looks into what an `io::Error` wraps, which
/// [`Error::source`] skips.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut link = Some(error);
    while let Some(current) = link {
        if let Some(found) = current.downcast_ref::<T>() {
            return Some(found);
        }
        let wrapped = current
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|inner| inner as &(dyn Error + 'static));
        link = wrapped.or_else(|| current.source());
    }
    None
}
