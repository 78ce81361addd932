//! Rows of the tables as the types of the inbox.

use ecommpay_inbox::{
    Entry, EntryId, EntryKind, InboxError, Moment, PaymentRecord, StoredEntry, StoredPayment,
    asking_of,
};
use ecommpay_model::{PaymentId, ProjectId};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::text;

/// The columns of an entry, in the order [`entry`] reads them.
pub(crate) const ENTRY_COLUMNS: &str = "entry.id, entry.kind, entry.project, entry.payment, \
     entry.received_at, entry.address, entry.key_index, entry.digest, entry.bytes";

/// The columns of a payment, in the order [`payment`] reads them.
pub(crate) const PAYMENT_COLUMNS: &str = "state, method, since, heard_at, asking, ask_at";

/// Reads an entry.
pub(crate) fn entry(row: &Row) -> Result<Entry, InboxError> {
    let digest: &[u8] = get(row, 7)?;
    Ok(Entry::from(StoredEntry {
        id: EntryId::new(get(row, 0)?),
        kind: match get::<i16>(row, 1)? {
            2 => EntryKind::StatusAnswer,
            _ => EntryKind::Callback,
        },
        project_id: project_id(row, 2)?,
        payment_id: payment_id(row, 3)?,
        received_at: Moment::from_unix_millis(get(row, 4)?),
        remote_address: get(row, 5)?,
        key_index: get::<Option<i64>>(row, 6)?
            .map(u32::try_from)
            .transpose()
            .map_err(damaged)?,
        digest: digest.try_into().map_err(damaged)?,
        bytes: get(row, 8)?,
    }))
}

/// The number of a kind, as it is stored.
pub(crate) fn kind_number(kind: EntryKind) -> i16 {
    match kind {
        EntryKind::StatusAnswer => 2,
        _ => 1,
    }
}

/// Reads a payment.
pub(crate) fn payment(row: &Row) -> Result<PaymentRecord, InboxError> {
    let method = text::restored(get(row, 1)?);
    let ask_at = get::<Option<i64>>(row, 5)?.map(Moment::from_unix_millis);
    let stored = StoredPayment {
        state_json: get(row, 0)?,
        method: (!method.is_empty()).then_some(method),
        since: Moment::from_unix_millis(get(row, 2)?),
        heard_at: get::<Option<i64>>(row, 3)?.map(Moment::from_unix_millis),
        asking: asking_of(get(row, 4)?, ask_at),
    };
    PaymentRecord::from_stored(stored).map_err(|error| InboxError::damaged("payment", error))
}

/// Reads the number of a project.
pub(crate) fn project_id(row: &Row, column: usize) -> Result<ProjectId, InboxError> {
    let number = u32::try_from(get::<i64>(row, column)?).map_err(damaged)?;
    ProjectId::new(number).map_err(damaged)
}

/// Reads the id of a payment.
pub(crate) fn payment_id(row: &Row, column: usize) -> Result<Option<PaymentId>, InboxError> {
    get::<Option<String>>(row, column)?
        .map(|text| PaymentId::new(text::restored(text)))
        .transpose()
        .map_err(damaged)
}

/// Reads a count.
pub(crate) fn count<N: TryFrom<i64>>(row: &Row, column: usize) -> Result<N, InboxError>
where
    N::Error: std::error::Error + Send + Sync + 'static,
{
    N::try_from(get::<i64>(row, column)?).map_err(damaged)
}

/// Reads a column.
pub(crate) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, InboxError> {
    row.try_get(column).map_err(damaged)
}

/// A number of rows as PostgreSQL takes it.
pub(crate) fn rows_wanted(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> InboxError {
    InboxError::damaged("row", error)
}
