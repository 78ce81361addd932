//! Answers as actix sends them.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use ecommpay_receiver::{Answer, Refusal};

/// An answer as a response.
#[must_use]
pub fn response_of(answer: &Answer) -> HttpResponse {
    let mut response = HttpResponse::build(status(answer.status()));
    for (name, value) in answer.headers() {
        response.insert_header((name, &*value));
    }
    match answer.clone().into_text() {
        Cow::Borrowed(text) => response.body(text),
        Cow::Owned(text) => response.body(text),
    }
}

/// Statuses of an answer are always valid; a failure must not become success.
fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The error of [`Verified`](crate::Verified).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The callback was not taken.
    Callback(Refusal),
    /// The application has no `web::Data<CallbackReader>`.
    NoReader,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Callback(refusal) => refusal.fmt(f),
            Self::NoReader => f.write_str(
                "the application has no reader for callbacks; add `web::Data<CallbackReader>` as app data",
            ),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Callback(refusal)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Callback(refusal) => status(refusal.status()),
            Self::NoReader => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Callback(refusal) => response_of(&Answer::refusing(refusal)),
            Self::NoReader => HttpResponse::InternalServerError()
                .content_type("text/plain; charset=utf-8")
                .body(self.to_string()),
        }
    }
}
