//! Laws of the shop's own write in the transaction of the acknowledgement.
//!
//! What such a write looks like is the store's business, so these laws are called by hand, with
//! writes whose effect the caller can see.

use super::samples::{Sample, learned, payment, project};
use super::{Kept, at, equal, holds, lease_one};
use crate::{AcknowledgeWith, InboxError};

/// A write is done exactly when the acknowledgement holds: not with a lease that is over, not when
/// the write itself fails, and then once.
///
/// `write` makes a write that succeeds, `failing` one that does something and then fails, and
/// `effects` counts what of them is there.
///
/// # Errors
///
/// [`Broken`](super::Broken) says what was seen.
pub async fn a_write_holds_with_its_acknowledgement<I, W>(
    inbox: &I,
    write: impl Fn() -> W,
    failing: impl Fn() -> W,
    effects: impl AsyncFn() -> u64,
) -> Kept
where
    I: AcknowledgeWith<W>,
{
    inbox.put(Sample::of("p-1").paid(5).arrival(at(0))?).await?;
    let paused = lease_one(inbox, at(0)).await?;
    let late = inbox
        .acknowledge_with(paused.lease(), at(60), learned(&paused)?, write())
        .await;
    holds(
        "the lease is lost",
        matches!(late, Err(InboxError::LeaseLost)),
    )?;
    equal("effects of a lost lease", effects().await, 0)?;

    let leased = lease_one(inbox, at(60)).await?;
    let lease = leased.lease();
    let failed = inbox
        .acknowledge_with(lease, at(61), learned(&leased)?, failing())
        .await;
    holds(
        "the write fails",
        matches!(failed, Err(InboxError::WriteFailed { .. })),
    )?;
    equal("effects of a failed write", effects().await, 0)?;
    let known = inbox.payment(project()?, &payment("p-1")?).await?;
    equal("the fold is undone with it", known, None)?;

    inbox
        .acknowledge_with(lease, at(62), learned(&leased)?, write())
        .await?;
    equal("effects", effects().await, 1)?;
    let known = inbox.payment(project()?, &payment("p-1")?).await?;
    holds(
        "the fold holds with it",
        known.is_some_and(|it| !it.is_open()),
    )?;
    let again = inbox
        .acknowledge_with(lease, at(63), learned(&leased)?, write())
        .await;
    holds(
        "the lease was used",
        matches!(again, Err(InboxError::LeaseLost)),
    )?;
    equal("effects", effects().await, 1)
}
