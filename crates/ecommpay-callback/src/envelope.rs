//! Which payment a callback is about, when nothing else of it can be read.

use ecommpay_model::{PaymentId, ProjectId};
use ecommpay_signature::json::{self, DecodeError, Limits};
use serde::Deserialize;
use serde::de::DeserializeOwned;

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

    pub(crate) fn new(project_id: Option<ProjectId>, payment_id: Option<PaymentId>) -> Self {
        Self {
            project_id,
            payment_id,
        }
    }

    /// Looks at one place at a time, so that damage in one of them hides no other.
    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Self {
        let reader = Places { bytes, limits };
        Self {
            project_id: reader
                .place::<AtTop>()
                .map(|found| found.project_id)
                .or_else(|| {
                    reader
                        .place::<InGeneral<Project>>()
                        .map(|it| it.general.project_id)
                }),
            payment_id: reader
                .place::<InPayment>()
                .map(|found| found.payment.id)
                .or_else(|| {
                    reader
                        .place::<InGeneral<Payment>>()
                        .map(|it| it.general.payment_id)
                }),
        }
    }
}

struct Places<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
}

impl Places<'_> {
    fn place<T: DeserializeOwned>(&self) -> Option<T> {
        json::from_slice(self.bytes, self.limits).ok()
    }
}

#[derive(Deserialize)]
struct AtTop {
    project_id: ProjectId,
}

#[derive(Deserialize)]
struct InPayment {
    payment: Id,
}

#[derive(Deserialize)]
struct Id {
    id: PaymentId,
}

#[derive(Deserialize)]
struct InGeneral<T> {
    general: T,
}

#[derive(Deserialize)]
struct Project {
    project_id: ProjectId,
}

#[derive(Deserialize)]
struct Payment {
    payment_id: PaymentId,
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
