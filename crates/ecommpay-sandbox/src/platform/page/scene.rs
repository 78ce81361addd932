//! What Payment Page shows: the scene follows from the session and its payment.

use super::super::handoff::{Handoff, Redirect};
use super::super::moment::Moment;
use super::super::payment::Payment;
use super::super::status::PaymentStatus;
use super::super::timeline::Event;
use super::super::{Platform, money};
use super::PageSession;
use super::offer::offer;
use super::parameters::Language;
use crate::config::Method;

/// What the page has to show.
#[derive(Debug)]
pub(crate) struct PageView {
    pub(crate) session: String,
    pub(crate) language: Language,
    pub(crate) payment_id: String,
    pub(crate) description: String,
    /// Decimal amount with its currency.
    pub(crate) sum: String,
    /// `hh:mm` UTC of `best_before`.
    pub(crate) deadline: Option<String>,
    /// The link by which the customer leaves before paying.
    pub(crate) leave: Option<String>,
    pub(crate) scene: PageScene,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PageScene {
    /// A choice, or one method that the shop has preselected.
    Methods {
        offered: Vec<Method>,
        withheld: Vec<(Method, &'static str)>,
    },
    Login {
        method: Method,
        known: String,
        forgotten: bool,
    },
    /// The browser is sent on at once.
    GoTo(String),
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
        seconds_left: u64,
    },
    Instruction {
        login: String,
        valid_until: String,
        bank: String,
    },
    Waiting,
    Result {
        paid: bool,
        button: Option<String>,
    },
    TimeOver,
    Refused(Vec<String>),
}

impl Platform {
    /// The page as it stands now.
    pub(super) fn page_view(&mut self, session: &str, now: Moment) -> Option<PageView> {
        let scene = self.page_scene(session, now)?;
        if matches!(scene, PageScene::Result { .. }) {
            let key = self.pages.get(session)?.payment.clone();
            self.record_once(&key, now, Event::ResultShown);
        }
        self.page_with(session, scene)
    }

    fn page_scene(&self, session: &str, now: Moment) -> Option<PageScene> {
        let page = self.pages.get(session)?;
        let payment = self.payment(&page.payment).filter(|_| page.confirmed);
        if let Some(payment) = payment {
            return Some(self.payment_scene(page, payment, now));
        }
        if page.is_late(now) {
            return Some(PageScene::TimeOver);
        }
        if let Some(method) = page.chosen.filter(|_| !page.confirmed) {
            let known = page
                .parameters
                .text("customer_account_number")
                .unwrap_or_default();
            return Some(PageScene::Login {
                method,
                known: known.to_owned(),
                forgotten: false,
            });
        }
        let (offered, withheld) = offer(self.project(page.payment.project)?, &page.parameters);
        Some(PageScene::Methods { offered, withheld })
    }

    fn payment_scene(&self, page: &PageSession, payment: &Payment, now: Moment) -> PageScene {
        let method = payment.purchase.method;
        match payment.status {
            PaymentStatus::Processing | PaymentStatus::AwaitingClarification => PageScene::Waiting,
            PaymentStatus::AwaitingRedirectResult | PaymentStatus::AwaitingCustomerAction => {
                match &payment.handoff {
                    Some(Handoff::Invoice { valid_until }) => PageScene::Instruction {
                        login: payment.purchase.login.clone().unwrap_or_default(),
                        valid_until: valid_until.minute_text(),
                        bank: format!("{}/emulator/{}", self.base_uri, payment.token),
                    },
                    _ if payment.visit.result.is_some() => PageScene::Waiting,
                    Some(Handoff::Redirect(redirect)) if redirect.method == "GET" => {
                        PageScene::Link {
                            method,
                            url: merged(redirect),
                        }
                    }
                    Some(Handoff::Redirect(redirect)) => PageScene::Form {
                        method,
                        url: redirect.url.clone(),
                        members: redirect.body.members.clone(),
                    },
                    Some(Handoff::Qr(code)) => PageScene::Qr {
                        token: payment.token.clone(),
                        seconds_left: code.valid_until.since(now).as_secs(),
                    },
                    None => PageScene::Waiting,
                }
            }
            status => {
                let paid = !matches!(status, PaymentStatus::Decline | PaymentStatus::Error);
                let [at_once, by_button] = if paid {
                    ["redirect_success_url", "merchant_success_url"]
                } else {
                    ["redirect_fail_url", "merchant_fail_url"]
                };
                match page.parameters.text(at_once) {
                    Some(url) => PageScene::GoTo(url.to_owned()),
                    None => PageScene::Result {
                        paid,
                        button: page.parameters.text(by_button).map(str::to_owned),
                    },
                }
            }
        }
    }

    pub(super) fn page_with(&self, session: &str, scene: PageScene) -> Option<PageView> {
        let page = self.pages.get(session)?;
        let parameters = &page.parameters;
        let currency = parameters.text("payment_currency").unwrap_or_default();
        Some(PageView {
            session: session.to_owned(),
            language: parameters.language(),
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
                .map(|deadline| deadline.clock_text()),
            leave: parameters
                .text("merchant_return_url")
                .filter(|_| !page.confirmed)
                .map(str::to_owned),
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
