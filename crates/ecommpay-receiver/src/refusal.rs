//! Why a callback was not taken.

use std::time::Duration;

use ecommpay_callback::CallbackError;
use ecommpay_model::ProjectId;

/// Why a callback was not taken. None of them may be answered with success.
///
/// `Display` is what the sender may read: rules, limits and member names, no values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It comes from none of the networks that were allowed, or nobody knows from where.
    #[error("callbacks are not accepted from this address")]
    SourceNotAllowed,
    /// There is a list of allowed networks, but the framework does not tell who is at the other end.
    #[error(
        "the address of the sender is needed and the server does not pass it on; \
         the README of the adapter shows how to set it up"
    )]
    SourceUnknown,
    /// The address is for a project, or the body names one, whose keys are not here.
    #[error("no keys are set for project {0}")]
    UnknownProject(ProjectId),
    /// The body names no project and the keys of several fit.
    #[error("the body names no `project_id` and is signed with the key of several projects")]
    ProjectUnclear,
    /// The content type is something else than JSON.
    #[error("the content type has to be application/json")]
    NotJsonType,
    /// The body is compressed.
    #[error("the body has to be sent without a content encoding")]
    Encoded,
    /// The body is too long.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// Bytes that are allowed.
        limit: usize,
    },
    /// The body took too long to come in.
    #[error("the body did not come in within {} seconds", .limit.as_secs_f32())]
    TooSlow {
        /// The time that is allowed.
        limit: Duration,
    },
    /// The connection ended, or broke the rules of HTTP, within the body.
    #[error("the body broke off after {received} bytes")]
    BrokenOff {
        /// Bytes that had come in.
        received: usize,
    },
    /// The request has no body.
    #[error(
        "the body is empty; if one was sent, something in the server has read it before: \
         let this route read the body first"
    )]
    Empty,
    /// The request had a body, and something before this reader has taken it.
    #[error(
        "the body of {announced} bytes is gone: something in the server has read it before, a \
         middleware or another extractor; let this route read the body first and alone"
    )]
    BodyTaken {
        /// The length that the request announces.
        announced: u64,
    },
    /// The bodies that are coming in take all the memory they may.
    #[error("too many requests at once")]
    NoRoom,
    /// The body is not a strict JSON object with the right signature.
    #[error(transparent)]
    Unverified(CallbackError),
}

impl Refusal {
    /// The HTTP status to answer with; never one of success.
    ///
    /// | status | why |
    /// |---|---|
    /// | 400 | the signature or the form of the body is wrong, or it broke off |
    /// | 403 | callbacks are not accepted from this address |
    /// | 404 | the project is not known |
    /// | 408 | the body came too slowly |
    /// | 413 | the body is too long |
    /// | 415 | not JSON, or compressed |
    /// | 500 | the server is set up wrongly: the body was taken, or the sender's address is missing |
    /// | 503 | too many bodies at once |
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::ProjectUnclear | Self::BrokenOff { .. } | Self::Empty | Self::Unverified(_) => {
                400
            }
            Self::SourceNotAllowed => 403,
            Self::UnknownProject(_) => 404,
            Self::TooSlow { .. } => 408,
            Self::TooLarge { .. } => 413,
            Self::NotJsonType | Self::Encoded => 415,
            Self::SourceUnknown | Self::BodyTaken { .. } => 500,
            Self::NoRoom => 503,
        }
    }

    /// One word for traces.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::SourceNotAllowed => "source_not_allowed",
            Self::SourceUnknown => "source_unknown",
            Self::UnknownProject(_) => "unknown_project",
            Self::ProjectUnclear => "project_unclear",
            Self::NotJsonType => "not_json_type",
            Self::Encoded => "encoded",
            Self::TooLarge { .. } => "too_large",
            Self::TooSlow { .. } => "too_slow",
            Self::BrokenOff { .. } => "broken_off",
            Self::Empty => "empty",
            Self::BodyTaken { .. } => "body_taken",
            Self::NoRoom => "no_room",
            Self::Unverified(CallbackError::WrongSignature) => "wrong_signature",
            Self::Unverified(CallbackError::NoSignature) => "no_signature",
            Self::Unverified(_) => "wrong_form",
        }
    }
}
