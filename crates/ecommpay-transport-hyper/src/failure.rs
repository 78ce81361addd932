//! From hyper's errors to a stage and a kind.

use std::error::Error;
use std::io;

use ecommpay_transport::{FailureKind, FailureStage, TransportError};

use crate::connector::{ConnectTimedOut, DnsFailed, ProxyFailed};

/// Whether the pool has handed the request to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dispatch {
    NotYet,
    Done,
}

impl Dispatch {
    /// The stage of an exchange that ends now without any reply.
    pub(crate) fn stage(self) -> FailureStage {
        match self {
            Dispatch::NotYet => FailureStage::BeforeSend,
            Dispatch::Done => FailureStage::MaybeSent,
        }
    }
}

/// No head of a reply came.
pub(crate) fn without_head(
    error: hyper_util::client::legacy::Error,
    dispatch: Dispatch,
) -> TransportError {
    let (stage, kind) = match dispatch {
        Dispatch::NotYet => (FailureStage::BeforeSend, connect_kind(&error)),
        Dispatch::Done => match find::<hyper::Error>(&error) {
            // hyper's client makes this kind only where it gives the unwritten request back
            Some(cause) if cause.is_canceled() => (FailureStage::BeforeSend, FailureKind::Reset),
            Some(cause) if cause.is_parse() => {
                (FailureStage::ReplyUnreadable, FailureKind::MalformedReply)
            }
            _ => (FailureStage::MaybeSent, exchange_kind(&error)),
        },
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
    } else if find::<ProxyFailed>(error).is_some() {
        FailureKind::Proxy
    } else if find::<DnsFailed>(error).is_some() {
        FailureKind::Dns
    } else if find::<rustls::Error>(error).is_some() {
        FailureKind::Tls
    } else {
        FailureKind::Connect
    }
}

fn exchange_kind(error: &(dyn Error + 'static)) -> FailureKind {
    if find::<rustls::Error>(error).is_some() {
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
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
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
