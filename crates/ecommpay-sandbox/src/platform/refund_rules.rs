//! What may be refunded: rules of the request, of the payment, of the project and of the method.

use super::fault::Code;
use super::moment::Moment;
use super::payment::{Operation, Payment, PaymentKey, SaleResult};
use super::project::Project;
use super::refund::RefundWish;
use super::status::{OperationStatus, OperationType};
use crate::config::{Method, MethodSettings, RefundKinds, RefundRules, TestRefunds};

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

/// Whether what is asked for is a refund or a reversal: the whole payment, of which nothing was
/// returned yet, before the operation day of its payment ends.
pub(super) fn kind(
    day_end_seconds: Option<u64>,
    payment: &Payment,
    wish: &RefundWish,
    now: Moment,
) -> OperationType {
    let paid = payment.operations.first().map(|sale| sale.changed);
    let in_time = paid
        .zip(day_end_seconds)
        .is_some_and(|(paid, seconds)| now < paid.end_of_day(seconds));
    let untouched = payment.refunded == 0 && payment.reserved == 0;
    let whole = wish
        .amount
        .is_none_or(|amount| amount == payment.purchase.amount);
    if in_time && untouched && whole {
        OperationType::Reversal
    } else {
        OperationType::Refund
    }
}

/// The rules of refunds, in the order in which the platform checks them.
pub(super) fn judge(
    project: &Project,
    payment: &Payment,
    refund: &Operation,
    now: Moment,
) -> Verdict {
    let purchase = &payment.purchase;
    let method = purchase.method;
    let Some((settings, wish)) = project
        .settings(method)
        .zip(refund.refund.as_ref().map(|state| &state.wish))
    else {
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
    if payment.disputed {
        return Verdict::Refused(Code::REFUND_DISPUTED);
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
    if let Some(code) = too_soon(&project.config.refund_rules, payment, refund) {
        return Verdict::Refused(code);
    }
    let amount = wish.amount.unwrap_or_else(|| payment.free());
    if amount > payment.free() || amount == 0 {
        return Verdict::Sent(SaleResult::Decline(Code::REFUND_ABOVE_REST));
    }
    if settings.refunds == RefundKinds::FullOnly && amount != purchase.amount {
        return Verdict::Refused(Code::AMOUNT_NOT_WHOLE);
    }
    let fee = project
        .config
        .refund_rules
        .fixed_fee
        .get(&purchase.currency);
    if fee.is_some_and(|fee| amount < *fee) {
        return Verdict::Refused(Code::BELOW_FIXED_FEE);
    }
    if !project.covers(&purchase.currency, amount) {
        return Verdict::Refused(Code::MERCHANT_BALANCE);
    }
    if project.is_test() && settings.refund_declines.contains(&amount) {
        return Verdict::Sent(SaleResult::Decline(Code::GENERAL_DECLINE));
    }
    Verdict::Sent(SaleResult::Success)
}

/// Why a refund comes too soon after another one of the payment. Declined refunds do not count.
fn too_soon(rules: &RefundRules, payment: &Payment, refund: &Operation) -> Option<Code> {
    let earlier = || {
        payment.operations.iter().filter(|other| {
            other.refund.is_some()
                && other.id < refund.id
                && other.status != OperationStatus::Decline
        })
    };
    let within = |other: &Operation, limit: Option<u64>| {
        let between = refund.created.since(other.created).as_secs();
        limit.is_some_and(|seconds| between < seconds)
    };
    let what = |operation: &Operation| {
        let wish = &operation.refund.as_ref()?.wish;
        let sum = (wish.amount, wish.currency.clone());
        Some((
            sum,
            wish.description.clone(),
            wish.merchant_refund_id.clone(),
        ))
    };
    if earlier().any(|other| within(other, rules.duplicate_seconds) && what(other) == what(refund))
    {
        return Some(Code::DUPLICATE_OPERATION);
    }
    earlier()
        .any(|other| within(other, rules.interval_seconds))
        .then_some(Code::REFUND_BLOCKED)
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
