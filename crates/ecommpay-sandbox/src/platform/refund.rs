//! Refunds: what may be refunded, and what is left afterwards.

use super::Platform;
use super::deliveries::CallbackKind;
use super::fault::{Code, Fault};
use super::moment::Moment;
use super::payment::{
    CallbackUrls, CallbackWishes, Operation, Payment, PaymentKey, Provider, SaleResult,
};
use super::project::Project;
use super::sale::provider_id;
use super::status::{OperationStatus, OperationType, PaymentStatus};
use super::timeline::Event;
use super::timers::Timer;
use crate::config::{Method, MethodSettings, RefundKinds, TestRefunds};

const DAY_SECONDS: u64 = 24 * 60 * 60;

/// What a refund request asks for.
#[derive(Debug, Clone)]
pub(crate) struct RefundWish {
    pub(crate) payment_id: String,
    /// The method of the endpoint, if it names one.
    pub(crate) method: Option<Method>,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) merchant_refund_id: Option<String>,
    pub(crate) callback_urls: CallbackUrls,
    pub(crate) callback_wishes: CallbackWishes,
}

/// A refund on its way.
#[derive(Debug, Clone)]
pub(crate) struct RefundState {
    wish: RefundWish,
    /// What the provider will answer.
    result: Option<SaleResult>,
    reserved: i64,
}

/// What the platform's further checks say about a refund.
enum Verdict {
    /// Declined by the platform itself.
    Refused(Code),
    /// Sent to the provider, who will answer this.
    Sent(SaleResult),
}

impl Platform {
    /// Takes an acknowledged refund request. A payment nobody knows gives an `error` callback.
    pub(super) fn accept_refund(
        &mut self,
        project_id: u32,
        wish: RefundWish,
        request_id: &str,
        now: Moment,
    ) -> Vec<Fault> {
        let key = PaymentKey::new(project_id, &wish.payment_id);
        let id = self.ids.operation();
        let due = now.plus(self.pace.processing);
        let known = self
            .payment_mut(&key)
            .filter(|payment| payment.status != PaymentStatus::Error);
        let Some(payment) = known else {
            let faults = vec![Fault::of_member(
                Code::NOT_FOUND,
                "general.payment_id",
                "no payment of the project has this id",
            )];
            self.record(&key, now, Event::RequestFailed, faults[0].summary());
            let (id, urls) = (wish.payment_id, wish.callback_urls);
            self.notify_error(&key, &id, &faults, &urls, wish.callback_wishes, now);
            return faults;
        };
        let partner = payment.purchase.method == Method::WalletPartner;
        let default_refund_id = partner.then(|| payment.purchase.payment_id.clone());
        payment.operations.push(Operation {
            id,
            kind: OperationType::Refund,
            status: OperationStatus::Processing,
            created: now,
            changed: now,
            request_id: request_id.to_owned(),
            amount: wish.amount.unwrap_or_else(|| payment.remaining()),
            currency: wish
                .currency
                .clone()
                .unwrap_or_else(|| payment.purchase.currency.clone()),
            code: Code::AWAITING_PROCESSING,
            provider: None,
            merchant_refund_id: wish.merchant_refund_id.clone().or(default_refund_id),
            callback_urls: wish.callback_urls.clone(),
            callback_wishes: wish.callback_wishes,
            refund: Some(RefundState {
                wish,
                result: None,
                reserved: 0,
            }),
        });
        self.timers.set(
            due,
            Timer::SendRefund {
                payment: key,
                operation: id,
            },
        );
        Vec::new()
    }

    /// Checks a refund against the payment and sends it to the provider.
    pub(super) fn send_refund(&mut self, key: &PaymentKey, id: u64, now: Moment) {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return;
        };
        let Some(payment) = project.payments.get(key) else {
            return;
        };
        let Some(wish) = refund_of(payment, id).map(|state| state.wish.clone()) else {
            return;
        };
        let verdict = judge(project, payment, &wish, now);
        if let Some(refund_id) = wish.merchant_refund_id {
            project.refund_ids.insert(refund_id);
        }
        let result = match verdict {
            Verdict::Refused(code) => return self.end_refund(key, id, code, now),
            Verdict::Sent(result) => result,
        };
        let provider_payment = |ids: &mut super::Ids, method: Method| match method {
            Method::Alipay => ids.alipay_payment(),
            Method::AlfaClick => ids.bank_payment(),
            Method::WalletPartner => ids.partner_payment(7),
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return;
        };
        let method = payment.purchase.method;
        let free = payment.free();
        let Some(operation) = payment.operations.iter_mut().find(|known| known.id == id) else {
            return;
        };
        if wish.amount.is_none() {
            operation.amount = free;
        }
        operation.provider = Some(Provider {
            id: provider_id(method, OperationType::Refund),
            payment_id: provider_payment(&mut self.ids, method),
            date: now,
        });
        let amount = operation.amount;
        if let Some(state) = &mut operation.refund {
            state.result = Some(result);
            if result == SaleResult::Success {
                state.reserved = amount;
                payment.reserved += amount;
            }
        }
        self.record(key, now, Event::ProviderRequested, "");
        self.record(key, now, Event::ProviderProcessed, "");
        let due = now.plus(self.pace.result);
        self.timers.set(
            due,
            Timer::RefundResult {
                payment: key.clone(),
                operation: id,
            },
        );
    }

    /// The provider reports the result of a refund.
    pub(super) fn refund_result(&mut self, key: &PaymentKey, id: u64, now: Moment) {
        let result = self
            .payment(key)
            .and_then(|payment| refund_of(payment, id))
            .and_then(|it| it.result);
        let Some(result) = result else { return };
        self.record(key, now, Event::ResultReceived, "");
        let code = match result {
            SaleResult::Success => Code::SUCCESS,
            SaleResult::Decline(code) => code,
        };
        self.end_refund(key, id, code, now);
    }

    /// Gives a refund its final status, books it and tells the merchant.
    fn end_refund(&mut self, key: &PaymentKey, id: u64, code: Code, now: Moment) {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return;
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return;
        };
        let Some(operation) = payment.operations.iter_mut().find(|known| known.id == id) else {
            return;
        };
        let paid = code == Code::SUCCESS;
        let status = if paid {
            OperationStatus::Success
        } else {
            OperationStatus::Decline
        };
        operation.set(status, code, now);
        if let Some(provider) = &mut operation.provider {
            provider.date = now;
        }
        let amount = operation.amount;
        // The samples of declined refunds print a new payment date although the status stays.
        payment.changed = now;
        if let Some(state) = &mut operation.refund {
            payment.reserved -= state.reserved;
            state.reserved = 0;
        }
        if paid {
            payment.refunded += amount;
            let status = if payment.remaining() == 0 {
                PaymentStatus::Refunded
            } else {
                PaymentStatus::PartiallyRefunded
            };
            payment.become_status(status, now);
            let currency = payment.purchase.currency.clone();
            project.credit(&currency, -amount);
        }
        self.notify(key, id, CallbackKind::Result, now);
    }
}

fn refund_of(payment: &Payment, id: u64) -> Option<&RefundState> {
    let operation = payment
        .operations
        .iter()
        .find(|operation| operation.id == id)?;
    operation.refund.as_ref()
}

/// The rules of refunds, in the order in which the platform checks them.
fn judge(project: &Project, payment: &Payment, wish: &RefundWish, now: Moment) -> Verdict {
    let purchase = &payment.purchase;
    let method = purchase.method;
    let Some(settings) = project.settings(method) else {
        return Verdict::Refused(Code::REFUND_UNAVAILABLE);
    };
    if wish.method.is_some_and(|named| named != method)
        || !is_offered(project, payment, settings, now)
    {
        return Verdict::Refused(Code::REFUND_UNAVAILABLE);
    }
    if !payment.status.is_refundable() {
        return Verdict::Refused(Code::STATUS_FORBIDS);
    }
    match (wish.amount, &wish.currency) {
        (None, Some(_)) => return Verdict::Refused(Code::AMOUNT_REQUIRED),
        // The Alipay pages ask for the amount only.
        (Some(_), None) if method != Method::Alipay => {
            return Verdict::Refused(Code::CURRENCY_REQUIRED);
        }
        _ => {}
    }
    if wish
        .currency
        .as_ref()
        .is_some_and(|currency| *currency != purchase.currency)
    {
        return Verdict::Refused(Code::REFUND_CURRENCY);
    }
    if wish
        .merchant_refund_id
        .as_ref()
        .is_some_and(|id| project.refund_ids.contains(id))
    {
        return Verdict::Refused(Code::REFUND_ID_EXISTS);
    }
    let amount = wish.amount.unwrap_or_else(|| payment.free());
    if amount > payment.free() || amount == 0 {
        return Verdict::Sent(SaleResult::Decline(Code::REFUND_ABOVE_REST));
    }
    if settings.refunds == RefundKinds::FullOnly && amount != purchase.amount {
        return Verdict::Refused(Code::AMOUNT_NOT_WHOLE);
    }
    if !project.covers(&purchase.currency, amount) {
        return Verdict::Refused(Code::MERCHANT_BALANCE);
    }
    if project.is_test() && settings.refund_declines.contains(&amount) {
        return Verdict::Sent(SaleResult::Decline(Code::GENERAL_DECLINE));
    }
    Verdict::Sent(SaleResult::Success)
}

/// Whether refunds of this payment are offered at all now.
fn is_offered(
    project: &Project,
    payment: &Payment,
    settings: &MethodSettings,
    now: Moment,
) -> bool {
    let testable = match settings.test_refunds {
        _ if !project.is_test() => true,
        TestRefunds::Always => true,
        TestRefunds::WithinOneDay => now.since(payment.created).as_secs() < DAY_SECONDS,
        TestRefunds::Never => false,
    };
    testable && settings.refunds != RefundKinds::None
}
