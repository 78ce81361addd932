//! Refunds: what may be refunded, and what is left afterwards.

use super::Platform;
use super::deliveries::CallbackKind;
use super::fault::{Code, Fault};
use super::moment::Moment;
use super::payment::{
    CallbackUrls, CallbackWishes, Interface, Operation, Payment, PaymentKey, SaleResult,
};
use super::provider::Provider;
use super::refund_rules::{Verdict, judge};
use super::status::{OperationStatus, OperationType, PaymentStatus};
use super::timeline::Event;
use super::timers::Timer;
use crate::config::Method;

/// What a refund request asks for.
#[derive(Debug, Clone)]
pub(crate) struct RefundWish {
    pub(crate) payment_id: String,
    /// The method of the endpoint, if it names one.
    pub(crate) method: Option<Method>,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) merchant_refund_id: Option<String>,
    pub(crate) interface: Interface,
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

impl RefundState {
    pub(crate) fn interface(&self) -> Interface {
        self.wish.interface
    }
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
        let (partner, place) = (
            payment.purchase.method == Method::WalletPartner,
            payment.place,
        );
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
        self.registry.operation_begins(id, place);
        if let Some(project) = self.projects.get_mut(&project_id) {
            project.link_request(request_id, id);
        }
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
        let provider = Provider::new(method, OperationType::Refund, &mut self.ids, now);
        operation.provider = Some(provider);
        let amount = operation.amount;
        let currency = operation.currency.clone();
        let Some(state) = &mut operation.refund else {
            return;
        };
        state.result = Some(result);
        if result == SaleResult::Success {
            // Taken now, so that refunds on their way at the same time do not share the money.
            state.reserved = amount;
            payment.reserved += amount;
            project.credit(&currency, -amount);
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
