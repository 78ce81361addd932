//! Entries by number, and what goes when it is old.

use ecommpay_inbox::{Entry, Filing, Moment, Purged, Retention};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::queue::rows_wanted;
use crate::rows::{self, ENTRY_COLUMNS};

/// One entry.
pub(crate) fn entry(connection: &Connection, number: i64) -> rusqlite::Result<Option<Entry>> {
    let sql = format!("SELECT {ENTRY_COLUMNS} FROM ecommpay_inbox_entry WHERE id = ?1");
    connection
        .prepare_cached(&sql)?
        .query_row([number], rows::entry)
        .optional()
}

/// Entries after a number.
pub(crate) fn entries(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Entry>> {
    let sql = format!(
        "SELECT {ENTRY_COLUMNS} FROM ecommpay_inbox_entry WHERE id > ?1 ORDER BY id LIMIT ?2"
    );
    connection
        .prepare_cached(&sql)?
        .query_map(params![after, rows_wanted(limit)], rows::entry)?
        .collect()
}

/// Deletes finished entries and payments that are old enough, at most `limit` of each.
pub(crate) fn purge(
    transaction: &Transaction<'_>,
    now: Moment,
    retention: &Retention,
    limit: usize,
) -> rusqlite::Result<Purged> {
    Ok(Purged {
        entries: purge_entries(transaction, retention.entries_before(now), limit)?,
        payments: purge_payments(transaction, retention.payments_before(now), limit)?,
    })
}

/// Entries lie in the order of their coming, so the search ends at the first that is too young.
fn purge_entries(
    transaction: &Transaction<'_>,
    before: Moment,
    limit: usize,
) -> rusqlite::Result<u64> {
    let mut oldest = transaction.prepare_cached(
        "SELECT id, received_at, dates, digest, project FROM ecommpay_inbox_entry
         WHERE id <= (SELECT up_to FROM ecommpay_inbox_taken)
           AND NOT EXISTS (SELECT 1 FROM ecommpay_inbox_queue AS queue
                           WHERE queue.entry = ecommpay_inbox_entry.id)
         ORDER BY id LIMIT ?1",
    )?;
    let mut rows = oldest.query([rows_wanted(limit)])?;
    let mut gone: Vec<(i64, Vec<u8>, Vec<u8>, u32)> = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? >= before.unix_millis() {
            break;
        }
        gone.push((row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?));
    }
    drop(rows);
    let mut forget = transaction.prepare_cached(
        "DELETE FROM ecommpay_inbox_seen WHERE dated = ?1 AND digest = ?2 AND project = ?3",
    )?;
    let mut delete =
        transaction.prepare_cached("DELETE FROM ecommpay_inbox_entry WHERE id = ?1")?;
    let mut count = 0;
    for (id, dates, digest, project) in gone {
        for date in Filing::dates_of(&dates) {
            forget.execute(params![date, digest, project])?;
        }
        delete.execute([id])?;
        count += 1;
    }
    Ok(count)
}

fn purge_payments(
    transaction: &Transaction<'_>,
    before: Moment,
    limit: usize,
) -> rusqlite::Result<u64> {
    let count = transaction
        .prepare_cached(
            "DELETE FROM ecommpay_inbox_payment WHERE id IN (
                SELECT id FROM ecommpay_inbox_payment
                WHERE since < ?1 AND (is_open = 0 OR asking = 2)
                  AND coalesce(heard_at, since) < ?1
                ORDER BY since LIMIT ?2)",
        )?
        .execute(params![before.unix_millis(), rows_wanted(limit)])?;
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}
