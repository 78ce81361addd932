//! Refunds: what may be refunded, and what is left afterwards.

use super::Platform;
use super::deliveries::CallbackKind;
use super::fault::{Code, Fault};
use super::moment::Moment;
use super::payment::{CallbackUrls, CallbackWishes, Interface, Operation, PaymentKey, SaleResult};
use super::provider::Provider;
use super::refund_rules::{self, Verdict, judge};
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
    pub(crate) description: String,
    pub(crate) callback_urls: CallbackUrls,
    pub(crate) callback_wishes: CallbackWishes,
}

/// A refund on its way.
#[derive(Debug, Clone)]
pub(crate) struct RefundState {
    pub(super) wish: RefundWish,
    /// What the provider will answer.
    result: Option<SaleResult>,
    reserved: i64,
}

impl RefundState {
    pub(crate) fn interface(&self) -> Interface {
        self.wish.interface
    }
}

impl Operation {
    /// The `merchant_refund_id` that the refund request carried.
    pub(super) fn asked_refund_id(&self) -> Option<&str> {
        self.refund.as_ref()?.wish.merchant_refund_id.as_deref()
    }

    /// Whether the refund request named no amount.
    fn asks_for_the_rest(&self) -> bool {
        self.refund
            .as_ref()
            .is_some_and(|state| state.wish.amount.is_none())
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
        let day_end = self
            .project(project_id)
            .and_then(|project| project.config.refund_rules.operation_day_end_seconds);
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
        let kind = refund_rules::kind(day_end, payment, &wish, now);
        let (partner, place) = (
            payment.purchase.method == Method::WalletPartner,
            payment.place,
        );
        let default_refund_id = partner.then(|| payment.purchase.payment_id.clone());
        payment.operations.push(Operation {
            id,
            kind,
            status: OperationStatus::Processing,
            created: now,
            changed: now,
            request_id: request_id.to_owned(),
            amount: wish.amount.unwrap_or_else(|| payment.remaining()),
            currency: wish
                .currency
                .clone()
                .unwrap_or_else(|| payment.purchase.currency.clone()),
            paid_instead: None,
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
            project.updates.begun(id, now, key.clone());
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
        let Some(refund) = payment.operation(id) else {
            return;
        };
        let verdict = judge(project, payment, refund, now);
        if let Some(refund_id) = refund.asked_refund_id() {
            project.refund_ids.insert(refund_id.to_owned());
        }
        let result = match verdict {
            Verdict::Refused(code) => return self.end_refund(key, id, code, now),
            Verdict::Sent(result) => result,
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return;
        };
        let method = payment.purchase.method;
        let (free, whole) = (payment.free(), payment.purchase.amount);
        let Some(operation) = payment.operations.iter_mut().find(|known| known.id == id) else {
            return;
        };
        if operation.asks_for_the_rest() {
            operation.amount = free;
        }
        if operation.amount < whole {
            // Something was refunded since this return of the whole payment was asked for.
            operation.kind = OperationType::Refund;
        }
        let provider = Provider::new(method, operation.kind, &mut self.ids, now);
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
            .and_then(|payment| payment.operation(id))
            .and_then(|operation| operation.refund.as_ref()?.result);
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
        operation.set(status, code, now, &mut project.updates);
        if let Some(provider) = &mut operation.provider {
            provider.date = now;
        }
        let amount = operation.amount;
        let reversal = operation.kind == OperationType::Reversal;
        // The samples of declined refunds print a new payment date although the status stays.
        payment.changed = now;
        if let Some(state) = &mut operation.refund {
            payment.reserved -= state.reserved;
            state.reserved = 0;
        }
        if paid {
            payment.refunded += amount;
            let status = match payment.remaining() {
                0 if reversal => PaymentStatus::Reversed,
                0 => PaymentStatus::Refunded,
                _ => PaymentStatus::PartiallyRefunded,
            };
            payment.become_status(status, now);
        }
        self.notify(key, id, CallbackKind::Result, now);
    }
}
