//! `payment.best_before` of Gate: a sale without a result is declined then.
//!
//! The time stands still while the platform waits for additional data, which has a time of its
//! own; afterwards the customer has what was left.

use super::Platform;
use super::fault::Code;
use super::moment::Moment;
use super::payment::{Payment, PaymentKey};
use super::sale::SaleEnd;
use super::status::PaymentStatus;
use super::timers::Timer;

/// A time further away than this is ignored, in seconds.
pub(super) const LONGEST: u64 = 30 * 24 * 60 * 60;

/// Until when a sale may be paid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Moment,
    paused_since: Option<Moment>,
}

impl Deadline {
    /// The deadline of a sale that begins now; none if it is too far away.
    pub(super) fn of(best_before: Option<Moment>, now: Moment) -> Option<Self> {
        let at = best_before.filter(|at| *at <= now.plus_seconds(LONGEST))?;
        Some(Self {
            at,
            paused_since: None,
        })
    }
}

/// The platform begins to wait for additional data.
pub(super) fn pause(payment: &mut Payment, now: Moment) {
    if let Some(deadline) = &mut payment.deadline {
        deadline.paused_since.get_or_insert(now);
    }
}

impl Platform {
    /// Sets the timer of a payment's deadline, if it has one.
    pub(super) fn set_deadline(&mut self, key: &PaymentKey) {
        let deadline = self.payment(key).and_then(|payment| payment.deadline);
        if let Some(deadline) = deadline {
            self.timers.set(deadline.at, Timer::BestBefore(key.clone()));
        }
    }

    /// Everything asked for has come: the time goes on.
    pub(super) fn resume_deadline(&mut self, key: &PaymentKey, now: Moment) {
        let Some(payment) = self.payment_mut(key) else {
            return;
        };
        let Some(deadline) = &mut payment.deadline else {
            return;
        };
        if let Some(since) = deadline.paused_since.take() {
            deadline.at = deadline.at.plus(now.since(since));
            self.set_deadline(key);
        }
    }

    /// The deadline may be over: declines unless it moved, or the customer has acted already.
    pub(super) fn deadline_reached(&mut self, key: &PaymentKey, now: Moment) {
        let over = self.payment(key).is_some_and(|payment| {
            payment.status != PaymentStatus::AwaitingClarification
                && payment.visit.result.is_none()
                && payment.deadline.is_some_and(|deadline| deadline.at <= now)
        });
        if over {
            let end = SaleEnd::TimeRanOut("best_before", Code::TIME_OUT);
            self.end_sale(key, end, now);
        }
    }
}
