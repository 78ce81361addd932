//! The store in memory: made by the records of the log, and by nothing else.

use std::collections::BTreeMap;

use ecommpay_inbox::{
    Arrival, Asking, Entry, EntryId, ExpectedPayment, InboxError, IndexedPayment, Learned, Lease,
    LeaseRequest, Leased, Moment, ParkReason, Parked, Parking, PaymentRecord, Purged, Put,
    Retention, asking_of, payment_key,
};
use ecommpay_model::{PaymentId, ProjectId};

use super::queue::{PaymentKey, Place, Queue, Standing};
use super::record::{EntryRow, LeaseRow, ParkingRow, PaymentRow, Record};
use super::shop_rows::{ShopChange, ShopRows};
use crate::flaw::Flaw;

/// Everything the store holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    last_id: i64,
    pub(crate) entries: BTreeMap<i64, Entry>,
    digests: BTreeMap<(u32, [u8; 32]), i64>,
    pub(crate) queue: Queue,
    pub(crate) payments: BTreeMap<PaymentKey, PaymentRecord>,
    /// Payments as the log has them, to be read before anybody looks.
    unread: BTreeMap<PaymentKey, PaymentRow>,
    pub(crate) shop: ShopRows,
    flaw: Option<Flaw>,
}

/// A change to be committed, and what to answer then. Without a record nothing changes.
pub(crate) type Planned<T> = Result<(Option<Record>, T), InboxError>;

pub(crate) fn key_of(project_id: ProjectId, payment_id: &PaymentId) -> PaymentKey {
    (project_id.value(), payment_key(payment_id))
}

impl Tables {
    /// Empty tables, with a mistake in them if one is wanted.
    pub(crate) fn new(flaw: Option<Flaw>) -> Self {
        Self {
            flaw,
            ..Self::default()
        }
    }

    pub(crate) fn plan_put(&self, arrival: &Arrival) -> Planned<Put> {
        let key = (arrival.project_id().value(), *arrival.digest());
        if self.flaw != Some(Flaw::Dedupe)
            && let Some(id) = self.digests.get(&key)
        {
            return Ok((None, Put::SeenBefore(EntryId::new(*id))));
        }
        let id = EntryId::new(self.last_id + 1);
        let row = EntryRow::of(&Entry::of(id, arrival));
        Ok((Some(Record::Stored(row)), Put::New(id)))
    }

    pub(crate) fn plan_lease(&self, now: Moment, request: &LeaseRequest) -> Planned<Vec<Leased>> {
        let until = now.plus(request.duration());
        let (mut rows, mut leased) = (Vec::new(), Vec::new());
        for id in self.queue.due(now, request.limit()) {
            let (Some(place), Some(entry)) = (self.queue.places.get(&id), self.entries.get(&id))
            else {
                continue;
            };
            let (token, attempt) = (place.token + 1, place.attempts() + 1);
            let payment = place.payment.as_ref().and_then(|it| self.payments.get(it));
            let lease = Lease::new(EntryId::new(id), token, until);
            rows.push(LeaseRow {
                entry: id,
                token,
                attempt,
            });
            leased.push(Leased::new(lease, entry.clone(), attempt, payment.cloned()));
        }
        let record = (!rows.is_empty()).then(|| Record::Leased {
            leases: rows,
            until: until.unix_millis(),
        });
        Ok((record, leased))
    }

    pub(crate) fn plan_finish(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<&Learned>,
        changes: Vec<ShopChange>,
    ) -> Planned<()> {
        let entry = self.queue.held(lease, now)?;
        self.shop
            .check(&changes)
            .map_err(|source| InboxError::WriteFailed { source })?;
        let payment = learned.map(|learned| self.learned(learned)).transpose()?;
        let record = Record::Finished {
            entry,
            payment,
            changes,
        };
        Ok((Some(record), ()))
    }

    pub(crate) fn plan_retry(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Planned<()> {
        let record = Record::ComesAgain {
            entry: self.queue.held(lease, now)?,
            at: at.unix_millis(),
            error: ecommpay_inbox::shortened(error).to_owned(),
        };
        Ok((Some(record), ()))
    }

    pub(crate) fn plan_park(&self, lease: &Lease, now: Moment, parking: &Parking) -> Planned<()> {
        let entry = self.queue.held(lease, now)?;
        let learned = parking.learned();
        let record = Record::Parked {
            entry,
            parking: ParkingRow {
                reason: parking.reason().as_str().to_owned(),
                detail: parking.detail().to_owned(),
                at: now.unix_millis(),
                again_at: parking.again_at().map(Moment::unix_millis),
            },
            payment: learned.map(|learned| self.learned(learned)).transpose()?,
        };
        Ok((Some(record), ()))
    }

    pub(crate) fn plan_replay(&self, id: EntryId, now: Moment) -> Planned<bool> {
        let is_parked = self.queue.is_parked(id.value());
        let record = is_parked.then(|| Record::Released {
            entries: vec![id.value()],
            at: now.unix_millis(),
            payment: None,
        });
        Ok((record, is_parked))
    }

    pub(crate) fn plan_dismiss(&self, id: EntryId) -> Planned<bool> {
        let is_parked = self.queue.is_parked(id.value());
        let record = is_parked.then(|| Record::Dismissed { entry: id.value() });
        Ok((record, is_parked))
    }

    pub(crate) fn plan_expect(&self, expected: &ExpectedPayment, now: Moment) -> Planned<u64> {
        let key = key_of(expected.project_id(), expected.payment_id());
        let known = self.payments.get(&key).cloned();
        let mut record = known.unwrap_or_else(|| {
            let id = expected.payment_id().clone();
            PaymentRecord::new(expected.project_id(), id, expected.since())
        });
        record.expect(expected);
        let entries = self.queue.waiting_for_order(&key);
        if entries.is_empty() && self.payments.get(&key) == Some(&record) {
            return Ok((None, 0));
        }
        let released = entries.len() as u64;
        let record = Record::Released {
            entries,
            at: now.unix_millis(),
            payment: Some(PaymentRow::of(&record)?),
        };
        Ok((Some(record), released))
    }

    pub(crate) fn plan_ask(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Planned<bool> {
        let key = key_of(project_id, payment_id);
        let known = self.payments.get(&key);
        let Some(known) = known.filter(|record| record.asking() == seen) else {
            return Ok((None, false));
        };
        let mut record = known.clone();
        record.ask(next);
        let indexed = IndexedPayment::of(&record);
        let record = Record::Asked {
            payment: key,
            asking: indexed.asking,
            ask_at: indexed.ask_at.map(Moment::unix_millis),
        };
        Ok((Some(record), true))
    }

    pub(crate) fn plan_purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Planned<Purged> {
        let before = retention.entries_before(now);
        let is_old = |(id, entry): &(&i64, &Entry)| {
            entry.received_at() < before && !self.queue.places.contains_key(*id)
        };
        let entries: Vec<i64> = self
            .entries
            .iter()
            .filter(is_old)
            .map(|(id, _)| *id)
            .take(limit)
            .collect();
        let before = retention.payments_before(now);
        let is_over = |(_, record): &(&PaymentKey, &PaymentRecord)| {
            let is_finished = !record.is_open() || record.asking() == Asking::Never;
            is_finished && record.heard_at().unwrap_or(record.since()) < before
        };
        let payments: Vec<PaymentKey> = self
            .payments
            .iter()
            .filter(is_over)
            .map(|(key, _)| key.clone())
            .take(limit)
            .collect();
        let purged = Purged {
            entries: entries.len() as u64,
            payments: payments.len() as u64,
        };
        let record = (!purged.is_empty()).then_some(Record::Purged { entries, payments });
        Ok((record, purged))
    }

    pub(crate) fn plan_shop(&self, changes: Vec<ShopChange>) -> Planned<()> {
        self.shop
            .check(&changes)
            .map_err(|source| InboxError::WriteFailed { source })?;
        Ok((Some(Record::Shop(changes)), ()))
    }

    /// The payment with what was learned folded in.
    fn learned(&self, learned: &Learned) -> Result<PaymentRow, InboxError> {
        let state = learned.state();
        let key = key_of(state.project_id(), state.payment_id());
        let known = self.payments.get(&key);
        let begun = || {
            let id = state.payment_id().clone();
            let since = known.map_or(learned.heard_at(), PaymentRecord::since);
            PaymentRecord::new(state.project_id(), id, since)
        };
        let mut record = match known {
            // The flaw: what was known is forgotten, and the latest word stands.
            _ if self.flaw == Some(Flaw::Fold) => begun(),
            Some(known) => known.clone(),
            None => begun(),
        };
        record
            .learn(learned)
            .map_err(|error| InboxError::damaged("payment", error))?;
        PaymentRow::of(&record)
    }

    /// Makes the changes of a log, one after the other. Of each payment only what stands in the end is
    /// read.
    pub(crate) fn make_all(&mut self, records: Vec<Record>) -> Result<(), InboxError> {
        for record in records {
            self.make_unread(record)?;
        }
        self.read_payments()
    }

    /// Makes a committed change.
    pub(crate) fn make(&mut self, record: Record) -> Result<(), InboxError> {
        self.make_unread(record)?;
        self.read_payments()
    }

    fn make_unread(&mut self, record: Record) -> Result<(), InboxError> {
        match record {
            Record::Stored(row) => self.store(row.into_entry()?),
            Record::Leased { leases, until } => {
                let until = Moment::from_unix_millis(until);
                for lease in leases {
                    if let Some(place) = self.queue.places.get_mut(&lease.entry) {
                        place.standing = Standing::Leased { until };
                        place.token = lease.token;
                        place.attempts = lease.attempt;
                    }
                }
            }
            Record::Finished {
                entry,
                payment,
                changes,
            } => {
                self.queue.places.remove(&entry);
                self.put_payment(payment);
                changes.into_iter().for_each(|it| self.shop.make(it));
            }
            Record::ComesAgain { entry, at, .. } => {
                if let Some(place) = self.queue.places.get_mut(&entry) {
                    let until = Moment::from_unix_millis(at);
                    place.standing = Standing::Waiting { until };
                }
            }
            Record::Parked {
                entry,
                parking,
                payment,
            } => {
                self.put_payment(payment);
                self.park(entry, parking)?;
            }
            Record::Released {
                entries,
                at,
                payment,
            } => {
                self.put_payment(payment);
                let until = Moment::from_unix_millis(at);
                for entry in entries {
                    if let Some(place) = self.queue.places.get_mut(&entry) {
                        place.standing = Standing::Waiting { until };
                        place.attempts = 0;
                    }
                }
            }
            Record::Dismissed { entry } => drop(self.queue.places.remove(&entry)),
            Record::Asked {
                payment,
                asking,
                ask_at,
            } => {
                if let Some(row) = self.unread.get_mut(&payment) {
                    row.ask(asking, ask_at);
                } else if let Some(record) = self.payments.get_mut(&payment) {
                    record.ask(asking_of(asking, ask_at.map(Moment::from_unix_millis)));
                }
            }
            Record::Purged { entries, payments } => {
                for id in entries {
                    if let Some(entry) = self.entries.remove(&id) {
                        let key = (entry.project_id().value(), *entry.digest());
                        self.digests.remove(&key);
                    }
                }
                for key in payments {
                    self.unread.remove(&key);
                    self.payments.remove(&key);
                }
            }
            Record::Shop(changes) => changes.into_iter().for_each(|it| self.shop.make(it)),
        }
        Ok(())
    }

    fn store(&mut self, entry: Entry) {
        let (id, project_id) = (entry.id().value(), entry.project_id());
        self.last_id = self.last_id.max(id);
        self.digests
            .insert((project_id.value(), *entry.digest()), id);
        let payment = entry.payment_id().map(|it| key_of(project_id, it));
        self.queue.places.insert(id, Place::fresh(payment));
        self.entries.insert(id, entry);
    }

    fn put_payment(&mut self, row: Option<PaymentRow>) {
        if let Some(row) = row {
            self.unread.insert(row.key(), row);
        }
    }

    fn read_payments(&mut self) -> Result<(), InboxError> {
        while let Some((key, row)) = self.unread.pop_first() {
            self.payments.insert(key, row.into_record()?);
        }
        Ok(())
    }

    fn park(&mut self, entry: i64, row: ParkingRow) -> Result<(), InboxError> {
        let unknown = || InboxError::damaged("log", "it has an unknown reason to lay aside");
        let reason = ParkReason::from_text(&row.reason).ok_or_else(unknown)?;
        if let Some(place) = self.queue.places.get_mut(&entry) {
            place.standing = Standing::Parked {
                reason,
                detail: row.detail,
                at: Moment::from_unix_millis(row.at),
                again_at: row.again_at.map(Moment::from_unix_millis),
            };
        }
        Ok(())
    }

    /// An entry that is laid aside.
    pub(crate) fn parked(&self, id: i64, place: &Place) -> Option<Parked> {
        let Standing::Parked {
            reason,
            detail,
            at,
            again_at,
        } = &place.standing
        else {
            return None;
        };
        let entry = self.entries.get(&id)?;
        Some(Parked {
            entry_id: EntryId::new(id),
            project_id: entry.project_id(),
            payment_id: entry.payment_id().cloned(),
            reason: *reason,
            detail: detail.clone(),
            attempts: place.attempts,
            parked_at: *at,
            again_at: *again_at,
        })
    }
}
