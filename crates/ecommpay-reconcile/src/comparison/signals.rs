//! What a comparison shows of itself: a span and, with the feature `metrics`, numbers. No values.

use tracing::{Span, field, info, info_span, warn};

use super::{ComparisonError, Difference, Summary};

pub(super) fn span() -> Span {
    info_span!(
        "ecommpay.reconcile.compare",
        outcome = field::Empty,
        platform_operations = field::Empty,
        shop_operations = field::Empty,
        differences = field::Empty
    )
}

pub(super) fn ended(span: &Span, error: Option<&ComparisonError>, summary: &Summary) {
    let outcome = match error {
        None if summary.is_clean() => "clean",
        None => "differences",
        Some(ComparisonError::Platform(_)) => "no report",
        Some(ComparisonError::Shop(_)) => "inbox failed",
    };
    span.record("outcome", outcome);
    span.record("platform_operations", summary.platform_operations);
    span.record("shop_operations", summary.shop_operations);
    span.record("differences", summary.differences());
    span.in_scope(|| match error {
        None => info!("comparison ended"),
        Some(_) => warn!("comparison ended early"),
    });
}

pub(super) fn difference(difference: &Difference) {
    #[cfg(feature = "metrics")]
    metrics::counter!("ecommpay_reconcile_differences_total", "difference" => difference.kind())
        .increment(1);
    #[cfg(not(feature = "metrics"))]
    let _ = difference;
}
