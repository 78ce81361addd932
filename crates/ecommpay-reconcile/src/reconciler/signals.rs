//! What a reconciler shows of itself: spans and, with the feature `metrics`, numbers. No values.

use std::time::Duration;

use ecommpay_inbox::Lateness;
use tracing::{Span, debug, field, info_span, warn};

use super::question::Finding;

/// A question because of this lateness; nothing if somebody wants to know.
pub(super) fn span(lateness: Option<Lateness>) -> Span {
    let because = match lateness {
        Some(Lateness::PastThreshold) => "past threshold time",
        Some(_) => "past base time",
        None => "asked for",
    };
    info_span!(
        "ecommpay.reconcile.ask",
        because,
        outcome = field::Empty,
        duration_ms = field::Empty
    )
}

/// A question has ended.
pub(super) fn asked(span: &Span, finding: &Finding, taken: Duration) {
    let millis = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX);
    span.record("outcome", finding.as_str());
    span.record("duration_ms", millis);
    match finding {
        Finding::News(_) | Finding::OldNews(_) => debug!("question answered"),
        _ => warn!("question without a status"),
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("ecommpay_reconcile_asked_total", "outcome" => finding.as_str()).increment(1);
}

/// A person has to look.
pub(super) fn unresolved(is_told: bool) {
    warn!(is_told, "a payment has no result after its threshold time");
    #[cfg(feature = "metrics")]
    metrics::counter!("ecommpay_reconcile_unresolved_total").increment(1);
}

/// Nobody can ask about a payment.
pub(super) fn no_client() {
    warn!("a payment is overdue in a project that has no client");
    #[cfg(feature = "metrics")]
    metrics::counter!("ecommpay_reconcile_without_client_total").increment(1);
}

/// The inbox could not be asked, or did not take in what was to be noted.
pub(super) fn inbox_failed() {
    warn!("the inbox could not be reached");
}
