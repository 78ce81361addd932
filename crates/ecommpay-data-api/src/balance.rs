//! Asking for the balances.

use ecommpay_gate::BuildError;
use ecommpay_model::JsonObject;
use ecommpay_model::reporting::BalanceReport;

use crate::DataQuery;
use crate::members::unless_listed;

/// Asks for the balances of the merchant's projects: `POST /balance/get`.
///
/// At present the platform tells the balances for payouts only.
///
/// ```
/// use ecommpay_data_api::{BalanceQuery, DataQuery};
///
/// assert_eq!(BalanceQuery::new().path(), "/balance/get");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BalanceQuery;

impl BalanceQuery {
    /// Asks for all balances the token's user can see.
    #[must_use]
    pub fn new() -> Self {
        BalanceQuery
    }
}

impl DataQuery for BalanceQuery {
    type Report = BalanceReport;

    fn path(&self) -> &'static str {
        "/balance/get"
    }

    fn members(&self) -> Result<JsonObject, BuildError> {
        Ok(JsonObject::new())
    }

    fn missing(&self, report: &BalanceReport) -> Option<&'static str> {
        unless_listed(&report.balances, &report.other, "balance")
    }
}
