//! Laws of taking in.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ecommpay_callback::CallbackVerifier;
use ecommpay_model::ProjectId;
use ecommpay_signature::{KeyRing, SecretKey};

use super::samples::{SECRET, Sample, project, signed};
use super::{Broken, Kept, Subject, at, equal, holds, lease_numbers};
use crate::{Arrival, EntryKind, Put};

/// The same content in the same project is one entry, whatever was changed that is not content.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn same_content_is_one_entry(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let body = Sample::of("p-1").paid(5).body();
    let first = inbox.put(signed(&body, at(0))?).await?;
    holds("the first is new", matches!(first, Put::New(_)))?;
    let spaced = body.replace(',', " ,\n\t");
    for (repetition, second) in [(&body, 1), (&spaced, 2), (&body, 900_000)] {
        let put = inbox.put(signed(repetition, at(second))?).await?;
        equal(
            "a repetition is the first one",
            put,
            Put::SeenBefore(first.entry_id()),
        )?;
    }
    equal(
        "numbers handed out",
        lease_numbers(&*inbox, at(3)).await?,
        vec![first.entry_id()],
    )
}

/// Sixty-four that put the same content at once make one entry, and all are told so.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn put_by_many_at_once_is_one_entry(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let mut tasks = Vec::new();
    for second in 0..64 {
        let inbox = Arc::clone(&inbox);
        let arrival = Sample::of("p-1").paid(5).arrival(at(second))?;
        tasks.push(tokio::spawn(async move { inbox.put(arrival).await }));
    }
    let (mut new, mut numbers) = (0, BTreeSet::new());
    for task in tasks {
        let joined = task
            .await
            .map_err(|error| Broken::by_error("put does not panic", error))?;
        let put = joined?;
        new += usize::from(matches!(put, Put::New(_)));
        numbers.insert(put.entry_id());
    }
    equal("answers that say `new`", new, 1)?;
    equal("entries", numbers.len(), 1)?;
    equal(
        "entries handed out",
        lease_numbers(&*inbox, at(99)).await?.len(),
        1,
    )
}

/// Documents that share the canonical string share the entry, also when they are built otherwise:
/// nothing of a body may hide that its content came before.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn rearranged_content_is_one_entry(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let documents = [
        r#"{"operation":{"date":"2023-11-14T22:00:00+0000"},"payment":{"id":"p-1"}}"#,
        r#"{"operation":"date:2023-11-14T22:00:00+0000","payment":{"id":"p-1"}}"#,
        r#"{"operation":{"date":"2023-11-14T22:00:00+0000;payment:id:p-1"}}"#,
    ];
    for first in 0..documents.len() {
        // Another content for each round.
        let round = |document: &str| document.replace("p-1", &format!("p-{first}"));
        let put = inbox.put(signed(&round(documents[first]), at(0))?).await?;
        holds("the first is new", matches!(put, Put::New(_)))?;
        for document in documents {
            let again = inbox.put(signed(&round(document), at(1))?).await?;
            equal(
                "rearranged content is not new",
                again,
                Put::SeenBefore(put.entry_id()),
            )?;
        }
    }
    Ok(())
}

/// Other content, or the same content in another project, is another entry.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn other_content_is_another_entry(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let sample = Sample::of("p-1").paid(5);
    let mut numbers = BTreeSet::new();
    for arrival in [
        sample.arrival(at(0))?,
        sample.clone().at(6).arrival(at(0))?,
        sample.clone().declined(5).arrival(at(0))?,
        sample.status_answer(at(0))?,
        in_project(202, &sample)?,
    ] {
        let put = inbox.put(arrival).await?;
        holds("other content is new", matches!(put, Put::New(_)))?;
        numbers.insert(put.entry_id());
    }
    equal("entries", numbers.len(), 5)
}

/// Bytes, digest, times, addresses and keys are kept as they came; the first arrival counts.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn what_came_is_kept_whole(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let sample = Sample::of("Order-Ж-1").paid(5);
    let four = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    let six = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 7]);
    for (arrival, address) in [
        (sample.arrival(at(1))?, Some(four)),
        (with_previous_key(&sample.clone().at(6))?, Some(six)),
        (sample.status_answer(at(3))?, None),
    ] {
        let arrival = match address {
            Some(address) => arrival.from_address(address),
            None => arrival,
        };
        let id = inbox.put(arrival.clone()).await?.entry_id();
        inbox.put(sample.arrival(at(700))?).await?;
        let Some(entry) = inbox.entry(id).await? else {
            return holds("what was put is found by its number", false);
        };
        equal("bytes", entry.bytes(), arrival.bytes())?;
        equal("kind", entry.kind(), arrival.kind())?;
        equal("project", entry.project_id(), arrival.project_id())?;
        equal("payment", entry.payment_id(), arrival.payment_id())?;
        equal("digest", entry.digest(), arrival.digest())?;
        equal(
            "time of receipt",
            entry.received_at(),
            arrival.received_at(),
        )?;
        equal("remote address", entry.remote_address(), address)?;
        let key =
            (arrival.kind() == EntryKind::Callback).then_some(u32::from(address == Some(six)));
        equal("key", entry.key_index(), key)?;
    }
    Ok(())
}

/// What was put is there after the store was opened again, and is still known as seen.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn what_was_put_outlives_the_process(subject: &mut dyn Subject) -> Kept {
    let sample = Sample::of("p-1").paid(5);
    let id = subject
        .inbox()
        .put(sample.arrival(at(0))?)
        .await?
        .entry_id();
    subject.reopen().await;
    let inbox = subject.inbox();
    let again = inbox.put(sample.arrival(at(9))?).await?;
    equal("a repetition after opening", again, Put::SeenBefore(id))?;
    equal(
        "handed out after opening",
        lease_numbers(&*inbox, at(10)).await?,
        vec![id],
    )
}

fn in_project(number: u32, sample: &Sample) -> Result<Arrival, Broken> {
    let other = ProjectId::new(number).map_err(|error| Broken::by_error("a sample", error))?;
    let verified = verified_by(KeyRing::new(key(SECRET)?), sample)?;
    Ok(Arrival::callback(other, verified, at(0)))
}

fn with_previous_key(sample: &Sample) -> Result<Arrival, Broken> {
    let ring = KeyRing::new(key("the-key-after-it")?).with_previous(key(SECRET)?);
    Ok(Arrival::callback(
        project()?,
        verified_by(ring, sample)?,
        at(2),
    ))
}

fn key(secret: &str) -> Result<SecretKey, Broken> {
    SecretKey::new(secret).map_err(|error| Broken::by_error("a sample", error))
}

/// The bytes that the sample was signed into, verified with these keys.
fn verified_by(
    ring: KeyRing,
    sample: &Sample,
) -> Result<ecommpay_callback::VerifiedCallback, Broken> {
    let raw = sample.arrival(at(0))?.bytes().to_vec();
    let verifier = CallbackVerifier::new(ring);
    verifier
        .verify(raw)
        .map_err(|error| Broken::by_error("a sample", error))
}
