//! The rules of handing out, in their plainest form: every question looks at the whole queue.

use std::collections::BTreeMap;

use ecommpay_model::ProjectId;

use crate::{Backlog, InboxError, Lease, Moment, ParkReason};

/// A payment as the queue tells them apart.
pub(super) type PaymentPlace = (ProjectId, String);

/// An entry that is not finished.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) payment: Option<PaymentPlace>,
    pub(super) standing: Standing,
    pub(super) token: i64,
    pub(super) attempts: u32,
    pub(super) error: Option<String>,
}

#[derive(Debug)]
pub(super) enum Standing {
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

impl Place {
    pub(super) fn fresh(payment: Option<PaymentPlace>) -> Self {
        Self {
            payment,
            standing: Standing::Fresh,
            token: 0,
            attempts: 0,
            error: None,
        }
    }

    /// Since when it may be handed out; nothing if it may not.
    fn due(&self, now: Moment) -> Option<Option<Moment>> {
        let due = match self.standing {
            Standing::Fresh => return Some(None),
            Standing::Waiting { until } => until,
            Standing::Leased { .. } | Standing::Parked { .. } => return None,
        };
        (due <= now).then_some(Some(due))
    }
}

/// All unfinished entries by number.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) places: BTreeMap<i64, Place>,
}

impl Queue {
    /// Leases that are over, and what was parked until now, wait like any other.
    pub(super) fn end_what_is_over(&mut self, now: Moment) {
        for place in self.places.values_mut() {
            match place.standing {
                Standing::Leased { until } if until <= now => {
                    place.standing = Standing::Waiting { until };
                }
                Standing::Parked {
                    again_at: Some(until),
                    ..
                } if until <= now => {
                    place.standing = Standing::Waiting { until };
                    place.attempts = 0;
                }
                _ => {}
            }
        }
    }

    /// The numbers whose turn it is: those that waited for a moment, then fresh ones.
    pub(super) fn due(&self, now: Moment) -> Vec<i64> {
        let mut due: Vec<_> = self
            .places
            .iter()
            .filter_map(|(id, place)| Some((place.due(now)?, *id)))
            .collect();
        due.sort_by_key(|(since, id)| (since.is_none(), *since, *id));
        due.into_iter().map(|(_, id)| id).collect()
    }

    /// Whether another entry of the payment goes first: one in the hands of a worker, or an earlier
    /// one.
    pub(super) fn is_held_up(&self, id: i64) -> bool {
        let Some(payment) = self
            .places
            .get(&id)
            .and_then(|place| place.payment.as_ref())
        else {
            return false;
        };
        self.places
            .iter()
            .filter(|(other, place)| **other != id && place.payment.as_ref() == Some(payment))
            .any(|(other, place)| match place.standing {
                Standing::Leased { .. } => true,
                Standing::Fresh | Standing::Waiting { .. } => *other < id,
                Standing::Parked { .. } => false,
            })
    }

    /// The entry of a lease that still counts.
    pub(super) fn held(&mut self, lease: &Lease, now: Moment) -> Result<&mut Place, InboxError> {
        self.places
            .get_mut(&lease.entry_id().value())
            .filter(|place| {
                place.token == lease.token()
                    && matches!(place.standing, Standing::Leased { until } if now < until)
            })
            .ok_or(InboxError::LeaseLost)
    }

    pub(super) fn backlog(&self) -> Backlog {
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
