//! A failure of the sandbox itself, as a customer's browser is told it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::pages;
use crate::store::StoreError;

/// What a page handler gives when the store fails.
pub(super) struct PageFailure(StoreError);

impl From<StoreError> for PageFailure {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl IntoResponse for PageFailure {
    fn into_response(self) -> Response {
        pages::notice(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The sandbox has failed",
            &[self.0.to_string()],
        )
    }
}
