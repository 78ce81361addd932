//! Random histories on the file and on the plain rules in memory: both must say the same.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::fmt::Debug;
use std::time::Duration;

use ecommpay_inbox::contract::samples::{Sample, learned, payment, project};
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_inbox::{
    Asking, ExpectedPayment, Inbox, InboxError, LeaseRequest, Leased, Moment, ParkReason, Parking,
    PaymentQuery, WaitingTime, WaitingTimes,
};
use ecommpay_inbox_sqlite::{SqliteInbox, doctor};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Put {
        payment: u8,
        document: u8,
        is_answer: bool,
    },
    Lease {
        seconds: u8,
    },
    Acknowledge {
        which: usize,
    },
    RetryLater {
        which: usize,
        seconds: u8,
    },
    Park {
        which: usize,
        reason: usize,
        seconds: Option<u8>,
    },
    Replay {
        which: u8,
    },
    Dismiss {
        which: u8,
    },
    Expect {
        payment: u8,
    },
    AskAgain {
        payment: u8,
        seconds: Option<u8>,
        /// Asked by one who has not seen what was set since.
        stale: bool,
    },
    Wait {
        seconds: u8,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = 0..50_usize;
    let step = prop_oneof![
        6 => (0..4_u8, 0..6_u8, any::<bool>())
            .prop_map(|(payment, document, is_answer)| Step::Put { payment, document, is_answer }),
        5 => (10..40_u8).prop_map(|seconds| Step::Lease { seconds }),
        4 => which.clone().prop_map(|which| Step::Acknowledge { which }),
        2 => (which.clone(), 0..30_u8).prop_map(|(which, seconds)| Step::RetryLater { which, seconds }),
        2 => (which, 0..5_usize, proptest::option::of(0..30_u8))
            .prop_map(|(which, reason, seconds)| Step::Park { which, reason, seconds }),
        1 => (1..20_u8).prop_map(|which| Step::Replay { which }),
        1 => (1..20_u8).prop_map(|which| Step::Dismiss { which }),
        1 => (0..4_u8).prop_map(|payment| Step::Expect { payment }),
        1 => (0..4_u8, proptest::option::of(0..30_u8), any::<bool>())
            .prop_map(|(payment, seconds, stale)| Step::AskAgain { payment, seconds, stale }),
        3 => (1..25_u8).prop_map(|seconds| Step::Wait { seconds }),
    ];
    proptest::collection::vec(step, 1..60)
}

/// The life of a payment, document by document.
fn document(payment: u8, number: u8) -> Sample {
    let sample = Sample::of(&format!("Pay-{payment}"));
    match number {
        0 => sample.at(1),
        1 => sample.redirected(2),
        2 => sample.paid(3),
        3 => sample.refunded(2, 400, 600, 4),
        4 => sample.refunded(3, 600, 0, 5),
        _ => sample.declined(6),
    }
}

/// One inbox, and the leases it has given.
struct Side<I> {
    inbox: I,
    leased: Vec<Leased>,
}

impl<I: Inbox> Side<I> {
    /// Takes a step and says what was seen.
    async fn take(&mut self, step: &Step, now: Moment) -> String {
        let later = |seconds: u8| now.plus(Duration::from_secs(seconds.into()));
        let id = |number: u8| payment(&format!("pay-{number}")).unwrap();
        let inbox = &self.inbox;
        match *step {
            Step::Put {
                payment,
                document: number,
                is_answer,
            } => {
                let sample = document(payment, number);
                let arrival = if is_answer {
                    sample.status_answer(now)
                } else {
                    sample.arrival(now)
                };
                shown(inbox.put(arrival.unwrap()).await)
            }
            Step::Lease { seconds } => {
                let lasting = Duration::from_secs(seconds.into());
                let request = LeaseRequest::new("model", 1000, lasting);
                let mut given = inbox.lease(now, request).await.unwrap();
                given.sort_by_key(|leased| leased.entry().id());
                self.leased.extend(given.clone());
                shown(Ok(given))
            }
            Step::Acknowledge { which } => match self.pick(which) {
                Some(one) => shown(
                    inbox
                        .acknowledge(one.lease(), now, learned(&one).unwrap())
                        .await,
                ),
                None => String::new(),
            },
            Step::RetryLater { which, seconds } => match self.pick(which) {
                Some(one) => shown(
                    inbox
                        .retry_later(one.lease(), now, later(seconds), "no")
                        .await,
                ),
                None => String::new(),
            },
            Step::Park {
                which,
                reason,
                seconds,
            } => match self.pick(which) {
                Some(one) => {
                    let mut parking = Parking::new(ParkReason::ALL[reason], "aside");
                    if let Some(seconds) = seconds {
                        parking = parking.until(later(seconds));
                    }
                    shown(inbox.park(one.lease(), now, parking).await)
                }
                None => String::new(),
            },
            Step::Replay { which } => shown(
                inbox
                    .replay(ecommpay_inbox::EntryId::new(which.into()), now)
                    .await,
            ),
            Step::Dismiss { which } => shown(
                inbox
                    .dismiss(ecommpay_inbox::EntryId::new(which.into()))
                    .await,
            ),
            Step::Expect { payment } => {
                let expected = ExpectedPayment::new(project().unwrap(), id(payment), now);
                shown(inbox.expect_payment(expected, now).await)
            }
            Step::AskAgain {
                payment,
                seconds,
                stale,
            } => {
                let next = seconds.map_or(Asking::Never, |seconds| Asking::At(later(seconds)));
                let known = inbox.payment(project().unwrap(), &id(payment)).await;
                let seen = known.unwrap().filter(|_| !stale).map(|it| it.asking());
                let seen = seen.unwrap_or(Asking::AfterBaseTime);
                shown(
                    inbox
                        .ask_again(project().unwrap(), &id(payment), seen, next)
                        .await,
                )
            }
            Step::Wait { .. } => String::new(),
        }
    }

    fn pick(&self, which: usize) -> Option<Leased> {
        (!self.leased.is_empty()).then(|| self.leased[which % self.leased.len()].clone())
    }

    /// Everything that can be seen from outside.
    async fn view(&self, now: Moment) -> String {
        let inbox = &self.inbox;
        let mut payments = inbox.payments(&PaymentQuery::new(100)).await.unwrap();
        payments.sort_by_key(|record| record.payment_id().clone());
        let seconds = Duration::from_secs;
        let times = WaitingTimes::new(WaitingTime::new(seconds(20), seconds(60)));
        let mut overdue = inbox.overdue(now, &times, 100).await.unwrap();
        overdue.sort_by_key(|it| it.record.payment_id().clone());
        format!(
            "{:?} {:?} {:?} {payments:?} {overdue:?}",
            inbox.backlog().await.unwrap(),
            inbox.parked(None, 100).await.unwrap(),
            inbox.entries(None, 100).await.unwrap(),
        )
    }
}

fn shown<T: Debug>(result: Result<T, InboxError>) -> String {
    format!("{result:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_file_says_what_the_rules_say(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("inbox.db");
            let mut rules = Side { inbox: MemoryInbox::new(), leased: Vec::new() };
            let mut file = Side { inbox: SqliteInbox::open(&path).unwrap(), leased: Vec::new() };
            let mut now = Moment::from_unix_millis(1_700_000_000_000);
            for step in &steps {
                if let Step::Wait { seconds } = step {
                    now = now.plus(Duration::from_secs((*seconds).into()));
                }
                let (wanted, seen) = (rules.take(step, now).await, file.take(step, now).await);
                prop_assert_eq!(seen, wanted, "{:?}", step);
            }
            prop_assert_eq!(file.view(now).await, rules.view(now).await);
            file.inbox.close().await;
            let report = doctor(&path).unwrap();
            prop_assert!(report.is_healthy(), "{}", report);
            Ok(())
        })?;
    }
}
