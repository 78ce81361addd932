//! The one timer of an exchange.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use ecommpay_transport::FailureKind;
use tokio::time::{Instant, Sleep};

/// Ends whatever takes too long: silence, or the exchange as a whole.
///
/// The timer is set when something is waited for, and set back only where the next time-out comes
/// earlier; one that rings too early is set on. Setting a timer takes a lock of the runtime.
pub(crate) struct Alarm<'a> {
    timer: Pin<&'a mut Sleep>,
    deadline: Instant,
    /// When the exchange began, as long as nothing was waited for since: it saves a look at the clock.
    begun: Option<Instant>,
}

impl<'a> Alarm<'a> {
    /// With a timer that was made for the deadline and not waited for yet.
    pub(crate) fn new(timer: Pin<&'a mut Sleep>, begun: Instant) -> Self {
        Alarm {
            deadline: timer.deadline(),
            timer,
            begun: Some(begun),
        }
    }

    /// What `work` gives before the deadline, or which time-out is over.
    pub(crate) async fn by_deadline<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<T, FailureKind> {
        self.within(Duration::MAX, work).await
    }

    /// What `work` gives within this silence and before the deadline, or which time-out is over.
    ///
    /// The work is looked at before the time.
    pub(crate) async fn within<T>(
        &mut self,
        silence: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, FailureKind> {
        let mut work = pin!(work);
        let begun = self.begun.take();
        let mut ends = None;
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(done));
            }
            let ends = *ends.get_or_insert_with(|| {
                let begins = begun.unwrap_or_else(Instant::now);
                after(begins, silence).min(self.deadline)
            });
            if ends < self.timer.deadline() {
                self.timer.as_mut().reset(ends);
            }
            while self.timer.as_mut().poll(context).is_ready() {
                if self.timer.deadline() >= ends {
                    return Poll::Ready(Err(if ends < self.deadline {
                        FailureKind::ReadTimeout
                    } else {
                        FailureKind::TotalTimeout
                    }));
                }
                self.timer.as_mut().reset(ends);
            }
            Poll::Pending
        })
        .await
    }
}

/// This long after `begins`; a time no clock can hold is a century away.
pub(crate) fn after(begins: Instant, limit: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    begins + limit.min(CENTURY)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::{sleep, sleep_until};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn silence_counts_anew_in_each_phase_and_the_deadline_over_all() {
        let begun = Instant::now();
        let mut timer = pin!(sleep_until(after(begun, 10 * SECOND)));
        let mut alarm = Alarm::new(timer.as_mut(), begun);
        for phase in [2, 3, 1] {
            let done = alarm.within(4 * SECOND, sleep(phase * SECOND)).await;
            assert_eq!(done, Ok(()));
        }
        let silent = alarm.within(3 * SECOND, pending::<()>()).await;
        assert_eq!(silent, Err(FailureKind::ReadTimeout));
        assert_eq!(begun.elapsed(), 9 * SECOND);
        let late = alarm.within(3 * SECOND, pending::<()>()).await;
        assert_eq!(late, Err(FailureKind::TotalTimeout));
        assert_eq!(begun.elapsed(), 10 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_silence_after_a_longer_wait_is_kept() {
        let begun = Instant::now();
        let mut timer = pin!(sleep_until(after(begun, 60 * SECOND)));
        let mut alarm = Alarm::new(timer.as_mut(), begun);
        assert_eq!(alarm.by_deadline(sleep(5 * SECOND)).await, Ok(()));
        let silent = alarm.within(SECOND, pending::<()>()).await;
        assert_eq!(silent, Err(FailureKind::ReadTimeout));
        assert_eq!(begun.elapsed(), 6 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn times_no_clock_can_hold_are_far_away() {
        let begun = Instant::now();
        let mut timer = pin!(sleep_until(after(begun, Duration::MAX)));
        let mut alarm = Alarm::new(timer.as_mut(), begun);
        let done = alarm.within(Duration::MAX, sleep(SECOND)).await;
        assert_eq!(done, Ok(()));
    }
}
