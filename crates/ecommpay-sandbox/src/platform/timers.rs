//! What will happen by itself: an ordered list of instants and events.

use std::collections::BTreeMap;

use super::moment::Moment;
use super::payment::PaymentKey;
use super::trigger::PlannedVisit;

/// An event that time brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The platform sends a sale to the provider.
    SendSale(PaymentKey),
    /// The provider reports the result of a sale.
    SaleResult(PaymentKey),
    /// The platform sends a refund to the provider.
    SendRefund { payment: PaymentKey, operation: u64 },
    /// The provider reports the result of a refund.
    RefundResult { payment: PaymentKey, operation: u64 },
    /// A sale must have a result by now.
    Threshold(PaymentKey),
    /// The emulator page was opened half an hour ago.
    NoClick(PaymentKey),
    /// `payment.best_before` of a sale.
    BestBefore(PaymentKey),
    /// The bank's invoice ends.
    InvoiceEnd(PaymentKey),
    /// The validity of a payment link ends.
    LinkEnd(PaymentKey),
    /// A round of clarification ends; a later round has a higher number.
    ClarificationEnd { payment: PaymentKey, round: u32 },
    /// The next attempt to deliver a callback is due.
    Attempt { delivery: u64 },
    /// A callback that a fault holds back goes now.
    HoldEnds { payment: PaymentKey, delivery: u64 },
    /// A played customer comes to the provider.
    Customer {
        payment: PaymentKey,
        visit: PlannedVisit,
    },
}

/// All timers, in order of their instants and, within one instant, in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeMap<(Moment, u64), Timer>,
    set: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, due: Moment, timer: Timer) {
        self.set += 1;
        self.queue.insert((due, self.set), timer);
    }

    /// When the next timer is due.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.queue.first_key_value().map(|((due, _), _)| *due)
    }

    /// Takes the next timer that is due at `now`, with its instant.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<(Moment, Timer)> {
        let first = self
            .queue
            .first_entry()
            .filter(|first| first.key().0 <= now)?;
        let ((due, _), timer) = first.remove_entry();
        Some((due, timer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fire_in_order_of_time_then_of_setting() {
        let mut timers = Timers::default();
        let at = Moment::from_unix_seconds;
        timers.set(at(20), Timer::Attempt { delivery: 1 });
        timers.set(at(10), Timer::Attempt { delivery: 2 });
        timers.set(at(20), Timer::Attempt { delivery: 3 });
        assert_eq!(timers.next_due(), Some(at(10)));
        let mut order = Vec::new();
        while let Some((_, Timer::Attempt { delivery })) = timers.take_due(at(20)) {
            order.push(delivery);
        }
        assert_eq!(order, [2, 1, 3]);
        assert_eq!(timers.take_due(at(1000)), None);
    }
}
