//! Looks whether the tables fit together.

use ecommpay_inbox::InboxError;
use tokio_postgres::Client;

use crate::error::unavailable;
use crate::rows::get;

/// What must hold between the tables: a sentence for the fault, and a count that must be 0.
const RULES: [(&str, &str); 8] = [
    (
        "entries in the queue are not stored",
        "SELECT count(*) FROM ecommpay_inbox_queue AS queue
         WHERE NOT EXISTS (SELECT 1 FROM ecommpay_inbox_entry WHERE id = queue.entry)",
    ),
    (
        "blocks of fresh entries are not stored as they came",
        "SELECT count(*) FROM ecommpay_inbox_fresh WHERE entries <> (
            SELECT count(*) FROM ecommpay_inbox_entry WHERE id >= start AND id < start + 256)",
    ),
    (
        "fresh entries are in the queue as well",
        "SELECT count(*) FROM ecommpay_inbox_fresh JOIN ecommpay_inbox_queue
         ON entry >= start AND entry < start + 256",
    ),
    (
        "entries wait behind others that are not there",
        "SELECT count(*) FROM ecommpay_inbox_queue AS behind
         WHERE standing = 3 AND NOT EXISTS (
            SELECT 1 FROM ecommpay_inbox_queue AS other
            WHERE other.project = behind.project AND other.payment_key = behind.payment_key
              AND other.standing IN (0, 1, 2))",
    ),
    (
        "entries that wait or are leased have no moment",
        "SELECT count(*) FROM ecommpay_inbox_queue WHERE standing IN (1, 2) AND due IS NULL",
    ),
    (
        "digests belong to entries that are not stored",
        "SELECT count(*) FROM ecommpay_inbox_seen AS seen
         WHERE NOT EXISTS (SELECT 1 FROM ecommpay_inbox_entry WHERE id = seen.entry)",
    ),
    (
        "entries have no digest, so that their repetition would be new",
        "SELECT (SELECT count(*) FROM ecommpay_inbox_entry)
              - (SELECT count(DISTINCT entry) FROM ecommpay_inbox_seen)",
    ),
    (
        "contents are stored twice",
        "SELECT count(*) - count(DISTINCT (project, digest)) FROM ecommpay_inbox_entry",
    ),
];

/// What is wrong, each in a sentence; empty for tables that are whole.
pub(crate) async fn faults(client: &mut Client) -> Result<Vec<String>, InboxError> {
    let failed = unavailable("looking whether the tables fit together");
    // One moment for all questions; they read everything and may take their time.
    let transaction = client
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(&failed)?;
    transaction
        .batch_execute("SET LOCAL statement_timeout = 0")
        .await
        .map_err(&failed)?;
    let mut faults = Vec::new();
    for (fault, sql) in RULES {
        let row = transaction.query_one(sql, &[]).await.map_err(&failed)?;
        let count: i64 = get(&row, 0)?;
        if count != 0 {
            faults.push(format!("{fault}: {count}"));
        }
    }
    Ok(faults)
}
