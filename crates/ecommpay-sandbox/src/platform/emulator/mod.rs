//! The provider's side as the customer meets it: arriving, paying or declining, going back.

mod bank;
mod view;

use serde::{Deserialize, Serialize};

pub(crate) use self::bank::{Invoice, Invoices, SignIn};
pub(crate) use self::view::{EmulatorView, LastName, LoginAsked, Scene};
use self::view::{asks_last_name, ended};
use super::entry::Entry;
use super::handoff::{ALFA_ORDER, ALFA_REDIRECT, Handoff, Redirect, alfa_order};
use super::moment::Moment;
use super::payment::{Origin, PaymentKey, SaleResult};
use super::status::PaymentStatus;
use super::timeline::Event;
use super::timers::Timer;
use super::{Command, Platform, Query, sale};
use crate::config::Method;

/// Which button the customer pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Choice {
    Success,
    Decline,
}

impl Choice {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "success" => Some(Self::Success),
            "decline" => Some(Self::Decline),
            _ => None,
        }
    }
}

/// What the browser gets after a button.
#[derive(Debug)]
pub(crate) enum AfterChoice {
    Page(EmulatorView),
    /// Straight back, through the return address of the emulator.
    Return(String),
}

/// The browser comes to the emulator's address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Arrive {
    pub(crate) token: String,
    pub(crate) by_post: bool,
    /// Members of the query (GET) or of the form (POST).
    pub(crate) members: Vec<(String, String)>,
}

impl Command for Arrive {
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
        let problems = match &payment.handoff {
            Some(Handoff::Redirect(redirect)) if payment.visit.opened.is_none() => {
                arrival_problems(redirect, &self.token, self.by_post, &self.members)
            }
            _ => Vec::new(),
        };
        if !problems.is_empty() {
            return platform.emulator_view(&key, Scene::Broken(problems), now);
        }
        platform.note_arrival(&key, now);
        let scene = platform.scene(&key)?;
        platform.emulator_view(&key, scene, now)
    }
}

/// The customer has read the instruction and presses Pay (Alipay).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PressPay {
    pub(crate) token: String,
}

impl Command for PressPay {
    type Reply = Option<EmulatorView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<EmulatorView> {
        let key = platform.visits.get(&self.token)?.clone();
        let payment = platform.payment_mut(&key)?;
        if let Some(scene) = ended(payment, now) {
            return platform.emulator_view(&key, scene, now);
        }
        payment.visit.pay_pressed = true;
        let scene = platform.scene(&key)?;
        platform.emulator_view(&key, scene, now)
    }
}

/// The customer presses Success or Decline.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Choose {
    pub(crate) token: String,
    pub(crate) choice: Choice,
    pub(crate) last_name: String,
}

impl Command for Choose {
    type Reply = Option<AfterChoice>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<AfterChoice> {
        let key = platform.visits.get(&self.token)?.clone();
        let project = platform.project(key.project)?;
        let payment = project.payments.get(&key)?;
        if let Some(scene) = ended(payment, now) {
            return platform
                .emulator_view(&key, scene, now)
                .map(AfterChoice::Page);
        }
        if asks_last_name(payment) && self.last_name.trim().is_empty() {
            let scene = Scene::Choice {
                last_name: LastName::Forgotten,
            };
            return platform
                .emulator_view(&key, scene, now)
                .map(AfterChoice::Page);
        }
        let result = sale::decide(project, &payment.purchase, self.choice == Choice::Success);
        platform.note_arrival(&key, now);
        let payment = platform.payment_mut(&key)?;
        payment.visit.result = Some(result);
        let straight_back = payment.purchase.method == Method::Alipay
            && matches!(payment.handoff, Some(Handoff::Redirect(_)));
        let shows_result = payment.purchase.method != Method::Alipay;
        platform.record(&key, now, Event::CustomerActed, "");
        platform.record(&key, now, Event::ProviderResultProcessed, "");
        if shows_result {
            platform.record(&key, now, Event::ProviderResultShown, "");
        }
        let due = now.plus(platform.pace.result);
        platform.timers.set(due, Timer::SaleResult(key.clone()));
        if straight_back {
            return Some(AfterChoice::Return(format!(
                "/emulator/{}/return",
                self.token
            )));
        }
        let scene = ended(platform.payment(&key)?, now)?;
        platform
            .emulator_view(&key, scene, now)
            .map(AfterChoice::Page)
    }
}

/// The customer goes back to the shop or to Payment Page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Return {
    pub(crate) token: String,
}

impl Command for Return {
    /// The address to go to; the outer `None` means that there is no such payment, the inner one
    /// that nobody said where the customer should return to.
    type Reply = Option<Option<String>>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let key = platform.visits.get(&self.token)?.clone();
        let project = platform.project(key.project)?;
        let payment = project.payments.get(&key)?;
        let urls = &payment.purchase.return_urls;
        let declined = payment.status == PaymentStatus::Decline;
        let of_result = match payment.visit.result {
            Some(SaleResult::Success) => urls.success.as_ref(),
            Some(SaleResult::Decline(_)) => urls.decline.as_ref(),
            None if declined => urls.decline.as_ref(),
            None => None,
        };
        let undecided = payment.visit.result.is_none() && !declined;
        let address = match &payment.purchase.origin {
            Origin::Page(session) => urls
                .back
                .clone()
                .filter(|_| undecided)
                .or_else(|| Some(format!("{}/payment/{session}", platform.base_uri))),
            Origin::Gate => of_result
                .or(urls.back.as_ref())
                .or(project.config.return_url.as_ref())
                .cloned(),
        };
        platform.record_once(&key, now, Event::CustomerReturned);
        Some(address)
    }
}

/// The text of the QR code of a payment, for its picture.
#[derive(Debug)]
pub(crate) struct QrText {
    pub(crate) token: String,
}

impl Query for QrText {
    type Reply = Option<String>;

    fn answer(self, platform: &Platform, _now: Moment) -> Option<String> {
        let key = platform.visits.get(&self.token)?;
        match &platform.payment(key)?.handoff {
            Some(Handoff::Qr(code)) => Some(code.text.clone()),
            _ => None,
        }
    }
}

impl Platform {
    /// The customer is at the provider; in a test project the page waits for a button only so
    /// long.
    fn note_arrival(&mut self, key: &PaymentKey, now: Moment) {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return;
        };
        let is_test = project.is_test();
        let Some(payment) = project.payments.get_mut(key) else {
            return;
        };
        if payment.visit.opened.is_some() {
            return;
        }
        payment.visit.opened = Some(now);
        let redirected = matches!(payment.handoff, Some(Handoff::Redirect(_)));
        let no_click = project
            .config
            .methods
            .get(&payment.purchase.method)
            .and_then(|settings| settings.no_click_seconds)
            .filter(|_| is_test && redirected);
        if let Some(seconds) = no_click {
            let end = now.plus_seconds(seconds);
            payment.visit.ends = Some(end);
            self.timers.set(end, Timer::NoClick(key.clone()));
        }
        self.record(key, now, Event::CustomerAtProvider, "");
    }
}

/// What is wrong with the way the browser came, compared with `redirect_data`.
fn arrival_problems(
    redirect: &Redirect,
    token: &str,
    by_post: bool,
    members: &[(String, String)],
) -> Vec<String> {
    let mut problems = Vec::new();
    if by_post != (redirect.method == "POST") {
        let came = if by_post { "POST" } else { "GET" };
        problems.push(format!(
            "redirect_data.method is {}, the browser came by {came}",
            redirect.method
        ));
    }
    let brought = |name: &str, value: &str| {
        members
            .iter()
            .any(|(known, given)| known == name && given == value)
    };
    for (name, value) in &redirect.body.members {
        if !brought(name, value) {
            problems.push(format!(
                "member {name} of redirect_data.body did not arrive as given"
            ));
        }
    }
    let has_query = redirect
        .body
        .members
        .iter()
        .any(|(name, _)| *name == ALFA_REDIRECT.0);
    if has_query && !by_post && !brought(ALFA_ORDER, &alfa_order(token)) {
        problems.push(format!(
            "the query of redirect_data.url was lost ({ALFA_ORDER} is missing)"
        ));
    }
    problems
}
