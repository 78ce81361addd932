//! Gate's answer that it does not take a request.

use std::fmt;

use ecommpay_model::{ErrorBody, ErrorItem, OperationCode};

use crate::decode_error::RawReply;

/// HTTP statuses with which Gate itself is known to refuse a request before anything is registered.
const REFUSING_STATUSES: [u16; 5] = [200, 400, 403, 404, 422];

/// Codes that say: what is asked for exists already (payment id, refund id, operation).
const EXISTS_CODES: [&str; 3] = ["3041", "3230", "3613"];

/// Gate answered that it does not take the request.
///
/// Both shapes of error bodies are read: `{status, code, message}` and `{errors: [...]}`; code and
/// message may be absent. `Display` gives the HTTP status, the code and what the code means; the
/// platform's own message may repeat what was sent and stays out of it
/// ([`message`](Refusal::message)).
#[derive(Clone, PartialEq)]
pub struct Refusal {
    pub(crate) raw: RawReply,
    body: Box<ErrorBody>,
}

impl Refusal {
    /// Takes an error body for a refusal if it says anything at all.
    pub(crate) fn from_body(raw: RawReply, body: ErrorBody) -> Result<Self, RawReply> {
        let says_something = body.status.as_deref() == Some("error")
            || body.code.is_some()
            || body.message.is_some()
            || !body.errors.is_empty();
        if says_something {
            Ok(Refusal {
                raw,
                body: Box::new(body),
            })
        } else {
            Err(raw)
        }
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.raw.http_status
    }

    /// The code: that of the body, else that of its first error.
    #[must_use]
    pub fn code(&self) -> Option<&OperationCode> {
        let first = || {
            self.body
                .errors
                .iter()
                .find_map(|error| error.code.as_ref())
        };
        self.body.code.as_ref().or_else(first)
    }

    /// The platform's message: that of the body, else that of its first error. It may repeat what
    /// was sent.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let first = || {
            self.body
                .errors
                .iter()
                .find_map(|error| error.message.as_deref())
        };
        self.body.message.as_deref().or_else(first)
    }

    /// The single errors of the second shape, with the members they are about.
    #[must_use]
    pub fn errors(&self) -> &[ErrorItem] {
        &self.body.errors
    }

    /// The bytes of the reply as they came. They may hold personal data.
    #[must_use]
    pub fn raw_reply(&self) -> &[u8] {
        &self.raw.bytes
    }

    /// Whether the platform says that this very payment, refund or operation exists already (codes
    /// 3041, 3230, 3613).
    ///
    /// After a repeated request it means: an earlier one arrived. Ask for the status.
    #[must_use]
    pub fn says_it_exists(&self) -> bool {
        self.code()
            .is_some_and(|code| EXISTS_CODES.contains(&code.as_str()))
    }

    /// Whether the platform may have taken the request in all the same.
    ///
    /// `false` for the HTTP statuses Gate refuses requests with (200, 400, 403, 404, 422), unless
    /// the code says that it exists already; `true` for 500 and everything else, which says nothing
    /// about the payment.
    #[must_use]
    pub fn may_have_been_accepted(&self) -> bool {
        self.says_it_exists() || !REFUSING_STATUSES.contains(&self.raw.http_status)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Gate refused the request with HTTP {}",
            self.raw.http_status
        )?;
        match self.code() {
            None => formatter.write_str(" and no code"),
            Some(code) => match code.known() {
                Some(known) => write!(formatter, ", code {}: {}", known.code, known.message),
                None => formatter.write_str(" and a code that is not in the list"),
            },
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Refusal")
            .field("reply", &self.raw)
            .field(
                "code",
                &self
                    .code()
                    .and_then(OperationCode::known)
                    .map(|known| known.code),
            )
            .field("errors", &self.body.errors.len())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Refusal {}
