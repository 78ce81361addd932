//! Storing arrivals, many in one transaction.
//!
//! A content is claimed by its rows in `seen`, under each date it is filed under. Of two instances
//! that claim one content at a time, the second waits for the first to commit and then has seen it
//! before. All claims of a transaction are made in the order of the key, so that no two transactions
//! can wait for one another.
//!
//! Nearly every content has one date, and a batch of such ones is stored by one statement
//! ([`put_at_once`]). Otherwise it takes several, here.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use deadpool_postgres::{Client, GenericClient, Transaction};
use ecommpay_inbox::{Arrival, EntryId, Put};

use crate::arrival_row::ArrivalRow;
use crate::connection::Locks;
use crate::put_at_once;

/// How often a transaction is begun anew because a content that is filed under several dates was
/// claimed in part by others.
const MOST_ATTEMPTS: usize = 10;

/// Why arrivals could not be stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutFailure {
    #[error("{}", crate::error::said(.0))]
    Postgres(#[from] tokio_postgres::Error),
    #[error("others store the same contents all the time")]
    Contended,
}

/// A content of the batch, whichever of its arrivals came first.
#[derive(Debug)]
pub(crate) struct Content<'a> {
    pub(crate) first: &'a Arrival,
    /// Those of all its arrivals, each once.
    pub(crate) dates: Cow<'a, [i64]>,
    pub(crate) put: Option<Put>,
}

/// Stores arrivals unless their content is there; answers after the commit, in their order.
pub(crate) async fn put(
    client: &mut Client,
    locks: Locks,
    arrivals: &[&Arrival],
) -> Result<Vec<Put>, PutFailure> {
    let (mut contents, places) = contents(arrivals);
    let at_once = contents.iter().all(|content| content.dates.len() == 1);
    for _ in 0..MOST_ATTEMPTS {
        let is_done = if at_once {
            put_at_once::store(client, locks, &mut contents).await?
        } else {
            store_in_steps(client, locks, &mut contents).await?
        };
        if is_done {
            return Ok(answers(&contents, &places));
        }
    }
    Err(PutFailure::Contended)
}

/// Whether everything is stored and committed; otherwise nothing is.
async fn store_in_steps(
    client: &mut Client,
    locks: Locks,
    contents: &mut [Content<'_>],
) -> Result<bool, PutFailure> {
    let transaction = client.transaction().await?;
    if store(&transaction, locks, contents).await? {
        transaction.commit().await?;
        return Ok(true);
    }
    transaction.rollback().await?;
    for content in contents {
        content.put = None;
    }
    Ok(false)
}

/// The different contents of the arrivals, and which of them each arrival has.
fn contents<'a>(arrivals: &[&'a Arrival]) -> (Vec<Content<'a>>, Vec<usize>) {
    let mut known = HashMap::with_capacity(arrivals.len());
    let mut contents: Vec<Content<'a>> = Vec::with_capacity(arrivals.len());
    let mut places = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let place = *known
            .entry((arrival.project_id(), *arrival.digest()))
            .or_insert_with(|| {
                contents.push(Content {
                    first: arrival,
                    dates: Cow::Borrowed(arrival.filing().dates()),
                    put: None,
                });
                contents.len() - 1
            });
        contents[place].file_under(arrival.filing().dates());
        places.push(place);
    }
    (contents, places)
}

/// The first arrival of a content that is new is told so, the others have been seen before.
fn answers(contents: &[Content<'_>], places: &[usize]) -> Vec<Put> {
    let mut is_told = vec![false; contents.len()];
    let answer = |place: &usize| {
        let put = contents[*place].put?;
        Some(if std::mem::replace(&mut is_told[*place], true) {
            Put::SeenBefore(put.entry_id())
        } else {
            put
        })
    };
    places.iter().filter_map(answer).collect()
}

/// Whether everything is stored; otherwise the transaction has to be undone and begun anew.
async fn store(
    transaction: &Transaction<'_>,
    locks: Locks,
    contents: &mut [Content<'_>],
) -> Result<bool, PutFailure> {
    // A content of one date is claimed or not. One of several could be claimed in part.
    find(transaction, contents, |content| content.dates.len() > 1).await?;
    for (place, claim) in claim(transaction, locks, contents).await? {
        let content = &mut contents[place];
        if claim.dates < content.dates.len() {
            return Ok(false);
        }
        content.put = Some(Put::New(claim.number));
    }
    // What is left has been claimed by others, who have committed.
    find(transaction, contents, |content| content.put.is_none()).await?;
    if contents.iter().any(|content| content.put.is_none()) {
        return Ok(false);
    }
    insert(transaction, contents).await?;
    Ok(true)
}

/// Looks for contents under all their dates.
pub(crate) async fn find(
    client: &impl GenericClient,
    contents: &mut [Content<'_>],
    wanted: impl Fn(&Content<'_>) -> bool,
) -> Result<(), PutFailure> {
    let mut keys = Keys::default();
    for (place, content) in contents.iter().enumerate() {
        if wanted(content) {
            keys.add(place, content);
        }
    }
    if keys.places.is_empty() {
        return Ok(());
    }
    let statement = client
        .prepare_cached(
            "SELECT wanted.place, found.entry
             FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[])
                  AS wanted (dated, digest, project, place)
             CROSS JOIN LATERAL (
                 SELECT entry FROM ecommpay_inbox_seen AS seen
                 WHERE seen.dated = wanted.dated AND seen.digest = wanted.digest
                   AND seen.project = wanted.project
                 LIMIT 1) AS found",
        )
        .await?;
    let found = client
        .query(
            &statement,
            &[&keys.dates, &keys.digests, &keys.projects, &keys.places],
        )
        .await?;
    for row in found {
        let place: i64 = row.try_get(0)?;
        let content = usize::try_from(place)
            .ok()
            .and_then(|at| contents.get_mut(at));
        if let Some(content) = content {
            content.put = Some(Put::SeenBefore(EntryId::new(row.try_get(1)?)));
        }
    }
    Ok(())
}

/// A content whose rows in `seen` were written by this transaction.
struct Claim {
    number: EntryId,
    dates: usize,
}

/// Claims the contents that were not found.
async fn claim(
    transaction: &Transaction<'_>,
    locks: Locks,
    contents: &[Content<'_>],
) -> Result<BTreeMap<usize, Claim>, PutFailure> {
    let unclaimed = || {
        contents
            .iter()
            .enumerate()
            .filter(|(_, it)| it.put.is_none())
    };
    let count = i64::try_from(unclaimed().count()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(BTreeMap::new());
    }
    // Whoever reads entries in their order waits for the numbers that are given out here.
    let numbers = transaction
        .prepare_cached(
            "WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($2, 0))
             SELECT nextval('ecommpay_inbox_number') FROM locked, generate_series(1::bigint, $1)",
        )
        .await?;
    let rows = transaction
        .query(&numbers, &[&count, &locks.numbers])
        .await?;
    let mut numbers = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<Vec<i64>, _>>()?;
    numbers.sort_unstable();
    let mut by_number = HashMap::with_capacity(numbers.len());
    let mut keys: Vec<(i64, &[u8], i64, i64)> = Vec::with_capacity(numbers.len());
    for ((place, content), number) in unclaimed().zip(numbers) {
        by_number.insert(number, place);
        for date in content.dates.iter() {
            keys.push((*date, content.first.digest(), content.project(), number));
        }
    }
    keys.sort_unstable();
    let dates: Vec<i64> = keys.iter().map(|key| key.0).collect();
    let digests: Vec<&[u8]> = keys.iter().map(|key| key.1).collect();
    let projects: Vec<i64> = keys.iter().map(|key| key.2).collect();
    let numbers: Vec<i64> = keys.iter().map(|key| key.3).collect();
    let statement = transaction
        .prepare_cached(
            "INSERT INTO ecommpay_inbox_seen (dated, digest, project, entry)
             SELECT dated, digest, project, entry
             FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[])
                  AS claimed (dated, digest, project, entry)
             ORDER BY dated, digest, project
             ON CONFLICT DO NOTHING
             RETURNING entry",
        )
        .await?;
    let rows = transaction
        .query(&statement, &[&dates, &digests, &projects, &numbers])
        .await?;
    let mut claimed = BTreeMap::new();
    for row in rows {
        let number: i64 = row.try_get(0)?;
        if let Some(place) = by_number.get(&number) {
            let claim = claimed.entry(*place).or_insert(Claim {
                number: EntryId::new(number),
                dates: 0,
            });
            claim.dates += 1;
        }
    }
    Ok(claimed)
}

/// Writes the entries that are new, as fresh. Each has a block of numbers for itself.
async fn insert(transaction: &Transaction<'_>, contents: &[Content<'_>]) -> Result<(), PutFailure> {
    let new: Vec<ArrivalRow<'_>> = contents
        .iter()
        .filter_map(|content| match content.put {
            Some(Put::New(id)) => Some(ArrivalRow {
                place: id.value(),
                content,
            }),
            _ => None,
        })
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let statement = transaction
        .prepare_cached(
            "WITH came AS MATERIALIZED (SELECT * FROM unnest($1::ecommpay_inbox_arrival[])),
             stored AS (
                INSERT INTO ecommpay_inbox_entry (id, kind, project, payment, payment_key,
                                                  received_at, address, key_index, dates, digest,
                                                  bytes)
                SELECT place, kind, project, payment, payment_key, received_at, address, key_index,
                       dates, digest, bytes
                FROM came)
             INSERT INTO ecommpay_inbox_fresh (start, entries) SELECT place, 1 FROM came",
        )
        .await?;
    transaction.execute(&statement, &[&new]).await?;
    Ok(())
}

impl Content<'_> {
    /// Where the content is filed; for one of one date.
    pub(crate) fn key(&self) -> (Option<i64>, &[u8], i64) {
        let date = self.dates.first().copied();
        (date, self.first.digest(), self.project())
    }

    pub(crate) fn project(&self) -> i64 {
        self.first.project_id().value().into()
    }

    /// Adds dates that are not there yet.
    fn file_under(&mut self, dates: &[i64]) {
        for date in dates {
            if !self.dates.contains(date) {
                self.dates.to_mut().push(*date);
            }
        }
    }
}

/// Keys of `seen` in columns, with the place of the content each belongs to.
#[derive(Default)]
struct Keys<'a> {
    dates: Vec<i64>,
    digests: Vec<&'a [u8]>,
    projects: Vec<i64>,
    places: Vec<i64>,
}

impl<'a> Keys<'a> {
    fn add(&mut self, place: usize, content: &Content<'a>) {
        for date in content.dates.iter() {
            self.dates.push(*date);
            self.digests.push(content.first.digest());
            self.projects.push(content.project());
            self.places.push(i64::try_from(place).unwrap_or(i64::MAX));
        }
    }
}
