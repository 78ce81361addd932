//! Payment links: a signed request makes an address that opens Payment Page until `best_before`.
//!
//! A link becomes an ordinary page session of the parameters kept with it. The payment itself
//! begins when the customer confirms there; until then there is the link and nothing else.

mod body;
mod control;
mod life;
mod open;
mod request;

use super::Platform;
use super::callback::{self, NO_ADDRESS};
use super::deliveries::CallbackKind;
use super::faults::Outgoing;
use super::moment::Moment;
use super::page::parameters::Parameters;
use super::payment::{CallbackUrls, PaymentKey};
use super::status::OperationStatus;
use super::timeline::Event;
use crate::config::{CancelledSpelling, LinkSettings};

pub(crate) use self::control::{LinkView, MakeLink, ShowLinks, StopLink};
pub(crate) use self::life::NotCancelled;
pub(crate) use self::open::{OpenLink, OpenedLink};

/// How far a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkState {
    /// Nobody has confirmed yet.
    Waiting,
    /// The customer has confirmed: the payment goes on by itself.
    Used,
    Cancelled,
    Expired,
}

/// One payment link.
#[derive(Debug)]
pub(crate) struct Link {
    payment_id: String,
    token: String,
    state: LinkState,
    /// Whether the platform mailed it to the customer.
    mailed: bool,
    amount: i64,
    currency: String,
    /// What Payment Page is opened with.
    parameters: Parameters,
    callback_urls: CallbackUrls,
    created: Moment,
    changed: Moment,
    valid_until: Moment,
    /// The page session, once the link was opened.
    session: Option<String>,
}

impl Link {
    /// Whether the payment id belongs to this link alone.
    pub(crate) fn holds_payment_id(&self) -> bool {
        self.state != LinkState::Used
    }

    /// Whether it waits for the customer on this page.
    pub(crate) fn waits_for(&self, session: Option<&str>) -> bool {
        self.state == LinkState::Waiting && session.is_some() && self.session.as_deref() == session
    }

    /// `payment.status` while the payment itself has not begun.
    fn status(&self, settings: &LinkSettings) -> &'static str {
        match (self.state, settings.cancelled) {
            (LinkState::Waiting | LinkState::Used, _) if self.mailed => "invoice sent",
            (LinkState::Waiting | LinkState::Used, _) => "awaiting payment",
            (LinkState::Cancelled, CancelledSpelling::Cancelled) => "invoice cancelled",
            (LinkState::Cancelled, CancelledSpelling::Canceled) => "invoice canceled",
            (LinkState::Expired, _) => "expired",
        }
    }
}

impl Platform {
    fn link(&self, key: &PaymentKey) -> Option<&Link> {
        self.project(key.project)?.links.get(key)
    }

    fn link_mut(&mut self, key: &PaymentKey) -> Option<&mut Link> {
        self.projects.get_mut(&key.project)?.links.get_mut(key)
    }

    /// Tells the merchant where a link stands, from `first` on.
    fn notify_link(&mut self, key: &PaymentKey, now: Moment, first: Moment) {
        let Some(project) = self.projects.get(&key.project) else {
            return;
        };
        let Some(link) = project.links.get(key) else {
            return;
        };
        let urls = &link.callback_urls;
        let Some(url) = callback::address(project, urls, OperationStatus::Processing) else {
            return self.record(key, now, Event::CallbackNotSent, NO_ADDRESS);
        };
        let kind = CallbackKind::Link;
        let faults = self.faults.of_callback(&self.ids, key, None, kind);
        let callback = Outgoing {
            payment: key.clone(),
            kind,
            url,
            body: link.callback_body(project, &self.base_uri, faults.distortion),
            first,
        };
        self.dispatch(callback, faults, now);
    }
}
