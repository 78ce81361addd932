//! The payments view.

use deadpool_postgres::Transaction;
use ecommpay_inbox::{
    Asking, ExpectedPayment, InboxError, IndexedPayment, Learned, Moment, OverduePayment,
    PaymentQuery, PaymentRecord, WaitingTimes, payment_key, status_text,
};
use ecommpay_model::{MethodCode, PaymentId, ProjectId};
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use crate::error::unavailable;
use crate::rows::{self, PAYMENT_COLUMNS, get, rows_wanted};
use crate::{queue, text};

/// How often a payment is looked for anew because others begin and purge it all the time.
const MOST_ATTEMPTS: usize = 10;

/// Where a payment is found.
struct Place {
    project: i64,
    key: String,
}

impl Place {
    fn of(project_id: ProjectId, payment_id: &PaymentId) -> Self {
        Self {
            project: project_id.value().into(),
            key: text::stored(&payment_key(payment_id)).into_owned(),
        }
    }
}

/// Folds in what a document proves.
pub(crate) async fn learn(
    transaction: &Transaction<'_>,
    learned: &Learned,
) -> Result<(), InboxError> {
    let state = learned.state();
    let begin = || {
        let id = state.payment_id().clone();
        PaymentRecord::new(state.project_id(), id, learned.heard_at())
    };
    let place = Place::of(state.project_id(), state.payment_id());
    change(transaction, &place, begin, |record| {
        record
            .learn(learned)
            .map(drop)
            .map_err(|error| InboxError::damaged("payment", error))
    })
    .await
}

/// Takes note of a payment the shop has begun; answers how many entries are released.
pub(crate) async fn expect(
    transaction: &Transaction<'_>,
    expected: &ExpectedPayment,
    now: Moment,
) -> Result<u64, InboxError> {
    let (project_id, payment_id) = (expected.project_id(), expected.payment_id());
    let place = Place::of(project_id, payment_id);
    let begin = || PaymentRecord::new(project_id, payment_id.clone(), expected.since());
    change(transaction, &place, begin, |record| {
        record.expect(expected);
        Ok(())
    })
    .await?;
    queue::release_for_order(transaction, place.project, &place.key, now).await
}

/// Sets when a payment is asked about next, if that still is what was seen; answers whether it was.
pub(crate) async fn ask_again(
    transaction: &Transaction<'_>,
    project_id: ProjectId,
    payment_id: &PaymentId,
    seen: Asking,
    next: Asking,
) -> Result<bool, InboxError> {
    let place = Place::of(project_id, payment_id);
    let Some(mut record) = locked(transaction, &place).await? else {
        return Ok(false);
    };
    if record.asking() != seen {
        return Ok(false);
    }
    record.ask(next);
    update(transaction, &place, &record).await?;
    Ok(true)
}

/// Changes a payment, which is begun if it is not known.
async fn change(
    transaction: &Transaction<'_>,
    place: &Place,
    begin: impl Fn() -> PaymentRecord,
    change: impl Fn(&mut PaymentRecord) -> Result<(), InboxError>,
) -> Result<(), InboxError> {
    for _ in 0..MOST_ATTEMPTS {
        if let Some(mut record) = locked(transaction, place).await? {
            change(&mut record)?;
            return update(transaction, place, &record).await;
        }
        let mut record = begin();
        change(&mut record)?;
        if insert(transaction, place, &record).await? {
            return Ok(());
        }
        // Another instance has begun it meanwhile.
    }
    Err(InboxError::unavailable(
        "writing a payment",
        "others begin and purge it all the time",
    ))
}

/// The record of a payment, locked until the transaction ends.
async fn locked(
    transaction: &Transaction<'_>,
    place: &Place,
) -> Result<Option<PaymentRecord>, InboxError> {
    let failed = unavailable("looking for a payment");
    let sql = format!(
        "SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment
         WHERE project = $1 AND payment_key = $2 FOR UPDATE"
    );
    let statement = transaction.prepare_cached(&sql).await.map_err(&failed)?;
    let row = transaction
        .query_opt(&statement, &[&place.project, &place.key])
        .await
        .map_err(&failed)?;
    row.as_ref().map(rows::payment).transpose()
}

/// Writes a payment that is not known; answers whether it was begun here.
async fn insert(
    transaction: &Transaction<'_>,
    place: &Place,
    record: &PaymentRecord,
) -> Result<bool, InboxError> {
    let sql = "INSERT INTO ecommpay_inbox_payment (project, payment_key, status, method, since,
                   heard_at, is_open, asking, ask_at, state)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               ON CONFLICT DO NOTHING";
    Ok(write(transaction, sql, place, record).await? > 0)
}

/// Writes a payment that is locked. What is indexed and stays the same costs no index anything.
async fn update(
    transaction: &Transaction<'_>,
    place: &Place,
    record: &PaymentRecord,
) -> Result<(), InboxError> {
    let sql = "UPDATE ecommpay_inbox_payment
               SET status = $3, method = $4, since = $5, heard_at = $6, is_open = $7, asking = $8,
                   ask_at = $9, state = $10
               WHERE project = $1 AND payment_key = $2";
    write(transaction, sql, place, record).await.map(drop)
}

async fn write(
    transaction: &Transaction<'_>,
    sql: &str,
    place: &Place,
    record: &PaymentRecord,
) -> Result<u64, InboxError> {
    let failed = unavailable("writing a payment");
    let indexed = IndexedPayment::of(record);
    let state = record
        .state_json()
        .map_err(|error| InboxError::damaged("payment", error))?;
    let statement = transaction.prepare_cached(sql).await.map_err(&failed)?;
    transaction
        .execute(
            &statement,
            &[
                &place.project,
                &place.key,
                &text::stored(&indexed.status),
                &text::stored(&indexed.method),
                &indexed.since.unix_millis(),
                &record.heard_at().map(Moment::unix_millis),
                &indexed.is_open,
                &indexed.asking,
                &indexed.ask_at.map(Moment::unix_millis),
                &state,
            ],
        )
        .await
        .map_err(&failed)
}

/// What is known of a payment.
pub(crate) async fn find(
    client: &Client,
    project_id: ProjectId,
    payment_id: &PaymentId,
) -> Result<Option<PaymentRecord>, InboxError> {
    let place = Place::of(project_id, payment_id);
    let sql = format!(
        "SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment
         WHERE project = $1 AND payment_key = $2"
    );
    let row = client
        .query_opt(&sql, &[&place.project, &place.key])
        .await
        .map_err(unavailable("looking for a payment"))?;
    row.as_ref().map(rows::payment).transpose()
}

/// What is known of many payments, by project and key as they are stored.
pub(crate) async fn find_all(
    client: &Client,
    places: &[&(i64, String)],
) -> Result<Vec<((i64, String), PaymentRecord)>, InboxError> {
    let projects: Vec<i64> = places.iter().map(|place| place.0).collect();
    let keys: Vec<&str> = places.iter().map(|place| place.1.as_str()).collect();
    let sql = format!(
        "SELECT {PAYMENT_COLUMNS}, found.project, found.payment_key
         FROM unnest($1::bigint[], $2::text[]) AS wanted (project, payment_key)
         CROSS JOIN LATERAL (
             SELECT * FROM ecommpay_inbox_payment AS payment
             WHERE payment.project = wanted.project
               AND payment.payment_key = wanted.payment_key
             LIMIT 1) AS found"
    );
    let found = client
        .query(&sql, &[&projects, &keys])
        .await
        .map_err(unavailable("looking for payments"))?;
    let record = |row: &tokio_postgres::Row| {
        let place = (get(row, 6)?, get(row, 7)?);
        Ok((place, rows::payment(row)?))
    };
    found.iter().map(record).collect()
}

/// The payments a query asks for.
pub(crate) async fn list(
    client: &Client,
    query: &PaymentQuery,
) -> Result<Vec<PaymentRecord>, InboxError> {
    let mut sql = format!("SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment WHERE TRUE");
    let mut values: Vec<Box<dyn ToSql + Sync + Send>> = Vec::new();
    let mut wanted = |condition: &str, value: Box<dyn ToSql + Sync + Send>| {
        values.push(value);
        sql.push_str(&format!(" AND {condition} ${}", values.len()));
    };
    if let Some(status) = query.wanted_status() {
        let status = text::stored(status_text(status)).into_owned();
        wanted("status =", Box::new(status));
    }
    if let Some(method) = query.wanted_method() {
        let method = text::stored(method.as_str()).into_owned();
        wanted("method =", Box::new(method));
    }
    if let Some(first) = query.first() {
        wanted("since >=", Box::new(first.unix_millis()));
    }
    if let Some(end) = query.end() {
        wanted("since <", Box::new(end.unix_millis()));
    }
    if let Some(project) = query.wanted_project() {
        // The sum keeps the planner on the indexes that are in the order of the answer.
        wanted("project + 0 =", Box::new(i64::from(project.value())));
    }
    sql.push_str(&format!(
        " ORDER BY since LIMIT {}",
        rows_wanted(query.limit())
    ));
    let values: Vec<&(dyn ToSql + Sync)> = values
        .iter()
        .map(|value| &**value as &(dyn ToSql + Sync))
        .collect();
    let found = client
        .query(&sql, &values)
        .await
        .map_err(unavailable("reading payments"))?;
    found.iter().map(rows::payment).collect()
}

/// Open payments to ask about now.
pub(crate) async fn overdue(
    client: &Client,
    now: Moment,
    times: &WaitingTimes,
    limit: usize,
) -> Result<Vec<OverduePayment>, InboxError> {
    let failed = unavailable("looking for overdue payments");
    let asked = format!(
        "SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment
         WHERE is_open AND asking = 1 AND ask_at <= $1 ORDER BY ask_at LIMIT $2"
    );
    let mut found = client
        .query(&asked, &[&now.unix_millis(), &rows_wanted(limit)])
        .await
        .map_err(&failed)?;
    let unasked = format!(
        "SELECT {PAYMENT_COLUMNS} FROM ecommpay_inbox_payment
         WHERE is_open AND asking = 0 AND method = $1 AND since <= $2
         ORDER BY since LIMIT $3"
    );
    for method in methods_unasked(client).await? {
        let room = rows_wanted(limit.saturating_sub(found.len()));
        let known = text::restored(method.clone());
        let time = times.of((!known.is_empty())
            .then(|| MethodCode::from(&*known))
            .as_ref());
        let begun = now.minus(time.base()).unix_millis();
        found.extend(
            client
                .query(&unasked, &[&method, &begun, &room])
                .await
                .map_err(&failed)?,
        );
    }
    let mut overdue = Vec::with_capacity(found.len());
    for row in &found {
        let record = rows::payment(row)?;
        if let Some(lateness) = times.judge(&record, now) {
            overdue.push(OverduePayment { record, lateness });
        }
    }
    Ok(overdue)
}

/// The methods of open payments that were never asked about, by jumps through the index.
async fn methods_unasked(client: &Client) -> Result<Vec<String>, InboxError> {
    let found = client
        .query(
            "WITH RECURSIVE methods AS (
                SELECT ''::text COLLATE \"C\" AS method
                UNION ALL
                SELECT (SELECT payment.method FROM ecommpay_inbox_payment AS payment
                        WHERE is_open AND asking = 0 AND payment.method > methods.method
                        ORDER BY payment.method LIMIT 1)
                FROM methods WHERE methods.method IS NOT NULL)
             SELECT method FROM methods WHERE method IS NOT NULL",
            &[],
        )
        .await
        .map_err(unavailable("looking for overdue payments"))?;
    found.iter().map(|row| get(row, 0)).collect()
}
