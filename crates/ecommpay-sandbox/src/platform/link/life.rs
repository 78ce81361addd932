//! The life of a link: made and cancelled by Gate, confirmed by the customer, ended by time.

use super::super::Platform;
use super::super::fault::{Code, Fault};
use super::super::gate::{self, Accepted, GateAnswer};
use super::super::moment::Moment;
use super::super::payment::{CallbackWishes, PaymentKey};
use super::super::timeline::Event;
use super::LinkState;

/// Why a link cannot be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotCancelled {
    /// The project has no such link.
    Unknown,
    /// The customer has confirmed, or the link ended already.
    TooLate,
}

impl Platform {
    /// `/v2/payment/invoice/create`: acknowledged, then a callback tells the link.
    pub(in super::super) fn gate_link(&mut self, accepted: Accepted, now: Moment) -> GateAnswer {
        let (request_id, answer) = self.acknowledge(&accepted, now);
        let (project, payment_id) = (accepted.project, accepted.subject.as_str());
        let made = match accepted.signature_fault {
            Some(code) => Err(vec![Fault::new(code)]),
            None => self.make_link(project, payment_id, &accepted.document, now),
        };
        match made {
            Ok(key) => self.announce_link(&key, now),
            Err(faults) => {
                let key = PaymentKey::new(project, payment_id);
                let summary: Vec<String> = faults.iter().map(Fault::summary).collect();
                self.record(&key, now, Event::RequestFailed, summary.join("; "));
                let urls = gate::callback_urls(&accepted.document);
                let wishes = CallbackWishes::default();
                self.notify_error(&key, payment_id, &faults, &urls, wishes, now);
                self.keep_errors(project, &request_id, faults);
            }
        }
        answer
    }

    /// `/v2/payment/invoice/cancel`: refused at once when there is nothing to cancel.
    pub(in super::super) fn gate_cancel_link(
        &mut self,
        accepted: &Accepted,
        now: Moment,
    ) -> GateAnswer {
        let key = PaymentKey::new(accepted.project, &accepted.subject);
        let (status, code) = match self.cancel_link(&key, now) {
            Ok(()) => return self.acknowledge(accepted, now).1,
            Err(NotCancelled::Unknown) => (404, Code::NOT_FOUND),
            Err(NotCancelled::TooLate) => (400, Code::STATUS_FORBIDS),
        };
        let detail = format!("HTTP {status}, {}", code.number);
        self.record(&key, now, Event::RequestRefused, detail);
        GateAnswer::refusal(status, code, "")
    }

    /// The link is there: the merchant hears it after the platform has thought.
    pub(super) fn announce_link(&mut self, key: &PaymentKey, now: Moment) {
        let until = self
            .link(key)
            .map(|link| format!("valid until {}", link.valid_until.platform_date()));
        self.record(key, now, Event::LinkMade, until.unwrap_or_default());
        let first = now.plus(self.pace.processing);
        self.notify_link(key, now, first);
    }

    /// Cancels a link that nobody has confirmed.
    pub(super) fn cancel_link(
        &mut self,
        key: &PaymentKey,
        now: Moment,
    ) -> Result<(), NotCancelled> {
        let link = self.link_mut(key).ok_or(NotCancelled::Unknown)?;
        if link.state != LinkState::Waiting {
            return Err(NotCancelled::TooLate);
        }
        (link.state, link.changed) = (LinkState::Cancelled, now);
        self.record(key, now, Event::LinkCancelled, "");
        let first = now.plus(self.pace.processing);
        self.notify_link(key, now, first);
        Ok(())
    }

    /// The validity is over.
    pub(in super::super) fn link_ended(&mut self, key: &PaymentKey, now: Moment) {
        let Some(link) = self.link_mut(key) else {
            return;
        };
        if link.state == LinkState::Waiting {
            (link.state, link.changed) = (LinkState::Expired, now);
            self.record(key, now, Event::TimeRanOut, "payment link");
            self.notify_link(key, now, now);
        }
    }

    /// The customer has confirmed on the page that the link opened: the payment may begin.
    pub(in super::super) fn link_confirmed(&mut self, key: &PaymentKey, session: &str) {
        if let Some(link) = self.link_mut(key)
            && link.waits_for(Some(session))
        {
            link.state = LinkState::Used;
        }
    }
}
