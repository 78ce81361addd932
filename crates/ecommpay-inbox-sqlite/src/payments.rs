//! The payments view.

use ecommpay_inbox::{
    Asking, ExpectedPayment, InboxError, IndexedPayment, Learned, Moment, OverduePayment,
    PaymentQuery, PaymentRecord, WaitingTimes, payment_key, status_text,
};
use ecommpay_model::{MethodCode, PaymentId, ProjectId};
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use crate::error::unavailable;
use crate::queue::{self, rows_wanted};
use crate::rows::{self, PAYMENT_COLUMNS};

/// A payment that is there.
struct Known {
    row: i64,
    record: PaymentRecord,
}

fn known(connection: &Connection, project: u32, key: &str) -> Result<Option<Known>, InboxError> {
    let sql = format!(
        "SELECT {PAYMENT_COLUMNS}, id FROM ecommpay_inbox_payment
         WHERE project = ?1 AND payment_key = ?2"
    );
    connection
        .prepare_cached(&sql)
        .and_then(|mut find| {
            find.query_row(params![project, key], |row| {
                Ok(Known {
                    row: row.get(6)?,
                    record: rows::payment(row)?,
                })
            })
            .optional()
        })
        .map_err(|error| match error {
            rusqlite::Error::FromSqlConversionFailure(..) => InboxError::damaged("payment", error),
            error => InboxError::unavailable("looking for a payment", error),
        })
}

/// Folds in what a document proves.
pub(crate) fn learn(transaction: &Transaction<'_>, learned: &Learned) -> Result<(), InboxError> {
    let state = learned.state();
    let begin = || {
        let id = state.payment_id().clone();
        PaymentRecord::new(state.project_id(), id, learned.heard_at())
    };
    change(
        transaction,
        state.project_id(),
        state.payment_id(),
        begin,
        |record| {
            record
                .learn(learned)
                .map(drop)
                .map_err(|error| InboxError::damaged("payment", error))
        },
    )
}

/// Takes note of a payment the shop has begun; answers how many entries are released.
pub(crate) fn expect(
    transaction: &Transaction<'_>,
    expected: &ExpectedPayment,
    now: Moment,
) -> Result<u64, InboxError> {
    let (project_id, payment_id) = (expected.project_id(), expected.payment_id());
    let begin = || PaymentRecord::new(project_id, payment_id.clone(), expected.since());
    change(transaction, project_id, payment_id, begin, |record| {
        record.expect(expected);
        Ok(())
    })?;
    let key = payment_key(payment_id);
    queue::release_for_order(transaction, project_id.value(), &key, now)
        .map_err(unavailable("releasing parked entries"))
}

/// Sets when a payment is asked about next, if that still is what was seen; answers whether it was.
pub(crate) fn ask_again(
    transaction: &Transaction<'_>,
    project_id: ProjectId,
    payment_id: &PaymentId,
    seen: Asking,
    next: Asking,
) -> Result<bool, InboxError> {
    let key = payment_key(payment_id);
    let Some(mut known) = known(transaction, project_id.value(), &key)? else {
        return Ok(false);
    };
    if known.record.asking() != seen {
        return Ok(false);
    }
    let before = IndexedPayment::of(&known.record);
    known.record.ask(next);
    update(transaction, &known, &before)?;
    Ok(true)
}

fn change(
    transaction: &Transaction<'_>,
    project_id: ProjectId,
    payment_id: &PaymentId,
    begin: impl FnOnce() -> PaymentRecord,
    change: impl FnOnce(&mut PaymentRecord) -> Result<(), InboxError>,
) -> Result<(), InboxError> {
    let key = payment_key(payment_id);
    if let Some(mut known) = known(transaction, project_id.value(), &key)? {
        let before = IndexedPayment::of(&known.record);
        change(&mut known.record)?;
        update(transaction, &known, &before)
    } else {
        let mut record = begin();
        change(&mut record)?;
        insert(transaction, &key, &record)
    }
}

fn insert(
    transaction: &Transaction<'_>,
    key: &str,
    record: &PaymentRecord,
) -> Result<(), InboxError> {
    let (indexed, state) = (IndexedPayment::of(record), state_json(record)?);
    transaction
        .prepare_cached(
            "INSERT INTO ecommpay_inbox_payment (project, payment_key, status, method, since,
                heard_at, is_open, asking, ask_at, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                record.project_id().value(),
                key,
                indexed.status,
                indexed.method,
                indexed.since.unix_millis(),
                record.heard_at().map(Moment::unix_millis),
                indexed.is_open,
                indexed.asking,
                indexed.ask_at.map(Moment::unix_millis),
                state,
            ])
        })
        .map(drop)
        .map_err(unavailable("writing a payment"))
}

fn update(
    transaction: &Transaction<'_>,
    known: &Known,
    before: &IndexedPayment,
) -> Result<(), InboxError> {
    let (indexed, state) = (
        IndexedPayment::of(&known.record),
        state_json(&known.record)?,
    );
    let heard_at = known.record.heard_at().map(Moment::unix_millis);
    let written = if indexed == *before {
        // Indexes are left alone.
        transaction
            .prepare_cached(
                "UPDATE ecommpay_inbox_payment SET heard_at = ?2, state = ?3 WHERE id = ?1",
            )
            .and_then(|mut update| update.execute(params![known.row, heard_at, state]))
    } else {
        transaction
            .prepare_cached(
                "UPDATE ecommpay_inbox_payment
                 SET status = ?2, method = ?3, since = ?4, heard_at = ?5, is_open = ?6,
                     asking = ?7, ask_at = ?8, state = ?9
                 WHERE id = ?1",
            )
            .and_then(|mut update| {
                update.execute(params![
                    known.row,
                    indexed.status,
                    indexed.method,
                    indexed.since.unix_millis(),
                    heard_at,
                    indexed.is_open,
                    indexed.asking,
                    indexed.ask_at.map(Moment::unix_millis),
                    state,
                ])
            })
    };
    written.map(drop).map_err(unavailable("writing a payment"))
}

fn state_json(record: &PaymentRecord) -> Result<Vec<u8>, InboxError> {
    record
        .state_json()
        .map_err(|error| InboxError::damaged("payment", error))
}

/// What is known of a payment.
pub(crate) fn find(
    connection: &Connection,
    project: u32,
    key: &str,
) -> Result<Option<PaymentRecord>, InboxError> {
    Ok(known(connection, project, key)?.map(|known| known.record))
}

/// The payments a query asks for.
pub(crate) fn list(
    connection: &Connection,
    query: &PaymentQuery,
) -> rusqlite::Result<Vec<PaymentRecord>> {
    let mut sql = format!("SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment WHERE TRUE");
    let mut values: Vec<rusqlite::types::Value> = Vec::new();
    let mut wanted = |condition: &str, value: rusqlite::types::Value| {
        values.push(value);
        sql.push_str(&format!(" AND {condition} ?{}", values.len()));
    };
    if let Some(status) = query.wanted_status() {
        wanted("status =", status_text(status).to_owned().into());
    }
    if let Some(method) = query.wanted_method() {
        wanted("method =", method.as_str().to_owned().into());
    }
    if let Some(first) = query.first() {
        wanted("since >=", first.unix_millis().into());
    }
    if let Some(end) = query.end() {
        wanted("since <", end.unix_millis().into());
    }
    if let Some(project) = query.wanted_project() {
        // The plus keeps the planner on the indexes that are in the order of the answer.
        wanted("+project =", i64::from(project.value()).into());
    }
    sql.push_str(&format!(
        " ORDER BY since LIMIT {}",
        rows_wanted(query.limit())
    ));
    connection
        .prepare_cached(&sql)?
        .query_map(params_from_iter(values), rows::payment)?
        .collect()
}

/// Open payments to ask about now.
pub(crate) fn overdue(
    connection: &Connection,
    now: Moment,
    times: &WaitingTimes,
    limit: usize,
) -> rusqlite::Result<Vec<OverduePayment>> {
    let asked = format!(
        "SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment
         WHERE is_open = 1 AND asking = 1 AND ask_at <= ?1 ORDER BY ask_at LIMIT ?2"
    );
    let mut records: Vec<PaymentRecord> = connection
        .prepare_cached(&asked)?
        .query_map(
            params![now.unix_millis(), rows_wanted(limit)],
            rows::payment,
        )?
        .collect::<rusqlite::Result<_>>()?;
    let unasked = format!(
        "SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment
         WHERE is_open = 1 AND asking = 0 AND method = ?1 AND since <= ?2
         ORDER BY since LIMIT ?3"
    );
    let mut unasked = connection.prepare_cached(&unasked)?;
    for method in methods_unasked(connection)? {
        let room = rows_wanted(limit.saturating_sub(records.len()));
        let time = times.of((!method.is_empty())
            .then(|| MethodCode::from(&*method))
            .as_ref());
        let begun = now.minus(time.base()).unix_millis();
        let found = unasked.query_map(params![method, begun, room], rows::payment)?;
        records.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    let judged = records.into_iter().filter_map(|record| {
        let lateness = times.judge(&record, now)?;
        Some(OverduePayment { record, lateness })
    });
    Ok(judged.collect())
}

/// The methods of open payments that were never asked about, by jumps through the index.
fn methods_unasked(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut next = connection.prepare_cached(
        "SELECT method FROM ecommpay_inbox_payment
         WHERE is_open = 1 AND asking = 0 AND method > ?1 ORDER BY method LIMIT 1",
    )?;
    let mut methods = vec![String::new()];
    while let Some(last) = methods.last() {
        match next.query_row([last], |row| row.get(0)).optional()? {
            Some(method) => methods.push(method),
            None => break,
        }
    }
    Ok(methods)
}
