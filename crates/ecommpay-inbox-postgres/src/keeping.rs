//! Entries by number, and what goes when it is old.

use deadpool_postgres::Transaction;
use ecommpay_inbox::{Entry, Filing, InboxError, Moment, Purged, Retention};
use tokio_postgres::Client;

use crate::connection::Locks;
use crate::error::unavailable;
use crate::rows::{self, ENTRY_COLUMNS, get, rows_wanted};

/// Entries by their numbers, in no promised order.
pub(crate) async fn by_number(client: &Client, numbers: &[i64]) -> Result<Vec<Entry>, InboxError> {
    let sql = format!(
        "SELECT {ENTRY_COLUMNS} FROM unnest($1::bigint[]) AS wanted (id)
         CROSS JOIN LATERAL (
             SELECT * FROM ecommpay_inbox_entry AS one WHERE one.id = wanted.id LIMIT 1) AS entry"
    );
    let found = client
        .query(&sql, &[&numbers])
        .await
        .map_err(unavailable("reading an entry"))?;
    found.iter().map(rows::entry).collect()
}

/// Entries after a number, as far as no earlier one can still come.
///
/// Numbers are given out before they are committed. So whoever goes through the entries in their
/// order could pass one by that is committed a moment later; this waits for those on their way.
pub(crate) async fn entries(
    transaction: &Transaction<'_>,
    locks: Locks,
    after: i64,
    limit: usize,
) -> Result<Vec<Entry>, InboxError> {
    let failed = unavailable("reading entries");
    transaction
        .execute("SELECT pg_advisory_xact_lock($1, 0)", &[&locks.numbers])
        .await
        .map_err(&failed)?;
    let last: Option<i64> = transaction
        .query_one("SELECT max(id) FROM ecommpay_inbox_entry", &[])
        .await
        .map_err(&failed)
        .and_then(|row| get(&row, 0))?;
    let sql = format!(
        "SELECT {ENTRY_COLUMNS} FROM ecommpay_inbox_entry AS entry
         WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"
    );
    let found = transaction
        .query(&sql, &[&after, &last.unwrap_or(0), &rows_wanted(limit)])
        .await
        .map_err(&failed)?;
    found.iter().map(rows::entry).collect()
}

/// Deletes finished entries and payments that are old enough, at most `limit` of each.
pub(crate) async fn purge(
    transaction: &Transaction<'_>,
    now: Moment,
    retention: &Retention,
    limit: usize,
) -> Result<Purged, InboxError> {
    Ok(Purged {
        entries: purge_entries(transaction, retention.entries_before(now), limit).await?,
        payments: purge_payments(transaction, retention.payments_before(now), limit).await?,
    })
}

/// Entries lie nearly in the order of their coming, so only the first finished ones are looked at.
async fn purge_entries(
    transaction: &Transaction<'_>,
    before: Moment,
    limit: usize,
) -> Result<u64, InboxError> {
    let failed = unavailable("purging entries");
    let oldest = transaction
        .query(
            "SELECT id, received_at FROM ecommpay_inbox_entry AS entry
             WHERE NOT EXISTS (SELECT 1 FROM ecommpay_inbox_queue AS queue
                               WHERE queue.entry = entry.id)
               AND NOT EXISTS (SELECT 1 FROM ecommpay_inbox_fresh AS fresh
                               WHERE fresh.start <= entry.id AND fresh.start > entry.id - 256)
             ORDER BY id LIMIT $1",
            &[&rows_wanted(limit)],
        )
        .await
        .map_err(&failed)?;
    let mut old: Vec<i64> = Vec::with_capacity(oldest.len());
    for row in &oldest {
        if get::<i64>(row, 1)? < before.unix_millis() {
            old.push(get(row, 0)?);
        }
    }
    let gone = transaction
        .query(
            "DELETE FROM ecommpay_inbox_entry WHERE id = ANY ($1)
             RETURNING dates, digest, project",
            &[&old],
        )
        .await
        .map_err(&failed)?;
    let (mut dates, mut digests, mut projects) = (Vec::new(), Vec::<&[u8]>::new(), Vec::new());
    for row in &gone {
        for date in Filing::dates_of(get(row, 0)?) {
            dates.push(date);
            digests.push(get(row, 1)?);
            projects.push(get::<i64>(row, 2)?);
        }
    }
    transaction
        .execute(
            "DELETE FROM ecommpay_inbox_seen AS seen
             USING unnest($1::bigint[], $2::bytea[], $3::bigint[]) AS gone (dated, digest, project)
             WHERE seen.dated = gone.dated AND seen.digest = gone.digest
               AND seen.project = gone.project",
            &[&dates, &digests, &projects],
        )
        .await
        .map_err(&failed)?;
    Ok(gone.len() as u64)
}

async fn purge_payments(
    transaction: &Transaction<'_>,
    before: Moment,
    limit: usize,
) -> Result<u64, InboxError> {
    transaction
        .execute(
            "WITH oldest AS (
                SELECT project, payment_key FROM ecommpay_inbox_payment
                WHERE since < $1 AND (NOT is_open OR asking = 2)
                  AND coalesce(heard_at, since) < $1
                ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED)
             DELETE FROM ecommpay_inbox_payment AS payment USING oldest
             WHERE payment.project = oldest.project AND payment.payment_key = oldest.payment_key",
            &[&before.unix_millis(), &rows_wanted(limit)],
        )
        .await
        .map_err(unavailable("purging payments"))
}
