//! What one callback or status answer states about a payment, in the form the fold keeps.

use std::cmp::Ordering;

use ecommpay_model::{
    CancelledSpelling, Currency, ErrorItem, Money, OperationCode, OperationId, OperationInfo,
    OperationStatus, OperationType, PaymentInfo, PaymentStatus, ReceivedDate, Sum, Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::join::{Join, raise};
use crate::phase::Phase;

/// The payment as one document showed it: the key of a snapshot. Its value is when that was so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) status: PaymentStatus,
    /// The full sum before any refund, what is left of it afterwards.
    pub(crate) sum: Option<Amount>,
}

impl Snapshot {
    /// Nothing without a status, and nothing for a refused request: that is no payment.
    pub(crate) fn of(payment: &PaymentInfo) -> Option<(Self, Seen)> {
        let status = payment.status.clone()?;
        if Phase::of(&status) == Phase::Refused {
            return None;
        }
        let snapshot = Self {
            status: one_spelling(status),
            sum: amount(payment.sum.as_ref()),
        };
        Some((
            snapshot,
            Seen {
                latest: time(payment.date.as_ref()),
            },
        ))
    }

    pub(crate) fn phase(&self) -> Phase {
        Phase::of(&self.status)
    }
}

/// When a snapshot was last true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) latest: Option<Timestamp>,
}

impl Join for Seen {
    fn join(&mut self, other: &Self) -> bool {
        raise(&mut self.latest, &other.latest)
    }
}

/// One stage of one operation: the key under which everything said about it is kept.
///
/// Two results of one operation are two keys, so neither can hide the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct OperationStage {
    pub(crate) id: OperationId,
    pub(crate) kind: Option<OperationType>,
    pub(crate) status: Option<OperationStatus>,
    pub(crate) sum: Option<Amount>,
}

impl OperationStage {
    /// Nothing for an operation without id: it cannot be told from another one.
    pub(crate) fn of(
        operation: &OperationInfo,
        merchant_refund_id: Option<&str>,
    ) -> Option<(Self, OperationDetail)> {
        let stage = Self {
            id: operation.id?,
            kind: operation.kind.clone(),
            status: operation.status.clone(),
            sum: amount(operation.sum_initial.as_ref()).or(amount(operation.sum.as_ref())),
        };
        let detail = OperationDetail {
            told: Told {
                date: time(operation.date.as_ref()),
                code: operation.code.clone(),
                message: operation.message.clone(),
            },
            created: time(operation.created_date.as_ref()),
            request_id: operation
                .request_id
                .as_ref()
                .map(|id| id.as_str().to_owned()),
            merchant_refund_id: merchant_refund_id.map(str::to_owned),
            sum_converted: amount(operation.sum_converted.as_ref()),
        };
        Some((stage, detail))
    }

    pub(crate) fn is_final(&self) -> bool {
        self.status.as_ref().is_some_and(OperationStatus::is_final)
    }
}

/// What is known about a stage of an operation; each part is joined by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OperationDetail {
    pub(crate) told: Told,
    pub(crate) created: Option<Timestamp>,
    // Kept as text: the platform's own identifiers need not keep the rules for what is sent.
    pub(crate) request_id: Option<String>,
    pub(crate) merchant_refund_id: Option<String>,
    pub(crate) sum_converted: Option<Amount>,
}

/// The result as it was told last; the parts belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) date: Option<Timestamp>,
    pub(crate) code: Option<OperationCode>,
    pub(crate) message: Option<String>,
}

impl Join for OperationDetail {
    fn join(&mut self, other: &Self) -> bool {
        let told = raise(&mut self.told, &other.told);
        let created = raise(&mut self.created, &other.created);
        let request = raise(&mut self.request_id, &other.request_id);
        let refund = raise(&mut self.merchant_refund_id, &other.merchant_refund_id);
        let converted = raise(&mut self.sum_converted, &other.sum_converted);
        told || created || request || refund || converted
    }
}

/// A request that failed its checks (`payment.status` = `error`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) date: Option<Timestamp>,
    pub(crate) errors: Vec<ErrorItem>,
}

impl Refusal {
    pub(crate) fn of(payment: &PaymentInfo, errors: &[ErrorItem]) -> Self {
        Self {
            date: time(payment.date.as_ref()),
            errors: errors.to_vec(),
        }
    }
}

/// Money in a total order, for keys and ties only: by currency, then by amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(Money);

impl Amount {
    pub(crate) fn money(self) -> Money {
        self.0
    }

    fn key(self) -> (Currency, i64) {
        (self.0.currency(), self.0.minor())
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self(money)
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sum::from(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let money = Sum::deserialize(deserializer)?.money();
        money
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected an amount of money"))
    }
}

/// Cancelled is written in two ways and stored in one.
fn one_spelling(status: PaymentStatus) -> PaymentStatus {
    match status {
        PaymentStatus::Cancelled(_) => PaymentStatus::Cancelled(CancelledSpelling::default()),
        other => other,
    }
}

fn amount(sum: Option<&Sum>) -> Option<Amount> {
    sum?.money().map(Amount)
}

pub(crate) fn time(date: Option<&ReceivedDate>) -> Option<Timestamp> {
    date?.timestamp()
}
