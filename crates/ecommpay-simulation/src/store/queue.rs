//! Entries that are not finished, and whose turn it is.

use std::collections::BTreeMap;

use ecommpay_inbox::{Backlog, InboxError, Lease, Moment, ParkReason};

/// A payment as the queue tells them apart: project, and id in lower case.
pub(crate) type PaymentKey = (u32, String);

/// An entry that is not finished.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) payment: Option<PaymentKey>,
    pub(crate) standing: Standing,
    pub(crate) token: i64,
    pub(crate) attempts: u32,
}

#[derive(Debug, Clone)]
pub(crate) enum Standing {
    Fresh,
    Waiting {
        until: Moment,
    },
    Leased {
        until: Moment,
    },
    Parked {
        reason: ParkReason,
        detail: String,
        at: Moment,
        again_at: Option<Moment>,
    },
}

/// What a standing has become by time alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Whose turn it is: `None` for an entry that never waited, which comes after those that did.
    Since(Option<Moment>),
    Later,
    InOtherHands,
    Aside,
}

impl Place {
    pub(crate) fn fresh(payment: Option<PaymentKey>) -> Self {
        Self {
            payment,
            standing: Standing::Fresh,
            token: 0,
            attempts: 0,
        }
    }

    fn turn(&self, now: Moment) -> Turn {
        match self.standing {
            Standing::Fresh => Turn::Since(None),
            Standing::Waiting { until } if until <= now => Turn::Since(Some(until)),
            Standing::Waiting { .. } => Turn::Later,
            Standing::Leased { until } if until <= now => Turn::Since(Some(until)),
            Standing::Leased { .. } => Turn::InOtherHands,
            Standing::Parked {
                again_at: Some(again_at),
                ..
            } if again_at <= now => Turn::Since(Some(again_at)),
            Standing::Parked { .. } => Turn::Aside,
        }
    }

    /// Attempts that count: who was laid aside begins anew.
    pub(crate) fn attempts(&self) -> u32 {
        match self.standing {
            Standing::Parked { .. } => 0,
            _ => self.attempts,
        }
    }
}

/// All unfinished entries by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue {
    pub(crate) places: BTreeMap<i64, Place>,
}

impl Queue {
    /// The numbers of at most `limit` entries to be handed out now, of no payment more than one.
    pub(crate) fn due(&self, now: Moment, limit: usize) -> Vec<i64> {
        let mut due: Vec<(bool, Option<Moment>, i64)> = self
            .places
            .iter()
            .filter_map(|(id, place)| match place.turn(now) {
                Turn::Since(since) => Some((since.is_none(), since, *id)),
                _ => None,
            })
            .filter(|(_, _, id)| !self.is_held_up(*id, now))
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, _, id)| id).take(limit).collect()
    }

    /// Whether another entry of the payment goes first: one in the hands of a worker, or an earlier
    /// one.
    fn is_held_up(&self, id: i64, now: Moment) -> bool {
        let payment = self.places.get(&id).and_then(|it| it.payment.as_ref());
        let Some(payment) = payment else {
            return false;
        };
        self.places
            .iter()
            .filter(|(other, place)| **other != id && place.payment.as_ref() == Some(payment))
            .any(|(other, place)| match place.turn(now) {
                Turn::InOtherHands => true,
                Turn::Since(_) | Turn::Later => *other < id,
                Turn::Aside => false,
            })
    }

    /// The entry of a lease that still counts.
    pub(crate) fn held(&self, lease: &Lease, now: Moment) -> Result<i64, InboxError> {
        let id = lease.entry_id().value();
        self.places
            .get(&id)
            .filter(|place| {
                place.token == lease.token()
                    && matches!(place.standing, Standing::Leased { until } if now < until)
            })
            .map(|_| id)
            .ok_or(InboxError::LeaseLost)
    }

    /// Those of a payment that were laid aside because its order was unknown.
    pub(crate) fn waiting_for_order(&self, payment: &PaymentKey) -> Vec<i64> {
        let unknown = |place: &Place| {
            matches!(
                place.standing,
                Standing::Parked {
                    reason: ParkReason::OrderUnknown,
                    ..
                }
            )
        };
        self.places
            .iter()
            .filter(|(_, place)| place.payment.as_ref() == Some(payment) && unknown(place))
            .map(|(id, _)| *id)
            .collect()
    }

    pub(crate) fn is_parked(&self, id: i64) -> bool {
        let place = self.places.get(&id);
        place.is_some_and(|place| matches!(place.standing, Standing::Parked { .. }))
    }

    /// The next moment after `now` at which something changes by time alone.
    pub(crate) fn next_change(&self, now: Moment) -> Option<Moment> {
        let changes = self
            .places
            .values()
            .filter_map(|place| match place.standing {
                Standing::Fresh => None,
                Standing::Waiting { until } | Standing::Leased { until } => Some(until),
                Standing::Parked { again_at, .. } => again_at,
            });
        changes.filter(|change| *change > now).min()
    }

    pub(crate) fn backlog(&self) -> Backlog {
        let mut backlog = Backlog::default();
        for place in self.places.values() {
            *match place.standing {
                Standing::Fresh | Standing::Waiting { .. } => &mut backlog.waiting,
                Standing::Leased { .. } => &mut backlog.leased,
                Standing::Parked { .. } => &mut backlog.parked,
            } += 1;
        }
        backlog
    }
}
