//! The customer has confirmed: the payment begins.

use super::super::Platform;
use super::super::fault::Fault;
use super::super::handoff::Handoff;
use super::super::moment::Moment;
use super::super::payment::{PaymentKey, Purchase};
use super::super::sale;
use super::super::timeline::Event;
use super::events::PageEvent;
use super::returning::{Frame, Way, WayBack};
use super::scene::{PageScene, PageView, merged};
use crate::config::{HandoffKind, Method};

impl Platform {
    pub(super) fn confirm(
        &mut self,
        session: &str,
        method: Method,
        login: Option<String>,
        now: Moment,
    ) -> Option<PageView> {
        let page = self.pages.get(session)?;
        let key = page.payment.clone();
        let purchase: Purchase = page.parameters.purchase(method, login, session);
        let project = self.project(key.project)?;
        let faults = sale::purchase_faults(project, &purchase);
        if !faults.is_empty() {
            let problems = faults.iter().map(Fault::summary).collect();
            if let Some(page) = self.pages.get_mut(session) {
                page.chosen = None;
            }
            return self.page_with(session, PageScene::Refused(problems), now);
        }
        let instruction = project
            .settings(method)
            .is_some_and(|settings| settings.handoff == HandoffKind::Instruction);
        if instruction {
            self.record(&key, now, Event::InstructionShown, "");
        }
        self.record(&key, now, Event::PaymentRequestReceived, "");
        let request_id = self.new_request(&key, &purchase.payment_id, now);
        self.register(key.project, purchase, &request_id, now);
        self.link_confirmed(&key, session);
        if let Some(page) = self.pages.get_mut(session) {
            page.confirmed = true;
            page.tell(PageEvent::payment_sent());
            page.tell(PageEvent::submitted(&request_id));
        }
        self.send_from_page(session, &key, now)
    }

    /// Sends the sale to the provider and takes the customer on.
    pub(super) fn send_from_page(
        &mut self,
        session: &str,
        key: &PaymentKey,
        now: Moment,
    ) -> Option<PageView> {
        self.send_sale(key, now);
        let handoff = self.payment(key)?.handoff.as_ref();
        let at_once = match handoff {
            Some(Handoff::Redirect(redirect)) if redirect.method == "GET" => Some(merged(redirect)),
            _ => None,
        };
        if matches!(handoff, Some(Handoff::Redirect(_) | Handoff::Qr(_))) {
            self.record(key, now, Event::HandoffDataSentToPage, "");
        }
        let page = self.pages.get(session)?;
        let new_tab = page.parameters.opens_provider_in_new_tab();
        match at_once {
            // Inside a frame the page must first tell what happens.
            Some(url) if page.frame == Frame::Page && !new_tab => {
                let way = Way::Here;
                self.page_with(session, PageScene::GoTo(WayBack { url, way }), now)
            }
            _ => self.page_view(session, now),
        }
    }
}
