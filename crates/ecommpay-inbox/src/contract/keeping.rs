//! Laws of counting, exporting and purging.

use std::time::Duration;

use super::samples::{Sample, learned, payment, project};
use super::{Broken, Kept, Subject, at, equal, holds, lease, lease_one};
use crate::{
    Asking, Backlog, EntryId, ExpectedPayment, Moment, ParkReason, Parking, Purged, Put, Retention,
};

fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}

fn retention(entries: u64, payments: u64) -> Result<Retention, Broken> {
    Retention::new(days(entries), days(payments))
        .map_err(|error| Broken::by_error("a sample", error))
}

fn after_days(count: u64) -> Moment {
    at(0).plus(days(count))
}

/// All entries come out in the order of their numbers, in pages, whatever became of them.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn entries_are_exported_in_order(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let mut bodies = Vec::new();
    for number in 0..7 {
        let arrival = Sample::of(&format!("p-{number}")).arrival(at(number))?;
        bodies.push(arrival.bytes().to_vec());
        inbox.put(arrival).await?;
    }
    let leased = lease(&*inbox, at(10), 2).await?;
    inbox.acknowledge(leased[0].lease(), at(10), None).await?;
    let (mut seen, mut after): (Vec<_>, Option<EntryId>) = (Vec::new(), None);
    loop {
        let page = inbox.entries(after, 3).await?;
        holds("a page is not longer than asked for", page.len() <= 3)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id());
        seen.extend(page.iter().map(|entry| entry.bytes().to_vec()));
    }
    equal("bodies", seen, bodies)
}

/// The backlog counts what waits, what is leased and what is parked, and nothing that is finished.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn the_backlog_counts_what_is_to_be_done(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    equal("empty", inbox.backlog().await?, Backlog::default())?;
    for number in 0..6 {
        inbox
            .put(Sample::of(&format!("p-{number}")).arrival(at(0))?)
            .await?;
    }
    // One behind another of its payment.
    inbox.put(Sample::of("p-0").paid(5).arrival(at(0))?).await?;
    let counted = |waiting, leased, parked| Backlog {
        waiting,
        leased,
        parked,
    };
    equal("all wait", inbox.backlog().await?, counted(7, 0, 0))?;
    let leased = lease(&*inbox, at(1), 4).await?;
    equal("four leased", inbox.backlog().await?, counted(3, 4, 0))?;
    let parking = Parking::new(ParkReason::Poison, "no");
    inbox.park(leased[1].lease(), at(1), parking).await?;
    inbox
        .retry_later(leased[2].lease(), at(1), at(100), "no")
        .await?;
    inbox.acknowledge(leased[3].lease(), at(1), None).await?;
    equal("one of each", inbox.backlog().await?, counted(4, 1, 1))
}

/// Purging takes what is finished and old enough: not what waits, is leased or parked, nor open
/// payments that are asked about.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn only_what_is_finished_and_old_is_purged(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let finished = Sample::of("finished").paid(5);
    let old = inbox.put(finished.arrival(at(0))?).await?.entry_id();
    let one = lease_one(&*inbox, at(0)).await?;
    inbox
        .acknowledge(one.lease(), at(0), learned(&one)?)
        .await?;
    inbox
        .put(Sample::of("open").redirected(5).arrival(at(0))?)
        .await?;
    let one = lease_one(&*inbox, at(0)).await?;
    inbox
        .acknowledge(one.lease(), at(0), learned(&one)?)
        .await?;
    let parked = inbox
        .put(Sample::of("parked").arrival(at(0))?)
        .await?
        .entry_id();
    let one = lease_one(&*inbox, at(0)).await?;
    inbox
        .park(one.lease(), at(0), Parking::new(ParkReason::Poison, "no"))
        .await?;
    inbox.put(Sample::of("retried").arrival(at(0))?).await?;
    let one = lease_one(&*inbox, at(0)).await?;
    inbox
        .retry_later(one.lease(), at(0), after_days(90), "no")
        .await?;
    inbox.put(Sample::of("leased").arrival(at(0))?).await?;
    lease_one(&*inbox, at(0)).await?;
    let waiting = inbox
        .put(Sample::of("waiting").arrival(at(0))?)
        .await?
        .entry_id();
    let given_up = ExpectedPayment::new(project()?, payment("given-up")?, at(0));
    inbox.expect_payment(given_up, at(0)).await?;
    inbox
        .ask_again(
            project()?,
            &payment("given-up")?,
            Asking::AfterBaseTime,
            Asking::Never,
        )
        .await?;

    let keep = retention(20, 40)?;
    let purged = inbox.purge(after_days(20), &keep, 100).await?;
    equal("too young", purged, Purged::default())?;
    let now = after_days(20).plus(Duration::from_millis(1));
    let first = inbox.purge(now, &keep, 1).await?;
    equal(
        "no more than asked for",
        (first.entries, first.payments),
        (1, 0),
    )?;
    let second = inbox.purge(now, &keep, 100).await?;
    equal("the other", (second.entries, second.payments), (1, 0))?;
    equal(
        "nothing left",
        inbox.purge(now, &keep, 100).await?,
        Purged::default(),
    )?;
    equal("gone", inbox.entry(old).await?, None)?;
    for kept in [parked, waiting] {
        holds(
            "unfinished entries stay",
            inbox.entry(kept).await?.is_some(),
        )?;
    }
    holds(
        "its payment stays",
        inbox
            .payment(project()?, &payment("finished")?)
            .await?
            .is_some(),
    )?;
    let again = inbox.put(finished.arrival(now)?).await?;
    holds("what was purged would be new", matches!(again, Put::New(_)))?;

    let later = after_days(41);
    let purged = inbox.purge(later, &keep, 100).await?;
    equal(
        "payments without a result to come",
        (purged.entries, purged.payments),
        (0, 2),
    )?;
    equal(
        "gone",
        inbox.payment(project()?, &payment("finished")?).await?,
        None,
    )?;
    equal(
        "gone",
        inbox.payment(project()?, &payment("given-up")?).await?,
        None,
    )?;
    holds(
        "open ones stay",
        inbox
            .payment(project()?, &payment("open")?)
            .await?
            .is_some(),
    )
}

/// A number stands for one entry for ever, even when everything was purged and the store opened
/// again.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn purged_numbers_are_not_given_again(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let first = inbox
        .put(Sample::of("p-1").paid(5).arrival(at(0))?)
        .await?
        .entry_id();
    let one = lease_one(&*inbox, at(0)).await?;
    inbox.acknowledge(one.lease(), at(0), None).await?;
    let purged = inbox
        .purge(after_days(30), &retention(12, 12)?, 100)
        .await?;
    equal("purged", purged.entries, 1)?;
    drop(inbox);
    subject.reopen().await;
    let inbox = subject.inbox();
    let second = inbox
        .put(Sample::of("p-2").paid(5).arrival(after_days(30))?)
        .await?
        .entry_id();
    holds("the number is new", second > first)?;
    let next = lease_one(&*inbox, after_days(30)).await?;
    equal("and handed out", next.entry().id(), second)
}
