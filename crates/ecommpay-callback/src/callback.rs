//! The typed event of a verified callback.

use ecommpay_model::{CallbackBody, PaymentId, PaymentStatus, ProjectId};

use crate::envelope::Envelope;
use crate::next::{self, NextAction};

/// A callback, read out of verified bytes;
/// [`VerifiedCallback::parse`](crate::VerifiedCallback::parse) alone makes one.
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
