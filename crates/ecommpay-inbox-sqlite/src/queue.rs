//! What is begun and not finished: leases, retries, parking, and the order within a payment.
//!
//! Fresh entries are not in the queue at all: they are those with numbers beyond `taken.up_to`. An
//! entry is taken when it is leased for the first time, or when its turn comes and it has to wait
//! behind another of its payment. So a blocked entry is looked at once, not at every lease.
//!
//! | standing | `due` |
//! |---|---|
//! | waiting | when it may be leased |
//! | leased | when the lease is over |
//! | behind | nothing: it is released when the one before it is finished |
//! | parked | when it comes again by itself, or nothing |

use ecommpay_inbox::{
    EntryId, InboxError, Learned, Lease, LeaseRequest, Moment, ParkReason, Parked, Parking,
    shortened,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::unavailable;
use crate::{payments, rows};

const WAITING: i64 = 1;
const LEASED: i64 = 2;
const BEHIND: i64 = 3;
const PARKED: i64 = 4;

/// `due` of an entry that is released: at once, before all that have waited for a moment.
const AT_ONCE: i64 = i64::MIN;

/// Whether entries may be leased now that could not be before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Released {
    Something,
    Nothing,
}

/// An entry that was leased.
pub(crate) struct Given {
    pub(crate) lease: Lease,
    pub(crate) attempt: u32,
    pub(crate) payment: Option<(u32, String)>,
}

/// An entry that may be leased unless it is held up.
struct Candidate {
    entry: i64,
    token: i64,
    attempts: u32,
    project: u32,
    payment_key: Option<String>,
}

/// Leases entries whose turn it is: those that waited, then fresh ones.
pub(crate) fn lease(
    transaction: &Transaction<'_>,
    now: Moment,
    request: &LeaseRequest,
) -> Result<Vec<Given>, InboxError> {
    let failed = unavailable("leasing entries");
    let mut given = Vec::new();
    lease_waited(transaction, now, request, &mut given).map_err(&failed)?;
    lease_fresh(transaction, now, request, &mut given).map_err(&failed)?;
    Ok(given)
}

fn lease_waited(
    transaction: &Transaction<'_>,
    now: Moment,
    request: &LeaseRequest,
    given: &mut Vec<Given>,
) -> rusqlite::Result<()> {
    let until = now.plus(request.duration());
    // Leases that are over, and what was parked until now, wait like any other.
    transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, attempts = CASE standing WHEN 4 THEN 0 ELSE attempts END,
                 reason = NULL, parked_at = NULL
             WHERE due IS NOT NULL AND due <= ?1 AND standing IN (2, 4)",
        )?
        .execute([now.unix_millis()])?;
    let mut due = transaction.prepare_cached(
        "SELECT entry, token, attempts, project, payment_key
         FROM ecommpay_inbox_queue
         WHERE due IS NOT NULL AND due <= ?1 ORDER BY due, entry LIMIT ?2",
    )?;
    let mut lease = transaction.prepare_cached(
        "UPDATE ecommpay_inbox_queue
         SET standing = 2, due = ?2, token = token + 1, attempts = attempts + 1, worker = ?3
         WHERE entry = ?1",
    )?;
    let mut wait_behind = transaction.prepare_cached(
        "UPDATE ecommpay_inbox_queue SET standing = 3, due = NULL WHERE entry = ?1",
    )?;
    // Each round leases its candidates or puts them behind earlier ones, so it comes to an end.
    while given.len() < request.limit() {
        let room = rows_wanted(request.limit() - given.len());
        let candidates = due
            .query_map(params![now.unix_millis(), room], candidate)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        if candidates.is_empty() {
            break;
        }
        for candidate in candidates {
            if let Some(blocker) = blocker(transaction, &candidate)? {
                wait_behind.execute([candidate.entry])?;
                if blocker == BEHIND {
                    // What it waited for is gone by itself: a lease was over.
                    release_next(transaction, &candidate.payment(), None)?;
                }
                continue;
            }
            lease.execute(params![
                candidate.entry,
                until.unix_millis(),
                request.worker()
            ])?;
            given.push(candidate.given(until));
        }
    }
    Ok(())
}

fn lease_fresh(
    transaction: &Transaction<'_>,
    now: Moment,
    request: &LeaseRequest,
    given: &mut Vec<Given>,
) -> rusqlite::Result<()> {
    let until = now.plus(request.duration());
    let before: i64 = transaction
        .prepare_cached("SELECT up_to FROM ecommpay_inbox_taken")?
        .query_row([], |row| row.get(0))?;
    let mut fresh = transaction.prepare_cached(
        "SELECT id, project, payment FROM ecommpay_inbox_entry WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let mut take = transaction.prepare_cached(
        "INSERT INTO ecommpay_inbox_queue
            (entry, project, payment_key, standing, due, token, attempts, worker)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
    )?;
    let mut up_to = before;
    while given.len() < request.limit() {
        let room = rows_wanted(request.limit() - given.len());
        let candidates = fresh
            .query_map(params![up_to, room], fresh_candidate)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        if candidates.is_empty() {
            break;
        }
        for candidate in candidates {
            up_to = candidate.entry;
            let (entry, project, key) =
                (candidate.entry, candidate.project, &candidate.payment_key);
            if blocker(transaction, &candidate)?.is_some() {
                take.execute(params![
                    entry,
                    project,
                    key,
                    BEHIND,
                    None::<i64>,
                    0,
                    None::<&str>
                ])?;
                continue;
            }
            let (due, worker) = (until.unix_millis(), request.worker());
            take.execute(params![entry, project, key, LEASED, due, 1, worker])?;
            given.push(candidate.given(until));
        }
    }
    if up_to > before {
        transaction
            .prepare_cached("UPDATE ecommpay_inbox_taken SET up_to = ?1")?
            .execute([up_to])?;
    }
    Ok(())
}

impl Candidate {
    fn payment(&self) -> Held {
        Held {
            project: self.project,
            payment_key: self.payment_key.clone(),
        }
    }

    fn given(self, until: Moment) -> Given {
        Given {
            lease: Lease::new(EntryId::new(self.entry), self.token + 1, until),
            attempt: self.attempts + 1,
            payment: self.payment_key.map(|key| (self.project, key)),
        }
    }
}

fn candidate(row: &rusqlite::Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        entry: row.get(0)?,
        token: row.get(1)?,
        attempts: row.get(2)?,
        project: row.get(3)?,
        payment_key: row.get(4)?,
    })
}

fn fresh_candidate(row: &rusqlite::Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        entry: row.get(0)?,
        token: 0,
        attempts: 0,
        project: row.get(1)?,
        payment_key: rows::payment_id(row, 2)?.map(|id| ecommpay_inbox::payment_key(&id)),
    })
}

/// The standing of an entry of the payment that goes first: one that is leased, or an earlier one
/// that waits or is behind.
fn blocker(transaction: &Transaction<'_>, candidate: &Candidate) -> rusqlite::Result<Option<i64>> {
    let Some(key) = &candidate.payment_key else {
        return Ok(None);
    };
    transaction
        .prepare_cached(
            "SELECT standing FROM ecommpay_inbox_queue
             WHERE project = ?1 AND payment_key = ?2 AND entry <> ?3
               AND (standing = 2 OR (standing IN (1, 3) AND entry < ?3))
             ORDER BY standing = 3 LIMIT 1",
        )?
        .query_row(params![candidate.project, key, candidate.entry], |row| {
            row.get(0)
        })
        .optional()
}

/// The payment of an entry whose lease still counts.
struct Held {
    project: u32,
    payment_key: Option<String>,
}

fn held(transaction: &Transaction<'_>, lease: &Lease, now: Moment) -> Result<Held, InboxError> {
    let number = lease.entry_id().value();
    transaction
        .prepare_cached(
            "SELECT project, payment_key FROM ecommpay_inbox_queue
             WHERE entry = ?1 AND standing = 2 AND token = ?2 AND due > ?3",
        )
        .and_then(|mut find| {
            find.query_row(params![number, lease.token(), now.unix_millis()], |row| {
                Ok(Held {
                    project: row.get(0)?,
                    payment_key: row.get(1)?,
                })
            })
            .optional()
        })
        .map_err(unavailable("looking for a lease"))?
        .ok_or(InboxError::LeaseLost)
}

/// Finishes an entry; the shop's own write runs after the lease was found good.
pub(crate) fn acknowledge(
    transaction: &mut Transaction<'_>,
    lease: &Lease,
    now: Moment,
    learned: Option<&Learned>,
    write: impl FnOnce(&Transaction<'_>) -> Result<(), ecommpay_inbox::BoxError>,
) -> Result<Released, InboxError> {
    let held = held(transaction, lease, now)?;
    if let Some(learned) = learned {
        payments::learn(transaction, learned)?;
    }
    write(transaction).map_err(|source| InboxError::WriteFailed { source })?;
    if transaction.is_autocommit() {
        return Err(InboxError::WriteFailed {
            source: "it has ended the transaction it was given".into(),
        });
    }
    let failed = unavailable("acknowledging an entry");
    remove(transaction, lease.entry_id()).map_err(&failed)?;
    release_next(transaction, &held, None).map_err(&failed)
}

/// Gives an entry back until a moment.
pub(crate) fn retry_later(
    transaction: &Transaction<'_>,
    lease: &Lease,
    now: Moment,
    at: Moment,
    error: &str,
) -> Result<Released, InboxError> {
    let held = held(transaction, lease, now)?;
    let number = lease.entry_id().value();
    let failed = unavailable("giving an entry back");
    transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, due = ?2, worker = NULL, detail = ?3 WHERE entry = ?1",
        )
        .and_then(|mut update| update.execute(params![number, at.unix_millis(), shortened(error)]))
        .map_err(&failed)?;
    // Earlier ones can be waiting behind it when they were parked and brought back.
    release_next(transaction, &held, Some(number)).map_err(&failed)
}

/// Lays an entry aside.
pub(crate) fn park(
    transaction: &Transaction<'_>,
    lease: &Lease,
    now: Moment,
    parking: &Parking,
) -> Result<Released, InboxError> {
    let held = held(transaction, lease, now)?;
    if let Some(learned) = parking.learned() {
        payments::learn(transaction, learned)?;
    }
    let failed = unavailable("parking an entry");
    transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue
             SET standing = 4, due = ?2, worker = NULL, reason = ?3, detail = ?4, parked_at = ?5
             WHERE entry = ?1",
        )
        .and_then(|mut update| {
            update.execute(params![
                lease.entry_id().value(),
                parking.again_at().map(Moment::unix_millis),
                parking.reason().as_str(),
                parking.detail(),
                now.unix_millis(),
            ])
        })
        .map_err(&failed)?;
    release_next(transaction, &held, None).map_err(&failed)
}

/// Lets the earliest entry go on that waits behind others of the payment, if it is before a number.
fn release_next(
    transaction: &Transaction<'_>,
    held: &Held,
    before: Option<i64>,
) -> rusqlite::Result<Released> {
    let Some(key) = &held.payment_key else {
        return Ok(Released::Nothing);
    };
    let changed = transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue SET standing = 1, due = ?4
             WHERE entry = (SELECT min(entry) FROM ecommpay_inbox_queue
                            WHERE project = ?1 AND payment_key = ?2 AND standing = 3)
               AND entry < ?3",
        )?
        .execute(params![
            held.project,
            key,
            before.unwrap_or(i64::MAX),
            AT_ONCE
        ])?;
    Ok(if changed > 0 {
        Released::Something
    } else {
        Released::Nothing
    })
}

fn remove(transaction: &Transaction<'_>, id: EntryId) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached("DELETE FROM ecommpay_inbox_queue WHERE entry = ?1")?
        .execute([id.value()])
}

/// Brings a parked entry back.
pub(crate) fn replay(
    transaction: &Transaction<'_>,
    id: EntryId,
    now: Moment,
) -> rusqlite::Result<bool> {
    let changed = transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, due = ?2, attempts = 0, reason = NULL, parked_at = NULL
             WHERE entry = ?1 AND standing = 4",
        )?
        .execute(params![id.value(), now.unix_millis()])?;
    Ok(changed > 0)
}

/// Finishes a parked entry.
pub(crate) fn dismiss(transaction: &Transaction<'_>, id: EntryId) -> rusqlite::Result<bool> {
    let is_parked = transaction
        .prepare_cached("SELECT 1 FROM ecommpay_inbox_queue WHERE entry = ?1 AND standing = 4")?
        .exists([id.value()])?;
    if is_parked {
        remove(transaction, id)?;
    }
    Ok(is_parked)
}

/// Brings back what was parked because its order was unknown.
pub(crate) fn release_for_order(
    transaction: &Transaction<'_>,
    project: u32,
    payment_key: &str,
    now: Moment,
) -> rusqlite::Result<u64> {
    let changed = transaction
        .prepare_cached(
            "UPDATE ecommpay_inbox_queue
             SET standing = 1, due = ?3, attempts = 0, reason = NULL, parked_at = NULL
             WHERE project = ?1 AND payment_key = ?2 AND standing = 4 AND reason = ?4",
        )?
        .execute(params![
            project,
            payment_key,
            now.unix_millis(),
            ParkReason::OrderUnknown.as_str()
        ])?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Entries that are laid aside.
pub(crate) fn parked(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Parked>> {
    connection
        .prepare_cached(
            "SELECT queue.entry, queue.project, entry.payment, queue.reason, queue.detail,
                    queue.attempts, queue.parked_at, queue.due
             FROM ecommpay_inbox_queue AS queue
             JOIN ecommpay_inbox_entry AS entry ON entry.id = queue.entry
             WHERE queue.standing = 4 AND queue.entry > ?1 ORDER BY queue.entry LIMIT ?2",
        )?
        .query_map(params![after, rows_wanted(limit)], |row| {
            let reason: String = row.get(3)?;
            Ok(Parked {
                entry_id: EntryId::new(row.get(0)?),
                project_id: rows::project_id(row, 1)?,
                payment_id: rows::payment_id(row, 2)?,
                reason: ParkReason::from_text(&reason)
                    .ok_or_else(|| rows::wrong(3, "a reason of parking"))?,
                detail: row.get(4)?,
                attempts: row.get(5)?,
                parked_at: Moment::from_unix_millis(row.get(6)?),
                again_at: row.get::<_, Option<i64>>(7)?.map(Moment::from_unix_millis),
            })
        })?
        .collect()
}

/// How much is to be done, counted by standing.
pub(crate) fn backlog(connection: &Connection) -> rusqlite::Result<ecommpay_inbox::Backlog> {
    let mut backlog = ecommpay_inbox::Backlog::default();
    let fresh: u64 = connection
        .prepare_cached(
            "SELECT max(coalesce((SELECT max(id) FROM ecommpay_inbox_entry), 0) - up_to, 0)
             FROM ecommpay_inbox_taken",
        )?
        .query_row([], |row| rows::count(row, 0))?;
    backlog.waiting = fresh;
    let mut by_standing = connection
        .prepare_cached("SELECT standing, count(*) FROM ecommpay_inbox_queue GROUP BY standing")?;
    let mut rows = by_standing.query([])?;
    while let Some(row) = rows.next()? {
        let count: u64 = rows::count(row, 1)?;
        match row.get(0)? {
            WAITING | BEHIND => backlog.waiting += count,
            LEASED => backlog.leased += count,
            PARKED => backlog.parked += count,
            _ => return Err(rows::wrong(0, "a standing")),
        }
    }
    Ok(backlog)
}

/// A number of rows as SQLite takes it.
pub(crate) fn rows_wanted(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
