//! Facts about one payment that cannot all be true.

use std::collections::BTreeSet;

use ecommpay_model::{Currency, Money, OperationId, OperationStatus, OperationType, PaymentStatus};

use super::PaymentState;
use super::amounts::{PaidSum, Reckoning, clamped};
use super::fact::Amount;
use super::operation::Stage;
use crate::phase::Phase;

/// Facts about one payment that cannot all be true; both sides are kept.
///
/// The same conflicts are found whatever the order of arrival. Ask for the status of the payment: a
/// callback that is still out can explain it, such as a refund that was taken back. If it does not,
/// let a person look.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conflict {
    /// One operation has several results, or several kinds.
    Operation {
        /// The operation.
        id: OperationId,
        /// Everything it is told to be, in a fixed order.
        results: Vec<OperationResult>,
    },
    /// The payment has results of which none can follow the other, such as `decline` and `success`.
    Statuses(Vec<PaymentStatus>),
    /// The payment was told to be paid with different sums.
    PaidSums(Vec<Money>),
    /// The payment or its refunds are told in different currencies.
    Currencies(Vec<Currency>),
    /// More was given back than was paid.
    ReturnedMoreThanPaid {
        /// What was paid.
        paid: Money,
        /// What the refunds that succeeded come to.
        returned: Money,
    },
    /// More is left after a refund than was paid.
    RemainingMoreThanPaid {
        /// What was paid.
        paid: Money,
        /// What is told to be left.
        remaining: Money,
    },
}

/// One of several things an operation is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationResult {
    kind: Option<OperationType>,
    status: Option<OperationStatus>,
    sum: Option<Money>,
}

impl OperationResult {
    /// `operation.type`.
    #[must_use]
    pub fn kind(&self) -> Option<&OperationType> {
        self.kind.as_ref()
    }

    /// `operation.status`.
    #[must_use]
    pub fn status(&self) -> Option<&OperationStatus> {
        self.status.as_ref()
    }

    /// `operation.sum_initial`.
    #[must_use]
    pub fn sum(&self) -> Option<Money> {
        self.sum
    }
}

impl PaymentState {
    /// Facts that cannot all be true, in a fixed order; empty for nearly every payment.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let reckoning = self.reckon();
        let mut conflicts = self.by_operation(within_operation);
        conflicts.extend(self.statuses());
        conflicts.extend(self.paid_sums());
        conflicts.extend(self.currencies(&reckoning));
        if let Some(PaidSum::Told(paid)) = reckoning.amounts.paid() {
            conflicts.extend(returned_too_much(paid, reckoning.returned_by_operations));
            conflicts.extend(self.left_too_much(paid));
        }
        conflicts
    }

    fn statuses(&self) -> Option<Conflict> {
        let settled: BTreeSet<&PaymentStatus> = self
            .snapshots
            .iter()
            .filter(|(snapshot, _)| snapshot.phase().is_settled())
            .map(|(snapshot, _)| &snapshot.status)
            .collect();
        // Refunded and reversed is the same to the merchant, and a refund can be taken back
        // between.
        let both_returned = |one: &PaymentStatus, other: &PaymentStatus| {
            Phase::of(one).is_returned() && Phase::of(other).is_returned()
        };
        let apart = |one: &PaymentStatus, other: &PaymentStatus| {
            !one.may_become(other) && !other.may_become(one) && !both_returned(one, other)
        };
        let torn: Vec<PaymentStatus> = settled
            .iter()
            .filter(|one| settled.iter().any(|other| apart(one, other)))
            .map(|status| (*status).clone())
            .collect();
        (!torn.is_empty()).then_some(Conflict::Statuses(torn))
    }

    fn paid_sums(&self) -> Option<Conflict> {
        let sums = self.sums_of(|phase| phase == Phase::Paid);
        (sums.len() > 1).then(|| Conflict::PaidSums(sums.into_iter().map(Amount::money).collect()))
    }

    fn currencies(&self, reckoning: &Reckoning) -> Option<Conflict> {
        let sums = self.sums_of(Phase::is_paid).into_iter().map(Amount::money);
        let currencies: BTreeSet<Currency> = sums
            .chain(reckoning.foreign.iter().copied())
            .map(Money::currency)
            .collect();
        (currencies.len() > 1).then(|| Conflict::Currencies(currencies.into_iter().collect()))
    }

    fn left_too_much(&self, paid: Money) -> Option<Conflict> {
        self.sums_of(Phase::is_returned)
            .into_iter()
            .map(Amount::money)
            .find(|left| left.currency() == paid.currency() && left.minor() > paid.minor())
            .map(|remaining| Conflict::RemainingMoreThanPaid { paid, remaining })
    }

    fn sums_of(&self, wanted: impl Fn(Phase) -> bool) -> BTreeSet<Amount> {
        let snapshots = self.snapshots.iter().map(|(snapshot, _)| snapshot);
        snapshots
            .filter(|it| wanted(it.phase()))
            .filter_map(|it| it.sum)
            .collect()
    }
}

fn returned_too_much(paid: Money, by_operations: i128) -> Option<Conflict> {
    if by_operations <= i128::from(paid.minor()) {
        return None;
    }
    let returned = Money::new(clamped(by_operations), paid.currency()).unwrap_or(paid);
    Some(Conflict::ReturnedMoreThanPaid { paid, returned })
}

/// Two results, two final sums, or two kinds of one operation.
fn within_operation(stages: &[Stage<'_>]) -> Option<Conflict> {
    let results: Vec<_> = stages
        .iter()
        .map(|(it, _)| *it)
        .filter(|it| it.is_final())
        .collect();
    let several_statuses = differ(results.iter().map(|it| it.status.as_ref()));
    let several_sums = differ(results.iter().map(|it| it.sum.as_ref()));
    let several_kinds = differ(stages.iter().map(|(it, _)| it.kind.as_ref()));
    if !(several_statuses || several_sums || several_kinds) {
        return None;
    }
    // Kinds can differ before there is a result.
    let told = if several_kinds {
        stages.iter().map(|(it, _)| *it).collect()
    } else {
        results
    };
    Some(Conflict::Operation {
        id: told.first()?.id,
        results: told
            .into_iter()
            .map(|stage| OperationResult {
                kind: stage.kind.clone(),
                status: stage.status.clone(),
                sum: stage.sum.map(Amount::money),
            })
            .collect(),
    })
}

/// Whether two values that are there differ; what is absent contradicts nothing.
fn differ<'a, T: PartialEq + 'a>(values: impl Iterator<Item = Option<&'a T>>) -> bool {
    let mut present = values.flatten();
    let Some(first) = present.next() else {
        return false;
    };
    present.any(|other| other != first)
}
