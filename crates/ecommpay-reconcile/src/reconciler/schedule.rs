//! When a payment is asked about: a function of its age, so that restarts and other instances need
//! no memory of what was asked before.

use std::time::Duration;

use ecommpay_clock::{Backoff, Randomness};
use ecommpay_inbox::{Moment, PaymentRecord, WaitingTimes};

/// No setting makes questions about one payment come faster than twice this a second.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// The waiting times of the methods, and how closely to ask between them.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub(super) times: WaitingTimes,
    soonest: Duration,
    seldomest: Duration,
    grace: Duration,
}

impl Schedule {
    pub(super) fn new(times: WaitingTimes) -> Self {
        Self {
            times,
            soonest: Duration::from_secs(60),
            seldomest: Duration::from_secs(60 * 60),
            grace: Duration::from_secs(10 * 60),
        }
    }

    pub(super) fn pauses(&mut self, soonest: Duration, seldomest: Duration) {
        self.soonest = soonest.max(LEAST_PAUSE);
        self.seldomest = seldomest.max(self.soonest);
    }

    pub(super) fn grace(&mut self, grace: Duration) {
        self.grace = grace;
    }

    /// When an answer without a result means that a person has to look.
    pub(super) fn end(&self, record: &PaymentRecord) -> Moment {
        let time = self.times.of(record.method());
        record.since().plus(time.threshold()).plus(self.grace)
    }

    /// When a payment that is asked about now is asked about next, if it stays open: after about as
    /// long as it has been overdue, and at the end of the waiting in any case. If that is near, a
    /// little after it: the worker needs time to take in what this question brings, or the last one
    /// would find a result that is known to the inbox and not to the payment.
    pub(super) fn next(
        &self,
        record: &PaymentRecord,
        now: Moment,
        randomness: &dyn Randomness,
    ) -> Moment {
        let due = record.since().plus(self.times.of(record.method()).base());
        let full = now.since(due).clamp(self.soonest, self.seldomest);
        let next = now.plus(Backoff::new(full, full).pause(1, randomness));
        let end = self.end(record);
        if now < end {
            next.min(end.max(now.plus(self.soonest)))
        } else {
            next
        }
    }

    /// When a payment is looked at again that nobody here can ask about.
    pub(super) fn much_later(&self, now: Moment) -> Moment {
        now.plus(self.seldomest)
    }
}

#[cfg(test)]
mod tests {
    use ecommpay_clock::doubles::Always;
    use ecommpay_inbox::WaitingTime;
    use ecommpay_model::{PaymentId, ProjectId};
    use proptest::prelude::*;

    use super::*;

    const BEGUN: Moment = Moment::from_unix_millis(1_700_000_000_000);

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    fn schedule(base: u64, threshold: u64) -> Schedule {
        let time = WaitingTime::new(seconds(base), seconds(threshold));
        Schedule::new(WaitingTimes::new(time))
    }

    fn record() -> PaymentRecord {
        let id = PaymentId::new("p-1").unwrap();
        PaymentRecord::new(ProjectId::new(201).unwrap(), id, BEGUN)
    }

    /// Seconds after the beginning at which a payment without a result is asked about.
    fn asked_at(schedule: &Schedule, random: u64) -> Vec<u64> {
        let record = record();
        let mut now = BEGUN.plus(schedule.times.of(None).base());
        let mut asked = Vec::new();
        while now <= schedule.end(&record) {
            asked.push(now.since(BEGUN).as_secs());
            now = schedule.next(&record, now, &Always(random));
        }
        asked
    }

    #[test]
    fn pauses_grow_with_the_age_up_to_the_longest_and_the_end_is_met() {
        let schedule = schedule(900, 6 * 3600);
        assert_eq!(
            asked_at(&schedule, 0),
            [
                900, 960, 1020, 1140, 1380, 1860, 2820, 4740, 8340, 11_940, 15_540, 19_140, 22_200
            ]
        );
    }

    #[test]
    fn an_invoice_of_seven_days_takes_some_hundred_questions() {
        let schedule = schedule(900, 7 * 24 * 3600);
        assert_eq!(asked_at(&schedule, 0).len(), 175);
        assert!(asked_at(&schedule, u64::MAX).len() < 2 * 175 + 20);
    }

    #[test]
    fn the_last_question_leaves_time_to_take_in_the_one_before() {
        let schedule = schedule(900, 6 * 3600);
        let end = schedule.end(&record());
        for (before, after) in [(1, 59), (59, 1), (60, 0), (61, 0), (3600, 0)] {
            let now = end.minus(seconds(before));
            let next = schedule.next(&record(), now, &Always(0));
            assert_eq!(next, end.plus(seconds(after)), "{before} s before");
        }
    }

    proptest! {
        /// Whatever the settings and the chance: forward by at least half a second and at most by
        /// the longest pause, and never past the end without a question soon after it.
        #[test]
        fn the_next_question_is_ahead_and_the_end_is_not_missed(
            base in 0..100_000_u64,
            more in 0..1_000_000_u64,
            pauses in (0..5_000_u64, 0..5_000_u64),
            grace in 0..5_000_u64,
            age in 0..2_000_000_u64,
            random in any::<u64>(),
        ) {
            let mut schedule = schedule(base, base + more);
            schedule.pauses(seconds(pauses.0), seconds(pauses.1));
            schedule.grace(seconds(grace));
            let now = BEGUN.plus(seconds(age));
            let next = schedule.next(&record(), now, &Always(random));
            let end = schedule.end(&record());
            prop_assert!(next > now);
            prop_assert!(next.since(now) <= schedule.seldomest);
            if next != end {
                prop_assert!(next.since(now) >= seconds(1) / 2);
                prop_assert!(next <= end.plus(schedule.soonest) || now >= end);
            }
        }
    }
}
