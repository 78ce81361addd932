//! Laws of what is laid aside.

use super::samples::{Sample, payment, project};
use super::{Broken, Kept, Subject, at, equal, holds, lease_numbers, lease_one};
use crate::{EntryId, ExpectedPayment, Inbox, ParkReason, Parked, Parking};

async fn put_and_park(
    inbox: &dyn Inbox,
    payment: &str,
    parking: Parking,
) -> Result<EntryId, Broken> {
    let id = inbox
        .put(Sample::of(payment).arrival(at(0))?)
        .await?
        .entry_id();
    let leased = lease_one(inbox, at(1)).await?;
    equal("the one that was put", leased.entry().id(), id)?;
    inbox.park(leased.lease(), at(2), parking).await?;
    Ok(id)
}

fn parked_as(id: EntryId, payment_id: &str, parking: &Parking) -> Result<Parked, Broken> {
    Ok(Parked {
        entry_id: id,
        project_id: project()?,
        payment_id: Some(payment(payment_id)?),
        reason: parking.reason(),
        detail: parking.detail().to_owned(),
        attempts: 1,
        parked_at: at(2),
        again_at: parking.again_at(),
    })
}

/// What is parked is listed with its reason and text, and is not handed out.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn parked_ones_are_seen_and_not_handed_out(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let mut wanted = Vec::new();
    for reason in ParkReason::ALL {
        let name = format!("p-{}", reason.as_str().replace(' ', "-"));
        let parking = Parking::new(reason, &format!("because of {}: \"ж\"", reason.as_str()));
        let id = put_and_park(&*inbox, &name, parking.clone()).await?;
        wanted.push(parked_as(id, &name, &parking)?);
    }
    equal(
        "not handed out",
        lease_numbers(&*inbox, at(1_000_000)).await?,
        vec![],
    )?;
    equal("listed", inbox.parked(None, 100).await?, wanted.clone())?;
    let page = inbox.parked(Some(wanted[1].entry_id), 2).await?;
    equal("in pages", page, wanted[2..4].to_vec())?;
    equal("counted", inbox.backlog().await?.parked, 5)
}

/// A parked entry comes back when a person says so, with its attempts counted anew; nothing else
/// can be replayed.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn parked_ones_can_be_replayed(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let parking = Parking::new(ParkReason::Poison, "division by zero");
    let id = put_and_park(&*inbox, "p-1", parking).await?;
    equal("replayed", inbox.replay(id, at(5)).await?, true)?;
    equal("once", inbox.replay(id, at(5)).await?, false)?;
    equal(
        "unknown",
        inbox.replay(EntryId::new(777_777), at(5)).await?,
        false,
    )?;
    equal("no longer listed", inbox.parked(None, 10).await?, vec![])?;
    let leased = lease_one(&*inbox, at(5)).await?;
    equal("the same", leased.entry().id(), id)?;
    equal("first attempt again", leased.attempt(), 1)?;
    equal("not while leased", inbox.replay(id, at(5)).await?, false)?;
    inbox.acknowledge(leased.lease(), at(6), None).await?;
    equal("not when finished", inbox.replay(id, at(7)).await?, false)
}

/// A parked entry can be finished unhandled; the entry itself stays.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn parked_ones_can_be_dismissed(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let waiting = inbox
        .put(Sample::of("p-0").arrival(at(0))?)
        .await?
        .entry_id();
    equal("not while waiting", inbox.dismiss(waiting).await?, false)?;
    let leased = lease_one(&*inbox, at(0)).await?;
    equal("not while leased", inbox.dismiss(waiting).await?, false)?;
    inbox.acknowledge(leased.lease(), at(0), None).await?;

    let parking = Parking::new(ParkReason::NoPayment, "");
    let id = put_and_park(&*inbox, "p-1", parking).await?;
    equal("dismissed", inbox.dismiss(id).await?, true)?;
    equal("once", inbox.dismiss(id).await?, false)?;
    equal("no longer listed", inbox.parked(None, 10).await?, vec![])?;
    equal(
        "not handed out",
        lease_numbers(&*inbox, at(1_000_000)).await?,
        vec![],
    )?;
    holds("still there", inbox.entry(id).await?.is_some())
}

/// When the shop knows an order, the entries that were parked for want of it are handed out at
/// once, in order; others stay.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_known_order_releases_its_entries(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let unknown = || Parking::new(ParkReason::OrderUnknown, "not yet").until(at(5000));
    let first = put_and_park(&*inbox, "Order-1", unknown()).await?;
    let paid = Sample::of("Order-1").paid(9).arrival(at(3))?;
    let second = inbox.put(paid).await?.entry_id();
    let leased = lease_one(&*inbox, at(3)).await?;
    inbox.park(leased.lease(), at(3), unknown()).await?;
    put_and_park(&*inbox, "order-2", unknown()).await?;
    let poison = Parking::new(ParkReason::Poison, "no");
    let third = Sample::of("order-1").redirected(9).arrival(at(4))?;
    inbox.put(third).await?;
    let leased = lease_one(&*inbox, at(4)).await?;
    inbox.park(leased.lease(), at(4), poison).await?;

    let expected = || Ok::<_, Broken>(ExpectedPayment::new(project()?, payment("order-1")?, at(0)));
    equal(
        "released",
        inbox.expect_payment(expected()?, at(10)).await?,
        2,
    )?;
    equal("once", inbox.expect_payment(expected()?, at(10)).await?, 0)?;
    for id in [first, second] {
        let leased = lease_one(&*inbox, at(10)).await?;
        equal("in order", leased.entry().id(), id)?;
        inbox.acknowledge(leased.lease(), at(10), None).await?;
    }
    equal("the others stay", inbox.parked(None, 10).await?.len(), 2)
}

/// An entry parked until a moment is handed out then by itself, with its attempts counted anew.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_parked_one_comes_again_at_its_time(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let parking = Parking::new(ParkReason::OrderUnknown, "not yet").until(at(100));
    let id = put_and_park(&*inbox, "p-1", parking.clone()).await?;
    equal(
        "listed",
        inbox.parked(None, 10).await?,
        vec![parked_as(id, "p-1", &parking)?],
    )?;
    equal("not before", lease_numbers(&*inbox, at(99)).await?, vec![])?;
    let leased = lease_one(&*inbox, at(100)).await?;
    equal("the same", leased.entry().id(), id)?;
    equal("first attempt again", leased.attempt(), 1)
}

/// What is parked is still parked after the store was opened again.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn parked_ones_outlive_the_process(subject: &mut dyn Subject) -> Kept {
    let parking = Parking::new(ParkReason::Mismatch, "payment.sum.currency must be CNY");
    let id = put_and_park(&*subject.inbox(), "p-1", parking.clone()).await?;
    subject.reopen().await;
    let listed = subject.inbox().parked(None, 10).await?;
    equal("listed", listed, vec![parked_as(id, "p-1", &parking)?])
}
