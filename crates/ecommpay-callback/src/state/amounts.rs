//! The sums of a payment: paid, given back, left.

use std::cmp::Reverse;

use ecommpay_model::{Currency, Money, OperationType};

use super::PaymentState;
use super::fact::{Amount, Seen, Snapshot};
use crate::phase::Phase;

/// What was paid, given back and is left; all in one currency.
///
/// Nothing is known before the payment is paid. `returned` is never more than what was paid; if
/// the platform tells of more, that is a [`Conflict`](super::Conflict).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    paid: Option<PaidSum>,
    returned: Option<Money>,
    remaining: Option<Money>,
}

impl Amounts {
    /// What was paid in the first place.
    #[must_use]
    pub fn paid(&self) -> Option<PaidSum> {
        self.paid
    }

    /// What was given back by refunds and reversals that succeeded.
    #[must_use]
    pub fn returned(&self) -> Option<Money> {
        self.returned
    }

    /// What is left: the merchant's, and the most that can still be refunded.
    #[must_use]
    pub fn remaining(&self) -> Option<Money> {
        self.remaining
    }
}

/// What was paid, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaidSum {
    /// The platform told the sum.
    Told(Money),
    /// The payment was first heard of in a refund: this is what is left and what is known to be
    /// returned. The truth is more if callbacks of other refunds are still out.
    AtLeast(Money),
}

impl PaidSum {
    /// The sum itself.
    #[must_use]
    pub fn money(self) -> Money {
        match self {
            Self::Told(money) | Self::AtLeast(money) => money,
        }
    }
}

/// The sums with what they were reckoned from, for the search for conflicts.
pub(super) struct Reckoning {
    pub(super) amounts: Amounts,
    /// Successful refunds and reversals less those taken back, in minor units.
    pub(super) returned_by_operations: i128,
    /// Successful refunds whose sums are in no currency of the payment.
    pub(super) foreign: Vec<Money>,
}

impl PaymentState {
    /// The sums of the payment, as far as they are known.
    ///
    /// | so far | paid | returned | left |
    /// |---|---|---|---|
    /// | success, 13.70 | 13.70 | 0.00 | 13.70 |
    /// | refund of 10.00, success; `payment.sum` 3.70 | 13.70 | 10.00 | 3.70 |
    /// | refund of 5.00, declined | 13.70 | 10.00 | 3.70 |
    /// | refund of 3.70, success; `payment.sum` 0.00 | 13.70 | 13.70 | 0.00 |
    #[must_use]
    pub fn amounts(&self) -> Amounts {
        self.reckon().amounts
    }

    pub(super) fn reckon(&self) -> Reckoning {
        let mut reckoning = Reckoning {
            amounts: Amounts::default(),
            returned_by_operations: 0,
            foreign: Vec::new(),
        };
        let Some((current, _)) = self.current().filter(|(it, _)| it.phase().is_paid()) else {
            return reckoning;
        };
        let told = self.told_paid();
        let current_sum = current.sum.map(Amount::money);
        let Some(currency) = told.or(current_sum).map(Money::currency) else {
            return reckoning;
        };
        let (by_operations, foreign) = self.returned_by_operations(currency);
        reckoning.returned_by_operations = by_operations;
        reckoning.foreign = foreign;

        // The status of a full refund says it all; else the payment's sum is what is left.
        let left = match current.phase() {
            Phase::Returned => Some(0),
            _ => current_sum
                .filter(|sum| sum.currency() == currency)
                .map(Money::minor),
        };
        let returned = clamped(by_operations);
        reckoning.amounts = match (told.map(Money::minor), left) {
            (Some(paid), left) => {
                let unreturned = paid - returned.min(paid);
                let remaining = left.map_or(unreturned, |left| left.min(unreturned));
                sums(PaidSum::Told, paid, paid - remaining, currency)
            }
            (None, Some(left)) if left + returned > 0 => {
                sums(PaidSum::AtLeast, left + returned, returned, currency)
            }
            (None, _) => Amounts::default(),
        };
        reckoning
    }

    /// The sum in the status that says "paid in full and nothing returned"; else the part that a
    /// split amount was paid with; else what a successful sale asked for.
    fn told_paid(&self) -> Option<Money> {
        self.told_in(Phase::Paid)
            .or_else(|| self.told_in(Phase::PartlyPaid))
            .or_else(|| self.without_sums().then(|| self.asked_by_sale()).flatten())
    }

    fn told_in(&self, phase: Phase) -> Option<Money> {
        let told = self
            .snapshots
            .iter()
            .filter(|(snapshot, _)| snapshot.phase() == phase);
        let latest = |(snapshot, seen): &(&Snapshot, &Seen)| (seen.latest, snapshot.sum);
        told.filter(|(snapshot, _)| snapshot.sum.is_some())
            .max_by_key(latest)?
            .0
            .sum
            .map(Amount::money)
    }

    /// Formats set up for one project can leave `payment.sum` out.
    fn without_sums(&self) -> bool {
        self.snapshots
            .iter()
            .all(|(snapshot, _)| snapshot.sum.is_none())
    }

    fn asked_by_sale(&self) -> Option<Money> {
        let takes_money = |kind: &OperationType| {
            matches!(
                kind,
                OperationType::Sale | OperationType::Capture | OperationType::Recurring
            )
        };
        self.operations()
            .iter()
            .filter(|it| it.is_success() && it.kind().is_some_and(takes_money))
            .filter_map(|it| it.sum())
            .max_by_key(|sum| Amount::from(*sum))
    }

    fn returned_by_operations(&self, currency: Currency) -> (i128, Vec<Money>) {
        let (mut returned, mut foreign) = (0, Vec::new());
        for operation in self.operations().iter().filter(|it| it.is_success()) {
            let sign = match operation.kind() {
                Some(OperationType::RefundReverse) => -1,
                Some(kind) if kind.gives_money_back() => 1,
                _ => continue,
            };
            match operation.sums().find(|sum| sum.currency() == currency) {
                Some(sum) => returned += sign * i128::from(sum.minor()),
                None => foreign.extend(operation.sum()),
            }
        }
        (returned, foreign)
    }

    /// The snapshot that stands: with a result before without, later, further, less left.
    pub(super) fn current(&self) -> Option<(&Snapshot, &Seen)> {
        self.snapshots.iter().max_by_key(|(snapshot, seen)| {
            let phase = snapshot.phase();
            (
                phase.is_settled(),
                seen.latest,
                phase,
                snapshot.sum.is_some(),
                Reverse(snapshot.sum),
                &snapshot.status,
            )
        })
    }
}

fn sums(paid_as: fn(Money) -> PaidSum, paid: i64, returned: i64, currency: Currency) -> Amounts {
    let money = |minor: i64| Money::new(minor.min(Money::MAX_MINOR), currency).ok();
    Amounts {
        paid: money(paid).map(paid_as),
        returned: money(returned),
        remaining: money(paid - returned),
    }
}

/// Returned money as an amount: not below nothing, not above what money can be.
pub(super) fn clamped(returned: i128) -> i64 {
    i64::try_from(returned.max(0)).map_or(Money::MAX_MINOR, |minor| minor.min(Money::MAX_MINOR))
}
