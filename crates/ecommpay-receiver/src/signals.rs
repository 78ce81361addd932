//! What the receiver shows of itself: one event for each callback. No identifiers and no values.

use tracing::{error, warn};

use crate::Refusal;

pub(crate) fn refused(refusal: &Refusal) {
    let (status, kind) = (refusal.status(), refusal.kind());
    if status == 500 {
        error!(status, kind, "{refusal}");
    } else {
        warn!(status, kind, "callback refused");
    }
}

#[cfg(feature = "inbox")]
pub(crate) fn stored(put: ecommpay_inbox::Put) {
    let is_new = matches!(put, ecommpay_inbox::Put::New(_));
    tracing::debug!(status = 200, is_new, "callback stored");
}

#[cfg(feature = "inbox")]
pub(crate) fn not_stored(kind: &'static str) {
    error!(status = 503, kind, "callback not stored");
}

/// One word for an error. Its source can name files of the machine.
#[cfg(feature = "inbox")]
pub(crate) fn kind(error: &ecommpay_inbox::InboxError) -> &'static str {
    use ecommpay_inbox::InboxError;
    match error {
        InboxError::Full => "full",
        InboxError::Closed => "closed",
        InboxError::Damaged { .. } => "damaged",
        _ => "unavailable",
    }
}
