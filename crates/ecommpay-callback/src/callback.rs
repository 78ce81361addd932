//! The typed event of a verified callback.

use ecommpay_model::{CallbackBody, PaymentId, PaymentStatus, ProjectId};
use ecommpay_signature::json::{self, Limits};

use crate::envelope::{Envelope, UnreadableCallback};
use crate::next::{self, NextAction};

/// A callback, read out of verified bytes:
/// [`VerifiedCallback::parse`](crate::VerifiedCallback::parse) makes one, or a store that has kept
/// such bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Callback {
    body: CallbackBody,
    envelope: Envelope,
}

impl Callback {
    pub(crate) fn new(body: CallbackBody) -> Self {
        Self {
            envelope: Envelope::of(&body),
            body,
        }
    }

    /// Reads a callback again out of bytes that a store has kept.
    ///
    /// The danger: no signature is checked. Give only bytes that came out of a
    /// [`VerifiedCallback`](crate::VerifiedCallback) and went into a store of your own. They stay
    /// readable after the key they were signed with is gone.
    ///
    /// # Errors
    ///
    /// As [`VerifiedCallback::parse`](crate::VerifiedCallback::parse).
    pub fn danger_from_stored(bytes: &[u8]) -> Result<Self, UnreadableCallback> {
        // The size was limited when the bytes were verified.
        let limits = Limits::PLATFORM;
        json::from_slice(bytes, &limits)
            .map(Self::new)
            .map_err(|source| UnreadableCallback::new(Envelope::read(bytes, &limits), source))
    }

    /// Everything the callback says.
    #[must_use]
    pub fn body(&self) -> &CallbackBody {
        &self.body
    }

    /// The body by itself.
    #[must_use]
    pub fn into_body(self) -> CallbackBody {
        self.body
    }

    /// The project (`project_id`, else `general.project_id`).
    #[must_use]
    pub fn project_id(&self) -> Option<ProjectId> {
        self.envelope.project_id()
    }

    /// The payment (`payment.id`, else `general.payment_id`).
    #[must_use]
    pub fn payment_id(&self) -> Option<&PaymentId> {
        self.envelope.payment_id()
    }

    /// The status of the payment (`payment.status`).
    #[must_use]
    pub fn status(&self) -> Option<&PaymentStatus> {
        self.body.payment.status.as_ref()
    }

    /// What the merchant does next, as far as this callback alone can tell.
    ///
    /// Check it against the order first ([`ExpectedOrder`](crate::ExpectedOrder)), and fold it
    /// into a [`PaymentState`](crate::PaymentState): callbacks overtake one another.
    #[must_use]
    pub fn next(&self) -> NextAction {
        next::of_callback(&self.body)
    }
}
