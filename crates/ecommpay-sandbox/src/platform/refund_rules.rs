//! What may be refunded: rules of the request, of the payment, of the project and of the method.

use super::fault::Code;
use super::moment::Moment;
use super::payment::{Payment, PaymentKey, SaleResult};
use super::project::Project;
use super::refund::RefundWish;
use crate::config::{Method, MethodSettings, RefundKinds, TestRefunds};

const DAY_SECONDS: u64 = 24 * 60 * 60;

/// What the platform's further checks say about a refund.
pub(super) enum Verdict {
    /// Declined by the platform itself.
    Refused(Code),
    /// Sent to the provider, who will answer this.
    Sent(SaleResult),
}

/// A fault of the request as such, with its member: it is refused at once, since there is nothing
/// to decline yet. Amount and currency belong together (the Alipay pages ask for the amount only),
/// and a method without partial refunds takes no part of the sum.
pub(super) fn request_fault(project: &Project, wish: &RefundWish) -> Option<(Code, &'static str)> {
    let key = PaymentKey::new(project.config.id, &wish.payment_id);
    let payment = project.payments.get(&key);
    let method = wish
        .method
        .or(payment.map(|payment| payment.purchase.method));
    match (wish.amount, &wish.currency) {
        (None, Some(_)) => return Some((Code::AMOUNT_REQUIRED, "payment.amount")),
        (Some(_), None) if method != Some(Method::Alipay) => {
            return Some((Code::CURRENCY_REQUIRED, "payment.currency"));
        }
        _ => {}
    }
    let full_only = method
        .and_then(|method| project.settings(method))
        .is_some_and(|settings| settings.refunds == RefundKinds::FullOnly);
    let partial = payment
        .zip(wish.amount)
        .is_some_and(|(payment, amount)| amount < payment.purchase.amount);
    (full_only && partial).then_some((Code::AMOUNT_NOT_WHOLE, "payment.amount"))
}

/// The rules of refunds, in the order in which the platform checks them.
pub(super) fn judge(
    project: &Project,
    payment: &Payment,
    wish: &RefundWish,
    now: Moment,
) -> Verdict {
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
