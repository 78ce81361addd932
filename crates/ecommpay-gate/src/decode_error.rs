//! Why a reply is not the answer that was asked for, and what it leaves open.

use std::fmt;

use ecommpay_signature::VerifyError;
use ecommpay_signature::json;

use crate::Refusal;

/// Why [`Operation::decode`](crate::Operation::decode) gives no reply.
///
/// Every variant keeps the raw bytes ([`raw_reply`](DecodeError::raw_reply)) for a person to look
/// at; they never appear in `Debug` or `Display`, because they can hold personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Gate answered that it does not take the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer is not one of Gate's: no JSON, an empty body, a page of a proxy, or a member is
    /// missing.
    #[error(transparent)]
    Unreadable(#[from] UnreadableReply),
    /// The answer has to carry a signature and has none, or a wrong one. Believe nothing in it.
    #[error(transparent)]
    NotVerified(#[from] UnverifiedReply),
    /// The answer is about another project, payment or request.
    #[error(transparent)]
    Misdirected(#[from] MisdirectedReply),
}

impl DecodeError {
    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.raw().http_status
    }

    /// The bytes of the reply as they came. They may hold personal data.
    #[must_use]
    pub fn raw_reply(&self) -> &[u8] {
        &self.raw().bytes
    }

    /// Whether the platform may have taken the request in all the same.
    ///
    /// `false` only where Gate itself said no. After `true` for a sale or refund, ask for the
    /// status before anything else: money may move.
    #[must_use]
    pub fn may_have_been_accepted(&self) -> bool {
        match self {
            DecodeError::Refused(refusal) => refusal.may_have_been_accepted(),
            DecodeError::Unreadable(_)
            | DecodeError::NotVerified(_)
            | DecodeError::Misdirected(_) => true,
        }
    }

    fn raw(&self) -> &RawReply {
        match self {
            DecodeError::Refused(refusal) => &refusal.raw,
            DecodeError::Unreadable(unreadable) => &unreadable.raw,
            DecodeError::NotVerified(unverified) => &unverified.raw,
            DecodeError::Misdirected(misdirected) => &misdirected.raw,
        }
    }
}

/// Status and bytes of a reply; `Debug` shows the status and the length.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RawReply {
    pub(crate) http_status: u16,
    pub(crate) bytes: Vec<u8>,
}

impl RawReply {
    pub(crate) fn new(http_status: u16, bytes: &[u8]) -> Self {
        RawReply {
            http_status,
            bytes: bytes.to_vec(),
        }
    }
}

impl fmt::Debug for RawReply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "HTTP {}, {} bytes",
            self.http_status,
            self.bytes.len()
        )
    }
}

/// A reply that can't be read as one of the platform's.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {} with {what}, not an answer of the platform", raw.http_status)]
pub struct UnreadableReply {
    raw: RawReply,
    what: Unreadable,
    #[source]
    source: Option<json::DecodeError>,
}

impl UnreadableReply {
    /// A body that can't be read into the type expected.
    pub(crate) fn not_json(http_status: u16, body: &[u8], source: json::DecodeError) -> Self {
        UnreadableReply {
            source: Some(source),
            ..Self::not_an_object(http_status, body)
        }
    }

    /// A body that is no JSON object; for authors of operations.
    #[must_use]
    pub fn not_an_object(http_status: u16, body: &[u8]) -> Self {
        let what = match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => Unreadable::Empty,
            Some(b'<') => Unreadable::Markup { bytes: body.len() },
            Some(_) => Unreadable::Other { bytes: body.len() },
        };
        UnreadableReply {
            raw: RawReply::new(http_status, body),
            what,
            source: None,
        }
    }

    /// JSON in which a member is missing or has a value it can't have; for authors of operations.
    #[must_use]
    pub fn member(http_status: u16, body: &[u8], member: &'static str) -> Self {
        let what = Unreadable::Member { member };
        UnreadableReply {
            raw: RawReply::new(http_status, body),
            what,
            source: None,
        }
    }

    /// What was seen instead of an answer of the platform.
    #[must_use]
    pub fn what(&self) -> &Unreadable {
        &self.what
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.raw.http_status
    }

    /// The bytes of the reply as they came. They may hold personal data.
    #[must_use]
    pub fn raw_reply(&self) -> &[u8] {
        &self.raw.bytes
    }
}

/// What an unreadable reply looks like, told without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// Nothing, or blanks only.
    Empty,
    /// An HTML or XML page, probably of a proxy or firewall on the way.
    Markup {
        /// Its length.
        bytes: usize,
    },
    /// JSON without a member every such answer has, or with an impossible value in it.
    Member {
        /// The member.
        member: &'static str,
    },
    /// Something else that is not the JSON expected; the error's source says where reading stopped.
    Other {
        /// Its length.
        bytes: usize,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Empty => formatter.write_str("an empty body"),
            Unreadable::Markup { bytes } => write!(formatter, "a page of {bytes} bytes"),
            Unreadable::Member { member } => write!(formatter, "a body without a usable {member}"),
            Unreadable::Other { bytes } => write!(formatter, "an unexpected body of {bytes} bytes"),
        }
    }
}

/// A reply that should be signed with a key we share with the platform and is not.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {} whose signature does not hold; believe nothing in it", raw.http_status)]
pub struct UnverifiedReply {
    raw: RawReply,
    source: VerifyError,
}

impl UnverifiedReply {
    pub(crate) fn new(http_status: u16, body: &[u8], source: VerifyError) -> Self {
        UnverifiedReply {
            raw: RawReply::new(http_status, body),
            source,
        }
    }

    /// Why the signature was not accepted.
    #[must_use]
    pub fn reason(&self) -> &VerifyError {
        &self.source
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.raw.http_status
    }

    /// The bytes of the reply as they came. They may hold personal data.
    #[must_use]
    pub fn raw_reply(&self) -> &[u8] {
        &self.raw.bytes
    }
}

/// A reply about something that was not asked for.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {} about another {member} than the request", raw.http_status)]
pub struct MisdirectedReply {
    raw: RawReply,
    member: &'static str,
}

impl MisdirectedReply {
    pub(crate) fn new(http_status: u16, body: &[u8], member: &'static str) -> Self {
        MisdirectedReply {
            raw: RawReply::new(http_status, body),
            member,
        }
    }

    /// The member that differs: `project_id`, `payment_id` or `request_id`.
    #[must_use]
    pub fn member(&self) -> &'static str {
        self.member
    }
}
