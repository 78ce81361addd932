//! The mark of a chargeback on a payment. None of the three methods has chargebacks; the mark
//! lets a shop meet the refusal of a refund that a chargeback brings.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::moment::Moment;
use super::payment::PaymentKey;
use super::timeline::Event;
use super::{Command, Platform};

/// Sets the mark or takes it off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MarkDisputed {
    pub(crate) payment: PaymentKey,
    pub(crate) disputed: bool,
}

impl Command for MarkDisputed {
    /// Whether there is such a payment.
    type Reply = bool;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> bool {
        let Some(payment) = platform.payment_mut(&self.payment) else {
            return false;
        };
        payment.disputed = self.disputed;
        let event = if self.disputed {
            Event::ChargebackMarked
        } else {
            Event::ChargebackUnmarked
        };
        platform.record(&self.payment, now, event, "");
        true
    }
}
