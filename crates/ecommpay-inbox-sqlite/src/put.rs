//! Storing an arrival.

use std::net::IpAddr;

use ecommpay_inbox::{Arrival, EntryId, EntryKind, Filing, Put};
use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

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
        self.next = Some(next);
        Ok(next)
    }

    fn use_up(&mut self) {
        self.next = self.next.map(|next| next + 1);
    }
}

/// The statements that store arrivals, looked up once for many.
pub(crate) struct Statements<'t> {
    find: CachedStatement<'t>,
    file: CachedStatement<'t>,
    insert: CachedStatement<'t>,
}

impl<'t> Statements<'t> {
    pub(crate) fn of(transaction: &'t Transaction<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            find: transaction.prepare_cached(
                "SELECT entry FROM ecommpay_inbox_seen
                 WHERE dated = ?1 AND digest = ?2 AND project = ?3",
            )?,
            file: transaction.prepare_cached(
                "INSERT INTO ecommpay_inbox_seen (dated, digest, project, entry)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?,
            insert: transaction.prepare_cached(
                "INSERT INTO ecommpay_inbox_entry
                    (id, kind, project, payment, received_at, address, key_index, dates, digest, bytes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?,
        })
    }

    /// Stores an arrival unless its content is there.
    pub(crate) fn put(
        &mut self,
        transaction: &Transaction<'_>,
        numbers: &mut Numbers,
        arrival: &Arrival,
    ) -> rusqlite::Result<Put> {
        let id = numbers.next(transaction)?;
        if let Some(found) = self.file(arrival, id)? {
            return Ok(Put::SeenBefore(EntryId::new(found)));
        }
        self.insert.execute(params![
            id,
            kind_number(arrival.kind()),
            arrival.project_id().value(),
            arrival.payment_id().map(|id| id.as_str()),
            arrival.received_at().unix_millis(),
            arrival.remote_address().map(address_bytes),
            arrival.key_index(),
            Filing::bytes_of(arrival.filing().dates().iter().copied()),
            &arrival.digest()[..],
            arrival.bytes(),
        ])?;
        numbers.use_up();
        Ok(Put::New(EntryId::new(id)))
    }

    /// Files the digest under its dates; the entry that has it, if it is filed already.
    fn file(&mut self, arrival: &Arrival, id: i64) -> rusqlite::Result<Option<i64>> {
        let (project, digest) = (arrival.project_id().value(), &arrival.digest()[..]);
        let dates = arrival.filing().dates();
        let find = &mut self.find;
        let mut find = |date: &i64| {
            find.query_row(params![date, digest, project], |row| row.get(0))
                .optional()
        };
        let mut file = |date: &i64| self.file.execute(params![date, digest, project, id]);
        // Nearly always it is one date: then a new digest takes one step instead of two.
        if let [date] = dates {
            return if file(date)? > 0 {
                Ok(None)
            } else {
                find(date)
            };
        }
        for date in dates {
            if let Some(found) = find(date)? {
                return Ok(Some(found));
            }
        }
        for date in dates {
            file(date)?;
        }
        Ok(None)
    }
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
