//! What Payment Page shows: the scene follows from the session and its payment.

use super::super::handoff::{Handoff, Redirect};
use super::super::moment::Moment;
use super::super::payment::Payment;
use super::super::status::PaymentStatus;
use super::super::timeline::Event;
use super::super::{Platform, money};
use super::PageSession;
use super::clarify::{AskedField, asked_fields};
use super::events::PageEvent;
use super::offer::{Offer, offer};
use super::returning::{Control, Frame, Way, WayBack};
use crate::config::{Language, Method};

/// What the page has to show.
#[derive(Debug)]
pub(crate) struct PageView {
    pub(crate) session: String,
    pub(crate) language: Language,
    pub(crate) frame: Frame,
    pub(crate) payment_id: String,
    pub(crate) description: String,
    /// Decimal amount with its currency.
    pub(crate) sum: String,
    /// Until when the customer may confirm.
    pub(crate) deadline: Option<Deadline>,
    /// The control by which the customer leaves before the payment is completed.
    pub(crate) leave: Option<WayBack>,
    /// Whether the provider's page opens in a tab of its own.
    pub(crate) new_tab: bool,
    /// What the page around the frame is told, oldest first.
    pub(crate) events: Vec<PageEvent>,
    pub(crate) scene: PageScene,
}

/// `best_before` as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deadline {
    /// `hh:mm` in UTC.
    pub(crate) clock: String,
    pub(crate) seconds_left: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PageScene {
    /// A choice, or one method that the shop has preselected.
    Methods(Offer),
    Login {
        method: Method,
        known: String,
        /// What was typed is no login.
        refused: bool,
        /// The customer may choose another method instead.
        others: bool,
    },
    /// Additional data are missing.
    Clarification(Vec<AskedField>),
    /// The browser is sent on at once.
    GoTo(WayBack),
    /// The customer goes on by a link.
    Link {
        method: Method,
        url: String,
    },
    /// The customer goes on by a form.
    Form {
        method: Method,
        url: String,
        members: Vec<(&'static str, String)>,
    },
    Qr {
        token: String,
        /// What the code says.
        address: String,
        seconds_left: u64,
    },
    /// The code was not used in time.
    QrOver,
    Instruction {
        login: String,
        valid_until: String,
        /// Where the bank's emulator shows the invoice.
        bank: String,
    },
    Waiting,
    Result {
        paid: bool,
        /// Opens by itself in a frame's parent or in a new tab.
        automatic: Option<WayBack>,
        button: Option<WayBack>,
    },
    TimeOver,
    Refused(Vec<String>),
}

impl PageScene {
    /// A name by which a script notices that there is something else to show.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Methods(_) => "methods",
            Self::Login { .. } => "login",
            Self::Clarification(_) => "clarification",
            Self::Link { .. } | Self::Form { .. } => "handoff",
            Self::Qr { .. } => "qr",
            Self::QrOver => "qr_over",
            Self::Instruction { .. } => "instruction",
            Self::Waiting => "waiting",
            Self::GoTo(_) | Self::Result { .. } => "result",
            Self::TimeOver => "time_over",
            Self::Refused(_) => "refused",
        }
    }

    /// Whether the payment can still be left.
    fn is_over(&self) -> bool {
        matches!(self, Self::GoTo(_) | Self::Result { .. })
    }
}

impl PageView {
    /// The name of the scene.
    pub(crate) fn scene_name(&self) -> &'static str {
        self.scene.name()
    }
}

impl Platform {
    /// The page as it stands now.
    pub(super) fn page_view(&mut self, session: &str, now: Moment) -> Option<PageView> {
        let scene = self.page_scene(session, now)?;
        self.note_shown(session, &scene, now);
        self.page_with(session, scene, now)
    }

    /// Writes down what the customer gets to see.
    fn note_shown(&mut self, session: &str, scene: &PageScene, now: Moment) {
        let Some(page) = self.pages.get(session) else {
            return;
        };
        let (key, frame) = (page.payment.clone(), page.frame);
        if matches!(scene, PageScene::Result { .. }) {
            self.record_once(&key, now, Event::ResultShown);
        }
        if frame == Frame::Page {
            return;
        }
        let payment = self.payment(&key);
        let redirected = payment.is_some_and(|payment| {
            matches!(payment.handoff, Some(Handoff::Redirect(_))) && payment.visit.opened.is_some()
        });
        let result = payment.and_then(PageEvent::result);
        let Some(page) = self.pages.get_mut(session) else {
            return;
        };
        match scene {
            PageScene::Clarification(_) => page.tell_anew(PageEvent::clarification_shown()),
            PageScene::Link { .. } | PageScene::Form { .. } => {
                page.tell_once(PageEvent::sent_to_provider());
            }
            PageScene::Waiting | PageScene::GoTo(_) | PageScene::Result { .. } => {
                if redirected {
                    page.tell_once(PageEvent::sent_to_provider());
                    page.tell_once(PageEvent::back_from_provider());
                }
                if let Some(result) = result.filter(|_| scene.is_over()) {
                    page.tell_once(result);
                }
            }
            _ => {}
        }
    }

    pub(super) fn page_scene(&self, session: &str, now: Moment) -> Option<PageScene> {
        let page = self.pages.get(session)?;
        let payment = self
            .payment(&page.payment)
            .filter(|payment| page.confirmed && payment.belongs_to_page(session));
        if let Some(payment) = payment {
            return Some(self.payment_scene(page, payment, now));
        }
        if page.is_late(now) {
            return Some(PageScene::TimeOver);
        }
        if let Some(method) = page.chosen {
            let known = page
                .parameters
                .text("customer_account_number")
                .unwrap_or_default();
            return Some(PageScene::Login {
                method,
                known: known.to_owned(),
                refused: false,
                others: self.has_other_methods(session),
            });
        }
        let project = self.project(page.payment.project)?;
        Some(PageScene::Methods(offer(project, &page.parameters)))
    }

    fn payment_scene(&self, page: &PageSession, payment: &Payment, now: Moment) -> PageScene {
        match payment.status {
            PaymentStatus::Processing => PageScene::Waiting,
            PaymentStatus::AwaitingClarification => PageScene::Clarification(asked_fields(payment)),
            PaymentStatus::AwaitingRedirectResult | PaymentStatus::AwaitingCustomerAction => {
                self.handoff_scene(payment, now)
            }
            status => {
                let paid = !matches!(status, PaymentStatus::Decline | PaymentStatus::Error);
                let control = if paid {
                    Control::Success
                } else {
                    Control::Fail
                };
                let button = control.button(&page.parameters);
                match control.automatic(&page.parameters) {
                    // Inside a frame the page must first tell the result.
                    Some(back) if back.way == Way::Here && page.frame == Frame::Page => {
                        PageScene::GoTo(back)
                    }
                    automatic => PageScene::Result {
                        paid,
                        automatic,
                        button,
                    },
                }
            }
        }
    }

    fn handoff_scene(&self, payment: &Payment, now: Moment) -> PageScene {
        let method = payment.purchase.method;
        match &payment.handoff {
            Some(Handoff::Invoice { valid_until }) => PageScene::Instruction {
                login: payment.purchase.login.clone().unwrap_or_default(),
                valid_until: valid_until.minute_text(),
                bank: format!("{}/emulator/{}", self.base_uri, payment.token),
            },
            _ if payment.visit.result.is_some() => PageScene::Waiting,
            Some(Handoff::Redirect(redirect)) if redirect.method == "GET" => PageScene::Link {
                method,
                url: merged(redirect),
            },
            Some(Handoff::Redirect(redirect)) => PageScene::Form {
                method,
                url: redirect.url.clone(),
                members: redirect.body.members.clone(),
            },
            Some(Handoff::Qr(code)) if code.valid_until <= now => PageScene::QrOver,
            Some(Handoff::Qr(code)) => PageScene::Qr {
                token: payment.token.clone(),
                address: code.text.clone(),
                seconds_left: code.valid_until.since(now).as_secs(),
            },
            None => PageScene::Waiting,
        }
    }

    pub(super) fn page_with(
        &self,
        session: &str,
        scene: PageScene,
        now: Moment,
    ) -> Option<PageView> {
        let page = self.pages.get(session)?;
        let parameters = &page.parameters;
        let currency = parameters.text("payment_currency").unwrap_or_default();
        Some(PageView {
            session: session.to_owned(),
            language: page.language,
            frame: page.frame,
            payment_id: parameters.payment_id().to_owned(),
            description: parameters
                .text("payment_description")
                .unwrap_or_default()
                .to_owned(),
            sum: format!(
                "{} {currency}",
                money::decimal(parameters.amount(), currency)
            ),
            deadline: parameters
                .deadline(page.opened)
                .filter(|deadline| !page.confirmed && *deadline > now)
                .map(|deadline| Deadline {
                    clock: deadline.clock_text(),
                    seconds_left: deadline.since(now).as_secs(),
                }),
            leave: Control::Return
                .button(parameters)
                .filter(|_| !scene.is_over()),
            new_tab: parameters.opens_provider_in_new_tab(),
            events: page.events.clone(),
            scene,
        })
    }
}

/// The address of a GET redirect with the members of its body in the query.
pub(super) fn merged(redirect: &Redirect) -> String {
    if redirect.body.members.is_empty() {
        return redirect.url.clone();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&redirect.body.members);
    let separator = if redirect.url.contains('?') { '&' } else { '?' };
    format!("{}{separator}{}", redirect.url, query.finish())
}
