//! The TLS settings: provider named explicitly, roots by the caller's choice.

use std::error::Error;
use std::sync::Arc;

use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;

use crate::BuildError;
use crate::failure::find;
use crate::http2;
use crate::road::Road;

/// Opens a connection, with TLS where the URL asks for it.
pub(crate) type Secure = HttpsConnector<Road>;

pub(crate) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Connections over this road, trusting these roots.
pub(crate) fn secure(road: Road, roots: Roots) -> Result<Secure, BuildError> {
    Ok(HttpsConnector::from((road, client_config(roots)?)))
}

/// Whether TLS is what failed.
pub(crate) fn is_failure(error: &(dyn Error + 'static)) -> bool {
    find::<rustls::Error>(error).is_some()
}

/// Where trust comes from.
pub(crate) enum Roots {
    #[cfg(feature = "webpki-roots")]
    Bundled,
    #[cfg(not(feature = "webpki-roots"))]
    Unset,
    #[cfg(feature = "platform")]
    Platform,
    Store(RootCertStore),
    Config(Box<ClientConfig>),
}

impl Roots {
    pub(crate) fn by_default() -> Self {
        #[cfg(feature = "webpki-roots")]
        return Roots::Bundled;
        #[cfg(not(feature = "webpki-roots"))]
        return Roots::Unset;
    }
}

/// TLS 1.2 and 1.3 with these roots; offers the protocols that are compiled in.
fn client_config(roots: Roots) -> Result<ClientConfig, BuildError> {
    let mut config = match roots {
        #[cfg(feature = "webpki-roots")]
        Roots::Bundled => {
            let store = RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            };
            with_store(store)?
        }
        #[cfg(not(feature = "webpki-roots"))]
        Roots::Unset => return Err(BuildError::NoRoots),
        #[cfg(feature = "platform")]
        Roots::Platform => {
            use rustls_platform_verifier::BuilderVerifierExt as _;
            ClientConfig::builder_with_provider(provider())
                .with_safe_default_protocol_versions()
                .map_err(BuildError::Tls)?
                .with_platform_verifier()
                .map_err(BuildError::Tls)?
                .with_no_client_auth()
        }
        Roots::Store(store) => {
            if store.is_empty() {
                return Err(BuildError::NoRoots);
            }
            with_store(store)?
        }
        Roots::Config(config) => *config,
    };
    config.alpn_protocols = http2::OFFERED.map(<[u8]>::to_vec).into();
    Ok(config)
}

fn with_store(store: RootCertStore) -> Result<ClientConfig, BuildError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(BuildError::Tls)?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
