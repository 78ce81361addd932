//! Handing out entries to the workers of several instances.
//!
//! A round first takes fresh entries into the queue, the lowest numbers first: so an entry of a payment
//! is in the queue before any later one is. It then picks candidates that no other transaction has its
//! hands on, in the order of their turn, then decides for each of their payments who goes next. A
//! payment's decisions are made under a lock of its own: between looking and writing nobody else
//! finishes or leases an entry of it. A candidate whose payment is being decided elsewhere is left for
//! the next round.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::{Client, GenericClient as _, Transaction};
use ecommpay_inbox::{EntryId, InboxError, Lease, LeaseRequest, Moment};

use crate::connection::Locks;
use crate::error::unavailable;
use crate::queue::AT_ONCE;
use crate::rows::{self, get, rows_wanted};

/// Most candidates of a round: each can hold a lock in the server's memory.
const MOST_IN_ROUND: usize = 100;

/// How many fresh entries a round takes into the queue, and the rest of the block it ends in: more than
/// its candidates, so that rounds at the same time have some as well.
const MOST_TAKEN_IN: usize = 2 * MOST_IN_ROUND;

/// An entry that was leased.
pub(crate) struct Given {
    pub(crate) lease: Lease,
    pub(crate) attempt: u32,
    /// Project and key of its payment.
    pub(crate) payment: Option<(i64, String)>,
}

/// What was leased.
pub(crate) struct Handout {
    pub(crate) given: Vec<Given>,
    /// Whether something was left because others are deciding about its payment.
    pub(crate) left_some: bool,
}

/// An entry that may be leased unless it is held up.
struct Candidate {
    entry: i64,
    token: i64,
    attempts: u32,
    payment: Option<(i64, String)>,
}

/// Leases entries whose turn it is: those that waited, then fresh ones.
pub(crate) async fn lease(
    client: &mut Client,
    locks: Locks,
    now: Moment,
    request: &LeaseRequest,
) -> Result<Handout, InboxError> {
    let mut handout = Handout {
        given: Vec::new(),
        left_some: false,
    };
    let failed = unavailable("leasing entries");
    while handout.given.len() < request.limit() {
        let room = (request.limit() - handout.given.len()).min(MOST_IN_ROUND);
        take_in(client, locks).await?;
        let transaction = client.transaction().await.map_err(&failed)?;
        let candidates = candidates(&transaction, now, room).await?;
        let found = candidates.len();
        let free = free_candidates(&transaction, locks, candidates).await?;
        let (left, has_decided) = (found - free.len(), !free.is_empty());
        let decision = decide(&transaction, now, free).await?;
        decision.write(&transaction, now, request).await?;
        transaction.commit().await.map_err(&failed)?;
        let until = now.plus(request.duration());
        handout
            .given
            .extend(decision.go.into_iter().map(|it| it.given(until)));
        handout.left_some = left > 0;
        // Each round leases its candidates or takes them out of the due ones.
        if !has_decided {
            break;
        }
    }
    Ok(handout)
}

/// One at a time over all instances. It is its own transaction, so that no client holds its lock. It need
/// not be durable: what is lost of it is fresh again, and any later commit makes it durable as well.
const TAKE_IN: &str = "\
    WITH locked AS MATERIALIZED (
        SELECT pg_advisory_xact_lock($1, 0), set_config('synchronous_commit', 'off', true)
        WHERE EXISTS (SELECT 1 FROM ecommpay_inbox_fresh)),
    lowest AS MATERIALIZED (
        SELECT start, entries FROM locked CROSS JOIN LATERAL (
            SELECT * FROM ecommpay_inbox_fresh ORDER BY start LIMIT $2) AS fresh),
    counted AS (SELECT start, sum(entries) OVER (ORDER BY start) - entries AS before FROM lowest),
    taken AS (
        DELETE FROM ecommpay_inbox_fresh AS fresh USING counted
        WHERE fresh.start = counted.start AND before < $2
        RETURNING fresh.start),
    queued AS (
        INSERT INTO ecommpay_inbox_queue (entry, project, payment_key, standing, token, attempts)
        SELECT id, project, coalesce(payment_key, payment), 0, 0, 0
        FROM taken JOIN ecommpay_inbox_entry ON id >= taken.start AND id < taken.start + 256)
    SELECT EXISTS (SELECT 1 FROM lowest), EXISTS (SELECT 1 FROM taken)";

/// Takes fresh entries into the queue, if there are any.
async fn take_in(client: &Client, locks: Locks) -> Result<(), InboxError> {
    let failed = unavailable("taking fresh entries into the queue");
    let statement = client.prepare_cached(TAKE_IN).await.map_err(&failed)?;
    loop {
        let row = client
            .query_one(&statement, &[&locks.fresh, &rows_wanted(MOST_TAKEN_IN)])
            .await
            .map_err(&failed)?;
        let (has_seen_some, has_taken_some) = (get::<bool>(&row, 0)?, get::<bool>(&row, 1)?);
        // While the statement waited for its turn, another one may have taken all that it had seen.
        if has_taken_some || !has_seen_some {
            return Ok(());
        }
    }
}

/// Entries whose turn it is, locked against other rounds.
async fn candidates(
    transaction: &Transaction<'_>,
    now: Moment,
    room: usize,
) -> Result<Vec<Candidate>, InboxError> {
    let failed = unavailable("looking for entries to lease");
    let waited = transaction
        .prepare_cached(
            "SELECT entry, token, CASE standing WHEN 4 THEN 0 ELSE attempts END, project,
                    payment_key
             FROM ecommpay_inbox_queue WHERE due <= $1
             ORDER BY due, entry LIMIT $2 FOR UPDATE SKIP LOCKED",
        )
        .await
        .map_err(&failed)?;
    let mut found = transaction
        .query(&waited, &[&now.unix_millis(), &rows_wanted(room)])
        .await
        .map_err(&failed)?;
    if found.len() < room {
        let fresh = transaction
            .prepare_cached(
                "SELECT entry, token, attempts, project, payment_key
                 FROM ecommpay_inbox_queue WHERE standing = 0
                 ORDER BY entry LIMIT $1 FOR UPDATE SKIP LOCKED",
            )
            .await
            .map_err(&failed)?;
        let room = rows_wanted(room - found.len());
        found.extend(transaction.query(&fresh, &[&room]).await.map_err(&failed)?);
    }
    let candidate = |row: &tokio_postgres::Row| {
        let key: Option<String> = get(row, 4)?;
        let project = get(row, 3)?;
        Ok(Candidate {
            entry: get(row, 0)?,
            token: get(row, 1)?,
            attempts: rows::count(row, 2)?,
            payment: key.map(|key| (project, key)),
        })
    };
    found.iter().map(candidate).collect()
}

/// The candidates whose payment nobody else is deciding about; their payments are locked.
async fn free_candidates(
    transaction: &Transaction<'_>,
    locks: Locks,
    candidates: Vec<Candidate>,
) -> Result<Vec<Candidate>, InboxError> {
    if candidates.is_empty() {
        return Ok(candidates);
    }
    let failed = unavailable("locking payments");
    let statement = transaction
        .prepare_cached(
            "SELECT entry FROM unnest($1::bigint[], $2::bigint[], $3::text[])
                  AS candidate (entry, project, payment_key)
             WHERE payment_key IS NULL
                OR pg_try_advisory_xact_lock($4, hashtext(project || ':' || payment_key))",
        )
        .await
        .map_err(&failed)?;
    let columns = Columns::of(&candidates);
    let rows = transaction
        .query(
            &statement,
            &[
                &columns.entries,
                &columns.projects,
                &columns.keys,
                &locks.payments,
            ],
        )
        .await
        .map_err(&failed)?;
    let free = rows
        .iter()
        .map(|row| get(row, 0))
        .collect::<Result<BTreeSet<i64>, _>>()?;
    let is_free = |candidate: &Candidate| free.contains(&candidate.entry);
    Ok(candidates.into_iter().filter(is_free).collect())
}

/// What becomes of the candidates of a round.
#[derive(Default)]
struct Decision {
    /// They are leased.
    go: Vec<Candidate>,
    /// They wait behind others of their payment.
    behind: Vec<Candidate>,
    /// Entries whose worker died, while an earlier one of the payment waits behind them.
    overtaken: Vec<i64>,
    /// Entries that waited behind and go first now.
    released: Vec<i64>,
}

/// The payment of a candidate as it is before the decision.
struct Standing {
    /// The earliest entry that is neither finished nor parked.
    first: Option<i64>,
    /// The entry in the hands of a worker, and when that ends.
    in_hands: Option<(i64, i64)>,
}

/// Decides who goes: the earliest of each payment, unless a worker has one in hands.
async fn decide(
    transaction: &Transaction<'_>,
    now: Moment,
    candidates: Vec<Candidate>,
) -> Result<Decision, InboxError> {
    let standings = standings(transaction, &candidates).await?;
    let mut earliest: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for candidate in &candidates {
        if let Some(payment) = &candidate.payment {
            let first = earliest.entry(payment.clone()).or_insert(i64::MAX);
            let waiting = standings.get(&candidate.entry).and_then(|it| it.first);
            *first = candidate.entry.min(*first).min(waiting.unwrap_or(i64::MAX));
        }
    }
    let chosen: BTreeSet<i64> = candidates.iter().map(|it| it.entry).collect();
    let mut decision = Decision::default();
    for candidate in candidates {
        let (Some(payment), Some(standing)) = (&candidate.payment, standings.get(&candidate.entry))
        else {
            decision.go.push(candidate);
            continue;
        };
        if standing
            .in_hands
            .is_some_and(|(_, until)| until > now.unix_millis())
        {
            decision.behind.push(candidate);
            continue;
        }
        if let Some((dead, _)) = standing.in_hands
            && !chosen.contains(&dead)
        {
            decision.overtaken.push(dead);
        }
        match earliest.get(payment) {
            Some(first) if *first != candidate.entry => {
                if !chosen.contains(first) {
                    decision.released.push(*first);
                }
                decision.behind.push(candidate);
            }
            _ => decision.go.push(candidate),
        }
    }
    Ok(decision)
}

/// How the payments of the candidates stand, by entry.
async fn standings(
    transaction: &Transaction<'_>,
    candidates: &[Candidate],
) -> Result<BTreeMap<i64, Standing>, InboxError> {
    let columns = Columns::of(candidates);
    if columns.keys.iter().all(Option::is_none) {
        return Ok(BTreeMap::new());
    }
    let failed = unavailable("looking at payments");
    let statement = transaction
        .prepare_cached(
            "SELECT candidate.entry,
                    (SELECT min(waiting.entry) FROM ecommpay_inbox_queue AS waiting
                     WHERE waiting.project = candidate.project
                       AND waiting.payment_key = candidate.payment_key
                       AND waiting.standing <> 4),
                    held.entry, held.due
             FROM unnest($1::bigint[], $2::bigint[], $3::text[])
                  AS candidate (entry, project, payment_key)
             LEFT JOIN LATERAL (
                 SELECT entry, due FROM ecommpay_inbox_queue AS held
                 WHERE held.project = candidate.project
                   AND held.payment_key = candidate.payment_key AND held.standing = 2
                 LIMIT 1) AS held ON TRUE
             WHERE candidate.payment_key IS NOT NULL",
        )
        .await
        .map_err(&failed)?;
    let rows = transaction
        .query(
            &statement,
            &[&columns.entries, &columns.projects, &columns.keys],
        )
        .await
        .map_err(&failed)?;
    let mut standings = BTreeMap::new();
    for row in rows {
        let held: Option<i64> = get(&row, 2)?;
        let due: Option<i64> = get(&row, 3)?;
        let standing = Standing {
            first: get(&row, 1)?,
            in_hands: held.zip(due),
        };
        standings.insert(get(&row, 0)?, standing);
    }
    Ok(standings)
}

impl Decision {
    /// Entries are taken out of hands before others are given.
    async fn write(
        &self,
        transaction: &Transaction<'_>,
        now: Moment,
        request: &LeaseRequest,
    ) -> Result<(), InboxError> {
        let failed = unavailable("leasing entries");
        if !self.overtaken.is_empty() {
            transaction
                .execute(
                    "UPDATE ecommpay_inbox_queue SET standing = 3, due = NULL, worker = NULL
                     WHERE entry = ANY ($1) AND standing = 2 AND due <= $2",
                    &[&self.overtaken, &now.unix_millis()],
                )
                .await
                .map_err(&failed)?;
        }
        if !self.behind.is_empty() {
            let statement = transaction
                .prepare_cached(
                    "UPDATE ecommpay_inbox_queue
                     SET attempts = CASE standing WHEN 4 THEN 0 ELSE attempts END, standing = 3,
                         due = NULL, worker = NULL, reason = NULL, parked_at = NULL
                     WHERE entry = ANY ($1)",
                )
                .await
                .map_err(&failed)?;
            transaction
                .execute(&statement, &[&entries(&self.behind)])
                .await
                .map_err(&failed)?;
        }
        if !self.released.is_empty() {
            transaction
                .execute(
                    "UPDATE ecommpay_inbox_queue SET standing = 1, due = $2
                     WHERE entry = ANY ($1) AND standing = 3",
                    &[&self.released, &AT_ONCE],
                )
                .await
                .map_err(&failed)?;
        }
        if !self.go.is_empty() {
            let until = now.plus(request.duration()).unix_millis();
            let statement = transaction
                .prepare_cached(
                    "UPDATE ecommpay_inbox_queue
                     SET attempts = CASE standing WHEN 4 THEN 0 ELSE attempts END + 1,
                         standing = 2, due = $2, token = token + 1, worker = $3, reason = NULL,
                         parked_at = NULL
                     WHERE entry = ANY ($1)",
                )
                .await
                .map_err(&failed)?;
            let worker = crate::text::stored(request.worker());
            transaction
                .execute(&statement, &[&entries(&self.go), &until, &worker])
                .await
                .map_err(&failed)?;
        }
        Ok(())
    }
}

impl Candidate {
    fn given(self, until: Moment) -> Given {
        Given {
            lease: Lease::new(EntryId::new(self.entry), self.token + 1, until),
            attempt: self.attempts + 1,
            payment: self.payment,
        }
    }
}

fn entries(candidates: &[Candidate]) -> Vec<i64> {
    candidates.iter().map(|it| it.entry).collect()
}

/// Candidates as columns.
struct Columns<'a> {
    entries: Vec<i64>,
    projects: Vec<Option<i64>>,
    keys: Vec<Option<&'a str>>,
}

impl<'a> Columns<'a> {
    fn of(candidates: &'a [Candidate]) -> Self {
        let payments = || candidates.iter().map(|it| it.payment.as_ref());
        Self {
            entries: entries(candidates),
            projects: payments()
                .map(|it| it.map(|(project, _)| *project))
                .collect(),
            keys: payments()
                .map(|it| it.map(|(_, key)| key.as_str()))
                .collect(),
        }
    }
}
