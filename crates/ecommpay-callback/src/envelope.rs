//! Which payment a callback is about, when nothing else of it can be read.

use ecommpay_model::{CallbackBody, PaymentId, ProjectId};
use ecommpay_signature::json::{self, DecodeError, Limits};

/// The address of a callback: its project and its payment, as far as they can be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    project_id: Option<ProjectId>,
    payment_id: Option<PaymentId>,
}

impl Envelope {
    /// The project (`project_id`, else `general.project_id`).
    #[must_use]
    pub fn project_id(&self) -> Option<ProjectId> {
        self.project_id
    }

    /// The payment (`payment.id`, else `general.payment_id`).
    #[must_use]
    pub fn payment_id(&self) -> Option<&PaymentId> {
        self.payment_id.as_ref()
    }

    /// What a body tells of its address; in `general` an older format has it.
    pub(crate) fn of(body: &CallbackBody) -> Self {
        let general = |name| {
            body.other
                .get("general")
                .and_then(|general| general.member(name))
        };
        let project_id = body
            .project_id
            .or_else(|| general("project_id")?.to_text()?.parse().ok());
        let in_general = || PaymentId::new(general("payment_id")?.to_text()?).ok();
        let payment_id = body.payment.id.clone().or_else(in_general);
        Self {
            project_id,
            payment_id,
        }
    }

    /// Reads it out of bytes by the reader of the callback itself, which takes every object: what
    /// is damaged in one place hides no other.
    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Self {
        json::from_slice(bytes, limits)
            .map(|body| Self::of(&body))
            .unwrap_or_default()
    }
}

/// A verified callback that could not be read into a type.
///
/// The callback is genuine: store it, answer 200, and let a person look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the callback is genuine but cannot be read; keep its bytes")]
pub struct UnreadableCallback {
    envelope: Envelope,
    source: DecodeError,
}

impl UnreadableCallback {
    pub(crate) fn new(envelope: Envelope, source: DecodeError) -> Self {
        Self { envelope, source }
    }

    /// Which payment it is about, as far as that can be read.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Where the document is not as it should be, as `payment.sum.amount`; empty for the top level.
    #[must_use]
    pub fn path(&self) -> &str {
        self.source.path()
    }
}
