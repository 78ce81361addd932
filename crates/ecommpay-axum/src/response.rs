//! Answers as axum sends them.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use ecommpay_receiver::{Answer, Refusal};

/// An answer as a response.
pub fn response_of(answer: &Answer) -> Response {
    let mut response = Response::new(Body::from(answer.clone().into_text()));
    // Statuses and header lines of an answer are always valid; a failure must not become success.
    *response.status_mut() =
        StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers() {
        if let Ok(value) = HeaderValue::from_maybe_shared(bytes_of(value)) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn bytes_of(text: Cow<'static, str>) -> Bytes {
    match text {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    }
}

/// The rejection of [`Verified`](crate::Verified).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct Refused(Refusal);

impl Refused {
    /// Why the callback was not taken.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        response_of(&Answer::refusing(&self.0))
    }
}
