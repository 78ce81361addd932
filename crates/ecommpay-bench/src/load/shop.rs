//! The shop's callback address: verifies what comes and passes it to whoever waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use ecommpay_callback::{Callback, CallbackVerifier};
use ecommpay_signature::{KeyRing, SecretKey};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::LoadError;
use super::platform::SECRET;

/// How many callbacks of one payment may wait; it gets two.
const WAITING: usize = 8;

/// A shop that receives.
#[derive(Debug, Clone)]
pub(super) struct Shop {
    callback_url: String,
    desk: Arc<Desk>,
}

#[derive(Debug)]
struct Desk {
    verifier: CallbackVerifier,
    waiting: Mutex<HashMap<String, mpsc::Sender<Callback>>>,
}

impl Shop {
    /// Listens on a free port of loopback for as long as the runtime lives.
    pub(super) async fn open() -> Result<Self, LoadError> {
        let key = SecretKey::new(SECRET).map_err(|error| LoadError::Setup(error.to_string()))?;
        let desk = Arc::new(Desk {
            verifier: CallbackVerifier::new(KeyRing::new(key)),
            waiting: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let callback_url = format!("http://{}/callback", listener.local_addr()?);
        let router = Router::new()
            .route("/callback", post(receive))
            .with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { callback_url, desk })
    }

    pub(super) fn callback_url(&self) -> &str {
        &self.callback_url
    }

    /// The callbacks of one payment, from now on.
    pub(super) fn callbacks_of(&self, payment_id: &str) -> mpsc::Receiver<Callback> {
        let (sender, receiver) = mpsc::channel(WAITING);
        self.desk.waiting().insert(payment_id.to_owned(), sender);
        receiver
    }

    /// Nobody waits for callbacks of this payment any more.
    pub(super) fn forget(&self, payment_id: &str) {
        self.desk.waiting().remove(payment_id);
    }
}

impl Desk {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<String, mpsc::Sender<Callback>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn receive(State(desk): State<Arc<Desk>>, body: Bytes) -> StatusCode {
    let Ok(callback) = desk
        .verifier
        .verify(body)
        .map_err(drop)
        .and_then(|verified| verified.parse().map_err(drop))
    else {
        return StatusCode::BAD_REQUEST;
    };
    let waiting = callback
        .payment_id()
        .and_then(|id| desk.waiting().get(id.as_str()).cloned());
    if let Some(waiting) = waiting {
        // Whoever waited may have given up; the callback was received all the same.
        let _ = waiting.try_send(callback);
    }
    StatusCode::OK
}
