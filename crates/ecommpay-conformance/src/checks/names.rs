//! The words that fixtures use for our types.

use ecommpay_callback::NextAction;

/// The word of `expect.json` for what the shop does next.
pub(crate) fn next_name(next: &NextAction) -> &'static str {
    match next {
        NextAction::HandOver(_) => "hand_over",
        NextAction::SupplyData(_) => "supply_data",
        NextAction::Wait => "wait",
        NextAction::Paid { .. } => "paid",
        NextAction::Declined(_) => "declined",
        NextAction::Cancelled => "cancelled",
        NextAction::Refunded(_) => "refunded",
        NextAction::RefundDeclined(_) => "refund_declined",
        NextAction::Error(_) => "error",
        NextAction::Look(_) => "look",
        _ => "another",
    }
}
