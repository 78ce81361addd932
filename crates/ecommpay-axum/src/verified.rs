//! The extractor.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, Request};
use ecommpay_receiver::{CallbackReader, ReceivedCallback};

use crate::{Refused, request_head};

/// A callback that was verified, for a handler of your own.
///
/// Its state has to give an `Arc<CallbackReader>`. It takes the body, so it stands last. Whatever is
/// wrong with the request is answered before the handler is called.
///
/// ```
/// use std::sync::Arc;
///
/// use axum::Router;
/// use axum::http::StatusCode;
/// use axum::routing::post;
/// use ecommpay_axum::{CallbackReader, Projects, Verified};
/// use ecommpay_model::ProjectId;
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// async fn callback(Verified(received): Verified) -> StatusCode {
///     // Store it first: what is answered 200 is never sent again.
///     match store(received.callback().bytes()).await {
///         Ok(()) => StatusCode::OK,
///         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
///     }
/// }
/// # async fn store(_: &[u8]) -> std::io::Result<()> { Ok(()) }
///
/// let keys = KeyRing::new(SecretKey::new("test-secret")?);
/// let reader = Arc::new(CallbackReader::new(Projects::new(ProjectId::new(201)?, keys)));
/// let routes: Router = Router::new().route("/callback", post(callback)).with_state(reader);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a handler takes it apart")]
pub struct Verified(pub ReceivedCallback);

impl<S> FromRequest<S> for Verified
where
    S: Send + Sync,
    Arc<CallbackReader>: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let reader = Arc::<CallbackReader>::from_ref(state);
        let (parts, body) = request.into_parts();
        let head = request_head(&parts);
        Ok(Self(reader.read(&head, body.into_data_stream()).await?))
    }
}
