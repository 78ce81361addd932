//! Storing an arrival.

use std::net::IpAddr;

use ecommpay_inbox::{Arrival, EntryId, EntryKind, Filing, Put};
use rusqlite::{OptionalExtension, Transaction, params};

/// The numbers of one transaction: the next one, once it was asked for.
#[derive(Default)]
pub(crate) struct Numbers {
    next: Option<i64>,
}

impl Numbers {
    /// The next number. Those that were taken into the queue are never given again, whatever was
    /// purged.
    fn next(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
        let next = match self.next {
            Some(next) => next,
            None => transaction
                .prepare_cached(
                    "SELECT max(coalesce((SELECT max(id) FROM ecommpay_inbox_entry), 0), up_to) + 1
                     FROM ecommpay_inbox_taken",
                )?
                .query_row([], |row| row.get(0))?,
        };
        self.next = Some(next + 1);
        Ok(next)
    }
}

/// Stores an arrival unless its content is there.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    numbers: &mut Numbers,
    arrival: &Arrival,
) -> rusqlite::Result<Put> {
    let (project, digest) = (arrival.project_id().value(), &arrival.digest()[..]);
    let mut find = transaction.prepare_cached(
        "SELECT entry FROM ecommpay_inbox_seen WHERE dated = ?1 AND digest = ?2 AND project = ?3",
    )?;
    let dates = arrival.filing().dates();
    for date in dates {
        let found = find
            .query_row(params![date, digest, project], |row| row.get(0))
            .optional()?;
        if let Some(id) = found {
            return Ok(Put::SeenBefore(EntryId::new(id)));
        }
    }
    let id = numbers.next(transaction)?;
    transaction
        .prepare_cached(
            "INSERT INTO ecommpay_inbox_entry
                (id, kind, project, payment, received_at, address, key_index, dates, digest, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id,
            kind_number(arrival.kind()),
            project,
            arrival.payment_id().map(|id| id.as_str()),
            arrival.received_at().unix_millis(),
            arrival.remote_address().map(address_bytes),
            arrival.key_index(),
            Filing::bytes_of(dates.iter().copied()),
            digest,
            arrival.bytes(),
        ])?;
    let mut file = transaction.prepare_cached(
        "INSERT INTO ecommpay_inbox_seen (dated, digest, project, entry) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for date in dates {
        file.execute(params![date, digest, project, id])?;
    }
    Ok(Put::New(EntryId::new(id)))
}

pub(crate) fn kind_number(kind: EntryKind) -> i64 {
    match kind {
        EntryKind::StatusAnswer => 2,
        _ => 1,
    }
}

fn address_bytes(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(four) => four.octets().to_vec(),
        IpAddr::V6(six) => six.octets().to_vec(),
    }
}
