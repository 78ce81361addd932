//! In the place of TLS where it is not compiled in: https is refused before anything is sent.

use std::error::Error;

use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::BuildError;
use crate::road::Road;

/// Opens a connection in plain TCP.
pub(crate) type Secure = Road;

pub(crate) type Stream = TokioIo<TcpStream>;

/// There is nothing to trust.
pub(crate) struct Roots;

impl Roots {
    pub(crate) fn by_default() -> Self {
        Roots
    }
}

pub(crate) fn secure(road: Road, _: Roots) -> Result<Secure, BuildError> {
    Ok(road)
}

pub(crate) fn is_failure(_: &(dyn Error + 'static)) -> bool {
    false
}
