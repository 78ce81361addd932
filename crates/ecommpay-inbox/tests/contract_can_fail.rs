//! Every law of the contract fails on an inbox that breaks it: a suite that cannot fail shows nothing.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecommpay_inbox::contract::{Broken, Kept, Subject};
use ecommpay_inbox::contract::{
    handing_out, keeping, order_of_payments, parking, payments_view, putting,
};
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_inbox::{
    Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError, Learned, Lease,
    LeaseRequest, Leased, Moment, OverduePayment, ParkReason, Parked, Parking, PaymentQuery,
    PaymentRecord, Purged, Put, Retention, WaitingTimes, async_trait,
};
use ecommpay_model::{PaymentId, ProjectId};

/// What an inbox does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    CallsEverythingNew,
    CallsEverythingSeen,
    HidesEntries,
    ForgetsWhenClosed,
    GivesToTwo,
    GivesMoreThanAsked,
    LosesTheLast,
    LeasesForLonger,
    TakesLeasesThatAreOver,
    RetriesAtOnce,
    TakesTheNewest,
    WakesNobody,
    KeepsNoOrder,
    HidesParked,
    ReleasesNothing,
    DismissesNothing,
    ParksForGood,
    LearnsNothing,
    IgnoresTheQuery,
    CallsNothingOverdue,
    LetsTwoAsk,
    CountsNothing,
    PurgesNothing,
    /// None: the laws hold on the same double.
    None,
}

use Fault::{
    CallsEverythingNew, CallsEverythingSeen, CallsNothingOverdue, CountsNothing, DismissesNothing,
    ForgetsWhenClosed, GivesMoreThanAsked, GivesToTwo, HidesEntries, HidesParked, IgnoresTheQuery,
    KeepsNoOrder, LearnsNothing, LeasesForLonger, LetsTwoAsk, LosesTheLast, ParksForGood,
    PurgesNothing, ReleasesNothing, RetriesAtOnce, TakesLeasesThatAreOver, TakesTheNewest,
    WakesNobody,
};

#[derive(Debug)]
struct Faulty {
    fault: Fault,
    inbox: MemoryInbox,
    given: Mutex<Vec<Leased>>,
}

impl Faulty {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// An answer about a lease that is over.
    fn settled(&self, result: Result<(), InboxError>) -> Result<(), InboxError> {
        match result {
            Err(InboxError::LeaseLost) if self.is(TakesLeasesThatAreOver) => Ok(()),
            other => other,
        }
    }
}

#[async_trait]
impl Inbox for Faulty {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        let put = self.inbox.put(arrival).await?;
        Ok(match self.fault {
            CallsEverythingNew => Put::New(put.entry_id()),
            CallsEverythingSeen => Put::SeenBefore(put.entry_id()),
            _ => put,
        })
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        let asked = request.limit();
        let limit = if self.is(GivesMoreThanAsked) || self.is(TakesTheNewest) {
            1000
        } else {
            asked
        };
        let times = if self.is(LeasesForLonger) { 1000 } else { 1 };
        let request = LeaseRequest::new("faulty", limit, request.duration() * times);
        let mut leased = self.inbox.lease(now, request).await?;
        match self.fault {
            GivesToTwo => {
                let mut given = self.given.lock().unwrap();
                leased.extend(given.clone());
                given.clone_from(&leased);
            }
            LosesTheLast => drop(leased.pop()),
            TakesTheNewest => {
                leased.reverse();
                leased.truncate(asked);
            }
            KeepsNoOrder => {
                for one in &leased {
                    let aside = Parking::new(ParkReason::Poison, "");
                    self.inbox.park(one.lease(), now, aside).await?;
                }
            }
            _ => {}
        }
        Ok(leased)
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        let learned = learned.filter(|_| !self.is(LearnsNothing));
        if self.is(KeepsNoOrder) {
            return self.inbox.dismiss(lease.entry_id()).await.map(drop);
        }
        self.settled(self.inbox.acknowledge(lease, now, learned).await)
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        let at = if self.is(RetriesAtOnce) { now } else { at };
        self.settled(self.inbox.retry_later(lease, now, at, error).await)
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        let parking = if self.is(ParksForGood) || self.is(LearnsNothing) {
            Parking::new(parking.reason(), parking.detail())
        } else {
            parking
        };
        self.settled(self.inbox.park(lease, now, parking).await)
    }

    async fn wait_for_work(&self) {
        if self.is(WakesNobody) {
            std::future::pending::<()>().await;
        }
        self.inbox.wait_for_work().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        let entry = self.inbox.entry(id).await?;
        Ok(entry.filter(|_| !self.is(HidesEntries)))
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        let mut entries = self.inbox.entries(after, limit).await?;
        if self.is(HidesEntries) {
            entries.clear();
        }
        Ok(entries)
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        let mut parked = self.inbox.parked(after, limit).await?;
        if self.is(HidesParked) {
            parked.clear();
        }
        Ok(parked)
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        if self.is(ReleasesNothing) {
            return Ok(true);
        }
        self.inbox.replay(id, now).await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        if self.is(DismissesNothing) {
            return Ok(true);
        }
        self.inbox.dismiss(id).await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        if self.is(CountsNothing) {
            return Ok(Backlog::default());
        }
        self.inbox.backlog().await
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        if self.is(ReleasesNothing) {
            return Ok(2);
        }
        self.inbox.expect_payment(expected, now).await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        self.inbox.payment(project_id, payment_id).await
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        let all = PaymentQuery::new(query.limit());
        self.inbox
            .payments(if self.is(IgnoresTheQuery) {
                &all
            } else {
                query
            })
            .await
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        let mut overdue = self.inbox.overdue(now, times, limit).await?;
        if self.is(CallsNothingOverdue) {
            overdue.clear();
        }
        Ok(overdue)
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        let mut seen = seen;
        if self.is(LetsTwoAsk)
            && let Some(record) = self.inbox.payment(project_id, payment_id).await?
        {
            seen = record.asking();
        }
        self.inbox
            .ask_again(project_id, payment_id, seen, next)
            .await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        if self.is(PurgesNothing) {
            return Ok(Purged::default());
        }
        self.inbox.purge(now, retention, limit).await
    }
}

#[derive(Debug)]
struct Suspect(Arc<Faulty>);

impl Suspect {
    fn with(fault: Fault) -> Self {
        Self(Arc::new(Faulty {
            fault,
            inbox: MemoryInbox::new(),
            given: Mutex::default(),
        }))
    }
}

#[async_trait]
impl Subject for Suspect {
    fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::clone(&self.0) as Arc<dyn Inbox>
    }

    async fn reopen(&mut self) {
        if self.0.is(ForgetsWhenClosed) {
            *self = Self::with(ForgetsWhenClosed);
        }
    }
}

/// Makes a test of each line: the law breaks on an inbox with the fault.
macro_rules! broken_by {
    ($($group:ident: $law:ident by $fault:ident;)+) => { $(
        // The clock stands still, so that waiting for nothing ends at once.
        #[tokio::test(start_paused = true)]
        async fn $law() {
            let mut suspect = Suspect::with($fault);
            let law = $group::$law(&mut suspect);
            let kept: Result<Kept, _> = tokio::time::timeout(Duration::from_secs(60), law).await;
            assert!(!matches!(kept, Ok(Ok(()))), "{:?} does not break it", $fault);
            let sound = $group::$law(&mut Suspect::with(Fault::None)).await;
            assert!(sound.is_ok(), "{}", sound.as_ref().map_or_else(Broken::to_string, |()| String::new()));
        }
    )+ };
}

broken_by! {
    putting: same_content_is_one_entry by CallsEverythingNew;
    putting: put_by_many_at_once_is_one_entry by CallsEverythingNew;
    putting: rearranged_content_is_one_entry by CallsEverythingNew;
    putting: other_content_is_another_entry by CallsEverythingSeen;
    putting: what_came_is_kept_whole by HidesEntries;
    putting: what_was_put_outlives_the_process by ForgetsWhenClosed;
    handing_out: an_entry_is_handed_out_to_one_at_a_time by GivesToTwo;
    handing_out: no_more_than_asked_for by GivesMoreThanAsked;
    handing_out: everything_is_handed_out_in_the_end by LosesTheLast;
    handing_out: a_lease_that_is_over_is_given_again by LeasesForLonger;
    handing_out: a_paused_worker_cannot_finish by TakesLeasesThatAreOver;
    handing_out: a_lease_is_used_once by TakesLeasesThatAreOver;
    handing_out: a_retry_comes_at_its_time by RetriesAtOnce;
    handing_out: retries_do_not_starve by TakesTheNewest;
    handing_out: leases_outlive_the_process by ForgetsWhenClosed;
    handing_out: a_waiting_worker_is_woken by WakesNobody;
    order_of_payments: one_of_a_payment_at_a_time_in_order by KeepsNoOrder;
    order_of_payments: later_ones_wait_behind_a_retry by RetriesAtOnce;
    order_of_payments: spelling_does_not_part_a_payment by LosesTheLast;
    order_of_payments: projects_are_apart by LosesTheLast;
    order_of_payments: entries_of_no_payment_do_not_wait by LosesTheLast;
    order_of_payments: a_parked_one_holds_up_nobody by KeepsNoOrder;
    order_of_payments: replayed_ones_keep_the_order by KeepsNoOrder;
    order_of_payments: a_dead_worker_holds_up_no_replay by ReleasesNothing;
    parking: parked_ones_are_seen_and_not_handed_out by HidesParked;
    parking: parked_ones_can_be_replayed by ReleasesNothing;
    parking: parked_ones_can_be_dismissed by DismissesNothing;
    parking: a_known_order_releases_its_entries by ReleasesNothing;
    parking: a_parked_one_comes_again_at_its_time by ParksForGood;
    parking: parked_ones_outlive_the_process by ForgetsWhenClosed;
    payments_view: any_order_makes_the_same_view by LearnsNothing;
    payments_view: a_lost_lease_changes_no_payment by TakesLeasesThatAreOver;
    payments_view: parking_can_teach by LearnsNothing;
    payments_view: status_answers_go_the_same_way by LearnsNothing;
    payments_view: payments_are_found_by_status_method_and_age by IgnoresTheQuery;
    payments_view: open_payments_become_overdue by CallsNothingOverdue;
    payments_view: one_of_those_who_saw_the_same_asks by LetsTwoAsk;
    payments_view: a_payment_nothing_is_heard_of_becomes_overdue by CallsNothingOverdue;
    payments_view: views_outlive_the_process by ForgetsWhenClosed;
    keeping: entries_are_exported_in_order by HidesEntries;
    keeping: the_backlog_counts_what_is_to_be_done by CountsNothing;
    keeping: only_what_is_finished_and_old_is_purged by PurgesNothing;
    keeping: purged_numbers_are_not_given_again by ForgetsWhenClosed;
}
