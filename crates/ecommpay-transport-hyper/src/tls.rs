//! The TLS settings: provider named explicitly, roots by the caller's choice.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use crate::BuildError;

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

/// TLS 1.2 and 1.3 with these roots; offers HTTP/2 and HTTP/1.1.
pub(crate) fn client_config(roots: Roots) -> Result<ClientConfig, BuildError> {
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
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
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
