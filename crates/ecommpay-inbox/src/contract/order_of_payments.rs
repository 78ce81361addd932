//! Laws of the order of handling within a payment.

use ecommpay_model::ProjectId;

use super::samples::{SECRET, Sample, project, signed};
use super::{Broken, Kept, Subject, at, equal, lease, lease_numbers, lease_one};
use crate::{Arrival, EntryId, Inbox, ParkReason, Parking};

async fn put_all(inbox: &dyn Inbox, samples: &[Sample]) -> Result<Vec<EntryId>, Broken> {
    let mut numbers = Vec::new();
    for (second, sample) in (0..).zip(samples) {
        numbers.push(inbox.put(sample.arrival(at(second))?).await?.entry_id());
    }
    Ok(numbers)
}

fn life_of(payment: &str) -> [Sample; 3] {
    let sample = Sample::of(payment);
    [
        sample.clone().at(1),
        sample.clone().redirected(2),
        sample.paid(3),
    ]
}

/// Of a payment one entry is leased at a time, in the order of arrival.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn one_of_a_payment_at_a_time_in_order(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let numbers = put_all(&*inbox, &life_of("p-1")).await?;
    for (second, number) in (10..).zip(numbers) {
        let leased = lease_one(&*inbox, at(second)).await?;
        equal("the next in order", leased.entry().id(), number)?;
        equal(
            "no other beside it",
            lease_numbers(&*inbox, at(second)).await?,
            vec![],
        )?;
        inbox.acknowledge(leased.lease(), at(second), None).await?;
    }
    equal(
        "all finished",
        lease_numbers(&*inbox, at(1000)).await?,
        vec![],
    )
}

/// While an entry waits for its retry, the later ones of its payment wait, and those of other
/// payments do not.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn later_ones_wait_behind_a_retry(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let first = put_all(&*inbox, &life_of("p-1")).await?;
    let leased = lease_one(&*inbox, at(10)).await?;
    let other = put_all(&*inbox, &life_of("p-2")).await?;
    equal(
        "the other payment",
        lease_numbers(&*inbox, at(10)).await?,
        vec![other[0]],
    )?;
    inbox
        .retry_later(leased.lease(), at(11), at(50), "later")
        .await?;
    equal(
        "before the retry",
        lease_numbers(&*inbox, at(49)).await?,
        vec![],
    )?;
    let again = lease_one(&*inbox, at(50)).await?;
    equal("the retry", again.entry().id(), first[0])?;
    equal(
        "still behind it",
        lease_numbers(&*inbox, at(51)).await?,
        vec![],
    )?;
    inbox.acknowledge(again.lease(), at(51), None).await?;
    equal(
        "the next",
        lease_numbers(&*inbox, at(52)).await?,
        vec![first[1]],
    )
}

/// The platform compares payment ids without regard to case, and so does the order.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn spelling_does_not_part_a_payment(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let samples = [Sample::of("Order-Ж").at(1), Sample::of("oRDER-ж").paid(2)];
    let numbers = put_all(&*inbox, &samples).await?;
    equal(
        "one at a time",
        lease_numbers(&*inbox, at(10)).await?,
        vec![numbers[0]],
    )
}

/// Payments of two projects with one id do not wait for one another.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn projects_are_apart(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let [first, second, _] = life_of("p-1");
    inbox.put(first.arrival(at(0))?).await?;
    let wrong = |error: crate::BoxError| Broken::by_error("a sample", error);
    let other = ProjectId::new(project()?.value() + 1).map_err(|error| wrong(error.into()))?;
    let key = ecommpay_signature::SecretKey::new(SECRET).map_err(|error| wrong(error.into()))?;
    let verifier = ecommpay_callback::CallbackVerifier::new(key.into());
    let raw = second.arrival(at(0))?.bytes().to_vec();
    let verified = verifier.verify(raw).map_err(|error| wrong(error.into()))?;
    inbox.put(Arrival::callback(other, verified, at(1))).await?;
    equal(
        "both at once",
        lease_numbers(&*inbox, at(10)).await?.len(),
        2,
    )
}

/// What is about no payment waits for nothing.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn entries_of_no_payment_do_not_wait(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    for number in 0..3 {
        inbox
            .put(signed(&format!(r#"{{"news":{number}}}"#), at(number))?)
            .await?;
    }
    equal(
        "all at once",
        lease_numbers(&*inbox, at(10)).await?.len(),
        3,
    )
}

/// After an entry is parked, the next of its payment has its turn.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_parked_one_holds_up_nobody(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let numbers = put_all(&*inbox, &life_of("p-1")).await?;
    let first = lease_one(&*inbox, at(10)).await?;
    equal("behind it", lease_numbers(&*inbox, at(10)).await?, vec![])?;
    let parking = Parking::new(ParkReason::Poison, "always fails");
    inbox.park(first.lease(), at(11), parking).await?;
    equal(
        "the next",
        lease_numbers(&*inbox, at(11)).await?,
        vec![numbers[1]],
    )
}

/// An entry that comes back from parking is handled alone and before later ones that wait.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn replayed_ones_keep_the_order(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let numbers = put_all(&*inbox, &life_of("p-1")).await?;
    let first = lease_one(&*inbox, at(10)).await?;
    let parking = Parking::new(ParkReason::Poison, "always fails");
    inbox.park(first.lease(), at(10), parking).await?;
    let second = lease_one(&*inbox, at(11)).await?;
    inbox.replay(numbers[0], at(12)).await?;
    equal(
        "one at a time",
        lease_numbers(&*inbox, at(12)).await?,
        vec![],
    )?;
    inbox
        .retry_later(second.lease(), at(13), at(14), "later")
        .await?;
    let replayed = lease_one(&*inbox, at(15)).await?;
    equal("the earliest first", replayed.entry().id(), numbers[0])?;
    inbox.acknowledge(replayed.lease(), at(16), None).await?;
    for number in &numbers[1..] {
        let next = lease(&*inbox, at(17), 10).await?;
        let seen: Vec<_> = next.iter().map(|it| it.entry().id()).collect();
        equal("then the others in order", seen, vec![*number])?;
        inbox.acknowledge(next[0].lease(), at(17), None).await?;
    }
    Ok(())
}

/// When a worker dies with a later entry in its hands, one that was replayed meanwhile goes first
/// once the lease is over, and both are handed out.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_dead_worker_holds_up_no_replay(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let numbers = put_all(&*inbox, &life_of("p-1")).await?;
    let first = lease_one(&*inbox, at(10)).await?;
    let parking = Parking::new(ParkReason::Poison, "always fails");
    inbox.park(first.lease(), at(10), parking).await?;
    lease_one(&*inbox, at(11)).await?; // by a worker that dies
    inbox.replay(numbers[0], at(12)).await?;
    equal(
        "while the lease runs",
        lease_numbers(&*inbox, at(13)).await?,
        vec![],
    )?;
    for (second, number) in (71..).zip(numbers) {
        let leased = lease_one(&*inbox, at(second)).await?;
        equal("then all in order", leased.entry().id(), number)?;
        inbox.acknowledge(leased.lease(), at(second), None).await?;
    }
    Ok(())
}
