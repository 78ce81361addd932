//! The operations of a payment, each as far as it is known.

use ecommpay_model::{Money, OperationId, OperationStatus, OperationType, Timestamp};

use super::PaymentState;
use super::fact::{Amount, OperationDetail, OperationStage};
use crate::next::Reason;

/// One operation of a payment: a sale, a refund and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationState {
    id: OperationId,
    kind: Option<OperationType>,
    status: Option<OperationStatus>,
    sum: Option<Money>,
    sum_converted: Option<Money>,
    date: Option<Timestamp>,
    created_date: Option<Timestamp>,
    request_id: Option<String>,
    merchant_refund_id: Option<String>,
    reason: Reason,
}

impl OperationState {
    /// Identifier of the operation (`operation.id`).
    #[must_use]
    pub fn id(&self) -> OperationId {
        self.id
    }

    /// What is done (`operation.type`).
    #[must_use]
    pub fn kind(&self) -> Option<&OperationType> {
        self.kind.as_ref()
    }

    /// How far it is (`operation.status`): a final status stands over all others, then the latest.
    #[must_use]
    pub fn status(&self) -> Option<&OperationStatus> {
        self.status.as_ref()
    }

    /// The sum asked for; of a refund what is given back (`operation.sum_initial`).
    #[must_use]
    pub fn sum(&self) -> Option<Money> {
        self.sum
    }

    /// When the status changed (`operation.date`).
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        self.date
    }

    /// When the operation began (`operation.created_date`).
    #[must_use]
    pub fn created_date(&self) -> Option<Timestamp> {
        self.created_date
    }

    /// The request behind it, as in the acknowledgement (`operation.request_id`).
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The merchant's own identifier of a refund (`payment.merchant_refund_id` of its callback).
    #[must_use]
    pub fn merchant_refund_id(&self) -> Option<&str> {
        self.merchant_refund_id.as_deref()
    }

    /// Code and message of the result.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Whether it gives money back: `refund` or `reversal`.
    #[must_use]
    pub fn gives_money_back(&self) -> bool {
        self.kind
            .as_ref()
            .is_some_and(OperationType::gives_money_back)
    }

    pub(super) fn is_success(&self) -> bool {
        self.status == Some(OperationStatus::Success)
    }

    /// The sum in either of its currencies.
    pub(super) fn sums(&self) -> impl Iterator<Item = Money> {
        self.sum.into_iter().chain(self.sum_converted)
    }

    /// Looks at all stages of one operation; there is at least one.
    fn of(stages: &[Stage<'_>]) -> Option<Self> {
        let &(stage, detail) = stages
            .iter()
            .max_by_key(|(stage, detail)| (stage.is_final(), detail.told.date, *stage))?;
        Some(Self {
            id: stage.id,
            // What one stage leaves out, another may have told.
            kind: stage
                .kind
                .clone()
                .or_else(|| most(stages, |(it, _)| it.kind.clone())),
            status: stage.status.clone(),
            sum: stage
                .sum
                .or_else(|| most(stages, |(it, _)| it.sum))
                .map(Amount::money),
            sum_converted: detail.sum_converted.map(Amount::money),
            date: detail.told.date,
            created_date: detail
                .created
                .or_else(|| most(stages, |(_, it)| it.created)),
            request_id: detail
                .request_id
                .clone()
                .or_else(|| most(stages, |(_, it)| it.request_id.clone())),
            merchant_refund_id: detail
                .merchant_refund_id
                .clone()
                .or_else(|| most(stages, |(_, it)| it.merchant_refund_id.clone())),
            reason: Reason::new(detail.told.code.clone(), detail.told.message.clone()),
        })
    }
}

/// The greatest of what the stages tell: any rule will do that does not depend on their order.
fn most<T: Ord>(stages: &[Stage<'_>], told: impl Fn(&Stage<'_>) -> Option<T>) -> Option<T> {
    stages.iter().filter_map(told).max()
}

pub(super) type Stage<'a> = (&'a OperationStage, &'a OperationDetail);

impl PaymentState {
    /// All operations that are known, by their identifiers.
    #[must_use]
    pub fn operations(&self) -> Vec<OperationState> {
        self.by_operation(OperationState::of)
    }

    /// The refunds and reversals among the operations, whatever became of them.
    #[must_use]
    pub fn refunds(&self) -> Vec<OperationState> {
        let mut refunds = self.operations();
        refunds.retain(OperationState::gives_money_back);
        refunds
    }

    /// Looks at the stages of each operation together.
    pub(super) fn by_operation<T>(&self, look: impl Fn(&[Stage<'_>]) -> Option<T>) -> Vec<T> {
        let stages: Vec<Stage<'_>> = self.stages.iter().collect();
        stages
            .chunk_by(|(one, _), (next, _)| one.id == next.id)
            .filter_map(look)
            .collect()
    }
}
