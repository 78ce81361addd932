//! The bank's emulator: signing in, and the invoices of a login.

use serde::{Deserialize, Serialize};

use super::super::entry::Entry;
use super::super::handoff::Handoff;
use super::super::moment::Moment;
use super::super::{Command, Platform, Query, money};
use super::EmulatorView;
use super::view::{LoginAsked, Scene, ended};
use crate::config::Method;

/// The customer signs in to the bank in order to see one invoice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) token: String,
    pub(crate) login: String,
}

impl Command for SignIn {
    type Reply = Option<EmulatorView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<EmulatorView> {
        let key = platform.visits.get(&self.token)?.clone();
        let payment = platform.payment(&key)?;
        if let Some(scene) = ended(payment, now) {
            return platform.emulator_view(&key, scene, now);
        }
        let known = payment.purchase.login.as_deref();
        if known.is_some_and(|login| login != self.login.trim()) {
            let scene = Scene::SignIn(LoginAsked::Refused);
            return platform.emulator_view(&key, scene, now);
        }
        platform.note_arrival(&key, now);
        platform.payment_mut(&key)?.visit.signed_in = true;
        let scene = platform.scene(&key)?;
        platform.emulator_view(&key, scene, now)
    }
}

/// The open invoices of one login at the bank, in all projects.
#[derive(Debug)]
pub(crate) struct Invoices {
    pub(crate) login: String,
}

/// One invoice in the bank's list.
#[derive(Debug)]
pub(crate) struct Invoice {
    pub(crate) token: String,
    pub(crate) payment_id: String,
    /// Decimal amount with its currency.
    pub(crate) sum: String,
    pub(crate) valid_until: String,
}

impl Query for Invoices {
    type Reply = Vec<Invoice>;

    /// Looks through all payments; somebody waits in front of a page for it.
    fn answer(self, platform: &Platform, _now: Moment) -> Vec<Invoice> {
        let payments = platform
            .projects
            .values()
            .flat_map(|project| &project.payments);
        let mut waiting: Vec<_> = payments
            .filter(|(_, payment)| payment.purchase.method == Method::AlfaClick)
            .filter(|(_, payment)| payment.purchase.login.as_deref() == Some(self.login.as_str()))
            .filter(|(_, payment)| payment.status.is_open() && payment.visit.result.is_none())
            .collect();
        waiting.sort_unstable_by_key(|(key, _)| *key);
        waiting
            .into_iter()
            .filter_map(|(_, payment)| match &payment.handoff {
                Some(Handoff::Invoice { valid_until }) => Some(Invoice {
                    token: payment.token.clone(),
                    payment_id: payment.purchase.payment_id.clone(),
                    sum: format!(
                        "{} {}",
                        money::decimal(payment.purchase.amount, &payment.purchase.currency),
                        payment.purchase.currency
                    ),
                    valid_until: valid_until.minute_text(),
                }),
                _ => None,
            })
            .collect()
    }
}
