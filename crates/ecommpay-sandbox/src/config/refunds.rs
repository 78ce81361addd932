//! What else a project may rule about refunds, beyond the rules of its methods.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Project rules of refunds. The documentation names the codes and no numbers, so all of them
/// are off until they are set.
///
/// ```
/// use std::time::Duration;
///
/// use ecommpay_sandbox::{ProjectConfig, RefundRules};
///
/// let rules = RefundRules::new().interval(Duration::from_secs(60)).fixed_fee("CNY", 50);
/// let project = ProjectConfig::new(239, "project secret").refund_rules(rules);
/// # drop(project);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RefundRules {
    /// How long another refund of the same payment is blocked (3285).
    pub(crate) interval_seconds: Option<u64>,
    /// How long the same refund request again is a duplicate (3613).
    pub(crate) duplicate_seconds: Option<u64>,
    /// Fixed fee by currency, in minor units; refunds below it get 3289.
    pub(crate) fixed_fee: BTreeMap<String, i64>,
    /// When the operation day ends, in seconds after midnight UTC; no reversals when absent.
    pub(crate) operation_day_end_seconds: Option<u64>,
    /// Whether callbacks of refunds carry `operation_description`.
    pub(crate) operation_description: bool,
}

impl RefundRules {
    /// No rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long another refund of the same payment is blocked after a refund request (code 3285).
    #[must_use]
    pub fn interval(mut self, time: Duration) -> Self {
        self.interval_seconds = Some(time.as_secs());
        self
    }

    /// How long a refund request that repeats an earlier one (same payment, sum, description and
    /// `merchant_refund_id`) counts as its duplicate (code 3613).
    #[must_use]
    pub fn duplicates_within(mut self, time: Duration) -> Self {
        self.duplicate_seconds = Some(time.as_secs());
        self
    }

    /// Fixed fee of the tariff for one currency, in minor units: refunds below it get 3289.
    #[must_use]
    pub fn fixed_fee(mut self, currency: &str, minor: i64) -> Self {
        self.fixed_fee.insert(currency.to_owned(), minor);
        self
    }

    /// When the operation day ends, as the time since midnight UTC (less than a day). With it, a
    /// payment that is returned whole before its operation day ends becomes `reversed` by an
    /// operation `reversal`; without it every return is a `refund`.
    #[must_use]
    pub fn operation_day_end(mut self, since_midnight: Duration) -> Self {
        self.operation_day_end_seconds = Some(since_midnight.as_secs());
        self
    }

    /// Whether callbacks of refunds carry the refund's own description, as
    /// `operation_description`.
    #[must_use]
    pub fn operation_description(mut self, told: bool) -> Self {
        self.operation_description = told;
        self
    }
}
