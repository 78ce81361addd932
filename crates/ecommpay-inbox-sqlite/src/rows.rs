//! Rows of the tables as the types of the inbox.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ecommpay_inbox::{
    Entry, EntryId, EntryKind, Moment, PaymentRecord, StoredEntry, StoredPayment, asking_of,
};
use ecommpay_model::{PaymentId, ProjectId};
use rusqlite::Row;
use rusqlite::types::Type;

/// The columns of an entry, in the order [`entry`] reads them.
pub(crate) const ENTRY_COLUMNS: &str =
    "id, kind, project, payment, received_at, address, key_index, digest, bytes";

/// The columns of a payment, in the order [`payment`] reads them.
pub(crate) const PAYMENT_COLUMNS: &str = "state, method, since, heard_at, asking, ask_at";

/// Reads an entry.
pub(crate) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind = match row.get::<_, i64>(1)? {
        2 => EntryKind::StatusAnswer,
        _ => EntryKind::Callback,
    };
    let digest: Vec<u8> = row.get(7)?;
    let address: Option<Vec<u8>> = row.get(5)?;
    Ok(Entry::from(StoredEntry {
        id: EntryId::new(row.get(0)?),
        kind,
        project_id: project_id(row, 2)?,
        payment_id: payment_id(row, 3)?,
        received_at: Moment::from_unix_millis(row.get(4)?),
        remote_address: address.and_then(|bytes| address_of(&bytes)),
        key_index: row.get(6)?,
        digest: digest.try_into().map_err(|_| wrong(7, "32 bytes"))?,
        bytes: row.get(8)?,
    }))
}

/// Reads a payment.
pub(crate) fn payment(row: &Row<'_>) -> rusqlite::Result<PaymentRecord> {
    let method: String = row.get(1)?;
    let ask_at = row.get::<_, Option<i64>>(5)?.map(Moment::from_unix_millis);
    let stored = StoredPayment {
        state_json: row.get(0)?,
        method: (!method.is_empty()).then_some(method),
        since: Moment::from_unix_millis(row.get(2)?),
        heard_at: row.get::<_, Option<i64>>(3)?.map(Moment::from_unix_millis),
        asking: asking_of(row.get(4)?, ask_at),
    };
    PaymentRecord::from_stored(stored)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, error.into()))
}

pub(crate) fn project_id(row: &Row<'_>, column: usize) -> rusqlite::Result<ProjectId> {
    let number: u32 = row.get(column)?;
    ProjectId::new(number).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, error.into())
    })
}

pub(crate) fn payment_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PaymentId>> {
    let text: Option<String> = row.get(column)?;
    text.map(PaymentId::new).transpose().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

pub(crate) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    u64::try_from(count).map_err(|_| wrong(column, "a count"))
}

/// A value that no inbox has written.
pub(crate) fn wrong(column: usize, wanted: &str) -> rusqlite::Error {
    let error = format!("expected {wanted}");
    rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, error.into())
}

fn address_of(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|six| Ipv6Addr::from(six).into())
}
