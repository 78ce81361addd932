//! What reports and figures read of payments: a bounded number at a time, so that nobody waits
//! for a long report.

use super::moment::Moment;
use super::payment::{Operation, Payment, PaymentKey};
use super::registry::{Found, ListOperations};
use super::status::OperationStatus;
use super::{Platform, Query};

/// An operation with what a report may say about its payment.
#[derive(Debug, Clone)]
pub(crate) struct ReportedOperation {
    pub(crate) project: u32,
    pub(crate) payment_id: String,
    pub(crate) method: &'static str,
    pub(crate) payment_status: &'static str,
    pub(crate) payment_created: Moment,
    /// The amount of the purchase, in minor units.
    pub(crate) payment_amount: i64,
    pub(crate) payment_currency: String,
    /// What was refunded so far, and what may still be, in minor units.
    pub(crate) refunded: i64,
    pub(crate) refundable: i64,
    pub(crate) description: String,
    pub(crate) customer_id: Option<String>,
    pub(crate) id: u64,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) created: Moment,
    /// When it got its result.
    pub(crate) completed: Option<Moment>,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) code: u32,
    pub(crate) message: &'static str,
    pub(crate) request_id: String,
    pub(crate) provider_payment_id: Option<String>,
    pub(crate) provider_date: Option<Moment>,
}

/// Reads a bounded number of operations, as a list would show them.
#[derive(Debug, Clone)]
pub(crate) struct ReadOperations(pub(crate) ListOperations);

impl Query for ReadOperations {
    type Reply = Found<ReportedOperation>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        self.0.find(platform, reported)
    }
}

fn reported(key: &PaymentKey, payment: &Payment, operation: &Operation) -> ReportedOperation {
    let purchase = &payment.purchase;
    let refundable = if payment.status.is_refundable() {
        payment.free()
    } else {
        0
    };
    let over = matches!(
        operation.status,
        OperationStatus::Success | OperationStatus::Decline
    );
    ReportedOperation {
        project: key.project,
        payment_id: purchase.payment_id.clone(),
        method: purchase.method.code(),
        payment_status: payment.status.name(),
        payment_created: payment.created,
        payment_amount: purchase.amount,
        payment_currency: purchase.currency.clone(),
        refunded: payment.refunded,
        refundable,
        description: purchase.description.clone(),
        customer_id: purchase.customer_id.clone(),
        id: operation.id,
        kind: operation.kind.name(),
        status: operation.status.name(),
        created: operation.created,
        completed: over.then_some(operation.changed),
        amount: operation.amount,
        currency: operation.currency.clone(),
        code: operation.code.number,
        message: operation.code.message,
        request_id: operation.request_id.clone(),
        provider_payment_id: operation
            .provider
            .as_ref()
            .map(|provider| provider.payment_id.clone()),
        provider_date: operation.provider.as_ref().map(|provider| provider.date),
    }
}
