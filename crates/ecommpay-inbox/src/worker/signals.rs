//! What a worker shows of itself: spans and, with the feature `metrics`, numbers. No values.

use std::time::Duration;

use tracing::{Span, debug, field, info_span, warn};

use super::handling::Outcome;
use crate::{EntryKind, Inbox, InboxError};

pub(super) fn span(attempt: u32) -> Span {
    info_span!(
        "ecommpay.inbox.handle",
        attempt,
        outcome = field::Empty,
        duration_ms = field::Empty
    )
}

/// The end of an entry's handling.
pub(super) fn ended(span: &Span, outcome: Outcome, taken: Duration) {
    let millis = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX);
    span.record("outcome", outcome.as_str());
    span.record("duration_ms", millis);
    match outcome {
        Outcome::Handled | Outcome::NothingNew => debug!("entry finished"),
        _ => warn!("entry not finished"),
    }
    #[cfg(feature = "metrics")]
    {
        metrics::counter!("ecommpay_inbox_handled_total", "outcome" => outcome.as_str())
            .increment(1);
        metrics::histogram!("ecommpay_inbox_handling_seconds").record(taken.as_secs_f64());
    }
}

/// A callback or status answer says otherwise than what is known of its payment.
pub(super) fn contradiction(kind: EntryKind) {
    let document = kind.as_str();
    warn!(
        document,
        "a document contradicts what is known of its payment"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("ecommpay_inbox_contradictions_total", "document" => document).increment(1);
}

/// The inbox could not be asked for work.
pub(super) fn lease_failed(error: &InboxError) {
    // The source can name files of the machine; the kind is enough.
    let kind = match error {
        InboxError::Full => "full",
        InboxError::Closed => "closed",
        InboxError::Damaged { .. } => "damaged",
        _ => "unavailable",
    };
    warn!(kind, "the inbox could not be asked for work");
}

/// How much is to be done.
pub(super) async fn report_backlog<I: Inbox + ?Sized>(inbox: &I) {
    #[cfg(feature = "metrics")]
    if let Ok(backlog) = inbox.backlog().await {
        // Counts beyond 2^53 lose their last digits only.
        #[expect(clippy::cast_precision_loss, reason = "gauges are doubles")]
        let gauge = |count: u64| count as f64;
        metrics::gauge!("ecommpay_inbox_waiting").set(gauge(backlog.waiting));
        metrics::gauge!("ecommpay_inbox_leased").set(gauge(backlog.leased));
        metrics::gauge!("ecommpay_inbox_parked").set(gauge(backlog.parked));
    }
    #[cfg(not(feature = "metrics"))]
    let _ = inbox;
}
