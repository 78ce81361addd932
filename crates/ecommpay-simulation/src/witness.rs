//! What must hold whatever happens, and whoever saw that it does not.

use std::collections::BTreeSet;
use std::fmt;

use crate::disk::Disk;
use crate::plan::{OrderPlan, PROJECT};
use crate::store::{LogStore, Record, ShopRows, first_record};
use crate::world::World;

/// A promise of the shop's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Invariant {
    /// A callback is answered 200 only when it is on the platters.
    DurableBeforeAcknowledged,
    /// Every callback that was answered 200 is there after a restart and in the end.
    NoAcknowledgedCallbackLost,
    /// The handler's effect of one content is written once, however often it came.
    NoEventAppliedTwice,
    /// What is stored is handled in the end, and not laid aside.
    EverythingHandled,
    /// When the faults are over, shop and platform agree on every payment.
    SameStateOnBothSides,
    /// On neither side more money is given back than was paid.
    NoMoreReturnedThanPaid,
    /// Goods leave the house once at most, and only if the platform has the money.
    ShippedOnceAndPaid,
    /// What the platform has not signed is not answered 200.
    ForgedCallbackRefused,
    /// Where the client says that nothing was sent or taken, the platform has nothing.
    UnsentMeansUnsent,
    /// People are asked to look only at payments that have no result at the platform.
    PeopleCalledForAReason,
    /// When the faults are over, the world comes to rest.
    ComesToRest,
}

impl Invariant {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DurableBeforeAcknowledged => "durable before acknowledged",
            Self::NoAcknowledgedCallbackLost => "no acknowledged callback lost",
            Self::NoEventAppliedTwice => "no event applied twice",
            Self::EverythingHandled => "everything handled",
            Self::SameStateOnBothSides => "same state on both sides",
            Self::NoMoreReturnedThanPaid => "no more returned than paid",
            Self::ShippedOnceAndPaid => "shipped once and paid",
            Self::ForgedCallbackRefused => "forged callback refused",
            Self::UnsentMeansUnsent => "unsent means unsent",
            Self::PeopleCalledForAReason => "people called for a reason",
            Self::ComesToRest => "comes to rest",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    invariant: Invariant,
    detail: String,
}

impl Violation {
    /// Which promise.
    #[must_use]
    pub fn invariant(&self) -> Invariant {
        self.invariant
    }

    /// What was seen.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.detail)
    }
}

/// Stands outside: remembers what was answered, and looks at both sides.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    /// Contents of callbacks answered 200, by their bytes.
    acknowledged: BTreeSet<Vec<u8>>,
    answers_200: u64,
    durable: DurableCallbacks,
    violation: Option<Violation>,
}

/// The callbacks on the platters, read as far as they were synced.
#[derive(Debug, Default)]
struct DurableCallbacks {
    bytes: BTreeSet<Vec<u8>>,
    read: usize,
    rewritten: u64,
}

impl DurableCallbacks {
    fn read_on(&mut self, disk: &Disk) {
        disk.durable(|log, rewritten| {
            if rewritten != self.rewritten {
                *self = Self {
                    rewritten,
                    ..Self::default()
                };
            }
            while let Ok(Some((record, length))) = first_record(&log[self.read.min(log.len())..]) {
                self.read += length;
                if let Record::Stored(row) = record {
                    self.bytes.insert(row.into_bytes());
                }
            }
        });
    }
}

impl Witness {
    pub(crate) fn take_violation(&mut self) -> Option<Violation> {
        self.violation.take()
    }

    pub(crate) fn is_alarmed(&self) -> bool {
        self.violation.is_some()
    }

    /// How often a callback was answered 200.
    pub(crate) fn answers_200(&self) -> u64 {
        self.answers_200
    }

    /// The first violation counts; what follows may be its consequence.
    pub(crate) fn broken(&mut self, invariant: Invariant, detail: String) {
        self.violation
            .get_or_insert(Violation { invariant, detail });
    }

    pub(crate) fn acknowledged(&mut self, body: &[u8], disk: &Disk) {
        self.answers_200 += 1;
        if self.acknowledged.contains(body) {
            return;
        }
        self.durable.read_on(disk);
        if !self.durable.bytes.contains(body) {
            let detail = "a callback was answered 200 and is not on the disk".to_owned();
            self.broken(Invariant::DurableBeforeAcknowledged, detail);
        }
        self.acknowledged.insert(body.to_vec());
    }

    pub(crate) fn answered_forger(&mut self, status: u16) {
        if status == 200 {
            let detail = "a changed callback was answered 200".to_owned();
            self.broken(Invariant::ForgedCallbackRefused, detail);
        }
    }

    /// The shop has opened its store.
    pub(crate) fn shop_started(&mut self, store: &LogStore) {
        let lost = store.look(|tables| {
            let stored: BTreeSet<&[u8]> = tables.entries.values().map(|it| it.bytes()).collect();
            let acknowledged = self.acknowledged.iter();
            acknowledged
                .filter(|bytes| !stored.contains(bytes.as_slice()))
                .count()
        });
        if lost > 0 {
            let detail = format!("{lost} callbacks that were answered 200 are not in the store");
            self.broken(Invariant::NoAcknowledgedCallbackLost, detail);
        }
    }

    /// What must hold after every step; looked at whenever one of the sides has changed.
    pub(crate) fn look(&mut self, world: &World, rows: &ShopRows) {
        let twice = rows.effects.values().find(|times| **times > 1);
        if let Some(times) = twice {
            let detail = format!("the effect of one content was written {times} times");
            self.broken(Invariant::NoEventAppliedTwice, detail);
        }
        for (number, row) in &rows.orders {
            let Some(plan) = world.plan.orders.get(*number as usize) else {
                continue;
            };
            let id = plan.payment_id.as_str();
            let balance = world.platform(|platform| platform.balance(PROJECT, id));
            let (amount, refunded) = balance.map_or((0, 0), |it| (it.amount, it.refunded));
            if refunded > amount || row.returned > refunded {
                let detail = format!(
                    "{id}: paid {amount}, returned by the platform {refunded}, by the shop {}",
                    row.returned
                );
                self.broken(Invariant::NoMoreReturnedThanPaid, detail);
            }
            let is_paid = balance.is_some_and(|it| {
                matches!(
                    it.status,
                    "success" | "partially refunded" | "refunded" | "reversed"
                )
            });
            if row.shipped > 1 || (row.shipped == 1 && !is_paid) {
                let status = balance.map_or("unknown", |it| it.status);
                let detail = format!("{id}: shipped {} times, {status}", row.shipped);
                self.broken(Invariant::ShippedOnceAndPaid, detail);
            }
        }
    }

    /// People were asked to look at a payment.
    pub(crate) fn people_called(&mut self, world: &World, payment_id: &str) {
        let balance = world.platform(|platform| platform.balance(PROJECT, payment_id));
        let is_over = balance.is_some_and(|it| !is_open(it.status));
        if is_over {
            let status = balance.map_or("unknown", |it| it.status);
            let detail = format!("{payment_id}: people were asked to look, and it is {status}");
            self.broken(Invariant::PeopleCalledForAReason, detail);
        }
    }

    /// What must hold in the end, when nothing goes wrong any more and nothing is left to do.
    pub(crate) fn look_at_the_end(&mut self, world: &World, store: &LogStore) {
        self.shop_started(store);
        for (number, plan) in (0..).zip(&world.plan.orders) {
            if let Err(detail) = agree(world, store, number, plan) {
                let id = plan.payment_id.as_str();
                let detail = format!("{id}: {detail}");
                self.broken(Invariant::SameStateOnBothSides, detail);
            }
        }
        self.everything_is_handled(store);
    }

    fn everything_is_handled(&mut self, store: &LogStore) {
        store.look(|tables| {
            for (id, place) in &tables.queue.places {
                let detail = format!("entry {id} is not finished: {:?}", place.standing);
                self.broken(Invariant::EverythingHandled, detail);
            }
            for entry in tables.entries.values() {
                let is_callback = entry.kind() == ecommpay_inbox::EntryKind::Callback;
                if is_callback && !tables.shop.effects.contains_key(entry.digest()) {
                    let detail = format!("entry {} is finished without an effect", entry.id());
                    self.broken(Invariant::EverythingHandled, detail);
                }
            }
        });
    }
}

fn is_open(status: &str) -> bool {
    status == "processing" || status.starts_with("awaiting")
}

/// Compares a payment on both sides.
fn agree(world: &World, store: &LogStore, number: u32, plan: &OrderPlan) -> Result<(), String> {
    let id = plan.payment_id.as_str();
    let now = ecommpay_clock::Clock::since_epoch(&world.clock);
    let there = world.platform(|platform| platform.payment(now, PROJECT, id));
    let key = (PROJECT, ecommpay_inbox::payment_key(&plan.payment_id));
    let (here, row) = store.look(|tables| {
        let row = tables.shop.orders.get(&number).cloned();
        (tables.payments.get(&key).cloned(), row)
    });
    let state = here.as_ref().map(ecommpay_inbox::PaymentRecord::state);
    let status = state.and_then(|it| it.status()).map(|it| it.as_str());
    let status_there = there.as_ref().and_then(|it| it.status);
    same("the status", status, status_there)?;
    let (Some(there), Some(state), Some(row)) = (there, state, row) else {
        return Ok(());
    };
    let mut operations: Vec<(u64, &str)> = Vec::new();
    for operation in &there.operations {
        operations.push((operation.id, operation.status));
    }
    operations.sort_unstable();
    let known = state.operations();
    let known: Vec<(u64, &str)> = known
        .iter()
        .map(|it| {
            let status = it.status().map_or("", |status| status.as_str());
            (it.id().value(), status)
        })
        .collect();
    same("the operations", known, operations)?;
    let refunded = there.amount.zip(there.remaining);
    let refunded = refunded.map_or(0, |(amount, remaining)| amount - remaining);
    same("the sum returned", row.returned, refunded)?;
    let conflicts = state.conflicts();
    if !conflicts.is_empty() {
        return Err(format!("the shop sees contradictions: {conflicts:?}"));
    }
    let is_paid_in_full = status_there == Some("success");
    if is_paid_in_full && row.shipped != 1 {
        return Err("paid on both sides, and not shipped".to_owned());
    }
    Ok(())
}

fn same<T: PartialEq + fmt::Debug>(what: &str, here: T, there: T) -> Result<(), String> {
    if here == there {
        Ok(())
    } else {
        Err(format!(
            "{what} at the shop: {here:?}, at the platform: {there:?}"
        ))
    }
}

#[cfg(test)]
mod tests;
