//! What the shop keeps in the same store: its orders, and what its handler has done.

use std::collections::BTreeMap;

use ecommpay_inbox::BoxError;
use serde::{Deserialize, Serialize};

/// How far a request to the platform is, as the shop knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Progress {
    /// Not sent yet, or certainly not received.
    Planned,
    /// Noted down before it is sent: after a crash it may have been sent.
    Sending,
    /// The platform has it.
    Taken,
    /// The platform refused it.
    Refused,
    /// Nobody could find out; a callback may still tell.
    Unknown,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) payment_id: String,
    pub(crate) sale: Progress,
    pub(crate) refunds: BTreeMap<u32, Progress>,
    /// Whether the part of the shop that handles callbacks can find it.
    pub(crate) is_visible: bool,
    /// Whether the customer was sent on, or shown what to do.
    pub(crate) handed_over: bool,
    /// Whether the platform waits for more data.
    pub(crate) wants_data: bool,
    /// How often the goods left the house.
    pub(crate) shipped: u32,
    /// Given back as far as the shop knows, in minor units.
    pub(crate) returned: i64,
    /// Contradictions that were reported.
    pub(crate) disagreements: u32,
}

/// A change of the shop's own rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ShopChange {
    Ordered {
        order: u32,
        payment_id: String,
        is_visible: bool,
    },
    BecameVisible {
        order: u32,
    },
    Sale {
        order: u32,
        progress: Progress,
    },
    Refund {
        order: u32,
        refund: u32,
        progress: Progress,
    },
    /// The handler's write, in the transaction of the acknowledgement.
    Heard {
        order: u32,
        digest: [u8; 32],
        is_paid: bool,
        hands_over: bool,
        wants_data: bool,
        returned: i64,
        disagreements: u32,
    },
}

/// All rows of the shop.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShopRows {
    pub(crate) orders: BTreeMap<u32, Order>,
    /// How often the handler's effect of each content was written. Nothing keeps it from being twice.
    pub(crate) effects: BTreeMap<[u8; 32], u32>,
}

impl ShopChange {
    fn order(&self) -> u32 {
        match self {
            Self::Ordered { order, .. }
            | Self::BecameVisible { order }
            | Self::Sale { order, .. }
            | Self::Refund { order, .. }
            | Self::Heard { order, .. } => *order,
        }
    }
}

impl ShopRows {
    /// Whether the changes can be made.
    pub(crate) fn check(&self, changes: &[ShopChange]) -> Result<(), BoxError> {
        for change in changes {
            let is_new = matches!(change, ShopChange::Ordered { .. });
            if !is_new && !self.orders.contains_key(&change.order()) {
                return Err(format!("there is no order {}", change.order()).into());
            }
        }
        Ok(())
    }

    /// Makes a change that was checked.
    pub(crate) fn make(&mut self, change: ShopChange) {
        if let ShopChange::Ordered {
            order,
            payment_id,
            is_visible,
        } = change
        {
            self.orders.entry(order).or_insert(Order {
                payment_id,
                sale: Progress::Planned,
                refunds: BTreeMap::new(),
                is_visible,
                handed_over: false,
                wants_data: false,
                shipped: 0,
                returned: 0,
                disagreements: 0,
            });
            return;
        }
        let Some(known) = self.orders.get_mut(&change.order()) else {
            return;
        };
        match change {
            ShopChange::Ordered { .. } => {}
            ShopChange::BecameVisible { .. } => known.is_visible = true,
            ShopChange::Sale { progress, .. } => known.sale = progress,
            ShopChange::Refund {
                refund, progress, ..
            } => {
                known.refunds.insert(refund, progress);
            }
            ShopChange::Heard {
                digest,
                is_paid,
                hands_over,
                wants_data,
                returned,
                disagreements,
                ..
            } => {
                *self.effects.entry(digest).or_default() += 1;
                if is_paid && known.shipped == 0 {
                    known.shipped += 1;
                }
                known.handed_over |= hands_over;
                known.wants_data = wants_data;
                known.returned = returned;
                known.disagreements += disagreements;
            }
        }
    }
}
