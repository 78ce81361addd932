//! When and whether callbacks of a payment are sent: the `callback` object.

use std::time::Duration;

use ecommpay_model::Json;

use crate::members::Members;
use crate::section::{Section, section};

pub(crate) const CALLBACK: &Section =
    &section!("callback", depth 1, "callback", "callback:", ["delay", "force_disable"]);

/// How callbacks of a payment are delivered.
///
/// Callbacks that ask the shop to act (hand-over, clarification) can't be switched off.
#[derive(Debug, Clone, PartialEq)]
pub struct CallbackDelivery(pub(crate) Members);

impl CallbackDelivery {
    /// `callback.delay`: sent this much later, 0 to 600 seconds; fractions of a second are dropped.
    ///
    /// A longer delay is refused when the request is prepared.
    #[must_use]
    pub fn delayed(delay: Duration) -> Self {
        let mut members = Members::new(CALLBACK);
        members.set("delay", Json::from(delay.as_secs()));
        CallbackDelivery(members)
    }

    /// `callback.force_disable`: not sent at all; the result has to be asked for.
    #[must_use]
    pub fn disabled() -> Self {
        let mut members = Members::new(CALLBACK);
        members.flag("force_disable");
        CallbackDelivery(members)
    }
}
