//! What the emulator pages show.

use super::super::handoff::Handoff;
use super::super::moment::Moment;
use super::super::payment::{Origin, Payment, PaymentKey, SaleResult};
use super::super::{Platform, money, sale};
use super::Choice;
use crate::config::Method;

/// What an emulator page has to show.
#[derive(Debug)]
pub(crate) struct EmulatorView {
    pub(crate) method: Method,
    pub(crate) token: String,
    pub(crate) payment_id: String,
    pub(crate) description: String,
    /// Decimal amount with its currency.
    pub(crate) sum: String,
    pub(crate) login: Option<String>,
    /// The result that the amount decides, in a test project.
    pub(crate) decided: Option<Choice>,
    /// After so many seconds without a button the payment is declined, or the QR code is no
    /// longer valid.
    pub(crate) seconds_left: Option<u64>,
    /// Until when the bank's invoice can be paid.
    pub(crate) invoice_until: Option<String>,
    /// Whether the customer can go back without paying.
    pub(crate) can_leave: bool,
    pub(crate) scene: Scene,
}

/// The state of the customer's visit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// The browser did not bring what `redirect_data` says.
    Broken(Vec<String>),
    /// Instruction with a Pay button.
    Instruction,
    /// The bank asks who is there.
    SignIn(LoginAsked),
    /// Success and Decline.
    Choice {
        /// Whether the last name is asked for, and whether it was forgotten.
        last_name: LastName,
    },
    /// The provider shows the result.
    Done { paid: bool, can_return: bool },
    /// The payment ended without the customer.
    Over { status: &'static str },
    /// The QR code is no longer valid.
    Expired,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastName {
    NotAsked,
    Asked,
    Forgotten,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginAsked {
    First,
    /// The login that was entered is not that of the invoice.
    Refused,
}

impl Platform {
    pub(super) fn scene(&self, key: &PaymentKey) -> Option<Scene> {
        let payment = self.payment(key)?;
        if asks_login(payment) {
            return Some(Scene::SignIn(LoginAsked::First));
        }
        let last_name = match (asks_last_name(payment), payment.visit.pay_pressed) {
            (true, false) => return Some(Scene::Instruction),
            (true, true) => LastName::Asked,
            (false, _) => LastName::NotAsked,
        };
        Some(Scene::Choice { last_name })
    }

    pub(super) fn emulator_view(
        &self,
        key: &PaymentKey,
        scene: Scene,
        now: Moment,
    ) -> Option<EmulatorView> {
        let project = self.project(key.project)?;
        let payment = project.payments.get(key)?;
        let purchase = &payment.purchase;
        let decided = project
            .is_test()
            .then(|| match sale::decide(project, purchase, true) {
                SaleResult::Success => Choice::Success,
                SaleResult::Decline(_) => Choice::Decline,
            });
        let invoice_until = match &payment.handoff {
            Some(Handoff::Invoice { valid_until }) => Some(valid_until.minute_text()),
            _ => None,
        };
        let end = match &payment.handoff {
            Some(Handoff::Qr(code)) => Some(code.valid_until),
            _ => payment.visit.ends,
        };
        Some(EmulatorView {
            method: purchase.method,
            token: payment.token.clone(),
            payment_id: purchase.payment_id.clone(),
            description: purchase.description.clone(),
            sum: format!(
                "{} {}",
                money::decimal(purchase.amount, &purchase.currency),
                purchase.currency
            ),
            login: purchase.login.clone(),
            decided,
            seconds_left: end.map(|end| end.since(now).as_secs()),
            invoice_until,
            can_leave: purchase.return_urls.back.is_some(),
            scene,
        })
    }
}

/// Alipay's test page asks for a last name when the customer comes from Payment Page.
pub(super) fn asks_last_name(payment: &Payment) -> bool {
    payment.purchase.method == Method::Alipay && payment.purchase.origin != Origin::Gate
}

/// The bank shows an invoice to whom it belongs.
pub(super) fn asks_login(payment: &Payment) -> bool {
    payment.purchase.method == Method::AlfaClick && !payment.visit.signed_in
}

/// What to show when there is nothing left to choose.
pub(super) fn ended(payment: &Payment, now: Moment) -> Option<Scene> {
    if let Some(result) = payment.visit.result {
        return Some(Scene::Done {
            paid: result == SaleResult::Success,
            can_return: matches!(payment.handoff, Some(Handoff::Redirect(_))),
        });
    }
    if !payment.status.is_open() {
        return Some(Scene::Over {
            status: payment.status.name(),
        });
    }
    match &payment.handoff {
        Some(Handoff::Qr(code)) if code.valid_until <= now => Some(Scene::Expired),
        _ => None,
    }
}
