//! What is not finished: acknowledging, retries, parking, and the order within a payment.
//!
//! | standing | `due` |
//! |---|---|
//! | fresh | nothing: it was never looked at |
//! | waiting | when it may be leased |
//! | leased | when the lease is over |
//! | behind | nothing: it is released when the one before it is finished |
//! | parked | when it comes again by itself, or nothing |
//!
//! An entry waits behind others of its payment once its turn has come ([`lease`](crate::lease)). So a
//! blocked entry is looked at once, not at every lease. Whatever ends a lease takes the payment's
//! lock first, so that it sees who waits behind it.

use deadpool_postgres::Transaction;
use ecommpay_inbox::{
    Backlog, EntryId, InboxError, Learned, Lease, Moment, ParkReason, Parked, Parking, shortened,
};

use crate::connection::{Locks, PLAN_AS_USUAL, PLAN_BY_INDEXES};
use crate::error::unavailable;
use crate::rows::{self, get, rows_wanted};
use crate::{PostgresWrite, payments, text};

const FRESH: i16 = 0;
const WAITING: i16 = 1;
const LEASED: i16 = 2;
const BEHIND: i16 = 3;
const PARKED: i16 = 4;

/// `due` of an entry that is released: at once, before all that have waited for a moment.
pub(crate) const AT_ONCE: i64 = i64::MIN;

/// Whether entries may be leased now that could not be before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Released {
    Something,
    Nothing,
}

/// The payment of an entry whose lease still counts; the payment is locked.
struct Held {
    project: i64,
    payment_key: Option<String>,
}

async fn held(
    transaction: &Transaction<'_>,
    locks: Locks,
    lease: &Lease,
    now: Moment,
) -> Result<Held, InboxError> {
    let failed = unavailable("looking for a lease");
    let number = lease.entry_id().value();
    let lock = transaction
        .prepare_cached(
            "SELECT project, payment_key,
                    pg_advisory_xact_lock($2, hashtext(project || ':' || payment_key))::text
             FROM ecommpay_inbox_queue WHERE entry = $1",
        )
        .await
        .map_err(&failed)?;
    let row = transaction
        .query_opt(&lock, &[&number, &locks.payments])
        .await
        .map_err(&failed)?
        .ok_or(InboxError::LeaseLost)?;
    // Another statement, which sees what was committed before the lock was free. It asks by the entry
    // alone: a plan that was made while the queue was empty may prefer any other index that fits.
    let holds = transaction
        .prepare_cached(
            "SELECT standing = 2 AND token = $2 AND due > $3 FROM ecommpay_inbox_queue
             WHERE entry = $1 FOR UPDATE",
        )
        .await
        .map_err(&failed)?;
    let found = transaction
        .query_opt(&holds, &[&number, &lease.token(), &now.unix_millis()])
        .await
        .map_err(&failed)?
        .ok_or(InboxError::LeaseLost)?;
    if get::<Option<bool>>(&found, 0)? != Some(true) {
        return Err(InboxError::LeaseLost);
    }
    Ok(Held {
        project: get(&row, 0)?,
        payment_key: get(&row, 1)?,
    })
}

/// Finishes an entry; the shop's own write runs after the lease was found good.
pub(crate) async fn acknowledge(
    transaction: &Transaction<'_>,
    locks: Locks,
    lease: &Lease,
    now: Moment,
    learned: Option<&Learned>,
    write: Option<PostgresWrite>,
) -> Result<Released, InboxError> {
    let held = held(transaction, locks, lease, now).await?;
    if let Some(learned) = learned {
        payments::learn(transaction, learned).await?;
    }
    let failed = unavailable("acknowledging an entry");
    if let Some(write) = write {
        let before = number_by(transaction, PLAN_AS_USUAL)
            .await
            .map_err(&failed)?;
        write
            .run(transaction)
            .await
            .map_err(|source| InboxError::WriteFailed { source })?;
        // Neither a transaction that the write has ended nor one that it has left broken may be
        // taken for a good one: PostgreSQL answers COMMIT kindly in both cases.
        if number_by(transaction, PLAN_BY_INDEXES)
            .await
            .map_err(&failed)?
            != before
        {
            return Err(InboxError::WriteFailed {
                source: "the write has ended the transaction of the inbox".into(),
            });
        }
    }
    let remove = transaction
        .prepare_cached("DELETE FROM ecommpay_inbox_queue WHERE entry = $1")
        .await
        .map_err(&failed)?;
    transaction
        .execute(&remove, &[&lease.entry_id().value()])
        .await
        .map_err(&failed)?;
    release_next(transaction, &held, None).await
}

/// The number that PostgreSQL gives to the transaction, by a statement that begins with it.
async fn number_by(
    transaction: &Transaction<'_>,
    sql: &str,
) -> Result<String, tokio_postgres::Error> {
    let statement = transaction.prepare_cached(sql).await?;
    transaction.query_one(&statement, &[]).await?.try_get(0)
}

/// Gives an entry back until a moment.
pub(crate) async fn retry_later(
    transaction: &Transaction<'_>,
    locks: Locks,
    lease: &Lease,
    now: Moment,
    at: Moment,
    error: &str,
) -> Result<Released, InboxError> {
    let held = held(transaction, locks, lease, now).await?;
    let number = lease.entry_id().value();
    transaction
        .execute(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, due = $2, worker = NULL, detail = $3 WHERE entry = $1",
            &[&number, &at.unix_millis(), &text::stored(shortened(error))],
        )
        .await
        .map_err(unavailable("giving an entry back"))?;
    // Earlier ones can be waiting behind it when they were parked and brought back.
    release_next(transaction, &held, Some(number)).await
}

/// Lays an entry aside.
pub(crate) async fn park(
    transaction: &Transaction<'_>,
    locks: Locks,
    lease: &Lease,
    now: Moment,
    parking: &Parking,
) -> Result<Released, InboxError> {
    let held = held(transaction, locks, lease, now).await?;
    if let Some(learned) = parking.learned() {
        payments::learn(transaction, learned).await?;
    }
    transaction
        .execute(
            "UPDATE ecommpay_inbox_queue
             SET standing = 4, due = $2, worker = NULL, reason = $3, detail = $4, parked_at = $5
             WHERE entry = $1",
            &[
                &lease.entry_id().value(),
                &parking.again_at().map(Moment::unix_millis),
                &parking.reason().as_str(),
                &text::stored(parking.detail()),
                &now.unix_millis(),
            ],
        )
        .await
        .map_err(unavailable("parking an entry"))?;
    release_next(transaction, &held, None).await
}

/// Lets the earliest entry go on that waits behind others of the payment, if it is before a number.
async fn release_next(
    transaction: &Transaction<'_>,
    held: &Held,
    before: Option<i64>,
) -> Result<Released, InboxError> {
    let Some(key) = &held.payment_key else {
        return Ok(Released::Nothing);
    };
    let failed = unavailable("releasing an entry");
    let statement = transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue SET standing = 1, due = $4
             WHERE entry = (SELECT min(entry) FROM ecommpay_inbox_queue
                            WHERE project = $1 AND payment_key = $2 AND standing = 3)
               AND entry < $3",
        )
        .await
        .map_err(&failed)?;
    let changed = transaction
        .execute(
            &statement,
            &[&held.project, key, &before.unwrap_or(i64::MAX), &AT_ONCE],
        )
        .await
        .map_err(&failed)?;
    Ok(if changed > 0 {
        Released::Something
    } else {
        Released::Nothing
    })
}

/// Brings a parked entry back.
pub(crate) async fn replay(
    transaction: &Transaction<'_>,
    id: EntryId,
    now: Moment,
) -> Result<bool, InboxError> {
    let changed = transaction
        .execute(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, due = $2, attempts = 0, reason = NULL, parked_at = NULL
             WHERE entry = $1 AND standing = 4",
            &[&id.value(), &now.unix_millis()],
        )
        .await
        .map_err(unavailable("replaying an entry"))?;
    Ok(changed > 0)
}

/// Finishes a parked entry.
pub(crate) async fn dismiss(
    transaction: &Transaction<'_>,
    id: EntryId,
) -> Result<bool, InboxError> {
    let changed = transaction
        .execute(
            "DELETE FROM ecommpay_inbox_queue WHERE entry = $1 AND standing = 4",
            &[&id.value()],
        )
        .await
        .map_err(unavailable("dismissing an entry"))?;
    Ok(changed > 0)
}

/// Brings back what was parked because its order was unknown.
pub(crate) async fn release_for_order(
    transaction: &Transaction<'_>,
    project: i64,
    payment_key: &str,
    now: Moment,
) -> Result<u64, InboxError> {
    transaction
        .execute(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, due = $3, attempts = 0, reason = NULL, parked_at = NULL
             WHERE project = $1 AND payment_key = $2 AND standing = 4 AND reason = $4",
            &[
                &project,
                &payment_key,
                &now.unix_millis(),
                &ParkReason::OrderUnknown.as_str(),
            ],
        )
        .await
        .map_err(unavailable("releasing parked entries"))
}

/// Entries that are laid aside.
pub(crate) async fn parked(
    client: &tokio_postgres::Client,
    after: i64,
    limit: usize,
) -> Result<Vec<Parked>, InboxError> {
    let found = client
        .query(
            "SELECT queue.entry, queue.project, entry.payment, queue.reason, queue.detail,
                    queue.attempts, queue.parked_at, queue.due
             FROM ecommpay_inbox_queue AS queue
             JOIN ecommpay_inbox_entry AS entry ON entry.id = queue.entry
             WHERE queue.standing = 4 AND queue.entry > $1 ORDER BY queue.entry LIMIT $2",
            &[&after, &rows_wanted(limit)],
        )
        .await
        .map_err(unavailable("reading parked entries"))?;
    let parked = |row: &tokio_postgres::Row| {
        let reason = ParkReason::from_text(get(row, 3)?);
        Ok(Parked {
            entry_id: EntryId::new(get(row, 0)?),
            project_id: rows::project_id(row, 1)?,
            payment_id: rows::payment_id(row, 2)?,
            reason: reason
                .ok_or_else(|| InboxError::damaged("queue", "an unknown reason of parking"))?,
            detail: text::restored(get(row, 4)?),
            attempts: rows::count(row, 5)?,
            parked_at: Moment::from_unix_millis(get(row, 6)?),
            again_at: get::<Option<i64>>(row, 7)?.map(Moment::from_unix_millis),
        })
    };
    found.iter().map(parked).collect()
}

/// How much is to be done, counted by standing.
pub(crate) async fn backlog(client: &tokio_postgres::Client) -> Result<Backlog, InboxError> {
    let by_standing = client
        .query(
            "SELECT standing, count(*) FROM ecommpay_inbox_queue GROUP BY standing
             UNION ALL SELECT $1, coalesce(sum(entries), 0)::bigint FROM ecommpay_inbox_fresh",
            &[&FRESH],
        )
        .await
        .map_err(unavailable("counting what is to be done"))?;
    let mut backlog = Backlog::default();
    for row in by_standing {
        let count: u64 = rows::count(&row, 1)?;
        match get(&row, 0)? {
            FRESH | WAITING | BEHIND => backlog.waiting += count,
            LEASED => backlog.leased += count,
            PARKED => backlog.parked += count,
            _ => return Err(InboxError::damaged("queue", "an unknown standing")),
        }
    }
    Ok(backlog)
}
