//! Laws of leases, fencing tokens and retries.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::samples::{Sample, learned};
use super::{Broken, Kept, Subject, at, equal, holds, lease, lease_numbers, lease_one};
use crate::{Inbox, InboxError, Lease, Moment, ParkReason, Parking};

async fn put_payments(inbox: &dyn Inbox, count: u64) -> Kept {
    for number in 0..count {
        inbox
            .put(Sample::of(&format!("p-{number}")).arrival(at(0))?)
            .await?;
    }
    Ok(())
}

/// What is leased is not given to another until the lease is over.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn an_entry_is_handed_out_to_one_at_a_time(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 30).await?;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let inbox = Arc::clone(&inbox);
        tasks.push(tokio::spawn(
            async move { lease_numbers(&*inbox, at(1)).await },
        ));
    }
    let (mut seen, mut count) = (BTreeSet::new(), 0);
    for task in tasks {
        let numbers = task
            .await
            .map_err(|error| Broken::by_error("no panic", error))??;
        count += numbers.len();
        seen.extend(numbers);
    }
    equal("entries handed out in all", count, 30)?;
    equal("different ones", seen.len(), 30)?;
    equal(
        "and then none",
        lease_numbers(&*inbox, at(60)).await?,
        vec![],
    )
}

/// A worker gets no more than it asks for, and the rest later.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn no_more_than_asked_for(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 5).await?;
    equal("asked for none", lease(&*inbox, at(1), 0).await?.len(), 0)?;
    equal("asked for two", lease(&*inbox, at(1), 2).await?.len(), 2)?;
    equal(
        "asked for two more",
        lease(&*inbox, at(1), 2).await?.len(),
        2,
    )?;
    equal("one is left", lease(&*inbox, at(1), 2).await?.len(), 1)
}

/// However few are taken at a time, nothing is left lying.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn everything_is_handed_out_in_the_end(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let mut wanted = BTreeSet::new();
    for number in 0..12 {
        // Four payments of three entries.
        let sample = Sample::of(&format!("p-{}", number % 4)).at(number);
        wanted.insert(inbox.put(sample.arrival(at(number))?).await?.entry_id());
    }
    let mut seen = BTreeSet::new();
    for round in 0..40 {
        for leased in lease(&*inbox, at(20 + round), 3).await? {
            let (entry, token) = (leased.entry().id(), leased.lease());
            // Every third attempt fails at first.
            if entry.value() % 3 == 0 && leased.attempt() < 3 {
                inbox
                    .retry_later(token, at(20 + round), at(22 + round), "later")
                    .await?;
            } else {
                inbox
                    .acknowledge(token, at(20 + round), learned(&leased)?)
                    .await?;
                holds("an entry is finished once", seen.insert(entry))?;
            }
        }
    }
    equal("entries finished", seen, wanted)
}

/// A worker that died holds nothing up: its entry is given again, with a greater token, and the
/// attempt counts.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_lease_that_is_over_is_given_again(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 1).await?;
    let first = lease_one(&*inbox, at(0)).await?;
    equal("first attempt", first.attempt(), 1)?;
    equal("end of the lease", first.lease().until(), at(60))?;
    equal(
        "not before its end",
        lease_numbers(&*inbox, at(59)).await?,
        vec![],
    )?;
    let second = lease_one(&*inbox, at(60)).await?;
    equal("the same entry", second.entry(), first.entry())?;
    equal("second attempt", second.attempt(), 2)?;
    holds(
        "the token grows",
        second.lease().token() > first.lease().token(),
    )
}

/// A lease that is over finishes nothing, whether the entry was given to another or not; and the
/// other's lease holds.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_paused_worker_cannot_finish(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 1).await?;
    let paused = lease_one(&*inbox, at(0)).await?;
    lost_by_all(&*inbox, paused.lease(), at(60)).await?;
    let other = lease_one(&*inbox, at(60)).await?;
    lost_by_all(&*inbox, paused.lease(), at(61)).await?;
    // Also when its clock has stood still.
    lost_by_all(&*inbox, paused.lease(), at(1)).await?;
    inbox.acknowledge(other.lease(), at(61), None).await?;
    equal("finished", lease_numbers(&*inbox, at(1000)).await?, vec![])
}

/// After it was used, a lease finishes nothing more.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_lease_is_used_once(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 3).await?;
    let leased = lease(&*inbox, at(0), 3).await?;
    equal("leased", leased.len(), 3)?;
    inbox.acknowledge(leased[0].lease(), at(1), None).await?;
    inbox
        .retry_later(leased[1].lease(), at(1), at(30), "no")
        .await?;
    let parking = Parking::new(ParkReason::Poison, "no");
    inbox.park(leased[2].lease(), at(1), parking).await?;
    for used in &leased {
        lost_by_all(&*inbox, used.lease(), at(2)).await?;
    }
    let foreign = Lease::new(crate::EntryId::new(4_000_000), 1, at(60));
    lost_by_all(&*inbox, &foreign, at(2)).await
}

/// A retry comes at its moment and not before; the attempts count.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_retry_comes_at_its_time(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 1).await?;
    let first = lease_one(&*inbox, at(0)).await?;
    inbox
        .retry_later(first.lease(), at(1), at(100), "the shop is down")
        .await?;
    equal(
        "before its moment",
        lease_numbers(&*inbox, at(99)).await?,
        vec![],
    )?;
    let second = lease_one(&*inbox, at(100)).await?;
    equal("the same entry", second.entry().id(), first.entry().id())?;
    equal("second attempt", second.attempt(), 2)
}

/// Fresh entries, however many, do not keep back those that waited.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn retries_do_not_starve(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    put_payments(&*inbox, 1).await?;
    let first = lease_one(&*inbox, at(0)).await?;
    inbox
        .retry_later(first.lease(), at(0), at(10), "later")
        .await?;
    for number in 10..20 {
        inbox
            .put(Sample::of(&format!("q-{number}")).arrival(at(5))?)
            .await?;
    }
    let next = lease(&*inbox, at(10), 1).await?;
    equal(
        "the first of all",
        next.first().map(|it| it.entry().id()),
        Some(first.entry().id()),
    )
}

/// Leases and retries are known after the store was opened again.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn leases_outlive_the_process(subject: &mut dyn Subject) -> Kept {
    put_payments(&*subject.inbox(), 2).await?;
    let leased = lease(&*subject.inbox(), at(0), 2).await?;
    equal("leased", leased.len(), 2)?;
    subject
        .inbox()
        .retry_later(leased[0].lease(), at(1), at(30), "later")
        .await?;
    subject.reopen().await;
    let inbox = subject.inbox();
    equal(
        "nothing before its time",
        lease_numbers(&*inbox, at(29)).await?,
        vec![],
    )?;
    inbox.acknowledge(leased[1].lease(), at(29), None).await?;
    let retried = lease_one(&*inbox, at(30)).await?;
    equal("the retry", retried.entry().id(), leased[0].entry().id())?;
    equal("its attempt", retried.attempt(), 2)
}

/// Whoever waits for work learns of an arrival.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_waiting_worker_is_woken(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let waiting = {
        let inbox = Arc::clone(&inbox);
        tokio::spawn(async move {
            loop {
                inbox.wait_for_work().await;
                if !lease_numbers(&*inbox, at(1)).await?.is_empty() {
                    return Ok::<(), Broken>(());
                }
            }
        })
    };
    put_payments(&*inbox, 1).await?;
    // Nothing but the arrival ends this wait; a limit of time would only make it a matter of luck.
    waiting
        .await
        .map_err(|error| Broken::by_error("no panic", error))?
}

async fn lost_by_all(inbox: &dyn Inbox, lease: &Lease, now: Moment) -> Kept {
    let later = now.plus(Duration::from_secs(5));
    let parking = Parking::new(ParkReason::Poison, "too late");
    for (what, result) in [
        ("acknowledge", inbox.acknowledge(lease, now, None).await),
        (
            "retry_later",
            inbox.retry_later(lease, now, later, "too late").await,
        ),
        ("park", inbox.park(lease, now, parking).await),
    ] {
        holds(
            &format!("{what} with a lease that is over answers LeaseLost, not {result:?}"),
            matches!(result, Err(InboxError::LeaseLost)),
        )?;
    }
    Ok(())
}
