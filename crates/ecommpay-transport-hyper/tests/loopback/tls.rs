//! A TLS server on loopback with a certificate made for the test.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use ecommpay_transport_hyper::rustls::crypto::ring;
use ecommpay_transport_hyper::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use ecommpay_transport_hyper::rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The name the certificate is for, besides `localhost`.
pub const NAME: &str = "gate.platform.invalid";

/// A certificate with its key, trusted by whoever takes [`Identity::roots`].
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Identity {
    pub fn new() -> Self {
        let names = ["localhost".to_owned(), NAME.to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        Identity {
            certificate: made.cert.der().clone(),
            key: PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()),
        }
    }

    pub fn roots(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(self.certificate.clone()).unwrap();
        store
    }

    pub fn acceptor(&self, protocols: &[&str]) -> TlsAcceptor {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key().into())
            .unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Serves every connection whose handshake succeeds; the protocols are those offered by ALPN.
pub async fn listen_tls<F, Done>(identity: &Identity, protocols: &[&str], serve: F) -> SocketAddr
where
    F: Fn(TlsStream<TcpStream>) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = ()> + Send + 'static,
{
    let acceptor = identity.acceptor(protocols);
    super::listen(move |connection, _| {
        let (acceptor, serve) = (acceptor.clone(), serve.clone());
        async move {
            if let Ok(secured) = acceptor.accept(connection).await {
                serve(secured).await;
            }
        }
    })
    .await
}
