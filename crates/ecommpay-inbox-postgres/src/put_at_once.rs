//! Storing arrivals by one statement, which is its own transaction: one way to the server and back.
//!
//! For contents of one date each. Such a content is claimed or not, so nothing has to be undone, and
//! what others have claimed is looked for afterwards. The statement is answered when the server is
//! ready for the next one, and that is after its commit.

use deadpool_postgres::{Client, GenericClient as _};
use ecommpay_inbox::{EntryId, Put};

use crate::connection::Locks;
use crate::put::{Columns, Content, PutFailure, find};

/// Gives numbers in the order of the arrivals; claims in the order of the key, so that no two
/// statements can wait for one another; stores what could be claimed and takes it into the queue.
/// Whoever reads entries in their order waits for the numbers that are given out here.
const STORE: &str = "\
    WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($12, 0)),
    numbered AS MATERIALIZED (
        SELECT nextval('ecommpay_inbox_number') AS id, came.*
        FROM locked, unnest($1::smallint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
                            $6::inet[], $7::bigint[], $8::bytea[], $9::bytea[], $10::bytea[],
                            $11::bigint[]) WITH ORDINALITY
             AS came (kind, project, payment, payment_key, received_at,
                      address, key_index, dates, digest, bytes,
                      dated, place)),
    claimed AS (
        INSERT INTO ecommpay_inbox_seen (dated, digest, project, entry)
        SELECT dated, digest, project, id FROM numbered ORDER BY dated, digest, project
        ON CONFLICT DO NOTHING
        RETURNING entry),
    new AS MATERIALIZED (SELECT * FROM numbered WHERE id IN (SELECT entry FROM claimed)),
    stored AS (
        INSERT INTO ecommpay_inbox_entry (id, kind, project, payment, received_at, address,
                                          key_index, dates, digest, bytes)
        SELECT id, kind, project, payment, received_at, address, key_index, dates, digest, bytes
        FROM new),
    queued AS (
        INSERT INTO ecommpay_inbox_queue (entry, project, payment_key, standing, token, attempts)
        SELECT id, project, payment_key, 0, 0, 0 FROM new)
    SELECT place, id FROM new";

/// Whether all contents have their answer; otherwise this has to be done again.
pub(crate) async fn store(
    client: &Client,
    locks: Locks,
    contents: &mut [Content<'_>],
) -> Result<bool, PutFailure> {
    let open: Vec<usize> = (0..contents.len())
        .filter(|at| contents[*at].put.is_none())
        .collect();
    let dates: Vec<i64> = open
        .iter()
        .flat_map(|at| contents[*at].dates.first().copied())
        .collect();
    let columns = Columns::of(open.iter().map(|at| &contents[*at]));
    let statement = client.prepare_cached(STORE).await?;
    let new = client
        .query(
            &statement,
            &[
                &columns.kinds,
                &columns.projects,
                &columns.payments,
                &columns.keys,
                &columns.received,
                &columns.addresses,
                &columns.key_indexes,
                &columns.dates,
                &columns.digests,
                &columns.bytes,
                &dates,
                &locks.numbers,
            ],
        )
        .await?;
    for row in new {
        // Places are counted from 1.
        let place: i64 = row.try_get(0)?;
        let at = usize::try_from(place - 1).ok().and_then(|at| open.get(at));
        if let Some(at) = at {
            contents[*at].put = Some(Put::New(EntryId::new(row.try_get(1)?)));
        }
    }
    // What is left has been claimed by others, who have committed.
    find(client, contents, |content| content.put.is_none()).await?;
    Ok(contents.iter().all(|content| content.put.is_some()))
}
