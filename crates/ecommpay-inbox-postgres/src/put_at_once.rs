//! Storing arrivals by one statement, which is its own transaction: one way to the server and back.
//!
//! For contents of one date each. Such a content is claimed or not, so nothing has to be undone, and
//! what others have claimed is looked for afterwards. The statement is answered when the server is
//! ready for the next one, and that is after its commit.

use deadpool_postgres::{Client, GenericClient as _};
use ecommpay_inbox::{EntryId, Put};

use crate::arrival_row::ArrivalRow;
use crate::connection::Locks;
use crate::put::{Content, PutFailure, find};

/// Takes a block of numbers and claims the contents in the order they are sent in, that of their keys,
/// so that no two statements can wait for one another; stores what could be claimed, as fresh. Whoever
/// reads entries in their order waits for the numbers that are given out here.
const STORE: &str = "\
    WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($1, 0)),
    block AS MATERIALIZED (SELECT nextval('ecommpay_inbox_number') AS start FROM locked),
    came AS MATERIALIZED (SELECT * FROM unnest($2::ecommpay_inbox_arrival[])),
    claimed AS (
        INSERT INTO ecommpay_inbox_seen (dated, digest, project, entry)
        SELECT dated, digest, project, start + place FROM block, came
        ON CONFLICT DO NOTHING
        RETURNING entry),
    stored AS (
        INSERT INTO ecommpay_inbox_entry (id, kind, project, payment, payment_key, received_at,
                                          address, key_index, dates, digest, bytes)
        SELECT entry, kind, project, payment, payment_key, received_at, address, key_index, dates,
               digest, bytes
        FROM block, claimed, came WHERE entry = start + place),
    fresh AS (
        INSERT INTO ecommpay_inbox_fresh (start, entries)
        SELECT start, entries FROM block, (SELECT count(*) AS entries FROM claimed) AS counted
        WHERE entries > 0)
    SELECT start, ARRAY(SELECT entry FROM claimed) FROM block";

/// Whether all contents have their answer; otherwise this has to be done again.
pub(crate) async fn store(
    client: &Client,
    locks: Locks,
    contents: &mut [Content<'_>],
) -> Result<bool, PutFailure> {
    // Places, and so numbers, follow the order of the arrivals; the rows that of their keys.
    let mut came: Vec<ArrivalRow<'_>> = (0_i64..)
        .zip(contents.iter())
        .filter(|(_, content)| content.put.is_none())
        .map(|(place, content)| ArrivalRow { place, content })
        .collect();
    came.sort_unstable_by_key(|row| row.content.key());
    let statement = client.prepare_cached(STORE).await?;
    let row = client
        .query_one(&statement, &[&locks.numbers, &came])
        .await?;
    let start: i64 = row.try_get(0)?;
    for entry in row.try_get::<_, Vec<i64>>(1)? {
        let place = usize::try_from(entry - start).ok();
        if let Some(content) = place.and_then(|at| contents.get_mut(at)) {
            content.put = Some(Put::New(EntryId::new(entry)));
        }
    }
    // What is left has been claimed by others, who have committed.
    find(client, contents, |content| content.put.is_none()).await?;
    Ok(contents.iter().all(|content| content.put.is_some()))
}
